//! Batches whose items are on the heap.

use std::collections::{VecDeque, vec_deque};
use std::fmt;
use std::iter::FusedIterator;
use std::mem;
use std::ops::{Deref, DerefMut};

use super::list::{list, owned_list};
use super::pool::{Pool, room};
use crate::region::Lent;

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
pub struct Batch<T>(
    /// There until it is dropped or iterated; without it there are no items.
    // One word, so that a batch moves in a register.
    Option<Box<Memory<T>>>,
);

/// The items of a batch, and where what held them goes.
pub(crate) struct Memory<T> {
    items: Vec<T>,
    home: Home<T>,
}

/// The memory that the batches of an operator leave.
pub(crate) type Memories<T> = Pool<Box<Memory<T>>>;

/// The pool of the operator that a batch came from; a clone takes its memory from there too.
/// The last batch that is gone drops what the operator has left there.
type Home<T> = Option<Lent<Memories<T>>>;

impl<T> Memory<T> {
    /// Memory for no operator.
    fn new(items: Vec<T>) -> Self {
        Self { items, home: None }
    }

    /// Drops the items, and gives what held them back.
    #[inline]
    fn give_back(mut self: Box<Self>) {
        match self.home.take() {
            Some(pool) => {
                self.items.clear();
                pool.leave(self);
            }
            None => self.free(),
        }
    }

    #[cold]
    #[inline(never)]
    fn free(self: Box<Self>) {
        drop(self);
    }
}

impl<T> Batch<T> {
    /// A batch with nothing in it, from and for `pool`.
    #[inline]
    pub(crate) fn empty(pool: Lent<Memories<T>>, size: usize) -> Self {
        let memory = pool.take();
        let mut memory = memory.unwrap_or_else(|| Box::new(Memory::new(room(size))));
        memory.home = Some(pool);
        Self(Some(memory))
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        self.memory().items.push(item);
    }

    /// Puts an item beside the others, and gives their number; gives the item back where
    /// there is no memory yet.
    #[inline]
    pub(crate) fn put(&mut self, item: T) -> Result<usize, T> {
        let Some(memory) = &mut self.0 else {
            return Err(item);
        };
        memory.items.push(item);
        Ok(memory.items.len())
    }

    /// Puts a batch in the place of one that has no memory.
    #[inline]
    pub(crate) fn begin(&mut self, batch: Self) {
        debug_assert!(self.0.is_none(), "nothing is being filled");
        // There is nothing to drop.
        mem::forget(mem::replace(self, batch));
    }

    /// Takes the batch, where there is anything in it.
    #[inline]
    pub(crate) fn leave(&mut self) -> Option<Self> {
        self.0.take().map(|memory| Self(Some(memory)))
    }

    /// The items, together with their memory.
    #[inline]
    #[must_use]
    pub fn into_vec(mut self) -> Vec<T> {
        mem::take(&mut self.memory().items)
    }

    #[inline]
    fn memory(&mut self) -> &mut Memory<T> {
        self.0
            .get_or_insert_with(|| Box::new(Memory::new(Vec::new())))
    }
}

impl<T> Default for Batch<T> {
    #[inline]
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Drop for Batch<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(memory) = self.0.take() {
            memory.give_back();
        }
    }
}

impl<T> Deref for Batch<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], |memory| &memory.items)
    }
}

impl<T> DerefMut for Batch<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory().items
    }
}

impl<T: Clone> Clone for Batch<T> {
    fn clone(&self) -> Self {
        let Some(memory) = &self.0 else {
            return Self(None);
        };
        let mut batch = match &memory.home {
            Some(pool) => Self::empty(pool.clone(), 0),
            None => Self(None),
        };
        batch.memory().items.extend_from_slice(&memory.items);
        batch
    }
}

impl<T> From<Vec<T>> for Batch<T> {
    #[inline]
    fn from(items: Vec<T>) -> Self {
        Self(Some(Box::new(Memory::new(items))))
    }
}

owned_list!([T] Batch<T>);

impl<T> IntoIterator for Batch<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[inline]
    fn into_iter(mut self) -> IntoIter<T> {
        let items = mem::take(&mut self.memory().items).into();
        IntoIter { items, batch: self }
    }
}

/// The items of a [`Batch`], by value.
pub struct IntoIter<T> {
    /// A deque gives its items away one by one and keeps its memory; it takes
    /// over that of a vector as it is.
    items: VecDeque<T>,
    /// The batch they were in, which takes what held them back.
    batch: Batch<T>,
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
        self.batch.memory().items = mem::take(&mut self.items).into();
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
