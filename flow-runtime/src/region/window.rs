//! The order in which results leave.

use std::collections::VecDeque;

/// The results in the order in which they leave, each in a place that was reserved at
/// the start of a future (in order) or at its end (as completed).
pub(super) struct Window<T> {
    /// The places that are reserved, filled or not.
    places: VecDeque<Option<T>>,
    /// The number of the place that leaves next, from zero on. Numbers go up and round.
    head: usize,
    /// Tells the results that end the flow, where some do.
    fails: Option<Fails<T>>,
    /// Says whether such a result is in its place.
    failed: bool,
}

/// The results that end a flow.
struct Fails<T> {
    has_failed: fn(&T) -> bool,
    /// Says whether what has not its result by then is dropped.
    cancels: bool,
}

impl<T> Window<T> {
    pub(super) fn new() -> Self {
        Self {
            places: VecDeque::new(),
            head: 0,
            fails: None,
            failed: false,
        }
    }

    /// Tells from now on the results that end the flow.
    pub(super) fn until_failed(&mut self, has_failed: fn(&T) -> bool, cancels: bool) {
        self.fails = Some(Fails {
            has_failed,
            cancels,
        });
    }

    /// Returns whether a result waits to be read that ends the flow.
    #[inline]
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Returns whether such a result waits, and what has no result is to be dropped.
    #[inline]
    pub(super) fn cancels(&self) -> bool {
        self.failed && self.fails.as_ref().is_some_and(|fails| fails.cancels)
    }

    /// Returns whether the flow ends with a result.
    #[inline]
    fn ends(&self, item: &T) -> bool {
        let fails = self.fails.as_ref();
        fails.is_some_and(|fails| (fails.has_failed)(item))
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
        self.failed |= self.ends(&item);
        self.places[place.wrapping_sub(self.head)] = Some(item);
    }

    /// Returns what leaves next, if it is there.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let item = self.places.front_mut()?.take()?;
        self.places.pop_front();
        self.head = self.head.wrapping_add(1);
        if self.failed && self.ends(&item) {
            // Who reads it ends the flow: what was taken from the sources goes through.
            self.failed = false;
        }
        Some(item)
    }

    /// Returns whether what leaves next is not there, though its place is reserved.
    #[inline]
    pub(super) fn is_waited_for(&self) -> bool {
        self.places.front().is_some_and(Option::is_none)
    }

    /// Gives back the places that are not filled.
    #[cold]
    pub(super) fn clear_unfilled(&mut self) {
        self.places.retain(Option::is_some);
    }

    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.failed = false;
    }
}
