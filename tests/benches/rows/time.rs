//! Windows by the clock, while items come as fast as they can.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use flow_runtime::flow;
use tokio::runtime::{Builder, Runtime};

/// The length of a window.
const EACH: Duration = Duration::from_millis(1);

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
}

/// Adds up a window, in whatever windows the items were.
fn total(sum: u64, window: &[u64]) -> u64 {
    window.iter().fold(sum, |sum, x| sum.wrapping_add(*x))
}

rows! {
    /// By hand, the clock is looked at for every 64th item.
    timed_window {
        by_hand(items) {
            let (mut sum, mut window) = (0, Vec::new());
            let mut end = Instant::now() + EACH;
            for (at, x) in items.iter().enumerate() {
                window.push(black_box(*x));
                if at % 64 == 0 && Instant::now() >= end {
                    sum = total(sum, black_box(&window));
                    window.clear();
                    end += EACH;
                }
            }
            total(sum, &window)
        }
        flow(items) {
            runtime().block_on(async {
                flow! {
                    from(items.iter().copied()) -> map(black_box) -> timed_window(EACH)
                        -> fold(0, |sum, window| *sum = total(*sum, black_box(&window)))
                }
                .await
            })
        }
    }
}
