//! `rate_limit`: a while between items, or the pace of a limit.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{Limit, region::timer::later, ty::Ty};

/// Lets at least `pace` pass between two items, the first passing at once; or lets
/// items pass at the pace of a limit. What comes sooner waits, and so does what is
/// before it.
///
/// # Panics
///
/// At the second item, where no tokio runtime with time is there.
#[inline]
#[must_use]
pub fn rate_limit<T, P: Pace>(_: Ty<T>, pace: P) -> P::Pacer {
    pace.pacer()
}

/// A pace: a `Duration`, or a reference to a limit.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no pace",
    label = "not a `Duration`, and no reference to a `Limit`",
    note = "`rate_limit(d)` leaves a `Duration` between items, `rate_limit(&limit)` lets them pass at the pace of a `Limit`"
)]
pub trait Pace {
    /// What keeps to it.
    type Pacer;

    /// What keeps to it.
    fn pacer(self) -> Self::Pacer;
}

impl Pace for Duration {
    type Pacer = RateLimit;

    #[inline]
    fn pacer(self) -> RateLimit {
        RateLimit {
            every: self,
            next: None,
        }
    }
}

impl Pace for &Limit {
    type Pacer = Shared;

    fn pacer(self) -> Shared {
        Shared(self.clone())
    }
}

/// Keeps to the pace of a limit, with all others that do.
#[derive(Clone)]
pub struct Shared(Limit);

impl Shared {
    /// Waits until an item may pass.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, it holds up nobody.
    pub async fn wait(&mut self) {
        // It frees no place: it has none.
        let _ = self.0.pace().await;
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
