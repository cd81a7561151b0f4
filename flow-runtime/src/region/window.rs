//! The order in which results leave.

/// The results in the order in which they leave: a ring of places, reserved at
/// the start of a future (in order) or at its end (as completed).
pub(super) struct Window<T> {
    places: Box<[Option<T>]>,
    /// The place that leaves next.
    head: usize,
    /// The places that are reserved, filled or not.
    len: usize,
}

impl<T> Window<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            places: (0..capacity).map(|_| None).collect(),
            head: 0,
            len: 0,
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.places.len()
    }

    /// How many places are reserved.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Reserves the next place; there has to be one.
    #[inline]
    pub(super) fn reserve(&mut self) -> usize {
        let place = self.head + self.len;
        self.len += 1;
        if place < self.places.len() {
            place
        } else {
            place - self.places.len()
        }
    }

    #[inline]
    pub(super) fn fill(&mut self, place: usize, item: T) {
        self.places[place] = Some(item);
    }

    /// What leaves next, if it is there.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let item = self.places[self.head].take()?;
        self.len -= 1;
        self.head += 1;
        if self.head == self.places.len() {
            self.head = 0;
        }
        Some(item)
    }

    pub(super) fn clear(&mut self) {
        self.places.fill_with(|| None);
        (self.head, self.len) = (0, 0);
    }
}
