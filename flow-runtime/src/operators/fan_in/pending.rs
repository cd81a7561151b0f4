//! The items of one input that have not been used yet.

use std::collections::VecDeque;

/// Items of one input, first in first out.
///
/// There are hardly ever more than two, one of them just come, so the first two have
/// places of their own.
#[derive(Clone)]
pub(crate) struct Pending<T> {
    next: Option<T>,
    /// The one after `next`: there is none where there is no next.
    second: Option<T>,
    /// Holds what came after `second`: empty where there is no second.
    behind: Burst<T>,
}

impl<T> Pending<T> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self {
            next: None,
            second: None,
            behind: Burst::new(),
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        if self.next.is_none() {
            self.next = Some(item);
        } else if self.second.is_none() {
            self.second = Some(item);
        } else {
            self.behind.push(item);
        }
    }

    /// The oldest.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let item = self.next.take()?;
        self.next = self.second.take();
        if !self.behind.is_empty() {
            self.second = self.behind.pop();
        }
        Some(item)
    }

    /// Returns how many wait.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        usize::from(self.next.is_some()) + usize::from(self.second.is_some()) + self.behind.len
    }

    /// The newest, where there are more than `most`, which is not zero.
    #[inline]
    pub(crate) fn pop_beyond(&mut self, most: usize) -> Option<T> {
        if self.len() <= most {
            return None;
        }
        self.behind.pop_newest().or_else(|| self.second.take())
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.next.is_none()
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.next = None;
        self.second = None;
        while self.behind.pop().is_some() {}
    }
}

/// Items that had to wait in a ring. It keeps its memory.
///
/// The ring is out of the way and is handed over to grow: nothing sees the
/// address of an input then, so that where nothing waits all of it can live in
/// registers. That is a tenth of the instructions for `combine_latest`.
#[expect(clippy::box_collection, reason = "the ring is not to be inside")]
#[derive(Clone)]
pub(crate) struct Burst<T> {
    len: usize,
    ring: Option<Box<VecDeque<T>>>,
}

impl<T> Burst<T> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { len: 0, ring: None }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        self.ring = Some(pushed(self.ring.take(), item));
        self.len += 1;
    }

    /// The oldest.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        self.ring.as_mut()?.pop_front()
    }

    /// The newest.
    fn pop_newest(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        self.ring.as_mut()?.pop_back()
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cold]
#[expect(clippy::box_collection, reason = "see `Burst`")]
fn pushed<T>(ring: Option<Box<VecDeque<T>>>, item: T) -> Box<VecDeque<T>> {
    let mut ring = ring.unwrap_or_default();
    ring.push_back(item);
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_first_out() {
        let mut pending = Pending::new();
        assert!(pending.is_empty() && pending.pop().is_none());
        for turn in 0..3 {
            for item in 0..4 {
                pending.push((turn, item));
            }
            assert!(!pending.is_empty());
            for item in 0..4 {
                assert_eq!(pending.pop(), Some((turn, item)));
            }
            assert!(pending.is_empty() && pending.pop().is_none());
        }
        pending.push((3, 0));
        pending.push((3, 1));
        pending.clear();
        assert!(pending.is_empty() && pending.pop().is_none());
    }

    #[test]
    fn the_newest_go_first_where_there_are_too_many() {
        let mut pending = Pending::new();
        for item in 0..4 {
            pending.push(item);
        }
        assert_eq!(pending.pop_beyond(4), None);
        assert_eq!(pending.pop_beyond(2), Some(3));
        assert_eq!(pending.pop_beyond(2), Some(2));
        assert_eq!(pending.pop_beyond(2), None);
        assert_eq!(pending.pop_beyond(1), Some(1));
        assert_eq!(pending.pop_beyond(1), None);
        assert_eq!((pending.pop(), pending.pop()), (Some(0), None));
        assert_eq!(pending.pop_beyond(1), None);
    }

    #[test]
    fn one_at_a_time_takes_no_memory_and_a_burst_keeps_what_it_took() {
        let room = |pending: &Pending<_>| pending.behind.ring.as_ref().map(|ring| ring.capacity());
        let mut pending = Pending::new();
        for item in 0..1_000 {
            pending.push(item);
            assert_eq!(pending.pop(), Some(item));
        }
        assert!(pending.behind.ring.is_none());
        (0..100).for_each(|item| pending.push(item));
        let taken = room(&pending);
        while pending.pop().is_some() {}
        (0..100).for_each(|item| pending.push(item));
        assert_eq!(room(&pending), taken);
    }
}
