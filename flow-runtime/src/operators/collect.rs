//! `collect`: the end that gives all items.

use crate::ty::Ty;

/// Gives all items in one collection: `collect::<C>()` for any `FromIterator`.
#[inline]
pub fn collect<C: FromIterator<T>, T>(_: Ty<T>) -> Collect<C, T> {
    Collect {
        items: Vec::new(),
        build: |items| items.into_iter().collect(),
    }
}

/// The items so far.
pub struct Collect<C, T> {
    /// `C` can be made only at once; where it is a `Vec` it is this one.
    items: Vec<T>,
    /// Builds it, known where `C` was asked for: rustc says there what is wrong
    /// with it, and also where nobody looks at it what its items are.
    build: fn(Vec<T>) -> C,
}

impl<C, T> Collect<C, T> {
    /// Keeps one item.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// The collection.
    #[inline]
    #[must_use]
    pub fn finish(self) -> C {
        (self.build)(self.items)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn any_collection_fits() {
        let mut sorted = collect::<BTreeSet<_>, _>(Ty::new());
        let mut text = collect::<String, _>(Ty::new());
        for letter in ['b', 'a', 'b'] {
            sorted.push(letter);
            text.push(letter);
        }
        assert_eq!(sorted.finish(), BTreeSet::from(['a', 'b']));
        assert_eq!(text.finish(), "bab");
    }

    #[test]
    fn a_vector_is_not_copied() {
        let mut collect = collect::<Vec<_>, _>(Ty::new());
        collect.push(1);
        let memory = collect.items.as_ptr();
        let items = collect.finish();
        assert_eq!(items, [1]);
        assert_eq!(items.as_ptr(), memory);
    }
}
