//! The distribution of times, in a fixed number of buckets.
//!
//! Each power of two has sixteen buckets of equal width, as the numbers of a float with four
//! bits have. What is told is the middle of a bucket, so it lies within 4 % of what was. From
//! a nanosecond to five centuries there are a thousand of them, 8 KB.

use core::time::Duration;

/// The buckets of one power of two.
const PARTS: u64 = 16;
const BITS: u64 = PARTS.ilog2() as u64;
const BUCKETS: usize = 1024;

/// The times of what has ended.
pub(super) struct Sketch {
    counts: Box<[u64; BUCKETS]>,
    total: u64,
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            counts: Box::new([0; BUCKETS]),
            total: 0,
        }
    }
}

impl Sketch {
    /// Adds a time, so many times.
    pub(super) fn add(&mut self, time: Duration, times: u64) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanos)] += times;
        self.total += times;
    }

    /// Returns the time in seconds that this share keeps within; `None` where nothing has ended.
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        if self.total == 0 {
            return None;
        }
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank among counts, which is at most their number"
        )]
        let rank = ((self.total as f64 * share).ceil() as u64).clamp(1, self.total);
        let mut seen = 0;
        let index = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        index.map(middle)
    }
}

/// The bucket of a time: its power of two, and the bits behind the highest.
fn bucket(nanos: u64) -> usize {
    if nanos < PARTS {
        return usize::try_from(nanos).unwrap_or(0);
    }
    let power = u64::from(nanos.ilog2());
    let part = (nanos >> (power - BITS)) & (PARTS - 1);
    usize::try_from((power - BITS + 1) * PARTS + part).unwrap_or(BUCKETS - 1)
}

/// The middle of a bucket, in seconds.
fn middle(index: usize) -> f64 {
    let index = index as u64;
    if index < PARTS {
        return nanos(index);
    }
    let (power, part) = (index / PARTS + BITS - 1, index % PARTS);
    let width = 1_u64 << (power - BITS);
    let low = (PARTS + part) * width;
    f64::midpoint(nanos(low), nanos(low + (width - 1)))
}

#[allow(clippy::cast_precision_loss, reason = "a time that is told")]
fn nanos(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_within_4_percent() {
        let mut nanos = 1_u64;
        while nanos < u64::MAX / 2 {
            for near in [nanos - 1, nanos, nanos + nanos / 3] {
                let mut sketch = Sketch::default();
                sketch.add(Duration::from_nanos(near), 1);
                let told = sketch.quantile(0.5).unwrap() * 1e9;
                #[allow(clippy::cast_precision_loss)]
                let off = (told - near as f64).abs() / (near as f64).max(1.0);
                assert!(off < 0.04, "{near} is told as {told}");
            }
            nanos *= 2;
        }
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_times() {
        let mut sketch = Sketch::default();
        assert_eq!(sketch.quantile(0.5), None);
        for millis in 1..=1000 {
            sketch.add(Duration::from_millis(millis), 2);
        }
        for (share, exact) in [(0.5, 0.5), (0.99, 0.99), (0.001, 0.001), (1.0, 1.0)] {
            let told = sketch.quantile(share).unwrap();
            assert!((told - exact).abs() / exact < 0.04, "{share}: {told}");
        }
    }

    #[test]
    fn the_longest_time_has_a_bucket() {
        let mut sketch = Sketch::default();
        sketch.add(Duration::MAX, 1);
        assert!(sketch.quantile(1.0).unwrap() > 1e10);
    }
}
