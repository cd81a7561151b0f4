//! `partition`: batches of a size.

use std::marker::PhantomData;

use super::batch::Batch;
use super::inline_batch::InlineBatch;
use super::supply::{Heap, Inline, Supply};
use crate::checkpoint::marks::{Mark, Marked, Marks, Plain};
use crate::checkpoint::token::Token;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::ty::Ty;

/// Gives batches of `n` items; the rest at the end of input is a shorter batch.
///
/// `by = f` makes batches of items with equal keys; `timeout = d` sends a short
/// batch `d` after its first item.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn partition<T, M>(_: Ty<T, M>, n: usize) -> (Partition<T>, Ty<Batch<T>, M>) {
    assert!(n > 0, "`partition(n)`: `n` must be at least 1");
    (Partition::new(Heap::new(n)), Ty::of_mode())
}

/// Gives batches of `N` items; the rest at the end of input is a shorter batch.
#[inline]
#[must_use]
pub fn partition_inline<T, const N: usize, M>(
    _: Ty<T, M>,
) -> (
    Partition<T, Inline<N>, InlineBatch<T, N>>,
    Ty<InlineBatch<T, N>, M>,
) {
    (Partition::new(Inline::new()), Ty::of_mode())
}

/// The batch that is being filled, in a place of type `O`.
///
/// The type of a field is a parameter: if it came of a bound, as `S::Open`, rustc could
/// not tell that a flow of borrowed items is `Send`, for it forgets which lifetimes are one.
pub struct Partition<T, S = Heap<T>, O = Batch<T>, J = Plain> {
    pub(super) supply: S,
    open: O,
    /// Joins those of what is in it.
    mark: J,
    item: PhantomData<fn(T)>,
}

impl<T, S: Supply<T>, J: Mark> Partition<T, S, S::Open, J> {
    #[inline]
    fn new(supply: S) -> Self {
        Self {
            supply,
            open: S::Open::default(),
            mark: J::default(),
            item: PhantomData,
        }
    }

    /// Adds one item. Gives the batch that it fills.
    #[inline]
    pub fn put<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        marks: &M,
    ) -> Option<J::With<S::Batch>> {
        marks.join(&mut self.mark, mark);
        self.mark.leave_with(self.supply.fill(&mut self.open, item))
    }

    /// The rest, where there is one.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(&mut self, _: &M) -> Option<J::With<S::Batch>> {
        self.mark.leave_with(S::close(&mut self.open))
    }

    /// Returns whether no batch is being filled.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        S::is_empty(&self.open)
    }

    /// Returns how many items it gives at the end of input.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        usize::from(!self.is_empty())
    }
}

impl<T, S: Supply<T>> Partition<T, S, S::Open> {
    /// Adds one item. Gives the batch that it fills.
    #[inline]
    // Not by way of `put`: that would cost an instruction an item.
    pub fn push(&mut self, item: T) -> Option<S::Batch> {
        self.supply.fill(&mut self.open, item)
    }

    /// The rest, where there is one.
    #[inline]
    pub fn finish(&mut self) -> Option<S::Batch> {
        S::close(&mut self.open)
    }
}

impl<T, S: Supply<T> + Clone, J: Mark> Fresh for Partition<T, S, S::Open, J> {
    fn fresh(&self) -> Self {
        Self::new(self.supply.clone())
    }
}

impl<T, S: Supply<T>> Marked for Partition<T, S, S::Open> {
    type Marked = Partition<T, S, S::Open, Token>;

    fn marked(self) -> Self::Marked {
        Partition::new(self.supply)
    }
}

impl<T, S: Clone, O: Clone> Twin for Partition<T, S, O> {
    fn twin(&self) -> Self {
        Self {
            supply: self.supply.clone(),
            open: self.open.clone(),
            mark: Plain,
            item: PhantomData,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_a_shorter_batch() {
        let (mut partition, _) = partition(Ty::new(), 3);
        let full: Vec<_> = (0..10).filter_map(|x| partition.push(x)).collect();
        assert_eq!(full, [[0, 1, 2], [3, 4, 5], [6, 7, 8]]);
        assert_eq!(partition.finish().unwrap(), [9]);
        assert_eq!(partition.finish(), None);
    }

    #[test]
    fn inline_batches_are_the_same() {
        let (mut partition, _) = partition_inline::<_, 2, _>(Ty::new());
        let full: Vec<_> = (0..3).filter_map(|x| partition.push(x)).collect();
        assert_eq!(full, [[0, 1]]);
        assert_eq!(partition.finish().unwrap(), [2]);
    }

    #[test]
    fn batches_of_one_and_no_item_at_all() {
        let (mut partition, _) = partition(Ty::new(), 1);
        assert_eq!(partition.finish(), None);
        assert_eq!(partition.push('a').unwrap(), ['a']);
        assert_eq!(partition.finish(), None);
    }

    #[test]
    fn a_size_larger_than_the_input_gives_one_batch() {
        let (mut partition, _) = partition(Ty::new(), usize::MAX);
        assert_eq!(partition.push(1), None);
        assert_eq!(partition.finish().unwrap(), [1]);
    }

    #[test]
    fn a_steady_flow_uses_the_same_memory() {
        let (mut partition, _) = partition(Ty::new(), 2);
        let mut memory: Vec<_> = (0..100)
            .filter_map(|x| partition.push(x))
            .map(|batch| batch.as_ptr())
            .collect();
        memory.dedup();
        assert_eq!(memory.len(), 1);
    }

    #[test]
    #[should_panic(expected = "`partition(n)`: `n` must be at least 1")]
    fn a_size_of_zero_panics() {
        let _ = partition(Ty::<u8>::new(), 0);
    }
}
