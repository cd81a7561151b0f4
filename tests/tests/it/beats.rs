//! `rate_limit` keeps its beat, and what holds items has the bound that is said.

use std::time::Duration;

use flow_runtime::flow;
use tokio::time::{Instant, sleep};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[tokio::test(start_paused = true)]
async fn below_a_millisecond_the_rate_is_kept() {
    for (d, n) in [(100, 5001), (330, 1001), (1000, 501), (1500, 401)] {
        let start = Instant::now();
        let d = Duration::from_micros(d);
        let flow = flow! { from(0..n) -> rate_limit(d) -> count() };
        flow.run().await;
        let rate = start.elapsed().as_secs_f64() / (d * (n - 1)).as_secs_f64();
        assert!((0.99..1.01).contains(&rate), "{d:?}: {rate}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_held_up_is_not_made_up() {
    let start = Instant::now();
    let at = flow! {
        from(0..5)
            -> rate_limit(ms(10))
            -> then(async |n| { let at = start.elapsed().as_millis(); if n == 1 { sleep(ms(25)).await; } at })
            -> collect::<Vec<_>>()
    };
    assert_eq!(at.run().await, [0, 10, 35, 45, 55]);
}

/// The time that each of 50 waits of a millisecond takes: the timer rounds up.
async fn timer() -> f64 {
    let start = std::time::Instant::now();
    for _ in 0..50 {
        sleep(ms(1)).await;
    }
    start.elapsed().as_secs_f64() * 1000.0 / 50.0
}

/// In real time. Tries in which the machine was too busy for its timer say nothing.
#[test]
fn the_rate_is_kept_within_two_percent() {
    let builder = &mut tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().unwrap();
    let mut rates = Vec::new();
    for _ in 0..8 {
        let before = runtime.block_on(timer());
        let start = std::time::Instant::now();
        let flow = flow! { from(0..=400) -> rate_limit(ms(1)) -> count() };
        runtime.block_on(flow.into_future());
        let rate = start.elapsed().as_secs_f64() / 0.4;
        assert!(rate > 0.98, "{rate}");
        if before.max(runtime.block_on(timer())) < 2.3 {
            rates.push(rate);
        }
    }
    let kept = rates.iter().any(|rate| *rate < 1.02);
    assert!(kept || rates.is_empty(), "{rates:?}");
}

#[tokio::test(start_paused = true)]
async fn bounds_are_said_and_what_waits_leaves_at_the_end() {
    let start = Instant::now();
    let delayed = flow! { from(0..4096) -> delay(ms(1000), capacity = 4096) -> count() };
    assert_eq!((delayed.run().await, start.elapsed()), (4096, ms(1000)));
    let start = Instant::now();
    let windows = flow! {
        from(0..300_000) -> timed_window(ms(1000), capacity = 300_000) -> map(|window| window.len()) -> sum::<usize>()
    };
    assert_eq!((windows.run().await, start.elapsed()), (300_000, ms(0)));
}
