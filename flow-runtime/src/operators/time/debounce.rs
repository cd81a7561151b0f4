//! `debounce`: an item leaves when a while has passed without another.

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
        timer::{Timer, later},
    },
    ty::Ty,
};

/// Lets an item leave when `d` has passed without another; one that comes sooner
/// takes its place. What waits leaves at the end of input.
///
/// One item waits for its time, and one whose time has come may wait for what is
/// behind it; where both do, what is before waits.
///
/// # Panics
///
/// At the first item, where no tokio runtime with time is there.
#[inline]
#[must_use]
pub fn debounce<T, M>(_: Ty<T, M>, d: Duration) -> (Debounce<T>, Ty<T, M>) {
    (Debounce::new(d, Plain), Ty::of_mode())
}

/// See [`debounce`].
pub struct Debounce<T, M: Marks = Plain> {
    quiet: Duration,
    places: Settling<With<M, T>>,
    /// The time at which the newest came.
    last: Option<Instant>,
    /// Goes off at the earliest moment at which the time of the newest may have come:
    /// it is not set anew for every item.
    timer: Timer,
    marks: M,
}

impl<T, M: Marks> Debounce<T, M> {
    fn new(quiet: Duration, marks: M) -> Self {
        Self {
            quiet,
            places: Settling::new(),
            last: None,
            timer: Timer::new(),
            marks,
        }
    }
}

impl<T> Fresh for Debounce<T> {
    fn fresh(&self) -> Self {
        Self::new(self.quiet, Plain)
    }
}

impl<'l, T, S: Sources> MarkedBy<&'l Ledger<S>> for Debounce<T> {
    type Marked = Debounce<T, &'l Ledger<S>>;

    fn marked_by(self, ledger: &'l Ledger<S>) -> Self::Marked {
        Debounce::new(self.quiet, ledger)
    }
}

impl<T, M: Marks> Hold for Debounce<T, M> {
    type In = With<M, T>;
    type Out = With<M, T>;

    #[inline]
    fn has_room(&self) -> bool {
        self.places.has_room()
    }

    #[inline]
    fn push(&mut self, item: With<M, T>) -> bool {
        let now = Instant::now();
        self.last = Some(now);
        if let Some(replaced) = self.places.put(item) {
            self.marks.discard(replaced);
        }
        let unset = !self.timer.is_set();
        if unset {
            self.timer.set(later(now, self.quiet));
        }
        unset
    }

    #[inline]
    fn pop(&mut self) -> Option<With<M, T>> {
        self.places.take()
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while self.timer.poll(cx) {
            let due = self.last.map(|last| later(last, self.quiet));
            match due {
                Some(due) if due > Instant::now() => self.timer.set(due),
                _ => moved |= self.places.settle(),
            }
        }
        moved
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
