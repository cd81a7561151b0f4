//! An input of a fan-in that is kept: only its latest item counts.

use crate::ty::Ty;

/// Keeps the latest item of an input.
#[inline]
#[must_use]
pub fn latest_of<T: Keep, M>(_: Ty<T, M>) -> Latest<T, impl Fn(&T) -> T + Clone> {
    Latest {
        item: None,
        closed: false,
        again: T::again,
    }
}

/// Implemented by what can be the latest more than once: whatever is `Clone`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is kept as the latest of its input and is not `Clone`",
    label = "the latest of this input may be given more than once",
    note = "every tuple gets a clone of it: derive `Clone`, or send `Arc<_>`s through the flow"
)]
pub trait Keep {
    /// The item once more.
    #[must_use]
    fn again(&self) -> Self;
}

// Not to be recommended: rustc would blame the missing `Clone` and not say why
// a flow needs it.
#[diagnostic::do_not_recommend]
impl<T: Clone> Keep for T {
    #[inline]
    fn again(&self) -> Self {
        self.clone()
    }
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
