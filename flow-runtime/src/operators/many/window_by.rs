//! `window_by`: windows that the items name themselves.
//!
//! The function gives the keys of all windows an item is in. Windows overlap
//! as they like; a window is complete at the first item that is not in it.

use std::{iter, mem};

use super::batch::Batch;
use super::supply::{Heap, Supply};
use crate::checkpoint::marks::{Mark, Marked, Marks, Plain};
use crate::checkpoint::token::Token;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// Gives windows of items, each with its key: `(key, batch)`.
///
/// `f(&item)` gives the keys of all windows the item is in. A window is
/// complete at the first item that is not in it; those completed by one item,
/// or by the end of input, leave in key order.
#[inline]
pub fn window_by<T: Clone, A, K: Ord, I, F: FnMut(&T) -> I + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> (When<A, WindowBy<T, K, F>>, Ty<(K, Batch<T>), M>)
where
    I: IntoIterator<Item = K> + Apart<T, F, A>,
{
    (WindowBy::new(Heap::new(usize::MAX), f), Ty::of_mode())
}

/// The windows that are open.
pub struct WindowBy<T, K, F, J = Plain> {
    supply: Heap<T>,
    keys_of: F,
    /// The open windows, by key. Few are open at a time: a list beats a tree.
    open: Vec<(K, Batch<T>, J)>,
    /// The keys of the item at hand; empty but for its memory, as the next two.
    keys: Vec<K>,
    /// Holds what is open once the item at hand is in.
    going_on: Vec<(K, Batch<T>, J)>,
    /// Holds what the item at hand completes, the last first.
    complete: Vec<(K, Batch<T>, J)>,
}

impl<T, K, F, J: Mark> WindowBy<T, K, F, J> {
    #[inline]
    fn new(supply: Heap<T>, keys_of: F) -> Self {
        Self {
            supply,
            keys_of,
            keys: Vec::new(),
            open: Vec::new(),
            going_on: Vec::new(),
            complete: Vec::new(),
        }
    }
}

impl<T, K, F: Clone, J: Mark> Fresh for WindowBy<T, K, F, J> {
    fn fresh(&self) -> Self {
        Self::new(self.supply.clone(), self.keys_of.clone())
    }
}

impl<T, K, F> Marked for WindowBy<T, K, F> {
    type Marked = WindowBy<T, K, F, Token>;

    fn marked(self) -> Self::Marked {
        WindowBy::new(self.supply, self.keys_of)
    }
}

impl<T: Clone, K: Clone, F: Clone> Twin for WindowBy<T, K, F> {
    fn twin(&self) -> Self {
        Self {
            supply: self.supply.clone(),
            keys_of: self.keys_of.clone(),
            open: self.open.clone(),
            keys: self.keys.clone(),
            going_on: self.going_on.clone(),
            complete: self.complete.clone(),
        }
    }
}

// What `push` demands it says itself: where that does not hold, it is one mistake.
impl<T, K, F, J: Mark> WindowBy<T, K, F, J> {
    /// Adds one item. Gives the windows that it is not in, in key order.
    #[inline]
    pub fn put<I, M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        marks: &M,
    ) -> impl Iterator<Item = J::With<(K, Batch<T>)>>
    where
        T: Clone,
        K: Ord,
        I: IntoIterator<Item = K>,
        F: FnMut(&T) -> I,
    {
        self.keys.extend((self.keys_of)(&item));
        if !self.keys.is_sorted_by(|a, b| a < b) {
            self.keys.sort_unstable();
            self.keys.dedup();
        }
        self.complete.clear();
        if self.keys.iter().eq(self.open.iter().map(|(key, ..)| key)) {
            // It is in the windows of the one before, as most are.
            self.keys.clear();
        } else {
            self.walk();
        }
        if let Some(((_, last, held), others)) = self.open.split_last_mut() {
            for (_, window, held) in others {
                window.push(item.clone());
                marks.keep(held, &mark);
            }
            last.push(item);
            marks.join(held, mark);
        } else {
            marks.release(mark);
        }
        // Most items complete nothing, and to drain a list is dear where it is empty.
        let complete = &mut self.complete;
        iter::from_fn(move || complete.pop().map(left))
    }

    /// Opens the windows of the keys at hand, and completes the others.
    fn walk(&mut self)
    where
        K: Ord,
    {
        // Both lists are in key order: one walk along both.
        let mut open = self.open.drain(..).peekable();
        for key in self.keys.drain(..) {
            while let Some(window) = open.next_if(|(open, ..)| *open < key) {
                self.complete.push(window);
            }
            let window = open.next_if(|(open, ..)| *open == key);
            self.going_on
                .push(window.unwrap_or_else(|| (key, self.supply.empty(), J::default())));
        }
        self.complete.extend(open);
        self.complete.reverse();
        mem::swap(&mut self.open, &mut self.going_on);
    }

    /// The windows that are open still, in key order.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(
        &mut self,
        _: &M,
    ) -> impl Iterator<Item = J::With<(K, Batch<T>)>> {
        self.open.drain(..).map(left)
    }

    /// Returns how many items it gives at the end of input.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        self.open.len()
    }
}

impl<T, K, F> WindowBy<T, K, F> {
    /// Adds one item. Gives the windows that it is not in, in key order.
    #[inline]
    pub fn push<I>(&mut self, item: T) -> impl Iterator<Item = (K, Batch<T>)>
    where
        T: Clone,
        K: Ord,
        I: IntoIterator<Item = K>,
        F: FnMut(&T) -> I,
    {
        self.put(item, Plain, &Plain)
    }

    /// The windows that are open still, in key order.
    #[inline]
    pub fn finish(&mut self) -> impl Iterator<Item = (K, Batch<T>)> {
        self.end(&Plain)
    }
}

/// Returns a window as it leaves.
#[inline]
fn left<T, K, J: Mark>((key, window, mark): (K, Batch<T>, J)) -> J::With<(K, Batch<T>)> {
    mark.with((key, window))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::marks::account::Account;

    fn windows<K: Ord, I: IntoIterator<Item = K>>(
        items: impl IntoIterator<Item = u32>,
        f: impl FnMut(&u32) -> I,
    ) -> Vec<(K, Vec<u32>)> {
        let (mut windows, _) = window_by(Ty::new(), f);
        let mut all = Vec::new();
        for item in items {
            all.extend(windows.push(item));
        }
        all.extend(windows.finish());
        assert_eq!(windows.finish().count(), 0);
        all.into_iter()
            .map(|(key, batch)| (key, batch.into_vec()))
            .collect()
    }

    #[test]
    fn windows_overlap_and_leave_in_key_order() {
        let windows = windows(0..5, |x| [("by3", x / 3), ("by2", x / 2)]);
        let expected = [
            (("by2", 0), vec![0, 1]),
            (("by3", 0), vec![0, 1, 2]),
            (("by2", 1), vec![2, 3]),
            (("by2", 2), vec![4]),
            (("by3", 1), vec![3, 4]),
        ];
        assert_eq!(windows, expected);
    }

    #[test]
    fn those_completed_by_one_item_leave_in_key_order() {
        let keys = |x: &u32| {
            if *x == 0 {
                vec!['c', 'a', 'b']
            } else {
                vec!['b']
            }
        };
        let expected = [('a', vec![0]), ('c', vec![0]), ('b', vec![0, 1])];
        assert_eq!(windows(0..2, keys), expected);
    }

    #[test]
    fn a_key_given_twice_counts_once_and_a_window_may_open_again() {
        let expected = [(0, vec![0]), (1, vec![1]), (0, vec![2])];
        assert_eq!(windows(0..3, |x| [x % 2, x % 2]), expected);
    }

    #[test]
    fn an_item_in_no_window_completes_all() {
        let keys = |x: &u32| (*x != 1).then_some(7);
        assert_eq!(windows(0..3, keys), [(7, vec![0]), (7, vec![2])]);
        assert_eq!(windows([], keys), []);
    }

    #[test]
    fn a_window_has_the_marks_of_its_items() {
        let account = Account::default();
        let keys = |x: &u64| (*x != 4).then(|| [x / 2, x.div_ceil(2)]);
        let keys = move |x: &u64| keys(x).into_iter().flatten();
        let mut windows = WindowBy::new(Heap::new(usize::MAX), keys);
        let mut left = Vec::new();
        for x in 1..=5 {
            left.extend(windows.put(x, account.come(x), &account));
        }
        left.extend(windows.end(&account));
        for ((_, window), mark) in left {
            assert_eq!(window, mark.0);
            account.release(mark);
        }
        assert_eq!(
            account.held(),
            [0; 0],
            "an item in no window is let go of at once"
        );
    }
}
