//! Windows by the time in the items: one behind the other takes no new memory.

use flow_runtime::flow;

use super::assert_steady;

/// Each chain behind items that come in bursts of ten.
macro_rules! steady {
    ($($name:ident: [$($chain:tt)*];)+) => {$(
        #[test]
        fn $name() {
            assert_steady(|n| {
                flow! { from((0..n).map(|x| x + x / 10 * 5)) -> $($chain)* -> count() }.run()
            });
        }
    )+};
}

steady! {
    tumbling: [tumbling_window(10, |x| *x)? else drop];
    tumbling_extremes: [tumbling_window(10, |x| *x)? else drop -> aggregate(min(|x| *x), max(|x| *x))];
    tumbling_sums_of_floats: [tumbling_window(10, |x| *x)? else drop -> aggregate(sum(|x| *x as f64 * 0.1), var(|x| *x as f64 * 0.1))];
    tumbling_by_key: [tumbling_window(10, |x| *x, by = |x| x % 3)? else drop -> aggregate(min(|x| *x))];
    sessions: [session_window(3, |x| *x)? else drop];
    session_extremes: [session_window(3, |x| *x)? else drop -> aggregate(min(|x| *x), max(|x| *x))];
    sessions_by_key: [session_window(3, |x| *x, by = |x| x % 2)? else drop -> aggregate(max(|x| *x), mean(|x| *x as f64 * 0.1))];
    hopping_extremes: [hopping_window(20, 5, |x| *x)? else drop -> aggregate(min(|x| *x))];
    hopping_with_gaps: [hopping_window(5, 15, |x| *x)? else drop];
    hopping_extremes_with_gaps: [hopping_window(5, 15, |x| *x)? else drop -> aggregate(min(|x| *x))];
    hopping_by_key_with_gaps: [hopping_window(5, 15, |x| *x, by = |x| x % 3)? else drop -> aggregate(min(|x| *x))];
    sliding_extremes: [sliding_window(10, |x| *x)? else drop -> aggregate(max(|x| *x))];
    sliding_by_keys_that_come_and_go: [sliding_window(10, |x| *x, by = |x| x / 50 % 3)? else drop];
    sliding_extremes_by_keys_that_come_and_go: [sliding_window(10, |x| *x, by = |x| x / 50 % 3)? else drop -> aggregate(max(|x| *x))];
    keys_with_windows: [by_key(|x| x % 3) { tumbling_window(10, |x| *x)? else drop -> aggregate(min(|x| *x)) }];
}

#[test]
fn windows_that_others_see() {
    assert_steady(|n| {
        let pairs = flow! {
            windows = from(0..n) -> tumbling_window(10, |x| *x)? else drop;
            least = windows -> aggregate(min(|x| *x), sum(|x| *x as f64 * 0.1));
            zip(windows, least) -> count()
        };
        pairs.run()
    });
}
