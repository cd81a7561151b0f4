//! `take` and `take_while`: operators that end their branch.
//!
//! Both are asked twice: whether an item passes, and whether any will again.
//! Once nothing will, the sources behind are no longer pulled.

use crate::operators::parts::decides::Condition;
use crate::ty::{Fits, Ty, When};

/// Lets pass the first `n` items, and ends the branch with the `n`th.
#[inline]
pub fn take<T, M>(_: Ty<T, M>, n: usize) -> Take {
    Take { left: n }
}

/// [`take`] right behind a source.
#[inline]
pub fn take_of<I: Iterator>(source: I, n: usize) -> std::iter::Take<I> {
    source.take(n)
}

/// Lets items pass until `p` is false for the first time, and ends the branch
/// there.
#[inline]
pub fn take_while<T, V, P: FnMut(&T) -> bool + FnOnce(&T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    p: P,
) -> When<V, TakeWhile<P>> {
    TakeWhile::new(p)
}

/// [`take_while`] by a function that is given by its name.
#[inline]
pub fn take_while_named<T, V: Condition, P: FnMut(&T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    p: P,
) -> V::Then<TakeWhile<P>> {
    V::then(TakeWhile::new(p))
}

/// The first `n` items.
#[derive(Clone)]
pub struct Take {
    /// Items that may still pass.
    left: usize,
}

impl Take {
    /// Returns whether this item passes.
    #[inline]
    pub fn admit<T>(&mut self, _: &T) -> bool {
        let passes = self.left > 0;
        self.left = self.left.saturating_sub(1);
        passes
    }

    /// Returns whether no item will pass any more: true with the `n`th.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.left == 0
    }
}

/// The items before the first that its predicate is false for.
#[derive(Clone)]
pub struct TakeWhile<P> {
    p: P,
    /// The predicate was false, and is asked no more.
    over: bool,
}

impl<P> TakeWhile<P> {
    #[inline]
    pub(super) fn new(p: P) -> Self {
        Self { p, over: false }
    }

    /// Returns whether this item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        P: FnMut(&T) -> bool,
    {
        self.over = self.over || !(self.p)(item);
        !self.over
    }

    /// Returns whether no item will pass any more.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_is_over_with_its_last_item() {
        let mut take = take(Ty::<u8>::new(), 2);
        assert!(!take.is_over());
        assert!(take.admit(&1));
        assert!(!take.is_over());
        assert!(take.admit(&2));
        assert!(take.is_over());
        assert!(!take.admit(&3));
        assert!(!take.admit(&4));
    }

    #[test]
    fn taking_nothing_is_over_at_once() {
        let mut take = take(Ty::<u8>::new(), 0);
        assert!(take.is_over());
        assert!(!take.admit(&1));
    }

    #[test]
    fn take_while_asks_no_more_once_it_was_told_no() {
        let mut asked = 0;
        let mut take = take_while(Ty::<u8>::new(), |x| {
            asked += 1;
            *x < 2
        });
        assert_eq!([1, 2, 1].map(|x| take.admit(&x)), [true, false, false]);
        assert!(take.is_over());
        assert_eq!(asked, 2);
    }
}
