//! The supplies of batches: where they take their memory from, and where they leave it.
//!
//! Batches of a size known to the compiler live inline. The others take the
//! memory of an earlier batch: a batch that is dropped gives its memory back to
//! the operator it came from, so that a steady flow allocates nothing.

use std::mem;
use std::ops::Deref;

use super::batch::{Batch, Memories};
use super::inline_batch::InlineBatch;
use super::pool::Pool;
use crate::region::Lent;

/// Says how an operator comes by its batches.
pub trait Supply<T> {
    /// The type of what the operator gives.
    type Batch: Deref<Target = [T]>;

    /// The number of items that makes a batch full.
    fn size(&self) -> usize;

    /// A batch with nothing in it.
    fn empty(&mut self) -> Self::Batch;

    /// Puts an item into a batch that is not full.
    fn put(batch: &mut Self::Batch, item: T);

    /// The place of the batch that is being filled, if one is.
    type Open: Default;

    /// Puts an item into it, and gives the batch that it fills.
    fn fill(&mut self, open: &mut Self::Open, item: T) -> Option<Self::Batch>;

    /// Takes it.
    fn close(open: &mut Self::Open) -> Option<Self::Batch>;

    /// Returns whether nothing is being filled.
    fn is_empty(open: &Self::Open) -> bool;
}

/// Batches of a size known to the compiler, with their items inside.
#[derive(Clone)]
pub struct Inline<const N: usize>;

impl<const N: usize> Inline<N> {
    /// The supply, which has nothing to keep. A size of 0 does not compile.
    #[inline]
    pub(crate) fn new() -> Self {
        const { assert!(N > 0, "the size must be at least 1") };
        Self
    }
}

impl<T, const N: usize> Supply<T> for Inline<N> {
    type Batch = InlineBatch<T, N>;

    #[inline]
    fn size(&self) -> usize {
        N
    }

    #[inline]
    fn empty(&mut self) -> InlineBatch<T, N> {
        InlineBatch::default()
    }

    #[inline]
    fn put(batch: &mut InlineBatch<T, N>, item: T) {
        batch.push(item);
    }

    /// It is filled in its place, and moved once.
    type Open = InlineBatch<T, N>;

    #[inline]
    fn fill(&mut self, open: &mut InlineBatch<T, N>, item: T) -> Option<InlineBatch<T, N>> {
        open.push(item);
        if open.len() < N {
            return None;
        }
        Some(mem::take(open))
    }

    #[inline]
    fn close(open: &mut InlineBatch<T, N>) -> Option<InlineBatch<T, N>> {
        (!open.is_empty()).then(|| mem::take(open))
    }

    #[inline]
    fn is_empty(open: &InlineBatch<T, N>) -> bool {
        open.is_empty()
    }
}

/// Batches with their items on the heap.
pub struct Heap<T> {
    size: usize,
    pool: Lent<Memories<T>>,
}

impl<T> Heap<T> {
    /// A supply of batches of `size`. Where they have no size it is the largest
    /// there is.
    #[inline]
    pub(crate) fn new(size: usize) -> Self {
        let pool = Lent::new(Pool::new());
        Self { size, pool }
    }
}

impl<T> Heap<T> {
    /// Puts the first item into a batch, and gives that where it is full.
    // Not inlined: what is done once a batch would save registers for every item.
    #[inline(never)]
    fn begin(&mut self, open: &mut Batch<T>, item: T) -> Option<Batch<T>> {
        let mut batch = self.empty();
        batch.push(item);
        if self.size == 1 {
            return Some(batch);
        }
        open.begin(batch);
        None
    }
}

/// The copies of a chain share what memory they leave.
impl<T> Clone for Heap<T> {
    fn clone(&self) -> Self {
        let pool = self.pool.clone();
        Self { pool, ..*self }
    }
}

impl<T> Supply<T> for Heap<T> {
    type Batch = Batch<T>;

    #[inline]
    fn size(&self) -> usize {
        self.size
    }

    #[inline]
    fn empty(&mut self) -> Batch<T> {
        Batch::empty(self.pool.lend(), self.size)
    }

    #[inline]
    fn put(batch: &mut Batch<T>, item: T) {
        batch.push(item);
    }

    /// It has memory from the first item on.
    type Open = Batch<T>;

    #[inline]
    fn fill(&mut self, open: &mut Batch<T>, item: T) -> Option<Batch<T>> {
        match open.put(item) {
            Ok(len) if len < self.size => None,
            Ok(_) => open.leave(),
            Err(item) => self.begin(open, item),
        }
    }

    #[inline]
    fn close(open: &mut Batch<T>) -> Option<Batch<T>> {
        open.leave()
    }

    #[inline]
    fn is_empty(open: &Batch<T>) -> bool {
        open.is_empty()
    }
}
