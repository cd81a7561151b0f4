//! The places of what lets only the newest item wait for its time: `debounce` and
//! `sample`.

/// The newest item, whose time has not come, and one whose time has.
pub(super) struct Settling<T> {
    /// To leave now.
    ready: Option<T>,
    /// The next one takes its place, unless its time has come.
    newest: Option<T>,
    /// Its time has come, and the one before has not left.
    settled: bool,
}

impl<T> Settling<T> {
    pub(super) const fn new() -> Self {
        Self {
            ready: None,
            newest: None,
            settled: false,
        }
    }

    /// Returns whether a new item replaces none that has to leave.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        !self.settled
    }

    /// Puts in the newest item. Gives the one that it replaces.
    #[inline]
    pub(super) fn put(&mut self, item: T) -> Option<T> {
        self.newest.replace(item)
    }

    /// The time of the newest has come. Returns whether it is ready now.
    pub(super) fn settle(&mut self) -> bool {
        if self.newest.is_none() {
            return false;
        }
        if self.ready.is_some() {
            self.settled = true;
            return false;
        }
        self.ready = self.newest.take();
        true
    }

    /// Returns whether the time of one has come.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        self.ready.is_some()
    }

    /// Takes out what is ready.
    #[inline]
    pub(super) fn take(&mut self) -> Option<T> {
        let ready = self.ready.take();
        if ready.is_some() && std::mem::take(&mut self.settled) {
            self.ready = self.newest.take();
        }
        ready
    }

    /// The number of items.
    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.ready.is_some()) + usize::from(self.newest.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_whose_time_has_come_is_replaced_by_none() {
        let mut places = Settling::new();
        assert_eq!((places.put(1), places.put(2)), (None, Some(1)));
        assert!(places.settle());
        assert_eq!((places.put(3), places.put(4)), (None, Some(3)));
        assert!(!places.settle() && !places.has_room());
        assert_eq!(places.len(), 2);
        assert_eq!(places.take(), Some(2));
        assert!(places.has_room());
        assert_eq!(places.put(5), None);
        assert_eq!(places.take(), Some(4));
        assert_eq!((places.take(), places.len()), (None, 1));
    }
}
