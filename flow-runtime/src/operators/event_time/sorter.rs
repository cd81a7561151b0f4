//! What waits to be put in order.
//!
//! Most items come in order, or nearly so. Those that do lie in a ring, to the end of
//! which the next is put; those that do not lie in a heap. The first of both leaves.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

/// Items that wait, by time, then by `K`, then as they came.
pub struct Sorter<X, K, T> {
    /// In order, from the first to leave on.
    ring: VecDeque<Entry<X, K, T>>,
    /// What came after something in the ring that it is older than.
    heap: BinaryHeap<Entry<X, K, T>>,
}

/// An item that waits.
pub struct Entry<X, K, T> {
    /// Its time.
    pub at: X,
    /// What decides between equal times.
    then: K,
    /// Its place among all that came.
    pub number: u64,
    /// The item itself.
    pub item: T,
}

impl<X: Ord, K: Ord, T> Entry<X, K, T> {
    #[inline]
    fn order(&self, other: &Self) -> Ordering {
        let times = self.at.cmp(&other.at);
        times
            .then_with(|| self.then.cmp(&other.then))
            .then_with(|| self.number.cmp(&other.number))
    }
}

/// The greatest is the first to leave, as a heap wants it.
impl<X: Ord, K: Ord, T> Ord for Entry<X, K, T> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        other.order(self)
    }
}

impl<X: Ord, K: Ord, T> PartialOrd for Entry<X, K, T> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<X: Ord, K: Ord, T> PartialEq for Entry<X, K, T> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }
}

impl<X: Ord, K: Ord, T> Eq for Entry<X, K, T> {}

impl<X: Ord, K: Ord, T> Sorter<X, K, T> {
    pub(super) const fn new() -> Self {
        Self {
            ring: VecDeque::new(),
            heap: BinaryHeap::new(),
        }
    }

    /// The number of items that wait.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.ring.len() + self.heap.len()
    }

    /// Adds an item. Numbers ascend.
    #[inline]
    pub(super) fn push(&mut self, at: X, then: K, number: u64, item: T) {
        let entry = Entry {
            at,
            then,
            number,
            item,
        };
        if self
            .ring
            .back()
            .is_none_or(|last| last.order(&entry).is_lt())
        {
            self.ring.push_back(entry);
        } else {
            self.heap.push(entry);
        }
    }

    /// Takes the first, where `due` says so of its time.
    #[inline]
    pub(super) fn pop_if(&mut self, due: impl FnOnce(&X) -> bool) -> Option<Entry<X, K, T>> {
        let (ring, heap) = (self.ring.front(), self.heap.peek());
        let of_heap = match (ring, heap) {
            (Some(ring), Some(heap)) => heap.order(ring).is_lt(),
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let first = if of_heap { heap } else { ring }?;
        if !due(&first.at) {
            return None;
        }
        if of_heap {
            self.heap.pop()
        } else {
            self.ring.pop_front()
        }
    }
}
