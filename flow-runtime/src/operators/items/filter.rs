//! `filter` and `filter_map`: at most one item out for one in.

use crate::operators::parts::decides::{Choice, Condition};
use crate::ty::{Fits, Ty, When};

/// Lets pass the items for which `p` is true.
#[inline]
pub fn filter<T, V, P: FnMut(&T) -> bool + FnOnce(&T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    p: P,
) -> When<V, P> {
    p
}

/// [`filter`] by a function that is given by its name.
#[inline]
pub fn filter_named<T, V: Condition, P: FnMut(&T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    p: P,
) -> V::Then<P> {
    V::then(p)
}

/// Gives what `f` makes of each item, and drops what it makes `None` of.
#[inline]
pub fn filter_map<T, U, V, F: FnMut(T) -> Option<U> + FnOnce(T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> (When<V, F>, Ty<U, M>) {
    (f, Ty::of_mode())
}

/// [`filter_map`] by a function that is given by its name.
#[inline]
pub fn filter_map_named<T, V: Choice, F: FnMut(T) -> V + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> (V::Then<F>, Ty<V::Some, M>) {
    (V::then(f), Ty::of_mode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_keeps_what_its_predicate_holds_for() {
        let even = filter(Ty::<i32>::new(), |x| x % 2 == 0);
        assert_eq!((0..9).filter(even).collect::<Vec<_>>(), [0, 2, 4, 6, 8]);
    }

    #[test]
    fn filter_map_drops_none() {
        let (parse, _) = filter_map(Ty::<&str>::new(), |text| text.parse::<i32>().ok());
        assert_eq!(
            ["1", "x", "3"]
                .into_iter()
                .filter_map(parse)
                .collect::<Vec<_>>(),
            [1, 3]
        );
    }
}
