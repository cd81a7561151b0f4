//! An input of a fan-in that is kept: only its latest item counts.

use crate::ty::{Ty, When, proven};

/// Keeps the latest item of an input.
#[inline]
#[must_use]
pub fn latest_of<T: Keep<P>, P, M>(_: Ty<T, M>) -> Latest<T, When<P, impl Fn(&T) -> T + Clone>> {
    Latest {
        item: None,
        closed: false,
        again: T::clone,
    }
}

proven! {
    /// Implemented by what can be the latest more than once: whatever is `Clone`.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is kept as the latest of its input and is not `Clone`",
        label = "the latest of this input may be given more than once",
        note = "every tuple gets a clone of it: derive `Clone`, or send `Arc<_>`s through the flow"
    )]
    pub trait Keep: Clone;
}

/// An input of which the latest item is kept.
#[derive(Clone)]
pub struct Latest<T, C> {
    item: Option<T>,
    closed: bool,
    /// Holds what gives the item once more.
    again: C,
}

impl<T, C: Fn(&T) -> T> Latest<T, C> {
    /// Takes an item of this input.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.item = Some(item);
    }

    /// Says that nothing more will come.
    #[inline]
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Returns whether a newer item is of use.
    #[inline]
    #[must_use]
    pub fn wants(&self) -> bool {
        !self.closed
    }

    /// Returns whether there is an item.
    #[inline]
    pub(crate) fn has_come(&self) -> bool {
        self.item.is_some()
    }

    /// Returns whether there is an item, or may be one; `more` says whether a branch
    /// still leads here.
    #[inline]
    pub(crate) fn may_come(&self, more: bool) -> bool {
        self.item.is_some() || (more && !self.closed)
    }

    /// The latest item.
    #[inline]
    pub(crate) fn get(&self) -> Option<T> {
        self.item.as_ref().map(&self.again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_item_replaces_the_older_and_outlives_the_input() {
        let mut input = latest_of(Ty::new());
        assert!(!input.has_come() && input.may_come(true) && !input.may_come(false));
        assert_eq!(input.get(), None);
        input.push(1);
        input.push(2);
        assert!(input.wants() && input.has_come());
        assert_eq!((input.get(), input.get()), (Some(2), Some(2)));
        input.close();
        assert!(!input.wants() && input.may_come(false));
        assert_eq!(input.get(), Some(2));
    }

    #[test]
    fn an_input_that_ended_without_an_item_has_nothing_to_come() {
        let mut input = latest_of(Ty::<u8>::new());
        input.close();
        assert!(!input.may_come(true));
    }
}
