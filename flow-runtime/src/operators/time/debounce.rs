//! `debounce`: an item leaves when a while has passed without another.

use core::task::Context;
use std::time::Duration;

use tokio::time::Instant;

use super::settle::Settling;
use crate::copies::fresh::Fresh;
use crate::{
    checkpoint::holds::Counted,
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
    (Debounce::new(d), Ty::of_mode())
}

/// See [`debounce`].
pub struct Debounce<T> {
    quiet: Duration,
    places: Settling<T>,
    /// The time at which the newest came.
    last: Option<Instant>,
    /// Goes off at the earliest moment at which the time of the newest may have come:
    /// it is not set anew for every item.
    timer: Timer,
}

impl<T> Debounce<T> {
    fn new(quiet: Duration) -> Self {
        Self {
            quiet,
            places: Settling::new(),
            last: None,
            timer: Timer::new(),
        }
    }
}

impl<T> Fresh for Debounce<T> {
    fn fresh(&self) -> Self {
        Self::new(self.quiet)
    }
}

impl<T> Hold for Debounce<T> {
    type In = T;
    type Out = T;

    #[inline]
    fn has_room(&self) -> bool {
        self.places.has_room()
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        let now = Instant::now();
        self.last = Some(now);
        self.places.put(item);
        let unset = !self.timer.is_set();
        if unset {
            self.timer.set(later(now, self.quiet));
        }
        unset
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
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

impl<T> Counted for Debounce<T> {
    #[inline]
    fn len(&self) -> usize {
        self.places.len()
    }
}
