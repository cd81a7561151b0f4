//! `map` and `inspect`: one item in, one item out.

use crate::ty::{Fits, Ty, When};

/// Gives what `f` makes of each item.
#[inline]
pub fn map<T, U, F: FnMut(T) -> U + Fits<M>, M>(_: Ty<T, M>, f: F) -> (F, Ty<U, M>) {
    (f, Ty::of_mode())
}

/// Gives what `f` makes of each item.
///
/// Where the function does not fit, nothing is known of the operator.
#[inline]
pub fn map_known<T, U, F: FnMut(T) -> U + Fits<M>, M>(_: Ty<T, M>, f: F) -> (When<U, F>, Ty<U, M>) {
    (f, Ty::of_mode())
}

/// Gives what `f` makes of each item.
///
/// What the function gives may be known later only: all that is known of the operator is
/// that it gives it.
#[inline]
pub fn map_hidden<T, U, F: FnMut(T) -> U>(_: Ty<T>, f: F) -> (impl FnMut(T) -> U, Ty<U>) {
    (f, Ty::new())
}

/// Shows each item to `f` and passes it on.
#[inline]
pub fn inspect<T, V, F: FnMut(&T) + FnOnce(&T) -> V + Fits<M>, M>(_: Ty<T, M>, f: F) -> When<V, F> {
    f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_applies_its_function() {
        let (inc, _) = map(Ty::<i32>::new(), |x| x + 1);
        assert_eq!([1, 2, 10].map(inc), [2, 3, 11]);
    }

    #[test]
    fn closures_know_the_type_of_their_argument() {
        let (mut length, item) = map(Ty::<&str>::new(), |text| text.trim().len());
        let (mut double, _) = map(item, |length| length.saturating_mul(2));
        assert_eq!(double(length(" abc ")), 6);
    }

    #[test]
    fn inspect_sees_every_item() {
        let mut seen = Vec::new();
        let mut look = inspect(Ty::<String>::new(), |item| seen.push(item.len()));
        look(&"ab".to_owned());
        look(&String::new());
        assert_eq!(seen, [2, 0]);
    }
}
