//! Keys that are forgotten when they were not seen for a while.

use core::task::Context;
use std::time::Duration;

use tokio::time::Instant;

use super::Recent;
use crate::region::timer::{Timer, later};

/// The time after which a key is forgotten that was not seen. All keys have the same, so the
/// one not seen for longest is idle first.
pub(in crate::operators) struct Idle {
    after: Duration,
    /// Goes off when the key not seen for longest may be idle.
    timer: Timer,
}

/// The shortest time between two looks for keys that are idle: one that is not may be seen by
/// a look.
const SOON: Duration = Duration::from_millis(1);

/// A state that knows when its key was seen last.
pub(in crate::operators) trait Sighted {
    /// The time of the last sight.
    fn sight(&self) -> Instant;
}

impl Idle {
    pub(in crate::operators) const fn new(after: Duration) -> Self {
        Self {
            after,
            timer: Timer::new(),
        }
    }

    pub(in crate::operators) fn after(&self) -> Duration {
        self.after
    }

    /// The time of a sight, which is now.
    ///
    /// # Panics
    ///
    /// Where no tokio runtime with time is there.
    #[inline]
    pub(in crate::operators) fn sight(&mut self) -> Instant {
        let now = Instant::now();
        if !self.timer.is_set() {
            self.timer.set(later(now, self.after.max(SOON)));
        }
        now
    }

    /// Returns whether keys are timed.
    pub(in crate::operators) fn is_set(&self) -> bool {
        self.timer.is_set()
    }

    /// Returns the time, once keys may be idle; else the task is woken when they are. Those that
    /// are then have to be [forgotten](Self::forget).
    #[inline]
    pub(in crate::operators) fn poll(&mut self, cx: &mut Context<'_>) -> Option<Instant> {
        self.timer.poll(cx).then(Instant::now)
    }

    /// Forgets a key that is idle. Where there is none, waits for the next.
    pub(in crate::operators) fn forget<K, V: Sighted>(
        &mut self,
        now: Instant,
        keys: &mut Recent<K, V>,
    ) -> Option<(K, V)> {
        let at = later(keys.oldest()?.sight(), self.after);
        if at > now {
            self.timer.set(at);
            return None;
        }
        keys.forget_oldest()
    }

    /// Forgets no more.
    pub(in crate::operators) fn clear(&mut self) {
        self.timer.clear();
    }
}
