//! `skip`, `skip_while` and `step_by`: items left out by their place.

use crate::operators::parts::decides::Condition;
use crate::ty::{Fits, Ty, When};

/// Drops the first `n` items.
#[inline]
pub fn skip<T, M>(_: Ty<T, M>, n: usize) -> impl FnMut(&T) -> bool + Clone {
    let mut left = n;
    move |_: &T| {
        let passes = left == 0;
        left = left.saturating_sub(1);
        passes
    }
}

/// [`skip`] right behind a source.
#[inline]
pub fn skip_of<I: Iterator>(source: I, n: usize) -> std::iter::Skip<I> {
    source.skip(n)
}

/// Drops items until `p` is false for the first time.
#[inline]
pub fn skip_while<T, V, P: FnMut(&T) -> bool + Tells<T, V> + Fits<M>, M>(
    _: Ty<T, M>,
    p: P,
) -> When<V, SkipWhile<P>> {
    SkipWhile { p, skips: true }
}

/// [`skip_while`] by a function that is given by its name.
#[inline]
pub fn skip_while_named<T, V: Condition, P: FnMut(&T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    p: P,
) -> V::Then<SkipWhile<P>> {
    V::then(SkipWhile { p, skips: true })
}

/// The items from the first on that its predicate is false for.
#[derive(Clone)]
pub struct SkipWhile<P> {
    p: P,
    /// The predicate was not false yet.
    skips: bool,
}

impl<P> SkipWhile<P> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        P: FnMut(&T) -> bool,
    {
        self.skips = self.skips && (self.p)(item);
        !self.skips
    }
}

/// A function that gives a `V` of an item: known once its argument fits.
// In place of `FnOnce(&T) -> V`, beside which the compiler could not tell what
// the function gives.
pub trait Tells<T, V> {}

impl<T, V, P: FnOnce(&T) -> V> Tells<T, V> for P {}

/// Lets pass the first item and every `n`th after it.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn step_by<T, M>(_: Ty<T, M>, n: usize) -> impl FnMut(&T) -> bool + Clone {
    assert!(n > 0, "{NO_STEP}");
    let mut left = 0;
    move |_: &T| {
        let passes = left == 0;
        left = if passes { n - 1 } else { left - 1 };
        passes
    }
}

/// [`step_by`] right behind a source.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn step_by_of<I: Iterator>(source: I, n: usize) -> std::iter::StepBy<I> {
    assert!(n > 0, "{NO_STEP}");
    source.step_by(n)
}

const NO_STEP: &str = "`step_by(n)`: `n` must be at least 1";

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(items: &[i32], passes: impl FnMut(&i32) -> bool) -> Vec<i32> {
        items.iter().copied().filter(passes).collect()
    }

    #[test]
    fn skip_drops_the_first() {
        assert_eq!(kept(&[1, 2, 3], skip(Ty::new(), 2)), [3]);
        assert_eq!(kept(&[1, 2, 3], skip(Ty::new(), 0)), [1, 2, 3]);
        assert!(kept(&[1, 2, 3], skip(Ty::new(), 9)).is_empty());
    }

    #[test]
    fn skip_while_asks_no_more_once_it_was_told_no() {
        let mut asked = 0;
        let mut skip = skip_while(Ty::new(), |x| {
            asked += 1;
            *x < 3
        });
        assert_eq!(kept(&[1, 2, 3, 1], |x| skip.admit(x)), [3, 1]);
        assert_eq!(asked, 3);
    }

    #[test]
    fn step_by_begins_with_the_first() {
        assert_eq!(kept(&[0, 1, 2, 3, 4], step_by(Ty::new(), 2)), [0, 2, 4]);
        assert_eq!(kept(&[0, 1, 2], step_by(Ty::new(), 1)), [0, 1, 2]);
        assert_eq!(kept(&[0, 1, 2], step_by(Ty::new(), 9)), [0]);
    }

    #[test]
    #[should_panic(expected = "`step_by(n)`: `n` must be at least 1")]
    fn a_step_of_zero_panics() {
        let _ = step_by(Ty::<i32>::new(), 0);
    }
}
