//! What waits at a fan-in, or to go round a cycle.

use std::collections::VecDeque;

use crate::error::{Error, ErrorKind};
use crate::ty::Ty;

/// An empty queue.
#[inline]
#[must_use]
pub fn queue<T>() -> Queue<T> {
    Queue {
        waiting: VecDeque::new(),
    }
}

/// An empty queue for what flows here.
#[inline]
#[must_use]
pub fn queue_for<T>(_: Ty<T>) -> Queue<T> {
    queue()
}

/// What a flow ends with when more than its `capacity` waits at `name`.
#[cold]
#[must_use]
pub fn overflow(name: &'static str, capacity: usize) -> Error {
    let message = format!("more than {capacity} items wait at `{name}`");
    Error::new(ErrorKind::Capacity, message)
}

/// Items that wait, first in first out. It keeps its memory.
pub struct Queue<T> {
    waiting: VecDeque<T>,
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

    /// Whether nothing waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        queue()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_first_out() {
        let mut queue = queue_for(Ty::new());
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
    fn an_overflow_names_where_and_how_many() {
        let error = overflow("pages", 8);
        assert_eq!(error.kind(), ErrorKind::Capacity);
        assert_eq!(error.to_string(), "more than 8 items wait at `pages`");
    }
}
