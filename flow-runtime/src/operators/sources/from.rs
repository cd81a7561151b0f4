//! `from`: the items of anything that can be iterated.

use std::iter::FusedIterator;

use crate::ty::{Ty, When};

/// Gives the items of any `IntoIterator`, in its order.
///
/// With `epochs = n` a cloneable one is gone through `n` times.
#[inline]
pub fn from<I: IntoIterator<Item = T, IntoIter = J>, J, T>(items: I) -> (When<T, J>, Ty<T>) {
    (items.into_iter(), Ty::new())
}

/// Gives the items of a cloneable `IntoIterator`, `n` times over.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn from_epochs<I: IntoIterator + Clone>(items: I, n: usize) -> (Epochs<I>, Ty<I::Item>) {
    assert!(n > 0, "`from(iter, epochs = n)`: `n` must be at least 1");
    let epochs = Epochs {
        items: Some(items),
        left: n,
        current: None,
    };
    (epochs, Ty::new())
}

/// Several passes over the same items.
pub struct Epochs<I: IntoIterator> {
    /// Holds what to clone for the next pass; the last pass takes it.
    items: Option<I>,
    /// Passes not yet begun.
    left: usize,
    /// The pass that is under way.
    current: Option<I::IntoIter>,
}

impl<I: IntoIterator + Clone> Epochs<I> {
    /// Begins the next pass, where there is one.
    fn turn(&mut self) -> Option<&mut I::IntoIter> {
        self.left = self.left.saturating_sub(1);
        self.current = match self.left {
            0 => self.items.take(),
            _ => self.items.clone(),
        }
        .map(I::into_iter);
        self.current.as_mut()
    }
}

impl<I: IntoIterator + Clone> Iterator for Epochs<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        if let Some(item) = self.current.as_mut().and_then(Iterator::next) {
            return Some(item);
        }
        loop {
            if let Some(item) = self.turn()?.next() {
                return Some(item);
            }
        }
    }
}

impl<I: IntoIterator + Clone> FusedIterator for Epochs<I> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_gives_the_items() {
        let (items, _) = from([1, 2, 3]);
        assert_eq!(items.collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn epochs_repeat_and_then_stay_over() {
        let (mut items, _) = from_epochs([0, 1, 2], 2);
        assert_eq!(items.by_ref().collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2]);
        assert_eq!(items.next(), None);
        assert_eq!(items.next(), None);
    }

    #[test]
    fn no_item_gives_nothing() {
        assert_eq!(from_epochs([0; 0], 1_000).0.next(), None);
        assert_eq!(from_epochs(vec![7], 1).0.collect::<Vec<_>>(), [7]);
    }
}
