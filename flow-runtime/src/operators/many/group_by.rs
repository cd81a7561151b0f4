//! `group_by`: runs of items with equal keys.

use std::mem;

use super::batch::Batch;
use super::supply::{Heap, Supply};
use crate::checkpoint::marks::{Mark, Marked, Marks, Plain};
use crate::checkpoint::token::Token;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// Gives runs of consecutive items for which `f` gives equal keys, each with
/// its key: `(key, batch)`.
#[inline]
pub fn group_by<T, A, K: PartialEq + Apart<T, F, A>, F: FnMut(&T) -> K + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> (When<A, GroupBy<T, K, F>>, Ty<(K, Batch<T>), M>) {
    (GroupBy::new(Heap::new(usize::MAX), f), Ty::of_mode())
}

/// The run that is going on.
pub struct GroupBy<T, K, F, J = Plain> {
    supply: Heap<T>,
    key: F,
    /// There from the first item on.
    open: Option<(K, Batch<T>)>,
    /// Joins those of what is in it.
    mark: J,
}

// What is asked of a key is asked by the method: rustc then blames it where the constructor
// does, once.
impl<T, K, F: FnMut(&T) -> K, J: Mark> GroupBy<T, K, F, J> {
    #[inline]
    fn new(supply: Heap<T>, key: F) -> Self {
        Self {
            supply,
            key,
            open: None,
            mark: J::default(),
        }
    }

    /// Adds one item. Gives the run that it is not part of.
    #[inline]
    pub fn put<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        marks: &M,
    ) -> Option<J::With<(K, Batch<T>)>>
    where
        K: PartialEq,
    {
        let key = (self.key)(&item);
        if let Some((open, run)) = &mut self.open
            && *open == key
        {
            run.push(item);
            marks.join(&mut self.mark, mark);
            return None;
        }
        let mut run = self.supply.empty();
        run.push(item);
        let mut left = mem::replace(&mut self.mark, mark);
        left.leave_with(self.open.replace((key, run)))
    }

    /// The last run, where there is one.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(&mut self, _: &M) -> Option<J::With<(K, Batch<T>)>> {
        self.mark.leave_with(self.open.take())
    }

    /// Returns how many items it gives at the end of input.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        usize::from(self.open.is_some())
    }
}

impl<T, K, F: FnMut(&T) -> K> GroupBy<T, K, F> {
    /// Adds one item. Gives the run that it is not part of.
    #[inline]
    pub fn push(&mut self, item: T) -> Option<(K, Batch<T>)>
    where
        K: PartialEq,
    {
        self.put(item, Plain, &Plain)
    }

    /// The last run, where there is one.
    #[inline]
    pub fn finish(&mut self) -> Option<(K, Batch<T>)> {
        self.end(&Plain)
    }
}

impl<T: Clone, K: Clone, F: Clone> Twin for GroupBy<T, K, F> {
    fn twin(&self) -> Self {
        Self {
            supply: self.supply.clone(),
            key: self.key.clone(),
            open: self.open.clone(),
            mark: Plain,
        }
    }
}

impl<T, K, F: FnMut(&T) -> K + Clone, J: Mark> Fresh for GroupBy<T, K, F, J> {
    fn fresh(&self) -> Self {
        Self::new(self.supply.clone(), self.key.clone())
    }
}

impl<T, K, F: FnMut(&T) -> K> Marked for GroupBy<T, K, F> {
    type Marked = GroupBy<T, K, F, Token>;

    fn marked(self) -> Self::Marked {
        GroupBy::new(self.supply, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::marks::account::Account;

    fn groups(key: impl FnMut(&u32) -> u32) -> Vec<(u32, Batch<u32>)> {
        let (mut groups, _) = group_by(Ty::new(), key);
        let mut all: Vec<_> = (0..20).filter_map(|x| groups.push(x)).collect();
        all.extend(groups.finish());
        assert_eq!(groups.finish(), None);
        all
    }

    #[test]
    fn equal_keys_in_a_row_are_one_group() {
        let groups = groups(|x| x / 5);
        let keys: Vec<_> = groups.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, [0, 1, 2, 3]);
        assert!(groups.iter().all(|(_, batch)| batch.len() == 5));
        assert_eq!(groups[1].1, [5, 6, 7, 8, 9]);
    }

    #[test]
    fn equal_keys_apart_are_groups_of_their_own() {
        let groups = groups(|x| x % 5);
        assert_eq!(groups.len(), 20);
        assert!(groups.iter().all(|(_, batch)| batch.len() == 1));
    }

    #[test]
    fn no_item_no_group() {
        assert_eq!(group_by(Ty::<u8>::new(), |x| *x).0.finish(), None);
    }

    #[test]
    fn what_ends_a_run_is_not_in_its_mark() {
        let account = Account::default();
        let mut groups = GroupBy::new(Heap::new(usize::MAX), |x: &u64| x / 3);
        let mut left: Vec<_> = (0..5)
            .filter_map(|x| groups.put(x, account.come(x), &account))
            .collect();
        left.extend(groups.end(&account));
        let marks: Vec<_> = left.into_iter().map(|(_, mark)| mark.0).collect();
        assert_eq!(marks, [vec![0, 1, 2], vec![3, 4]]);
    }
}
