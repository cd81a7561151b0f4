//! `flat_map` and `flatten`: any number of items out for one in.

use crate::ty::{Fits, Ty, When};

/// Gives every item of what `f` makes of each item.
#[inline]
pub fn flat_map<T, I: IntoIterator, F: FnMut(T) -> I + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> (When<I, F>, Ty<I::Item, M>) {
    (f, Ty::of_mode())
}

/// Gives every item of each item; empty ones vanish.
#[inline]
#[must_use]
pub fn flatten<T: IntoIterator, M>(_: Ty<T, M>) -> Ty<T::Item, M> {
    Ty::of_mode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_map_gives_the_items_of_what_its_function_gives() {
        let (repeat, _) = flat_map(Ty::<usize>::new(), |x| std::iter::repeat_n(x, x));
        assert_eq!(
            (0..5).flat_map(repeat).collect::<Vec<_>>(),
            [1, 2, 2, 3, 3, 3, 4, 4, 4, 4]
        );
    }

    #[test]
    fn flatten_names_the_inner_item() {
        let _: Ty<u8> = flatten(Ty::<Vec<u8>>::new());
    }
}
