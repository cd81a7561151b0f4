//! `ahead`: a time that is too far ahead of the clock.

use super::time::{Clock, Time};
use crate::ty::{Fails, Holds, Nothing, When};

/// The test for times that are too far ahead.
pub trait Limit<X> {
    /// Returns how far a time is beyond what is allowed, where it is.
    fn beyond(&mut self, at: X) -> Option<X::Gap>
    where
        X: Time;
}

/// A time that a limit `L` compares, with the proof of it. The time is asked, which is known
/// later than the limit: before that nothing is proven.
#[diagnostic::on_unimplemented(
    message = "`ahead` and its clock do not fit times that are `{Self}`",
    label = "`ahead = d` compares the time of each item with a clock",
    note = "`ahead` is a distance of two times, as `late` is; a clock gives a time as the items have it: `clock = || …`",
    note = "without `clock` it is the machine's, which tells `SystemTime`s and `Instant`s"
)]
pub trait Limited<L, P> {}

#[diagnostic::do_not_recommend]
impl<X, L: Limit<X>> Limited<L, Holds> for X {}

#[diagnostic::do_not_recommend]
impl<X: Nothing, L: Limit<X>> Limited<L, Fails> for X {}

/// No time is.
#[derive(Clone, Copy)]
pub struct Unlimited;

impl<X> Limit<X> for Unlimited {
    #[inline]
    fn beyond(&mut self, _: X) -> Option<X::Gap>
    where
        X: Time,
    {
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
pub fn ahead_of<X, D, C: FnMut() -> X>(by: D, clock: C) -> When<X, Ahead<D, C>> {
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

impl<X: Time<Gap = D>, D: Copy, C: FnMut() -> X> Limit<X> for Ahead<D, C> {
    #[inline]
    fn beyond(&mut self, at: X) -> Option<X::Gap> {
        beyond(at, (self.clock)(), self.by)
    }
}

impl<X: Clock<Gap = D>, D: Copy> Limit<X> for Ahead<D, Now> {
    #[inline]
    fn beyond(&mut self, at: X) -> Option<X::Gap> {
        beyond(at, X::now(), self.by)
    }
}
