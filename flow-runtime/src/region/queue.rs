//! Defines what waits at a fan-in, or to go round a cycle.

use std::{collections::VecDeque, vec};

use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::error::{Error, ErrorKind, Stage};
use crate::ty::Ty;

/// Memory made in advance at most, in items: a capacity is often a generous bound.
pub(crate) const IN_ADVANCE: usize = 1024;

/// An empty queue for what flows here.
#[inline]
#[must_use]
pub fn queue<T, M>(_: Ty<T, M>) -> Queue<T> {
    Queue {
        waiting: VecDeque::new(),
    }
}

/// An empty queue for what leaves an operator at the end of input.
#[must_use]
pub fn stash<T>() -> Queue<T> {
    Queue {
        waiting: VecDeque::new(),
    }
}

/// An empty queue in which at most `capacity` wait for the other inputs of a
/// fan-in; `input` is the name of this one.
///
/// # Panics
///
/// Where `capacity` is zero.
#[must_use]
#[track_caller]
pub fn queue_within<T, M>(_: Ty<T, M>, input: &'static str, capacity: usize) -> Bounded<T> {
    assert!(capacity > 0, "the capacity of `zip` must not be zero");
    Bounded {
        queue: Queue {
            waiting: VecDeque::with_capacity(capacity.saturating_add(1).min(IN_ADVANCE)),
        },
        input,
        capacity,
        has_refused: false,
    }
}

/// An empty queue in which at most `capacity` wait to go round a cycle.
///
/// # Panics
///
/// Where `capacity` is zero.
#[must_use]
#[track_caller]
pub fn queue_of_cycle<T, M>(_: Ty<T, M>, stage: Stage, capacity: usize) -> CycleQueue<T> {
    assert!(capacity > 0, "the capacity of a cycle must not be zero");
    CycleQueue {
        queue: Queue {
            waiting: VecDeque::with_capacity(capacity.min(IN_ADVANCE)),
        },
        stage,
        capacity,
    }
}

/// Items that wait, first in first out. It keeps its memory.
pub struct Queue<T> {
    waiting: VecDeque<T>,
}

/// An empty place for what branches bring into a union.
#[inline]
#[must_use]
pub fn meeting<T, M>(_: Ty<T, M>) -> Meeting<T> {
    Meeting { items: Vec::new() }
}

/// The place of what the branches of one item bring into a union, until all have. It keeps its
/// memory.
///
/// It is filled and then emptied, so no ring is needed: two branches of two items each take
/// 40 instructions, with a ring 118 (`union_of_flat_maps` in `benches/rows`).
pub struct Meeting<T> {
    items: Vec<T>,
}

impl<T> Meeting<T> {
    /// Lets one item wait.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// All that wait, in the order in which they came.
    #[inline]
    pub fn drain(&mut self) -> vec::Drain<'_, T> {
        self.items.drain(..)
    }
}

impl<T> Fresh for Meeting<T> {
    fn fresh(&self) -> Self {
        Self { items: Vec::new() }
    }
}

impl<T: Clone> Twin for Meeting<T> {
    fn twin(&self) -> Self {
        let items = self.items.clone();
        Self { items }
    }
}

impl<T> Fresh for Queue<T> {
    fn fresh(&self) -> Self {
        let waiting = VecDeque::new();
        Self { waiting }
    }
}

impl<T: Clone> Twin for Queue<T> {
    fn twin(&self) -> Self {
        let waiting = self.waiting.clone();
        Self { waiting }
    }
}

impl<T> Fresh for Bounded<T> {
    fn fresh(&self) -> Self {
        let queue = self.queue.fresh();
        Self { queue, ..*self }
    }
}

impl<T: Clone> Twin for Bounded<T> {
    fn twin(&self) -> Self {
        let queue = self.queue.twin();
        Self { queue, ..*self }
    }
}

impl<T> Fresh for CycleQueue<T> {
    fn fresh(&self) -> Self {
        let queue = self.queue.fresh();
        Self { queue, ..*self }
    }
}

impl<T: Clone> Twin for CycleQueue<T> {
    fn twin(&self) -> Self {
        let queue = self.queue.twin();
        Self { queue, ..*self }
    }
}

impl<T> Queue<T> {
    /// Lets one item wait.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.waiting.push_back(item);
    }

    /// The item that waited for longest.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.waiting.pop_front()
    }

    /// Drops all that waits.
    #[inline]
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Returns whether nothing waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns how many wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}

/// A queue that only so many wait in.
pub struct Bounded<T> {
    queue: Queue<T>,
    /// Holds what the user calls this input.
    input: &'static str,
    capacity: usize,
    /// True when an item had no place, which has not been told yet.
    has_refused: bool,
}

impl<T> Bounded<T> {
    /// Returns how many items of an input may wait.
    #[inline]
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Lets one item wait, or keeps in mind that it cannot: [`refused`](Self::refused) tells.
    ///
    /// One more than may wait is taken: its counterpart may be there already.
    /// [`excess`](Self::excess) asks again after the pairing.
    #[inline]
    pub fn push_within(&mut self, item: T) {
        if self.queue.len() <= self.capacity {
            self.queue.push(item);
        } else {
            self.has_refused = true;
        }
    }

    /// Says that an item had no place since this was asked last.
    #[inline]
    pub fn refused(&mut self) -> Option<Error> {
        core::mem::take(&mut self.has_refused).then(|| self.overflow())
    }

    /// Drops the newest item where more wait than may, and says so.
    #[inline]
    pub fn excess(&mut self) -> Option<Error> {
        if self.queue.len() <= self.capacity {
            return None;
        }
        self.queue.waiting.pop_back();
        Some(self.overflow())
    }

    #[cold]
    fn overflow(&self) -> Error {
        overflow(self.input, self.capacity)
    }

    /// The item that waited for longest.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.queue.pop()
    }

    /// Returns whether nothing waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Returns how many wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len()
    }
}

/// That more items of an input wait at a fan-in than its capacity allows.
#[cold]
pub(crate) fn overflow(input: &str, capacity: usize) -> Error {
    let message = format!("more than {capacity} items of the input `{input}` wait for the others");
    Error::new(ErrorKind::Capacity, message)
}

/// A queue that ends the flow where more wait than `#[capacity(n)]` allows.
pub struct CycleQueue<T> {
    queue: Queue<T>,
    /// The segment that the cycle goes through.
    stage: Stage,
    capacity: usize,
}

impl<T> CycleQueue<T> {
    /// Lets one item wait; where it does not fit, nothing waits any more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Capacity`], naming the segment.
    #[inline]
    pub fn push(&mut self, item: T) -> Result<(), Error> {
        if self.queue.len() < self.capacity {
            self.queue.push(item);
            Ok(())
        } else {
            // What waits is part of what went wrong: an open flow goes on.
            self.queue.waiting.clear();
            Err(self.overflow())
        }
    }

    #[cold]
    fn overflow(&self) -> Error {
        let message = format!("more than {} items wait to go round", self.capacity);
        Error::at(self.stage, Error::new(ErrorKind::Capacity, message))
    }

    /// The item that waited for longest.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.queue.pop()
    }

    /// Returns whether nothing waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Returns how many items wait, and how many may.
    #[must_use]
    pub fn fill(&self) -> (usize, Option<usize>) {
        (self.queue.len(), Some(self.capacity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_first_out() {
        let mut queue = queue(Ty::new());
        assert!(queue.is_empty());
        assert_eq!(queue.pop(), None);
        queue.push(1);
        queue.push(2);
        assert_eq!(queue.len(), 2);
        assert_eq!(
            (queue.pop(), queue.pop(), queue.pop()),
            (Some(1), Some(2), None)
        );
    }

    #[test]
    fn what_meets_leaves_in_its_order_and_leaves_its_memory() {
        let mut met = meeting(Ty::new());
        (0..3).for_each(|n| met.push(n));
        assert_eq!(met.twin().drain().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(met.fresh().drain().next(), None);
        let room = met.items.capacity();
        assert_eq!(met.drain().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(met.drain().next(), None);
        assert_eq!(met.items.capacity(), room);
    }

    #[test]
    fn an_overflow_names_where_and_how_many() {
        let mut queue = queue_within(Ty::new(), "left", 1);
        queue.push_within('a');
        assert!(queue.excess().is_none());
        queue.push_within('b');
        assert!(
            queue.refused().is_none(),
            "the counterpart of `a` may be there"
        );
        let error = queue.excess().unwrap();
        assert_eq!(error.kind(), ErrorKind::Capacity);
        let message = "more than 1 items of the input `left` wait for the others";
        assert_eq!(error.to_string(), message);
        assert!(queue.excess().is_none());
        queue.push_within('c');
        queue.push_within('d');
        assert_eq!(queue.refused().unwrap().to_string(), message);
        assert!(queue.refused().is_none());
        assert_eq!(
            (queue.pop(), queue.pop(), queue.pop()),
            (Some('a'), Some('c'), None)
        );
    }
}
