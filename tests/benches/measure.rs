//! The time that a thread has worked.

use std::fs;
use std::time::Instant;

/// Returns the nanoseconds an item of the best of several runs.
pub fn best(runs: usize, items: u64, mut run: impl FnMut()) -> f64 {
    let nanos = (0..runs).map(|_| {
        let (start, before) = (Instant::now(), worked());
        run();
        let took = match (before, worked()) {
            (Some(before), Some(now)) => now - before,
            _ => start.elapsed().as_nanos() as u64,
        };
        took as f64 / items as f64
    });
    nanos.fold(f64::INFINITY, f64::min)
}

/// The nanoseconds that this thread has run, where the system says so: others may be at
/// work beside it.
fn worked() -> Option<u64> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok()
}
