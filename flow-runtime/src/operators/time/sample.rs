//! `sample`: the newest item of each stretch of time.

use core::task::Context;
use std::time::Duration;

use tokio::time::Instant;

use super::settle::Settling;
use crate::copies::fresh::Fresh;
use crate::{
    checkpoint::{
        ledger::Ledger,
        marks::{MarkedBy, Marks, Plain, With},
        source::Sources,
    },
    region::{
        Hold,
        timer::{Timer, last_beat, later},
    },
    ty::Ty,
};

/// Lets the newest item of each `d` leave, counted from the start of the flow, and
/// nothing where nothing came. What waits leaves at the end of input.
///
/// One item waits for the end of its `d`, and one may wait for what is behind it;
/// where both do and the `d` is over, what is before waits.
///
/// # Panics
///
/// Where `d` is zero, and when it is run where no tokio runtime with time is there.
#[inline]
#[track_caller]
#[must_use]
pub fn sample<T, M>(_: Ty<T, M>, d: Duration) -> (Sample<T>, Ty<T, M>) {
    assert!(!d.is_zero(), "`sample(d)`: `d` must not be zero");
    (Sample::new(d, Plain), Ty::of_mode())
}

/// See [`sample`].
pub struct Sample<T, M: Marks = Plain> {
    every: Duration,
    places: Settling<With<M, T>>,
    /// The start of a `d`, from which the others are counted: there from the first
    /// sweep on.
    beat: Option<Instant>,
    /// Goes off at the end of the `d` in which the newest came.
    timer: Timer,
    marks: M,
}

impl<T, M: Marks> Sample<T, M> {
    fn new(every: Duration, marks: M) -> Self {
        Self {
            every,
            places: Settling::new(),
            beat: None,
            timer: Timer::new(),
            marks,
        }
    }
}

impl<T> Fresh for Sample<T> {
    fn fresh(&self) -> Self {
        Self::new(self.every, Plain)
    }
}

impl<'l, T, S: Sources> MarkedBy<&'l Ledger<S>> for Sample<T> {
    type Marked = Sample<T, &'l Ledger<S>>;

    fn marked_by(self, ledger: &'l Ledger<S>) -> Self::Marked {
        Sample::new(self.every, ledger)
    }
}

impl<T, M: Marks> Hold for Sample<T, M> {
    type In = With<M, T>;
    type Out = With<M, T>;

    #[inline]
    fn has_room(&self) -> bool {
        self.places.has_room()
    }

    #[inline]
    fn push(&mut self, item: With<M, T>) -> bool {
        if let Some(replaced) = self.places.put(item) {
            self.marks.discard(replaced);
        }
        if self.timer.is_set() {
            return false;
        }
        // The clock is read at the first item of a `d` only.
        let now = Instant::now();
        let beat = last_beat(self.beat.unwrap_or(now), self.every, now);
        self.beat = Some(beat);
        self.timer.set(later(beat, self.every));
        true
    }

    #[inline]
    fn pop(&mut self) -> Option<With<M, T>> {
        self.places.take()
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        self.beat.get_or_insert_with(Instant::now);
        self.timer.poll(cx) && self.places.settle()
    }

    fn close(&mut self) {
        self.timer.clear();
        self.places.settle();
    }

    fn waits_for_time(&self) -> bool {
        !self.places.is_ready()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.places.len() == 0
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.places.len(), Some(2))
    }
}
