//! One timer of an operator.

use core::pin::Pin;
use core::task::Context;
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// A timer that is set and goes off, again and again. It is made when it is
/// first set and then kept: nothing is allocated after that.
///
/// # Panics
///
/// Setting it panics outside of a tokio runtime with time.
pub(crate) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    /// Says whether it is to go off.
    set: bool,
}

impl Timer {
    /// A timer that is not set.
    pub(crate) const fn new() -> Self {
        Self {
            sleep: None,
            set: false,
        }
    }

    /// Lets it go off at `at`. What was set before is forgotten.
    pub(crate) fn set(&mut self, at: Instant) {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(at),
            None => self.sleep = Some(Box::pin(tokio::time::sleep_until(at))),
        }
        self.set = true;
    }

    /// Lets it not go off.
    pub(crate) fn clear(&mut self) {
        self.set = false;
    }

    /// Returns whether it is to go off.
    pub(crate) fn is_set(&self) -> bool {
        self.set
    }

    /// Returns whether it goes off now; else the task is woken when it does.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.set {
            return false;
        }
        let due = match &mut self.sleep {
            Some(sleep) => sleep.as_mut().poll(cx).is_ready(),
            None => false,
        };
        self.set = !due;
        due
    }
}

/// The moment `by` after `from`; so far off that it never comes, where there is
/// no such moment.
pub(crate) fn later(from: Instant, by: Duration) -> Instant {
    const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    from.checked_add(by).unwrap_or_else(|| from + NEVER)
}

/// The last moment up to `now` of a beat that `from` is on. `every` is not zero.
pub(crate) fn last_beat(from: Instant, every: Duration, now: Instant) -> Instant {
    const SECOND: u128 = 1_000_000_000;
    let past = (now - from).as_nanos() / every.as_nanos() * every.as_nanos();
    let seconds = u64::try_from(past / SECOND).expect("no more than has passed");
    let nanos = u32::try_from(past % SECOND).expect("less than a second");
    from + Duration::new(seconds, nanos)
}
