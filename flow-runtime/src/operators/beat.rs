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

/// The most that is made up of the lateness of the timer by several items at once.
const BURST: Duration = Duration::from_millis(2);

/// A beat that items keep.
#[derive(Clone)]
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
}

impl Beat {
    /// A beat of `every`. It begins with the first item.
    pub(crate) fn new(every: Duration) -> Self {
        Self { every, last: None }
    }

    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it changes nothing.
    pub(crate) async fn wait(&mut self) {
        let now = Instant::now();
        let due = self.due(now);
        let mut left = now;
        if due > now {
            sleep_until(due).await;
            left = due.max(Instant::now());
        }
        self.pass(due, left);
    }

    /// Notes that an item has left, late perhaps.
    fn pass(&mut self, due: Instant, left: Instant) {
        // Above two milliseconds no two items leave at once.
        let most = BURST.max(self.every / 2);
        let least = left.checked_sub(most);
        let due = least.map_or(due, |least| due.max(least));
        self.last = Some(Passed { due, left });
    }

    /// The moment at which an item is due that asks `now`.
    fn due(&self, now: Instant) -> Instant {
        let Some(last) = self.last else { return now };
        let gap = now.saturating_duration_since(last.left);
        if gap > self.every.saturating_add(BURST) {
            return now;
        }
        later(last.due, self.every.max(gap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Lets an item pass that asks at `asked` and leaves at `left`, if it has to wait for
    /// that. Returns the moment it was due.
    fn pass(beat: &mut Beat, asked: Instant, late: Duration) -> Instant {
        let due = beat.due(asked);
        let left = if due > asked { due + late } else { asked };
        beat.pass(due, left);
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
        assert_eq!(next, late + 5 * MS, "half of a beat is made up");
    }

    #[test]
    fn what_was_held_up_is_not_made_up() {
        let start = Instant::now();
        let mut beat = Beat::new(10 * MS);
        assert_eq!(pass(&mut beat, start, MS), start);
        assert_eq!(pass(&mut beat, start + 35 * MS, MS), start + 35 * MS);
        assert_eq!(beat.due(start + 36 * MS), start + 45 * MS);
        assert_eq!(pass(&mut beat, start + 46 * MS, MS), start + 46 * MS);
        assert_eq!(beat.due(start + 46 * MS), start + 56 * MS);
    }
}
