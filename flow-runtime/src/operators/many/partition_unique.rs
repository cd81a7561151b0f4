//! `partition_unique`: batches of items whose keys all differ.

use std::collections::{HashMap, HashSet};
use std::mem;

use foldhash::fast::RandomState;

use super::batch::Batch;
use super::inline_batch::InlineBatch;
use super::supply::{Heap, Inline, Supply};
use crate::checkpoint::marks::{Mark, Marked, Marks, Plain};
use crate::checkpoint::token::Token;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::parts::distinct::{Distinct, Key, Remembered};
use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// The item that stays when a batch is shown a key twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The one that is there.
    First,
    /// The new one, which also takes the last place.
    Last,
}

/// Gives a batch of `n` items as soon as there are `n` different ones; the rest
/// at the end of input is a shorter batch.
///
/// `by = f` compares what `f` gives of an item. `keep = last` keeps the newest
/// of equal ones, at the place it came; the default is `first`.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn partition_unique<T: Remembered, M>(
    _: Ty<T, M>,
    n: usize,
    keep: Keep,
) -> (
    PartitionUnique<T, T, impl FnMut(&T) -> T + Clone>,
    Ty<Batch<T>, M>,
) {
    assert!(n > 0, "`partition_unique(n)`: `n` must be at least 1");
    (
        PartitionUnique::new(Heap::new(n), T::clone, keep),
        Ty::of_mode(),
    )
}

/// Gives a batch of `n` items as soon as there are `n` different keys.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn partition_unique_by<T, A, P, K: Key<P> + Apart<T, F, A>, F: FnMut(&T) -> K + Fits<M>, M>(
    _: Ty<T, M>,
    n: usize,
    f: F,
    keep: Keep,
) -> (When<A, When<P, PartitionUnique<T, K, F>>>, Ty<Batch<T>, M>) {
    assert!(n > 0, "`partition_unique(n)`: `n` must be at least 1");
    (PartitionUnique::new(Heap::new(n), f, keep), Ty::of_mode())
}

/// Gives a batch of `N` items as soon as there are `N` different ones.
#[inline]
pub fn partition_unique_inline<T: Remembered, const N: usize, M>(
    _: Ty<T, M>,
    keep: Keep,
) -> (
    PartitionUnique<T, T, impl FnMut(&T) -> T + Clone, Inline<N>, InlineBatch<T, N>>,
    Ty<InlineBatch<T, N>, M>,
) {
    (
        PartitionUnique::new(Inline::new(), T::clone, keep),
        Ty::of_mode(),
    )
}

/// Gives a batch of `N` items as soon as there are `N` different keys.
#[inline]
pub fn partition_unique_by_inline<
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
    keep: Keep,
) -> (
    When<A, When<P, PartitionUnique<T, K, F, Inline<N>, InlineBatch<T, N>>>>,
    Ty<InlineBatch<T, N>, M>,
) {
    (PartitionUnique::new(Inline::new(), f, keep), Ty::of_mode())
}

/// The batch that is being filled, in a place of type `O`.
pub struct PartitionUnique<T, K, F, S = Heap<T>, O = Batch<T>, J = Plain> {
    pub(super) supply: S,
    key: F,
    /// Of each key the first item is kept: those that come next go right into the batch.
    open: O,
    /// Joins those of what is in it.
    mark: J,
    /// The keys of what is in it.
    seen: HashSet<K, RandomState>,
    /// Of each key the last item is kept: there is no batch before it is full.
    newest: Option<Newest<T, K, J>>,
}

/// The newest item of each key.
#[derive(Clone)]
struct Newest<T, K, J> {
    /// The items by key, each with its place.
    held: HashMap<K, (u64, T, J), RandomState>,
    /// The place of the next item.
    next: u64,
    /// Says where the items are put in order; empty but for its memory.
    sorted: Vec<(u64, T, J)>,
}

impl<T, K, J> Newest<T, K, J> {
    fn new() -> Self {
        Self {
            held: HashMap::default(),
            next: 0,
            sorted: Vec::new(),
        }
    }

    /// Adds an item. Gives the mark of the one with its key, the place of which it takes.
    fn push(&mut self, key: K, item: T, mark: J) -> Option<J>
    where
        K: Distinct,
    {
        let replaced = self.held.insert(key, (self.next, item, mark));
        self.next += 1;
        replaced.map(|(_, _, mark)| mark)
    }

    /// Gives all of them in order.
    fn drain(&mut self) -> impl Iterator<Item = (T, J)> {
        let placed = self.held.drain().map(|(_, placed)| placed);
        self.sorted.extend(placed);
        self.sorted.sort_unstable_by_key(|(place, ..)| *place);
        self.sorted.drain(..).map(|(_, item, mark)| (item, mark))
    }
}

// What is asked of a key is asked by the methods: rustc then blames it where the constructor
// does, once.
impl<T, K, F: FnMut(&T) -> K, S: Supply<T>, J: Mark> PartitionUnique<T, K, F, S, S::Open, J> {
    #[inline]
    pub(super) fn new(supply: S, key: F, keep: Keep) -> Self {
        Self {
            supply,
            key,
            open: S::Open::default(),
            mark: J::default(),
            seen: HashSet::default(),
            newest: (keep == Keep::Last).then(Newest::new),
        }
    }

    /// Adds one item. Gives the batch that it fills.
    #[inline]
    pub fn put<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        marks: &M,
    ) -> Option<J::With<S::Batch>>
    where
        K: Distinct,
    {
        let key = (self.key)(&item);
        if let Some(newest) = &mut self.newest {
            if let Some(replaced) = newest.push(key, item, mark) {
                marks.release(replaced);
            }
            let is_full = newest.held.len() >= self.supply.size();
            return is_full.then(|| self.end(marks)).flatten();
        }
        if !self.seen.insert(key) {
            marks.release(mark);
            return None;
        }
        marks.join(&mut self.mark, mark);
        let full = self.supply.fill(&mut self.open, item)?;
        self.seen.clear();
        Some(mem::take(&mut self.mark).with(full))
    }

    /// The rest, where there is one.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(&mut self, marks: &M) -> Option<J::With<S::Batch>> {
        let Some(newest) = &mut self.newest else {
            self.seen.clear();
            return self.mark.leave_with(S::close(&mut self.open));
        };
        if newest.held.is_empty() {
            return None;
        }
        let (mut batch, mut all) = (self.supply.empty(), J::default());
        for (item, mark) in newest.drain() {
            S::put(&mut batch, item);
            marks.join(&mut all, mark);
        }
        Some(all.with(batch))
    }

    /// Says which of equal items stays.
    fn keep(&self) -> Keep {
        match self.newest {
            Some(_) => Keep::Last,
            None => Keep::First,
        }
    }

    /// Returns how many items it gives at the end of input.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        let newest = self
            .newest
            .as_ref()
            .is_some_and(|newest| !newest.held.is_empty());
        usize::from(newest || !S::is_empty(&self.open))
    }
}

impl<T, K, F: FnMut(&T) -> K, S: Supply<T>> PartitionUnique<T, K, F, S, S::Open> {
    /// Adds one item. Gives the batch that it fills.
    #[inline]
    pub fn push(&mut self, item: T) -> Option<S::Batch>
    where
        K: Distinct,
    {
        self.put(item, Plain, &Plain)
    }

    /// The rest, where there is one.
    #[inline]
    pub fn finish(&mut self) -> Option<S::Batch> {
        self.end(&Plain)
    }
}

impl<T, K, F: FnMut(&T) -> K + Clone, S: Supply<T> + Clone, J: Mark> Fresh
    for PartitionUnique<T, K, F, S, S::Open, J>
{
    fn fresh(&self) -> Self {
        Self::new(self.supply.clone(), self.key.clone(), self.keep())
    }
}

impl<T, K, F: FnMut(&T) -> K, S: Supply<T>> Marked for PartitionUnique<T, K, F, S, S::Open> {
    type Marked = PartitionUnique<T, K, F, S, S::Open, Token>;

    fn marked(self) -> Self::Marked {
        let keep = self.keep();
        PartitionUnique::new(self.supply, self.key, keep)
    }
}

impl<T: Clone, K: Clone, F: Clone, S: Clone, O: Clone> Twin for PartitionUnique<T, K, F, S, O> {
    fn twin(&self) -> Self {
        Self {
            supply: self.supply.clone(),
            key: self.key.clone(),
            open: self.open.clone(),
            mark: Plain,
            seen: self.seen.clone(),
            newest: self.newest.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::marks::account::Account;

    #[test]
    fn the_first_of_equal_ones_stays() {
        let (mut partition, _) = partition_unique(Ty::new(), 3, Keep::First);
        let items = [1, 2, 1, 3, 1, 3, 3, 2];
        let full: Vec<_> = items
            .into_iter()
            .filter_map(|x| partition.push(x))
            .collect();
        assert_eq!(full, [[1, 2, 3], [1, 3, 2]]);
        assert_eq!(partition.finish(), None);
    }

    #[test]
    fn the_last_of_equal_ones_moves_to_the_end() {
        let (mut partition, _) = partition_unique_inline::<_, 3, _>(Ty::new(), Keep::Last);
        let items = [1, 2, 1, 3, 1, 3, 3, 2];
        let full: Vec<_> = items
            .into_iter()
            .filter_map(|x| partition.push(x))
            .collect();
        assert_eq!(full, [[2, 1, 3], [1, 3, 2]]);
    }

    #[test]
    fn a_key_decides_and_the_rest_is_shorter() {
        let items = ["a", "bb", "c", "dd"];
        let rest = |keep| {
            let (mut partition, _) =
                partition_unique_by(Ty::new(), 3, |text: &&str| text.len(), keep);
            assert!(items.into_iter().all(|text| partition.push(text).is_none()));
            partition.finish().unwrap()
        };
        assert_eq!(rest(Keep::First), ["a", "bb"]);
        assert_eq!(rest(Keep::Last), ["c", "dd"]);
    }

    #[test]
    fn what_is_refused_or_replaced_is_let_go_of() {
        let items = [1, 2, 1, 3];
        for (keep, stay, marks) in [
            (Keep::First, [1, 2, 3], [0, 1, 3]),
            (Keep::Last, [2, 1, 3], [1, 2, 3]),
        ] {
            let account = Account::default();
            let mut partition = PartitionUnique::new(Heap::new(3), |x: &i32| *x, keep);
            let mut full = None;
            for (place, x) in (0..).zip(items) {
                full = partition.put(x, account.come(place), &account);
            }
            let (batch, mark) = full.unwrap();
            assert_eq!((&batch[..], &mark.0[..]), (&stay[..], &marks[..]));
            assert_eq!(account.held(), marks);
        }
    }
}
