//! `rate_limit`: a while between items.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{region::timer::later, ty::Ty};

/// Lets at least `d` pass between two items; the first passes at once. What
/// comes sooner waits, and so does what is before it.
///
/// # Panics
///
/// At the second item, where no tokio runtime with time is there.
#[inline]
#[must_use]
pub fn rate_limit<T>(_: Ty<T>, d: Duration) -> RateLimit {
    RateLimit {
        every: d,
        next: None,
    }
}

/// When the next item may pass.
#[derive(Clone)]
pub struct RateLimit {
    every: Duration,
    /// There from the first item on.
    next: Option<Instant>,
}

impl RateLimit {
    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it changes nothing.
    #[inline]
    pub async fn wait(&mut self) {
        let mut now = Instant::now();
        if let Some(next) = self.next
            && next > now
        {
            sleep_until(next).await;
            // A thread that came late must not push all that follows.
            now = next.max(Instant::now());
        }
        self.next = Some(later(now, self.every));
    }
}
