//! `reduce`, `first` and `last`: the ends that give one item, where there was any.

use std::marker::PhantomData;

use crate::ty::{Ty, When};

/// Combines all items into one, two at a time: `f(so_far, item)`. `None` where
/// there was no item.
#[inline]
pub fn reduce<T, V, F: FnMut(T, T) -> T + FnOnce(T, T) -> V, M>(
    _: Ty<T, M>,
    f: F,
) -> When<V, Reduce<T, F>> {
    Reduce { held: None, f }
}

/// Gives the first item and ends the branch with it. `None` where there was
/// none.
#[inline]
#[must_use]
pub fn first<T, M>(_: Ty<T, M>) -> Pick<T, First> {
    Pick::new()
}

/// Gives the last item. `None` where there was none.
#[inline]
#[must_use]
pub fn last<T, M>(_: Ty<T, M>) -> Pick<T, Last> {
    Pick::new()
}

/// All items so far, as one.
#[derive(Clone)]
pub struct Reduce<T, F> {
    held: Option<T>,
    f: F,
}

impl<T, F: FnMut(T, T) -> T> Reduce<T, F> {
    /// Combines one more item.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.held = Some(match self.held.take() {
            Some(held) => (self.f)(held, item),
            None => item,
        });
    }

    /// All items as one.
    #[inline]
    #[must_use]
    pub fn finish(self) -> Option<T> {
        self.held
    }
}

/// The one item to keep, as `R` decides.
pub struct Pick<T, R> {
    held: Option<T>,
    rule: PhantomData<fn() -> R>,
}

/// Decides between the item held and the next.
pub trait Rule<T> {
    /// Returns whether the next one takes the place of the one held.
    fn prefers(held: &T, next: &T) -> bool;
}

impl<T, R> Pick<T, R> {
    #[inline]
    fn new() -> Self {
        Self {
            held: None,
            rule: PhantomData,
        }
    }

    /// Keeps the item, or the one held.
    #[inline]
    pub fn push(&mut self, item: T)
    where
        R: Rule<T>,
    {
        if self
            .held
            .as_ref()
            .is_none_or(|held| R::prefers(held, &item))
        {
            self.held = Some(item);
        }
    }

    /// The item kept.
    #[inline]
    #[must_use]
    pub fn finish(self) -> Option<T> {
        self.held
    }
}

impl<T> Pick<T, First> {
    /// Returns whether no item will be kept any more.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.held.is_some()
    }
}

/// The rule of [`first`].
pub enum First {}

/// The rule of [`last`].
pub enum Last {}

impl<T> Rule<T> for First {
    #[inline]
    fn prefers(_: &T, _: &T) -> bool {
        false
    }
}

impl<T> Rule<T> for Last {
    #[inline]
    fn prefers(_: &T, _: &T) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_all_is_kept() {
        let (mut first, mut last) = (first(Ty::new()), last(Ty::new()));
        for item in [2, 1, 3] {
            first.push(item);
            last.push(item);
        }
        assert_eq!((first.finish(), last.finish()), (Some(2), Some(3)));
    }

    #[test]
    fn no_item_gives_none() {
        assert_eq!(last(Ty::<u8>::new()).finish(), None);
        assert_eq!(reduce(Ty::<u8>::new(), |a, _| a).finish(), None);
    }

    #[test]
    fn first_is_over_with_its_item() {
        let mut first = first(Ty::new());
        assert!(!first.is_over());
        first.push(1);
        assert!(first.is_over());
    }

    #[test]
    fn reduce_combines_from_the_left() {
        let mut reduce = reduce(Ty::<String>::new(), |a, b| format!("({a}{b})"));
        for text in ["a", "b", "c"] {
            reduce.push(text.to_owned());
        }
        assert_eq!(reduce.finish().unwrap(), "((ab)c)");
    }
}
