//! `delay`: every item leaves a while after it came.

use core::task::Context;
use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::copies::fresh::Fresh;
use crate::{
    checkpoint::{marks::MarkedBy, token::Token},
    region::{
        Hold,
        timer::{Timer, later},
    },
    ty::Ty,
};

/// Says how many items are delayed at once, where nothing else is said.
pub const DELAYED: usize = 1024;

/// Lets every item leave `d` after it came, in order.
///
/// Up to `capacity` items (1024, where it is not given) are delayed at once;
/// when there are so many, what is before it waits. Items are delayed at the
/// end of input as well.
///
/// # Panics
///
/// Where `capacity` is 0, and at the first item where no tokio runtime with time
/// is there.
#[inline]
#[track_caller]
#[must_use]
pub fn delay<T, M>(_: Ty<T, M>, d: Duration, capacity: usize) -> (Delay<T>, Ty<T, M>) {
    assert!(capacity > 0, "`delay`: `capacity` must be at least 1");
    (Delay::new(d, capacity), Ty::of_mode())
}

/// Items, each with the moment at which it is to leave.
pub struct Delay<T> {
    by: Duration,
    items: VecDeque<(Instant, T)>,
    /// Says how many of them are to leave now.
    due: usize,
    capacity: usize,
    /// Goes off when the first that is not due is.
    timer: Timer,
}

impl<T> Delay<T> {
    fn new(by: Duration, capacity: usize) -> Self {
        Self {
            by,
            items: VecDeque::new(),
            due: 0,
            capacity,
            timer: Timer::new(),
        }
    }
}

impl<T> Fresh for Delay<T> {
    fn fresh(&self) -> Self {
        Self::new(self.by, self.capacity)
    }
}

impl<T, L> MarkedBy<L> for Delay<T> {
    type Marked = Delay<(T, Token)>;

    fn marked_by(self, _: L) -> Self::Marked {
        Delay::new(self.by, self.capacity)
    }
}

impl<T> Hold for Delay<T> {
    type In = T;
    type Out = T;

    #[inline]
    fn has_room(&self) -> bool {
        self.items.len() < self.capacity
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        let at = later(Instant::now(), self.by);
        self.items.push_back((at, item));
        let unset = !self.timer.is_set();
        if unset {
            self.timer.set(at);
        }
        unset
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.due = self.due.checked_sub(1)?;
        self.items.pop_front().map(|(_, item)| item)
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let before = self.due;
        while self.timer.poll(cx) {
            let now = Instant::now();
            let waiting = self.items.iter().skip(self.due);
            self.due += waiting.take_while(|(at, _)| *at <= now).count();
            if let Some((at, _)) = self.items.get(self.due) {
                self.timer.set(*at);
            }
        }
        self.due > before
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.items.len(), Some(self.capacity))
    }
}
