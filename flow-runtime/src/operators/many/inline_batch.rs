//! Batches whose items are inside them.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::{Deref, DerefMut};

use arrayvec::ArrayVec;

use super::list::{list, owned_list};

/// Up to `N` items that leave an operator together, in the order they came.
///
/// It derefs to `[T]`, and its items are inside it, not on the heap.
///
/// ```
/// use flow_runtime::{InlineBatch, flow};
///
/// let pairs = flow! { from([1, 2, 3]) -> partition(2) -> map(|batch: InlineBatch<u32, 2>| batch.into_array()) };
/// let given: Vec<Result<[u32; 2], Vec<u32>>> = pairs.map(|pair| pair.map_err(|rest| rest.into_vec())).collect();
/// assert_eq!(given, [Ok([1, 2]), Err(vec![3])]);
/// ```
#[derive(Clone)]
pub struct InlineBatch<T, const N: usize> {
    items: ArrayVec<T, N>,
}

impl<T, const N: usize> InlineBatch<T, N> {
    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Drops the first item, where there is no room for another.
    #[inline]
    pub(crate) fn make_room(&mut self) {
        if self.items.is_full() {
            self.items.remove(0);
        }
    }

    /// The items in a vector.
    #[inline]
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.items.into_iter().collect()
    }

    /// The items in an array, where the batch is full.
    ///
    /// # Errors
    ///
    /// The batch itself, where it holds fewer than `N` items.
    #[inline]
    pub fn into_array(self) -> Result<[T; N], Self> {
        self.items.into_inner().map_err(|items| Self { items })
    }
}

impl<T, const N: usize> Default for InlineBatch<T, N> {
    #[inline]
    fn default() -> Self {
        let items = ArrayVec::new();
        Self { items }
    }
}

impl<T, const N: usize> From<[T; N]> for InlineBatch<T, N> {
    #[inline]
    fn from(items: [T; N]) -> Self {
        let items = items.into();
        Self { items }
    }
}

impl<T, const N: usize> Deref for InlineBatch<T, N> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T, const N: usize> DerefMut for InlineBatch<T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

owned_list!([T, const N: usize] InlineBatch<T, N>);

impl<T, const N: usize> IntoIterator for InlineBatch<T, N> {
    type Item = T;
    type IntoIter = IntoIter<T, N>;

    #[inline]
    fn into_iter(self) -> IntoIter<T, N> {
        IntoIter(self.items.into_iter())
    }
}

/// The items of an [`InlineBatch`], by value.
pub struct IntoIter<T, const N: usize>(arrayvec::IntoIter<T, N>);

impl<T, const N: usize> Iterator for IntoIter<T, N> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.0.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T, const N: usize> DoubleEndedIterator for IntoIter<T, N> {
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        self.0.next_back()
    }
}

impl<T, const N: usize> ExactSizeIterator for IntoIter<T, N> {}

impl<T, const N: usize> FusedIterator for IntoIter<T, N> {}

impl<T: fmt::Debug, const N: usize> fmt::Debug for IntoIter<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.0.as_slice()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_compares_and_iterates_as_a_list() {
        let mut batch = InlineBatch::<i32, 4>::default();
        assert!(batch.is_empty());
        batch.push(2);
        batch.push(1);
        batch.sort_unstable();
        assert_eq!(batch, [1, 2]);
        assert_eq!(batch, vec![1, 2]);
        assert_eq!(format!("{batch:?}"), "[1, 2]");
        assert_eq!(batch.clone().into_iter().rev().collect::<Vec<_>>(), [2, 1]);
        assert_eq!(batch.clone().into_vec(), [1, 2]);
        assert_eq!(batch.into_array().unwrap_err(), [1, 2]);
    }

    #[test]
    fn a_full_one_is_an_array() {
        let batch = InlineBatch::from(["a".to_owned(), "b".to_owned()]);
        let [a, b] = batch.into_array().unwrap();
        assert_eq!(a + &b, "ab");
    }
}
