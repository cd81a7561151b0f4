//! The pace of `rate_limit(d)`: how many items it lets by, of those that it should.
//!
//! ```text
//! cargo bench -p flow-tests --bench pace
//! ```
//!
//! The items are there at once, so the beat alone holds them up. Wall time, on the clock of
//! the machine: what else runs there takes part, so each pace is kept for seconds. A
//! `tokio::time::interval` keeps the same beat beside it.

use std::time::{Duration, Instant};

use flow_runtime::flow;
use tokio::{
    runtime::{Builder, Runtime},
    time::{MissedTickBehavior, interval},
};

/// The time that each pace is kept for.
const LASTS: Duration = Duration::from_secs(3);

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
}

fn by_flow(items: u32, beat: Duration) -> Duration {
    runtime().block_on(async {
        let begin = Instant::now();
        let passed = flow! { from(0..items) -> rate_limit(beat) -> count() }.await;
        assert_eq!(passed, items as usize, "all pass");
        begin.elapsed()
    })
}

fn by_interval(items: u32, beat: Duration) -> Duration {
    runtime().block_on(async {
        let begin = Instant::now();
        let mut ticks = interval(beat);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..items {
            ticks.tick().await;
        }
        begin.elapsed()
    })
}

fn main() {
    println!("{:<24} {:>10} {:>10}", "of the pace", "flow!", "interval");
    for beat in [10_000, 1_000, 100].map(Duration::from_micros) {
        let items = u32::try_from(LASTS.as_nanos() / beat.as_nanos()).expect("some thousands");
        // The first passes at once.
        let due = beat * (items - 1);
        let [flow, interval] = [by_flow, by_interval].map(|run: fn(u32, Duration) -> Duration| {
            due.as_secs_f64() / run(items, beat).as_secs_f64()
        });
        println!(
            "{:<24} {flow:>10.4} {interval:>10.4}",
            format!("rate_limit({beat:?})")
        );
    }
}
