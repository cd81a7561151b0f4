//! `enumerate`: every item with its number.

use crate::ty::Ty;

/// Gives each item with its number, counted from 0: `(number, item)`.
#[inline]
pub fn enumerate<T, M>(_: Ty<T, M>) -> (impl FnMut(T) -> (usize, T) + Clone, Ty<(usize, T), M>) {
    let mut next = 0;
    let number = move |item| {
        let number = next;
        next += 1;
        (number, item)
    };
    (number, Ty::of_mode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_begin_at_zero() {
        let (number, _) = enumerate(Ty::<char>::new());
        assert_eq!(['a', 'b'].map(number), [(0, 'a'), (1, 'b')]);
    }
}
