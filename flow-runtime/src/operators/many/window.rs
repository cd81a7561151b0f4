//! Windows: overlapping views of what passed.
//!
//! Neighbouring windows share almost all of their items, so they share the
//! memory too: a window is a stretch of a *chunk* that it holds together with
//! the operator. As long as every window is gone when the next item comes, the
//! operator just goes on writing its chunk, and no item is ever copied. A
//! window that lives on keeps the chunk; the operator then copies the items it
//! still needs into another one. Who lets go of a chunk last leaves it for the
//! operator to use again.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::list::list;
use super::pool::{Home, Pool, room};
use crate::region::Lent;

/// Several neighbouring items, as an operator gives them: the newest is the
/// last.
///
/// It derefs to `[T]`. A clone costs next to nothing. By value it is iterated
/// as clones of its items, which may be part of other windows.
///
/// ```
/// use flow_runtime::{Window, flow};
///
/// let n = 3; // a literal up to 64 gives an array
/// let windows = flow! { from(0..5) -> sliding_window(n) -> map(|window: Window<u32>| window.into_vec()) };
/// assert_eq!(windows.collect::<Vec<_>>(), [[0, 1, 2], [1, 2, 3], [2, 3, 4]]);
/// ```
pub struct Window<T> {
    chunk: Lent<Chunk<T>>,
    range: Range<usize>,
}

/// Items that passed, oldest first.
pub(crate) struct Chunk<T> {
    pub(crate) items: Vec<T>,
    home: Home<Lent<Self>>,
}

impl<T> Chunk<T> {
    /// A chunk that nobody else holds, filled by `fill`: one from the pool, or a
    /// new one with room for `size` items.
    pub(crate) fn take(
        pool: &Arc<Pool<Lent<Self>>>,
        size: usize,
        fill: impl FnOnce(&mut Vec<T>),
    ) -> Lent<Self> {
        // Who left it may, on another thread, not have let go yet.
        if let Some(mut chunk) = pool.take()
            && let Some(alone) = chunk.get_mut()
        {
            fill(&mut alone.items);
            return chunk;
        }
        let mut items = room(size);
        fill(&mut items);
        let home = Arc::downgrade(pool);
        Lent::new(Self { items, home })
    }

    /// Leaves the chunk to its operator, where nobody else holds it.
    #[inline]
    pub(crate) fn leave(chunk: &mut Lent<Self>) {
        // Mostly the operator holds it.
        if chunk.is_alone() {
            Self::leave_last(chunk);
        }
    }

    #[cold]
    fn leave_last(chunk: &mut Lent<Self>) {
        if let Some(alone) = chunk.get_mut()
            && let Some(pool) = alone.home.upgrade()
        {
            alone.items.clear();
            pool.leave(chunk.clone());
        }
    }
}

impl<T> Window<T> {
    #[inline]
    pub(crate) fn new(chunk: &mut Lent<Chunk<T>>, range: Range<usize>) -> Self {
        let chunk = chunk.lend();
        Self { chunk, range }
    }

    /// The items in a vector of their own.
    #[inline]
    #[must_use]
    pub fn into_vec(self) -> Vec<T>
    where
        T: Clone,
    {
        self.to_vec()
    }
}

impl<T> Drop for Window<T> {
    #[inline]
    fn drop(&mut self) {
        Chunk::leave(&mut self.chunk);
    }
}

impl<T> Clone for Window<T> {
    #[inline]
    fn clone(&self) -> Self {
        let (chunk, range) = (self.chunk.clone(), self.range.clone());
        Self { chunk, range }
    }
}

impl<T> Deref for Window<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.chunk.items[self.range.clone()]
    }
}

list!([T] Window<T>);

impl<T: Clone> From<Window<T>> for Vec<T> {
    #[inline]
    fn from(window: Window<T>) -> Self {
        window.into_vec()
    }
}

impl<T: Clone> IntoIterator for Window<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[inline]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

/// The items of a [`Window`], cloned.
pub struct IntoIter<T>(
    /// The items that are not yet iterated.
    Window<T>,
);

impl<T: Clone> Iterator for IntoIter<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let item = self.0.first().cloned()?;
        self.0.range.start += 1;
        Some(item)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl<T: Clone> DoubleEndedIterator for IntoIter<T> {
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        let item = self.0.last().cloned()?;
        self.0.range.end -= 1;
        Some(item)
    }
}

impl<T: Clone> ExactSizeIterator for IntoIter<T> {}

impl<T: Clone> FusedIterator for IntoIter<T> {}

impl<T: fmt::Debug> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.0).finish()
    }
}
