//! `fold`: the end that every item changes.

use crate::ty::{Ty, When};

/// Calls `f(&mut acc, item)` with each item and gives `acc`, which begins as
/// `init`.
///
/// With `fold(init, f)?` the function gives a `Result<(), _>`, and its first
/// `Err` ends the flow.
#[inline]
pub fn fold<T, A, V, F: FnMut(&mut A, T) + FnOnce(&mut A, T) -> V, M>(
    _: Ty<T, M>,
    init: A,
    f: F,
) -> When<V, Fold<A, F>> {
    Fold { acc: init, f }
}

/// Calls `f(&mut acc, item)` with each item and gives `acc`; an `Err` goes to
/// the `?` behind it.
#[inline]
pub fn try_fold<T, A, E, V, F: FnMut(&mut A, T) -> Result<(), E> + FnOnce(&mut A, T) -> V, M>(
    _: Ty<T, M>,
    init: A,
    f: F,
) -> (When<V, Fold<A, F>>, Ty<Result<(), E>, M>) {
    (Fold { acc: init, f }, Ty::of_mode())
}

/// The accumulated value.
#[derive(Clone)]
pub struct Fold<A, F> {
    acc: A,
    f: F,
}

impl<A, F> Fold<A, F> {
    /// Adds one item. Gives what the function gives: nothing, or a `Result`.
    #[inline]
    pub fn push<T, R>(&mut self, item: T) -> R
    where
        F: FnMut(&mut A, T) -> R,
    {
        (self.f)(&mut self.acc, item)
    }

    /// Returns what has been made of all items.
    #[inline]
    #[must_use]
    pub fn finish(self) -> A {
        self.acc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_added() {
        let mut sum = fold(Ty::<u32>::new(), 0, |sum, x| *sum += x);
        sum.push(1);
        sum.push(2);
        assert_eq!(sum.finish(), 3);
        assert_eq!(fold(Ty::<u32>::new(), 7, |_, _| ()).finish(), 7);
    }

    #[test]
    fn an_error_comes_back_from_the_push() {
        let (mut sum, _) = try_fold(Ty::<u8>::new(), 250_u8, |sum, x| {
            *sum = sum.checked_add(x).ok_or("too large")?;
            Ok::<_, &str>(())
        });
        assert_eq!(sum.push(5), Ok(()));
        assert_eq!(sum.push(1), Err("too large"));
        assert_eq!(sum.finish(), 255);
    }
}
