//! The items that wait to be put in order.
//!
//! Items that come in order lie in a ring, to the end of which the next is put, or near to it
//! one that is a little late. Those that are later go where their time is: into *later*, a row of piles, each of a stretch of
//! time and in no order. When the ring has run dry, the next pile is sorted, and is the
//! ring. What comes for the time of the ring and does not fit to its end lies in a heap
//! beside it; that is little.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

/// The number of piles the time is divided into within which items wait.
const PILES: u64 = 64;

/// The number of items that may lie in the heap while the ring takes whatever is newer than all.
const STRAY: usize = 16;

/// The number of items at the end of the ring before which one more is put: to move these few
/// costs less than a heap or a pile.
const NEAR: usize = 16;

/// Items that wait, by time, then by `K`, then as they came.
///
/// Besides its time an item comes with *ticks*: a number that ascends with the time.
#[derive(Clone)]
pub struct Sorter<X, K, T> {
    /// In order, from the first to leave on.
    ring: VecDeque<Entry<X, K, T>>,
    /// The items that came after something in the ring which is newer.
    heap: BinaryHeap<Entry<X, K, T>>,
    /// The items that are newer than ring and heap, in piles.
    later: VecDeque<Vec<Entry<X, K, T>>>,
    /// The number of the first pile: all before it is for the ring and the heap.
    base: u64,
    /// The number of items in piles.
    piled: usize,
    /// Piles that are empty, but for their memory.
    spare: Vec<Vec<Entry<X, K, T>>>,
    /// By how many bits ticks are shifted to number their pile.
    shift: u32,
}

/// An item that waits.
#[derive(Clone)]
pub struct Entry<X, K, T> {
    /// Its time.
    pub at: X,
    /// The tie-breaker between equal times.
    then: K,
    /// Its place among all that came.
    number: u64,
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
    /// A sorter for items that wait within so many ticks.
    pub(super) fn new(within: u64) -> Self {
        let bits = u64::BITS - (within / PILES).leading_zeros();
        Self {
            ring: VecDeque::new(),
            heap: BinaryHeap::new(),
            later: VecDeque::new(),
            base: 0,
            piled: 0,
            spare: Vec::new(),
            // The last tick stands for all times beyond it: there is a pile number behind its own.
            shift: bits.clamp(1, u64::BITS - 1),
        }
    }

    /// The number of items that wait.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.ring.len() + self.heap.len() + self.piled
    }

    /// Adds an item. Numbers ascend, and what was due has left.
    #[inline]
    pub(super) fn push(&mut self, ticks: u64, at: X, then: K, number: u64, item: T) {
        let entry = Entry {
            at,
            then,
            number,
            item,
        };
        let pile = ticks >> self.shift;
        if self.piled == 0 && self.heap.len() < STRAY {
            return match self.behind(&entry) {
                Some(0) => {
                    self.base = pile + 1;
                    self.ring.push_back(entry);
                }
                Some(few) => self.ring.insert(self.ring.len() - few, entry),
                None => self.heap.push(entry),
            };
        }
        let Some(place) = pile.checked_sub(self.base) else {
            return self.heap.push(entry);
        };
        while self.later.len() as u64 <= place {
            self.later.push_back(self.spare.pop().unwrap_or_default());
        }
        self.later[place as usize].push(entry);
        self.piled += 1;
    }

    /// Returns how many items of the ring an item is to leave before, where they are few.
    #[inline]
    fn behind(&self, entry: &Entry<X, K, T>) -> Option<usize> {
        let mut last = self.ring.iter().rev();
        (0..NEAR).find(|_| last.next().is_none_or(|last| last.order(entry).is_lt()))
    }

    /// Takes the first, where it is up to `ticks` and `due` says so of its time.
    #[inline]
    pub(super) fn pop_if(
        &mut self,
        ticks: u64,
        due: impl FnOnce(&X) -> bool,
    ) -> Option<Entry<X, K, T>> {
        if self.ring.is_empty() && self.heap.is_empty() && !self.next_pile(ticks) {
            return None;
        }
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

    /// The next pile is sorted and is the ring, where some of it may be due.
    fn next_pile(&mut self, ticks: u64) -> bool {
        let last = ticks >> self.shift;
        while self.piled > 0 && self.base <= last {
            let Some(mut pile) = self.later.pop_front() else {
                break;
            };
            self.base += 1;
            let filled = !pile.is_empty();
            self.piled -= pile.len();
            pile.sort_unstable_by(Entry::order);
            self.ring.extend(pile.drain(..));
            self.spare.push(pile);
            if filled {
                return true;
            }
        }
        false
    }
}
