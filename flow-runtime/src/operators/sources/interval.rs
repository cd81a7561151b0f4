//! `interval` and `poll`: something every so often.

use core::{
    pin::Pin,
    task::{Context, Poll},
};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::Instant;

use crate::{
    region::timer::{Timer, last_beat, later},
    ty::{Ty, When},
};

/// Gives a tick every `d`, the first after `d`: the moment it was due at.
///
/// It keeps to its beat. Ticks that nobody was there to take are left out, so
/// a slow stage behind it finds one at most.
///
/// # Panics
///
/// Where `d` is zero, and when it is run where no tokio runtime with time is
/// there.
#[inline]
#[track_caller]
#[must_use]
pub fn interval(d: Duration) -> (Interval, Ty<Instant>) {
    assert!(!d.is_zero(), "`interval(d)`: `d` must not be zero");
    (Interval::new(d), Ty::new())
}

/// Gives what `f` gives, called every `d`, the first time after `d`. As
/// [`interval`], it leaves out what nobody was there to take.
///
/// # Panics
///
/// As [`interval`].
#[inline]
#[track_caller]
pub fn poll<T, F: FnMut() -> T>(d: Duration, f: F) -> (When<T, PollEvery<F>>, Ty<T>) {
    assert!(!d.is_zero(), "`poll(d, f)`: `d` must not be zero");
    let ticks = Interval::new(d);
    (PollEvery { ticks, f }, Ty::new())
}

/// Ticks.
pub struct Interval {
    every: Duration,
    /// The time at which the next one is due: set once the first was waited for.
    next: Option<Instant>,
    timer: Timer,
}

impl Interval {
    fn new(every: Duration) -> Self {
        Self {
            every,
            next: None,
            timer: Timer::new(),
        }
    }
}

impl Stream for Interval {
    type Item = Instant;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Instant>> {
        let due = match self.next {
            Some(due) => due,
            None => {
                let due = later(Instant::now(), self.every);
                self.next = Some(due);
                self.timer.set(due);
                due
            }
        };
        if !self.timer.poll(cx) {
            return Poll::Pending;
        }
        let taken = last_beat(due, self.every, Instant::now());
        let next = later(taken, self.every);
        self.next = Some(next);
        self.timer.set(next);
        Poll::Ready(Some(due))
    }
}

/// Calls of a function.
pub struct PollEvery<F> {
    ticks: Interval,
    f: F,
}

// Nothing in it is pinned.
impl<F> Unpin for PollEvery<F> {}

impl<T, F: FnMut() -> T> Stream for PollEvery<F> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let tick = Pin::new(&mut self.ticks).poll_next(cx);
        tick.map(|tick| tick.map(|_| (self.f)()))
    }
}
