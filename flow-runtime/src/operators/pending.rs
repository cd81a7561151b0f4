//! The items of one input that have not been used yet.

use std::collections::VecDeque;

/// Items of one input, first in first out.
///
/// There is hardly ever more than one, so the first has a place of its own and
/// the ring behind it stays empty. What it took when there were more, it keeps.
pub(crate) struct Pending<T> {
    next: Option<T>,
    /// What came after `next`: empty where there is no next.
    behind: VecDeque<T>,
}

impl<T> Pending<T> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self {
            next: None,
            behind: VecDeque::new(),
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        if self.next.is_none() {
            self.next = Some(item);
        } else {
            self.behind.push_back(item);
        }
    }

    /// The oldest.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let item = self.next.take()?;
        if !self.behind.is_empty() {
            self.next = self.behind.pop_front();
        }
        Some(item)
    }

    /// The newest, where there are more than `most`, which is not zero.
    #[inline]
    pub(crate) fn pop_beyond(&mut self, most: usize) -> Option<T> {
        (self.behind.len() >= most)
            .then(|| self.behind.pop_back())
            .flatten()
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.next.is_none()
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.next = None;
        self.behind.clear();
    }
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
        let mut pending = Pending::new();
        for item in 0..1_000 {
            pending.push(item);
            assert_eq!(pending.pop(), Some(item));
        }
        assert_eq!(pending.behind.capacity(), 0);
        (0..100).for_each(|item| pending.push(item));
        let taken = pending.behind.capacity();
        while pending.pop().is_some() {}
        (0..100).for_each(|item| pending.push(item));
        assert_eq!(pending.behind.capacity(), taken);
    }
}
