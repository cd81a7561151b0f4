//! `rate_limit`: an item a beat.

use std::time::Duration;

use super::beat::Beat;
use crate::ty::Ty;

/// Lets an item pass every `d`; the first passes at once. What comes sooner waits, and
/// so does what is before it.
///
/// It keeps the beat: the lateness of the timer is made up, also for a `d` below its
/// millisecond, by bursts of at most 2 ms' worth. Time in which an item was held up from
/// behind, or in which none came, is not made up: an item that was held up until `t`
/// leaves at `t`, and the beat goes on from there.
///
/// # Panics
///
/// At the second item, where no tokio runtime with time is there.
#[inline]
#[must_use]
pub fn rate_limit<T>(_: Ty<T>, d: Duration) -> RateLimit {
    RateLimit { beat: Beat::new(d) }
}

/// When the next item may pass.
#[derive(Clone)]
pub struct RateLimit {
    beat: Beat,
}

impl RateLimit {
    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it changes nothing.
    #[inline]
    pub async fn wait(&mut self) {
        self.beat.wait().await;
    }
}
