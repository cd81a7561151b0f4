//! `rate_limit`: an item a beat, or the pace of a limit.

use std::time::Duration;

use super::beat::Beat;
use crate::{Limit, ty::Ty};

/// Lets an item pass every `d`, the first at once; or lets items pass at the pace of a
/// limit. What comes sooner waits, and so does what is before it.
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
pub fn rate_limit<T, P: Pace>(_: Ty<T>, pace: P) -> P::Pacer {
    pace.pacer()
}

/// A pace: a `Duration`, or a reference to a limit.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no pace",
    label = "not a `Duration`, and no reference to a `Limit`",
    note = "`rate_limit(d)` lets an item pass every `Duration`, `rate_limit(&limit)` lets them pass at the pace of a `Limit`"
)]
pub trait Pace {
    /// What keeps to it.
    type Pacer;

    /// Begins to keep to it.
    fn pacer(self) -> Self::Pacer;
}

impl Pace for Duration {
    type Pacer = RateLimit;

    #[inline]
    fn pacer(self) -> RateLimit {
        let beat = Beat::new(self);
        RateLimit { beat }
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
