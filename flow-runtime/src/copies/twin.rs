//! Operators that are copied with what they hold: in a piece of a flow that is cloned.
//!
//! Operators that hold items are not `Clone`: [`Fresh`] makes empty copies of them, and of
//! everything that is `Clone` by cloning it. So a copy with its state has a trait of its
//! own, and a piece keeps every operator in a place that is `Clone` by that trait.

use super::fresh::Fresh;

/// An operator that can be copied together with the items in it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied with what it holds",
    label = "a piece of a flow is `Clone` when all that is in it is",
    note = "items that are held, and functions, are `Clone`: let a closure share what it uses, or own it with `move`"
)]
pub trait Twin {
    /// One more, which holds the same.
    #[must_use]
    fn twin(&self) -> Self;
}

impl<O: Clone> Twin for O {
    #[inline]
    fn twin(&self) -> Self {
        self.clone()
    }
}

/// The place of an operator in a piece: a clone holds what the operator holds.
pub struct Held<O>(pub O);

impl<O: Twin> Clone for Held<O> {
    fn clone(&self) -> Self {
        Self(self.0.twin())
    }
}

/// The place of an operator in a piece that has not begun: a clone begins as this was
/// built.
pub struct Built<O>(pub O);

impl<O: Fresh> Clone for Built<O> {
    fn clone(&self) -> Self {
        Self(self.0.fresh())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::partition::partition;
    use crate::ty::Ty;

    #[test]
    fn a_held_operator_is_cloned_with_its_items() {
        let (partition, _) = partition(Ty::new(), 2);
        let mut first = Held(partition);
        assert_eq!(first.0.push(1), None);
        let mut second = first.clone();
        assert_eq!(first.0.push(2).unwrap(), [1, 2]);
        assert_eq!(second.0.push(3).unwrap(), [1, 3]);
    }

    #[test]
    fn a_built_operator_is_cloned_without() {
        let (partition, _) = partition(Ty::new(), 2);
        let mut first = Built(partition);
        assert_eq!(first.0.push(1), None);
        let mut second = first.clone();
        assert_eq!(second.0.push(2), None);
        assert_eq!(second.0.push(3).unwrap(), [2, 3]);
    }
}
