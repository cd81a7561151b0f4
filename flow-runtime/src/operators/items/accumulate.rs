//! `accumulate`: a state that every item changes, and an item out for each in.

use crate::ty::{Fits, Ty, When};

/// Gives what `f` makes of a state and each item: `f(&mut state, item) -> out`.
///
/// The state begins as `init` and is `f`'s to change: one that gives an `Err`
/// before it writes leaves the state as it was.
#[inline]
pub fn accumulate<T, S: Fits<M>, U, F: FnMut(&mut S, T) -> U + Fits<M>, M>(
    _: Ty<T, M>,
    init: S,
    f: F,
) -> (Accumulate<S, F>, Ty<U, M>) {
    (Accumulate { state: init, f }, Ty::of_mode())
}

/// Gives what `f` makes of a state and each item: `f(&mut state, item) -> out`.
///
/// As [`accumulate`]; where the function does not fit, nothing is known of the operator.
#[inline]
pub fn accumulate_known<T, S: Fits<M>, U, F: FnMut(&mut S, T) -> U + Fits<M>, M>(
    item: Ty<T, M>,
    init: S,
    f: F,
) -> (When<U, Accumulate<S, F>>, Ty<U, M>) {
    accumulate(item, init, f)
}

/// Gives what `f` makes of a state and each item: `f(&mut state, item) -> out`.
///
/// As [`accumulate`]; what the function gives may be known later only: all that is known of
/// the operator is that it gives it.
#[inline]
pub fn accumulate_hidden<T, S, U, F: FnMut(&mut S, T) -> U>(
    _: Ty<T>,
    init: S,
    mut f: F,
) -> (impl FnMut(T) -> U, Ty<U>) {
    let mut state = init;
    (move |item| f(&mut state, item), Ty::new())
}

/// A state, and what changes it.
#[derive(Clone)]
pub struct Accumulate<S, F> {
    state: S,
    f: F,
}

impl<S, F> Accumulate<S, F> {
    /// Gives what the function makes of the state and an item.
    #[inline]
    pub fn call<T, U>(&mut self, item: T) -> U
    where
        F: FnMut(&mut S, T) -> U,
    {
        (self.f)(&mut self.state, item)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_running_sum() {
        let (mut add, _) = accumulate(Ty::<i32>::new(), 0, |sum, x| {
            *sum += x;
            *sum
        });
        assert_eq!([1, 2, 3, 4].map(|x| add.call(x)), [1, 3, 6, 10]);
    }

    #[test]
    fn state_and_output_may_be_of_different_types() {
        let (mut distinct, _) = accumulate(Ty::<&str>::new(), HashSet::new(), |seen, word| {
            seen.insert(word);
            seen.len()
        });
        assert_eq!(
            ["cat", "dog", "cat", "mouse"].map(|word| distinct.call(word)),
            [1, 2, 2, 3]
        );
    }

    #[test]
    fn an_error_leaves_the_state_untouched() {
        let (mut divide, _) = accumulate(Ty::<i32>::new(), 10, |state, x| {
            *state = i32::checked_div(*state, x).ok_or("division by zero")?;
            Ok::<_, &str>(*state)
        });
        assert_eq!(
            [1, 0, 2].map(|x| divide.call(x)),
            [Ok(10), Err("division by zero"), Ok(5)]
        );
    }
}
