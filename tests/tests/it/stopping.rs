//! Stopping a flow: no attempt is begun anew, and nothing goes round once more.

use std::{
    future::ready,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use flow_runtime::{Error, Retry, flow};
use futures::channel::oneshot;
use tokio::time::{Instant, sleep};

use crate::guard::{drive_in_time, within};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn patient() -> Retry {
    Retry::times(10).fixed(Duration::from_secs(600))
}

async fn refused(n: u64) -> Result<u64, String> {
    Err(format!("{n} is refused"))
}

/// Runs a flow until 20 ms have passed. It has to end then, at once.
macro_rules! ends_at_once {
    ($($flow:expr,)+) => {($({
        let began = Instant::now();
        let outcome = within($flow.run_until(sleep(ms(20)))).await;
        assert!(began.elapsed() <= ms(22), "{:?}: {}", began.elapsed(), stringify!($flow));
        outcome
    },)+)};
}

#[tokio::test(start_paused = true)]
async fn waits_between_attempts_end_and_the_last_error_is_the_outcome() {
    type Counted = Result<usize, Error>;
    let outcomes: (Counted, Counted, Counted, _) = ends_at_once! {
        flow! { from([1_u64]) -> then(refused, retry = patient())? -> count() },
        flow! { from([1_u64, 2]) -> then(refused, concurrency = 2, retry = patient())? -> count() },
        flow! { from([1_u64, 2]) -> by_key(|n| *n) { then(refused, retry = patient()) } -> map(|n| n)? -> count() },
        flow! {
            from([1_u64, 2]) -> then(refused, concurrency = 2, retry = patient())? else bad -> drain();
            bad = count();
            bad
        },
    };
    assert!(outcomes.0.unwrap_err().to_string().contains("1 is refused"));
    assert!(outcomes.1.is_err() && outcomes.2.is_err());
    assert_eq!(outcomes.3, 2);
}

#[test]
fn attempts_that_never_wait_end_too() {
    drive_in_time(|| async {
        let at_once = Retry::times(u32::MAX).fixed(Duration::ZERO);
        let (stop, stopped) = oneshot::channel::<()>();
        let mut stop = Some(stop);
        let mut made = 0;
        let flow = flow! {
            from([1_u64]) -> then(|n| {
                made += 1;
                if made == 100 { let _ = stop.take().map(|stop| stop.send(())); }
                async move { Err::<u64, _>(format!("{n} is refused")) }
            }, retry = at_once)? -> count()
        };
        assert!(within(flow.run_until(stopped)).await.is_err());
    });
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_runs_goes_on_and_is_not_followed() {
    let made = AtomicUsize::new(0);
    let fails = async |n: u64| {
        made.fetch_add(1, Ordering::Relaxed);
        sleep(ms(50)).await;
        refused(n).await
    };
    let began = Instant::now();
    let flow = flow! { from([1_u64]) -> then(fails, retry = patient())? -> count() };
    assert!(within(flow.run_until(sleep(ms(20)))).await.is_err());
    assert_eq!((made.load(Ordering::Relaxed), began.elapsed()), (1, ms(50)));
}

#[tokio::test(start_paused = true)]
async fn a_flow_within_one_that_stops_tries_no_more_either() {
    let outer = flow! {
        from([1_u64]) -> then(async |n| {
            flow! { from([n]) -> then(refused, retry = patient())? -> count() }.await
        }) -> collect::<Vec<_>>()
    };
    let began = Instant::now();
    assert!(within(outer.run_until(sleep(ms(20)))).await[0].is_err());
    assert!(began.elapsed() <= ms(22));
    // One that is not within it goes on.
    let (stop, stopped) = oneshot::channel::<()>();
    let other = tokio::spawn(async {
        flow! { from([1_u64]) -> then(refused, retry = Retry::times(1).fixed(ms(90)))? -> count() }
            .await
    });
    let began = Instant::now();
    let ticks = flow! { interval(ms(10)) -> count() };
    tokio::spawn(async move {
        sleep(ms(35)).await;
        stop.send(())
    });
    assert_eq!(within(ticks.run_until(stopped)).await, 3);
    assert!(within(other).await.unwrap().is_err());
    assert_eq!(began.elapsed(), ms(90));
}

#[tokio::test(start_paused = true)]
async fn cycles_that_feed_themselves_end() {
    let tick = async |n: u64| {
        sleep(ms(1)).await;
        n + 1
    };
    let counts = ends_at_once! {
        flow! { n = then(tick); from([0_u64]) -> n; n -> n; n -> count() },
        flow! { n = then(tick, concurrency = 4); from([0_u64, 100, 200]) -> n; n -> n; n -> count() },
        flow! { n = then(tick, concurrency = 2, ordered = false) -> buffer(2); from([0_u64]) -> n; n -> n; n -> count() },
        flow! { n = delay(ms(1)); from([0_u64]) -> n; n -> map(|n| n + 1) -> n; n -> count() },
        flow! { n = then(tick); from([0_u64]) -> n; n -> match { n if n % 2 == 0 => map(|n| n), n => map(|n| n) } -> n; n -> count() },
    };
    assert!(counts.0 >= 15 && counts.1 >= 45, "{counts:?}");
    assert!(
        counts.2 >= 5 && counts.3 >= 5 && counts.4 >= 15,
        "{counts:?}"
    );
}

#[test]
fn a_cycle_that_never_waits_is_stopped_too() {
    drive_in_time(|| async {
        let (stop, stopped) = oneshot::channel::<()>();
        let mut stop = Some(stop);
        let flow = flow! {
            n = map(|n: u64| n + 1) -> inspect(|n| if *n == 5000 { let _ = stop.take().map(|stop| stop.send(())); });
            from([0_u64]) -> then(ready) -> n;
            n -> n;
            n -> count()
        };
        assert!(within(flow.run_until(stopped)).await > 5000);
    });
}

#[tokio::test(start_paused = true)]
async fn what_has_come_back_is_worked_off() {
    // Three wait to go round, one is on its way: all of them come out.
    let flow = flow! {
        n = then(async |n: u64| { sleep(ms(10)).await; n });
        from([1_u64]) -> n;
        n -> filter(|n| *n < 100) -> flat_map(|n| (1..=4).map(move |m| 100 * n + m)) -> n;
        n -> collect::<Vec<_>>()
    };
    let all = within(flow.run_until(sleep(ms(15)))).await;
    assert_eq!(all, [1, 101, 102, 103, 104]);
}

#[tokio::test(start_paused = true)]
async fn what_holds_items_for_a_time_waits_for_no_more_than_them() {
    let hour = Duration::from_secs(3600);
    ends_at_once! {
        flow! { interval(ms(3)) -> timed_window(hour) -> count() },
        flow! { interval(ms(3)) -> partition(100, timeout = hour) -> count() },
        flow! { interval(ms(3)) -> by_key(|_| 1, idle = hour) { partition(100) } -> count() },
        flow! { interval(hour) -> count() },
        flow! { poll(ms(3), async || sleep(hour).await) -> count() },
    };
}

#[tokio::test]
async fn a_flow_looks_up_within_an_iterator_without_end() {
    let mut seen = 0_u64;
    flow! { from([0_u64, 1]) -> buffer(1) -> flat_map(|_| 0_u64..) -> for_each(|x| seen += x.min(1)); }
        .run_until(tokio::time::sleep(std::time::Duration::from_millis(20)))
        .await;
    assert!(seen > 0);
    // What has an end is given to its end.
    let n = flow! { from([0, 1]) -> flat_map(|_| 0..1000) -> then(async |x| { tokio::task::yield_now().await; x }) -> count() };
    assert_eq!(n.run_until(async {}).await % 1000, 0);
}
