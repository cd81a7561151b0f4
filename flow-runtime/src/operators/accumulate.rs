//! `accumulate`: a state that every item changes, and an item out for each in.

use crate::ty::Ty;

/// Gives what `f` makes of a state and each item: `f(&mut state, item) -> out`.
///
/// The state begins as `init` and is `f`'s to change: one that gives an `Err`
/// before it writes leaves the state as it was.
#[inline]
pub fn accumulate<T, S, U, F: FnMut(&mut S, T) -> U>(
    _: Ty<T>,
    init: S,
    mut f: F,
) -> (impl FnMut(T) -> U, Ty<U>) {
    let mut state = init;
    (move |item| f(&mut state, item), Ty::new())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_running_sum() {
        let (add, _) = accumulate(Ty::<i32>::new(), 0, |sum, x| {
            *sum += x;
            *sum
        });
        assert_eq!([1, 2, 3, 4].map(add), [1, 3, 6, 10]);
    }

    #[test]
    fn state_and_output_may_be_of_different_types() {
        let (distinct, _) = accumulate(Ty::<&str>::new(), HashSet::new(), |seen, word| {
            seen.insert(word);
            seen.len()
        });
        assert_eq!(["cat", "dog", "cat", "mouse"].map(distinct), [1, 2, 2, 3]);
    }

    #[test]
    fn an_error_leaves_the_state_untouched() {
        let (divide, _) = accumulate(Ty::<i32>::new(), 10, |state, x| {
            *state = i32::checked_div(*state, x).ok_or("division by zero")?;
            Ok::<_, &str>(*state)
        });
        assert_eq!(
            [1, 0, 2].map(divide),
            [Ok(10), Err("division by zero"), Ok(5)]
        );
    }
}
