//! The beat of `rate_limit`: when the next item may pass.
//!
//! A timer goes off late, by a millisecond or more. So the moment an item is *due* and
//! the moment it has *left* are kept apart: the next one is due a beat after the one
//! before was due, however late that left. What comes later than a beat after the one
//! before has left was held up elsewhere, and the beat goes on from there.
//!
//! ```text
//! due    |    1    |    2    |    3    |         the beat
//! left   |      1  |     2   |    3    |         a late timer: made up
//! due    |    1    |              2    |    3    held up until 2: not made up
//! ```

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::region::timer::later;

/// The most that leaves at once of what the timer is late.
const BURST: Duration = Duration::from_millis(2);

/// The least wait between two bursts: what the timer can tell apart.
const PAUSE: Duration = Duration::from_millis(1);

/// The most lateness that is made up: not that of a machine that was asleep.
const DEBT: Duration = Duration::from_secs(1);

/// A beat that items keep.
#[derive(Clone, Copy)]
pub(crate) struct Beat {
    every: Duration,
    /// The item before: there from the first on.
    last: Option<Passed>,
}

/// An item that has passed.
#[derive(Clone, Copy)]
struct Passed {
    /// The moment it was to leave.
    due: Instant,
    /// The moment it did.
    left: Instant,
    /// By how much items left sooner than a beat apart since one had to wait.
    burst: Duration,
}

impl Beat {
    /// A beat of `every`. It begins with the first item.
    pub(crate) fn new(every: Duration) -> Self {
        Self { every, last: None }
    }

    /// Keeps to the beat of `every` from the next item on. Returns whether it is another.
    pub(crate) fn set(&mut self, every: Duration) -> bool {
        core::mem::replace(&mut self.every, every) != every
    }

    /// Lets the item pass that has asked at `asked`, if it may by `now`; else it is to be
    /// asked again at the time that is given. `turned` says that the beat has changed in between.
    pub(crate) fn ask(&mut self, asked: Instant, now: Instant, turned: bool) -> Option<Instant> {
        let next = self.next(asked);
        if next.left > now {
            return Some(next.left);
        }
        if turned {
            // Nothing is late that was not due before.
            self.last = Some(Passed {
                due: now,
                left: now,
                burst: Duration::ZERO,
            });
        } else {
            self.pass(next, now);
        }
        None
    }

    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it changes nothing.
    pub(crate) async fn wait(&mut self) {
        let next = self.next(Instant::now());
        let mut left = Instant::now();
        if next.left > left {
            sleep_until(next.left).await;
            left = next.left.max(Instant::now());
        }
        self.pass(next, left);
    }

    /// The next item, which asks `now`: as it is to leave.
    fn next(&self, now: Instant) -> Passed {
        let at = |due, left, burst| Passed { due, left, burst };
        let Some(last) = self.last else {
            return at(now, now, Duration::ZERO);
        };
        let gap = now.saturating_duration_since(last.left);
        if gap > self.every.saturating_add(BURST) {
            return at(now, now, Duration::ZERO);
        }
        let due = later(last.due, self.every.max(gap));
        if due > now {
            return at(due, due, Duration::ZERO);
        }
        if gap >= self.every {
            return at(due, now, Duration::ZERO);
        }
        let burst = last.burst + (self.every - gap);
        if burst <= BURST {
            return at(due, now, burst);
        }
        let pause = later(last.left, PAUSE.max(self.every / 2));
        at(due, pause.max(now), Duration::ZERO)
    }

    /// Notes that an item has left, late perhaps.
    fn pass(&mut self, next: Passed, left: Instant) {
        let least = left.checked_sub(DEBT);
        let due = least.map_or(next.due, |least| next.due.max(least));
        self.last = Some(Passed { due, left, ..next });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Lets an item pass that asks at `asked`, and leaves `late` where it has to wait.
    /// Returns the moment it left.
    fn pass(beat: &mut Beat, asked: Instant, late: Duration) -> Instant {
        let next = beat.next(asked);
        let left = if next.left > asked {
            next.left + late
        } else {
            asked
        };
        beat.pass(next, left);
        left
    }

    #[test]
    fn lateness_is_made_up_in_bursts() {
        let start = Instant::now();
        for (every, late) in [
            (MS, MS),
            (MS / 10, MS),
            (MS / 7, MS * 3 / 2),
            (10 * MS, MS * 4),
        ] {
            let mut beat = Beat::new(every);
            let mut now = start;
            for _ in 0..10_000 {
                now = pass(&mut beat, now, late) + every / 10;
            }
            let rate = (now - start).as_secs_f64() / (every.as_secs_f64() * 9_999.0);
            assert!((0.99..1.01).contains(&rate), "{every:?}: {rate}");
        }
    }

    #[test]
    fn a_burst_is_two_milliseconds_worth() {
        let start = Instant::now();
        let mut beat = Beat::new(MS / 4);
        pass(&mut beat, start, MS);
        let late = pass(&mut beat, start, 50 * MS);
        let burst = (0..100).take_while(|_| pass(&mut beat, late, MS) == late);
        assert_eq!(burst.count(), 8, "those of two milliseconds");
        let mut beat = Beat::new(10 * MS);
        pass(&mut beat, start, MS);
        let late = pass(&mut beat, start, 50 * MS);
        let next = pass(&mut beat, late, Duration::ZERO);
        assert_eq!(next, late + 5 * MS, "half a beat apart");
    }

    #[test]
    fn a_long_lateness_is_made_up_bit_by_bit() {
        let start = Instant::now();
        let mut beat = Beat::new(MS);
        let mut now = start;
        for n in 0..1000 {
            let late = if n % 100 == 50 { 20 * MS } else { MS / 2 };
            now = pass(&mut beat, now, late);
        }
        assert!(now - start < 1010 * MS, "{:?}", now - start);
    }

    #[test]
    fn what_was_held_up_is_not_made_up() {
        let start = Instant::now();
        let mut beat = Beat::new(10 * MS);
        assert_eq!(pass(&mut beat, start, MS), start);
        assert_eq!(pass(&mut beat, start + 35 * MS, MS), start + 35 * MS);
        assert_eq!(beat.next(start + 36 * MS).left, start + 45 * MS);
        assert_eq!(pass(&mut beat, start + 46 * MS, MS), start + 46 * MS);
        assert_eq!(beat.next(start + 46 * MS).left, start + 56 * MS);
    }
}
