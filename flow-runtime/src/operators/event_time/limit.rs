//! `ahead`: a time that is too far ahead of the clock.

use super::time::{Clock, Time};

/// The test for times that are too far ahead.
pub trait Limit<X: Time> {
    /// Returns how far a time is beyond what is allowed, where it is.
    fn beyond(&mut self, at: X) -> Option<X::Gap>;
}

/// No time is.
#[derive(Clone, Copy)]
pub struct Unlimited;

impl<X: Time> Limit<X> for Unlimited {
    #[inline]
    fn beyond(&mut self, _: X) -> Option<X::Gap> {
        None
    }
}

/// Times that are this far ahead of a clock.
#[derive(Clone)]
pub struct Ahead<D, C> {
    by: D,
    clock: C,
}

/// `ahead = d, clock = f`.
#[inline]
pub fn ahead_of<D, C>(by: D, clock: C) -> Ahead<D, C> {
    Ahead { by, clock }
}

/// `ahead = d`.
#[inline]
pub fn ahead<D>(by: D) -> Ahead<D, Now> {
    Ahead { by, clock: Now }
}

/// The clock of the machine.
#[derive(Clone, Copy)]
pub struct Now;

#[inline]
fn beyond<X: Time>(at: X, now: X, by: X::Gap) -> Option<X::Gap> {
    // Where no time is that far ahead, none is too far.
    let limit = now.after(by)?;
    (at >= limit).then(|| at.since(limit))
}

impl<X: Time, C: FnMut() -> X> Limit<X> for Ahead<X::Gap, C> {
    #[inline]
    fn beyond(&mut self, at: X) -> Option<X::Gap> {
        beyond(at, (self.clock)(), self.by)
    }
}

impl<X: Clock> Limit<X> for Ahead<X::Gap, Now> {
    #[inline]
    fn beyond(&mut self, at: X) -> Option<X::Gap> {
        beyond(at, X::now(), self.by)
    }
}
