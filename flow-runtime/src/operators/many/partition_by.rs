//! `partition(n, by = f)`: batches of a size, for every key its own.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::marker::PhantomData;
use std::vec;

use foldhash::fast::RandomState;

use super::batch::Batch;
use super::inline_batch::InlineBatch;
use super::supply::{Heap, Inline, Supply};
use crate::checkpoint::marks::{Mark, Marked, Marks, Plain};
use crate::checkpoint::token::Token;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::parts::distinct::{Distinct, Key};
use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// Gives batches of `n` items of equal key; what is left at the end of input
/// comes in shorter batches, in the order of their first items.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn partition_by<T, A, P, K: Key<P> + Apart<T, F, A>, F: FnMut(&T) -> K + Fits<M>, M>(
    _: Ty<T, M>,
    n: usize,
    f: F,
) -> (When<A, When<P, PartitionBy<T, K, F>>>, Ty<Batch<T>, M>) {
    assert!(n > 0, "`partition(n)`: `n` must be at least 1");
    (PartitionBy::new(Heap::new(n), f), Ty::of_mode())
}

/// Gives batches of `N` items of equal key.
#[inline]
pub fn partition_by_inline<
    T,
    const N: usize,
    A,
    P,
    K: Key<P> + Apart<T, F, A>,
    F: FnMut(&T) -> K + Fits<M>,
    M,
>(
    _: Ty<T, M>,
    f: F,
) -> (
    When<A, When<P, PartitionBy<T, K, F, Inline<N>, InlineBatch<T, N>>>>,
    Ty<InlineBatch<T, N>, M>,
) {
    (PartitionBy::new(Inline::new(), f), Ty::of_mode())
}

/// The batches that are being filled, of type `B`.
pub struct PartitionBy<T, K, F, S = Heap<T>, B = Batch<T>, J = Plain> {
    supply: S,
    pub(super) key: F,
    /// A key is here only while its batch is open.
    pub(super) open: HashMap<K, Open<B, J>, RandomState>,
    /// Says how many batches were opened.
    pub(super) opened: u64,
    item: PhantomData<fn(T)>,
}

#[derive(Clone)]
pub(super) struct Open<B, J> {
    /// Its place among all batches, by which the last ones leave in order.
    pub(super) number: u64,
    pub(super) batch: B,
    /// Joins those of what is in it.
    pub(super) mark: J,
}

/// The batches that were open at the end of input.
// With a name: see `event_time::windows::Outs`.
pub struct Rest<B, J>(vec::IntoIter<Open<B, J>>);

impl<B, J: Mark> Iterator for Rest<B, J> {
    type Item = J::With<B>;

    #[inline]
    fn next(&mut self) -> Option<J::With<B>> {
        self.0.next().map(|open| open.mark.with(open.batch))
    }
}

impl<T, K, F, S, J> PartitionBy<T, K, F, S, S::Batch, J>
where
    K: Distinct,
    F: FnMut(&T) -> K,
    S: Supply<T>,
    J: Mark,
{
    #[inline]
    pub(super) fn new(supply: S, key: F) -> Self {
        Self {
            supply,
            key,
            open: HashMap::default(),
            opened: 0,
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
        let key = (self.key)(&item);
        self.put_under(key, item, mark, marks)
    }

    /// [`put`](Self::put), where the key is known already.
    #[inline]
    pub(super) fn put_under<M: Marks<Mark = J>>(
        &mut self,
        key: K,
        item: T,
        mark: J,
        marks: &M,
    ) -> Option<J::With<S::Batch>> {
        let mut entry = match self.open.entry(key) {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(entry) => {
                self.opened += 1;
                entry.insert_entry(Open {
                    number: self.opened,
                    batch: self.supply.empty(),
                    mark: J::default(),
                })
            }
        };
        let open = entry.get_mut();
        S::put(&mut open.batch, item);
        marks.join(&mut open.mark, mark);
        if open.batch.len() < self.supply.size() {
            return None;
        }
        let full = entry.remove();
        Some(full.mark.with(full.batch))
    }

    /// Returns how many items it gives at the end of input.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        self.open.len()
    }

    /// The rest, in the order in which the batches were opened.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(&mut self, _: &M) -> Rest<S::Batch, J> {
        let mut open: Vec<_> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_unstable_by_key(|open| open.number);
        Rest(open.into_iter())
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S: Supply<T>> PartitionBy<T, K, F, S, S::Batch> {
    /// Adds one item. Gives the batch that it fills.
    #[inline]
    pub fn push(&mut self, item: T) -> Option<S::Batch> {
        self.put(item, Plain, &Plain)
    }

    /// The rest, in the order in which the batches were opened.
    #[inline]
    pub fn finish(&mut self) -> Rest<S::Batch, Plain> {
        self.end(&Plain)
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K + Clone, S: Supply<T> + Clone, J: Mark> Fresh
    for PartitionBy<T, K, F, S, S::Batch, J>
{
    fn fresh(&self) -> Self {
        Self::new(self.supply.clone(), self.key.clone())
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S: Supply<T>> Marked for PartitionBy<T, K, F, S, S::Batch> {
    type Marked = PartitionBy<T, K, F, S, S::Batch, Token>;

    fn marked(self) -> Self::Marked {
        PartitionBy::new(self.supply, self.key)
    }
}

impl<T, K: Clone, F: Clone, S: Clone, B: Clone> Twin for PartitionBy<T, K, F, S, B> {
    fn twin(&self) -> Self {
        Self {
            supply: self.supply.clone(),
            key: self.key.clone(),
            open: self.open.clone(),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::marks::account::Account;

    #[test]
    fn every_key_has_its_batches() {
        let (mut partition, _) = partition_by(Ty::<i32>::new(), 2, |x| x % 2);
        let full: Vec<_> = (0..10).filter_map(|x| partition.push(x)).collect();
        assert_eq!(full, [[0, 2], [1, 3], [4, 6], [5, 7]]);
        assert_eq!(partition.finish().collect::<Vec<_>>(), [[8], [9]]);
        assert_eq!(partition.finish().count(), 0);
    }

    #[test]
    fn the_rest_is_in_the_order_of_first_items() {
        let (mut partition, _) =
            partition_by_inline::<_, 3, _, _, _, _, _>(Ty::new(), |text: &&str| text.len());
        for text in ["ccc", "a", "bb", "a", "a", "a"] {
            partition.push(text);
        }
        let rest: Vec<_> = partition.finish().collect();
        assert_eq!(
            rest,
            [["ccc"], ["bb"], ["a"]],
            "the first batch of `a` was full"
        );
    }

    #[test]
    fn batches_of_one() {
        let (mut partition, _) = partition_by(Ty::<i32>::new(), 1, |x| *x);
        assert_eq!(partition.push(1).unwrap(), [1]);
        assert_eq!(partition.finish().count(), 0);
    }

    #[test]
    fn every_batch_has_its_own_mark() {
        let account = Account::default();
        let mut partition = PartitionBy::new(Heap::new(2), |x: &u64| x % 2);
        let mut left: Vec<_> = [0, 1, 3, 5, 2, 4]
            .into_iter()
            .filter_map(|x| partition.put(x, account.come(x), &account))
            .collect();
        left.extend(partition.end(&account));
        let marks: Vec<_> = left.into_iter().map(|(_, mark)| mark.0).collect();
        assert_eq!(marks, [vec![1, 3], vec![0, 2], vec![5], vec![4]]);
    }
}
