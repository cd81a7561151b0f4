use std::time::{Duration, SystemTime};

use flow_runtime::flow;

fn main() {
    let (second, now) = (Duration::from_secs(1), SystemTime::now());
    let events = || [(1, 2.0, "a")];
    let dated = || [(now, 2.0)];
    let _ = flow! { from(events()) -> in_order(|(t, ..)| t, late = 1)? else drop -> count() };
    let _ = flow! { from(events()) -> in_order(|x| x.1, late = 1.0)? -> map(|x| x.0) -> sum::<i32>() };
    let _ = flow! { from(events()) -> in_order(|x| x.2, late = 1)? else late -> count(); late = count(); };
    let _ = flow! { from(events()) -> in_order(|x| x.1, late = 1, idle = second)? -> count() };
    let _ = flow! { from(events()) -> in_order(|x| x.0, late = second)? -> count() };
    let _ = flow! { from(dated()) -> in_order(|x| x.0, late = 3)? -> count() };
    let _ = flow! { from(events()) -> in_order(|x| x.0, late = 1, then_by = |x| x.1)? -> count() };
    let _ = flow! { from(events()) -> in_order(|x| x.0, late = 1, ahead = 3)? -> count() };
    let _ = flow! { from(events()) -> in_order(|x| x.0, late = 1, ahead = 3, clock = 3)? -> count() };
    let _ = flow! { from(events()) -> in_order(|x| x.0, late = 1, ahead = 3, clock = || "a")? -> count() };
    let _ = flow! { from(dated()) -> in_order(|x| x.0, late = second, ahead = 3)? -> count() };
    let _ = flow! { from(events()) -> tumbling_window(10, |x| &x.0)? -> count() };
    let _ = flow! { from(events()) -> hopping_window(10, 5, |x| x.1)? -> count() };
    let _ = flow! { from(events()) -> session_window(10, |x| x.1)? -> aggregate(count()) -> count() };
    let _ = flow! { from(events()) -> sliding_window(10, |x| x.1, by = |x| x.0)? -> count() };
    let _ = flow! { from(events()) -> tumbling_window(second, |x| x.0)? -> count() };
    let _ = flow! { from(dated()) -> hopping_window(second, 3, |x| x.0)? -> count() };
}
