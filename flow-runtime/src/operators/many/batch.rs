//! Batches whose items are on the heap.

use std::collections::{VecDeque, vec_deque};
use std::fmt;
use std::iter::FusedIterator;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::list::{list, owned_list};
use super::pool::Pool;

/// Several items that leave an operator together, in the order they came.
///
/// It derefs to `[T]`. When it is dropped, or iterated to the end, its memory
/// goes back to the operator it came from and is used for a later batch;
/// [`into_vec`](Batch::into_vec) keeps the memory.
///
/// ```
/// use flow_runtime::{Batch, flow};
///
/// let n = 100; // a literal up to 64 gives an `InlineBatch`
/// let sums = flow! { from(0..150) -> partition(n) -> map(|batch: Batch<u32>| (batch.len(), batch.into_vec().pop())) };
/// assert_eq!(sums.collect::<Vec<_>>(), [(100, Some(99)), (50, Some(149))]);
/// ```
pub struct Batch<T> {
    items: Vec<T>,
    /// Says where the memory goes; a clone takes its own from there too.
    home: Home<T>,
}

/// The pool of the operator that a batch came from. The last batch that is gone drops what
/// the operator has left there.
type Home<T> = Option<Arc<Pool<Vec<T>>>>;

impl<T> Batch<T> {
    /// A batch in `items`, the memory of which goes `home`.
    #[inline]
    pub(crate) fn new(items: Vec<T>, home: Home<T>) -> Self {
        Self { items, home }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// The items, together with their memory.
    #[inline]
    #[must_use]
    pub fn into_vec(mut self) -> Vec<T> {
        mem::take(&mut self.items)
    }
}

/// Drops the items and gives their memory back.
#[inline]
fn give_back<T>(mut items: Vec<T>, home: &Home<T>) {
    if items.capacity() > 0
        && let Some(pool) = home
    {
        items.clear();
        pool.leave(items);
    }
}

impl<T> Drop for Batch<T> {
    #[inline]
    fn drop(&mut self) {
        give_back(mem::take(&mut self.items), &self.home);
    }
}

impl<T> Deref for Batch<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for Batch<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<T: Clone> Clone for Batch<T> {
    fn clone(&self) -> Self {
        let memory = self.home.as_ref().and_then(|pool| pool.take());
        let mut items = memory.unwrap_or_default();
        items.extend_from_slice(self);
        Self::new(items, self.home.clone())
    }
}

impl<T> From<Vec<T>> for Batch<T> {
    #[inline]
    fn from(items: Vec<T>) -> Self {
        Self::new(items, None)
    }
}

owned_list!([T] Batch<T>);

impl<T> IntoIterator for Batch<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[inline]
    fn into_iter(mut self) -> IntoIter<T> {
        IntoIter {
            items: mem::take(&mut self.items).into(),
            home: mem::take(&mut self.home),
        }
    }
}

/// The items of a [`Batch`], by value.
pub struct IntoIter<T> {
    /// A deque gives its items away one by one and keeps its memory; it takes
    /// over that of a vector as it is.
    items: VecDeque<T>,
    home: Home<T>,
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.items.pop_front()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.items.len(), Some(self.items.len()))
    }

    #[inline]
    fn fold<A, F: FnMut(A, T) -> A>(mut self, init: A, f: F) -> A {
        let items: vec_deque::Drain<'_, T> = self.items.drain(..);
        items.fold(init, f)
    }
}

impl<T> DoubleEndedIterator for IntoIter<T> {
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        self.items.pop_back()
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> FusedIterator for IntoIter<T> {}

impl<T> Drop for IntoIter<T> {
    #[inline]
    fn drop(&mut self) {
        self.items.clear();
        give_back(mem::take(&mut self.items).into(), &self.home);
    }
}

impl<T: fmt::Debug> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.items).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::supply::{Heap, Supply};
    use super::*;

    fn batch(supply: &mut Heap<i32>, items: &[i32]) -> Batch<i32> {
        let mut batch = supply.empty();
        items.iter().for_each(|item| batch.push(*item));
        batch
    }

    #[test]
    fn memory_goes_round() {
        let mut supply = Heap::new(3);
        let first = batch(&mut supply, &[1, 2, 3]);
        let memory = first.as_ptr();
        drop(first);
        let second = batch(&mut supply, &[4]);
        assert_eq!(second.as_ptr(), memory);
        // Iterated to the end it goes back as well, and to a clone.
        assert_eq!(second.into_iter().sum::<i32>(), 4);
        let third = batch(&mut supply, &[5]);
        assert_eq!(third.as_ptr(), memory);
        let other = batch(&mut supply, &[6]);
        let free = other.as_ptr();
        drop(other);
        assert_eq!(third.clone().as_ptr(), free);
    }

    #[test]
    fn memory_that_is_kept_does_not_come_back() {
        let mut supply = Heap::new(2);
        let kept = batch(&mut supply, &[1, 2]).into_vec();
        let next = batch(&mut supply, &[3]);
        assert_ne!(next.as_ptr(), kept.as_ptr());
        drop(supply);
        drop(next);
        assert_eq!(kept, [1, 2]);
    }

    #[test]
    fn it_is_iterated_by_value_by_reference_and_from_both_ends() {
        let mut batch = Batch::from(vec![1, 2, 3]);
        for item in &mut batch {
            *item *= 2;
        }
        assert_eq!((&batch).into_iter().copied().max(), Some(6));
        let mut items = batch.into_iter();
        assert_eq!(items.len(), 3);
        assert_eq!((items.next_back(), items.next()), (Some(6), Some(2)));
        assert_eq!(items.collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn it_compares_as_a_list() {
        let batch = Batch::from(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(batch, ["a", "b"]);
        assert_eq!(batch, vec!["a", "b"]);
        assert_eq!(batch, &["a", "b"][..]);
        assert_eq!(batch, *["a", "b"].as_slice());
        assert_eq!(vec!["a", "b"], batch);
        assert_eq!(batch, batch.clone());
        let other = Batch::from(vec!["b".to_owned()]);
        assert!(batch < other);
        assert_eq!(format!("{batch:?}"), r#"["a", "b"]"#);
        assert!(HashSet::from([batch]).contains(&["a".to_owned(), "b".to_owned()][..]));
    }

    #[test]
    fn it_may_cross_threads() {
        fn crosses<T: Send + Sync>() {}
        crosses::<Batch<u8>>();
    }
}
