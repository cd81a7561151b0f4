//! `buffer`: items wait, so that what is before and behind it runs concurrently.

use std::collections::VecDeque;

use crate::copies::fresh::Fresh;
use crate::{
    checkpoint::{marks::MarkedBy, token::Token},
    region::{Hold, queue::IN_ADVANCE},
    ty::Ty,
};

/// Lets up to `n` items wait, in order. The stages before and behind it run
/// concurrently; when `n` wait, what is before it waits, too.
///
/// At the end of input what waits still passes.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
#[must_use]
pub fn buffer<T, M>(_: Ty<T, M>, n: usize) -> (Buffer<T>, Ty<T, M>) {
    (Buffer::new(n), Ty::of_mode())
}

/// Items that wait, a bounded number of them.
pub struct Buffer<T> {
    items: VecDeque<T>,
    /// The queue may have room for more than was asked for.
    capacity: usize,
}

impl<T> Buffer<T> {
    /// Room for `capacity` items.
    ///
    /// # Panics
    ///
    /// Where that is 0.
    #[inline]
    #[track_caller]
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "`buffer(n)`: `n` must be at least 1");
        Self {
            items: VecDeque::with_capacity(capacity.min(IN_ADVANCE)),
            capacity,
        }
    }
}

impl<T> Hold for Buffer<T> {
    type In = T;
    type Out = T;

    #[inline]
    fn has_room(&self) -> bool {
        self.items.len() < self.capacity
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.items.push_back(item);
        // Who reads waits only if it found nothing.
        self.items.len() == 1
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.items.pop_front()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.items.len(), Some(self.capacity))
    }
}

impl<T, L> MarkedBy<L> for Buffer<T> {
    type Marked = Buffer<(T, Token)>;

    fn marked_by(self, _: L) -> Self::Marked {
        Buffer::new(self.capacity)
    }
}

impl<T> Fresh for Buffer<T> {
    fn fresh(&self) -> Self {
        Self::new(self.capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_the_number_that_was_asked_for() {
        let mut buffer = Buffer::new(3);
        let pushed = (0..).take_while(|x| buffer.has_room() && (buffer.push(*x) || *x > 0));
        assert_eq!(pushed.count(), 3);
        assert_eq!(buffer.pop(), Some(0));
        assert!(buffer.has_room());
    }

    #[test]
    #[should_panic(expected = "`buffer(n)`: `n` must be at least 1")]
    fn a_size_of_zero_panics() {
        let _ = buffer(Ty::<u8>::new(), 0);
    }
}
