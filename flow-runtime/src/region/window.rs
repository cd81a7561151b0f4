//! The order in which results leave.

use std::collections::VecDeque;

/// The results in the order in which they leave, each in a place that was reserved at
/// the start of a future (in order) or at its end (as completed).
pub(super) struct Window<T> {
    /// The places that are reserved, filled or not.
    places: VecDeque<Option<T>>,
    /// The number of the place that leaves next, from zero on. Numbers go up and round.
    head: usize,
}

impl<T> Window<T> {
    pub(super) fn new() -> Self {
        Self {
            places: VecDeque::new(),
            head: 0,
        }
    }

    /// Returns how many places are reserved.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns how many have left.
    pub(super) fn left(&self) -> usize {
        self.head
    }

    /// Reserves the next place; there has to be one.
    #[inline]
    pub(super) fn reserve(&mut self) -> usize {
        let place = self.head.wrapping_add(self.places.len());
        self.places.push_back(None);
        place
    }

    #[inline]
    pub(super) fn fill(&mut self, place: usize, item: T) {
        self.places[place.wrapping_sub(self.head)] = Some(item);
    }

    /// Returns what leaves next, if it is there.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let item = self.places.front_mut()?.take()?;
        self.places.pop_front();
        self.head = self.head.wrapping_add(1);
        Some(item)
    }

    /// Returns whether what leaves next is not there, though its place is reserved.
    #[inline]
    pub(super) fn is_waited_for(&self) -> bool {
        self.places.front().is_some_and(Option::is_none)
    }

    pub(super) fn clear(&mut self) {
        self.places.clear();
    }
}
