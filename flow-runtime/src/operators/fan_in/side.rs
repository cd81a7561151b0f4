//! The places in which items wait at an input of a `zip`.

use super::pending::Pending;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::ty::Ty;

/// An input at which nothing waits yet.
#[inline]
#[must_use]
pub fn side<T, M>(_: Ty<T, M>) -> Side<T> {
    Side(Pending::new())
}

/// An input at which nothing waits yet, and one item at most will.
#[inline]
#[must_use]
pub fn slot<T, M>(_: Ty<T, M>) -> Slot<T> {
    Slot(None)
}

/// An input at which any number of items may wait.
pub struct Side<T>(Pending<T>);

/// An input at which one item waits at most: it is pulled only while nothing does.
pub struct Slot<T>(Option<T>);

impl<T> Side<T> {
    /// Lets an item wait.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.0.push(item);
    }

    /// The item that waited for longest.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.0.pop()
    }

    /// Returns whether nothing waits.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T> Slot<T> {
    /// Lets an item wait.
    #[inline]
    pub fn push(&mut self, item: T) {
        debug_assert!(self.0.is_none(), "one item waits at most");
        self.0 = Some(item);
    }

    /// The item that waits.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.0.take()
    }

    /// Returns whether nothing waits.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns how many wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.0.is_some())
    }
}

impl<T> Fresh for Side<T> {
    fn fresh(&self) -> Self {
        Self(Pending::new())
    }
}

impl<T: Clone> Twin for Side<T> {
    fn twin(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Fresh for Slot<T> {
    fn fresh(&self) -> Self {
        Self(None)
    }
}

impl<T: Clone> Twin for Slot<T> {
    fn twin(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_first_out_however_many_wait() {
        let mut side = side(Ty::new());
        for most in 1..6 {
            (0..most).for_each(|x| side.push(x));
            assert_eq!(side.len(), most);
            // One more, behind those that had to wait in a ring.
            assert_eq!(side.pop(), Some(0));
            side.push(most);
            let rest: Vec<_> = std::iter::from_fn(|| side.pop()).collect();
            assert_eq!(rest, (1..=most).collect::<Vec<_>>());
            assert!(side.is_empty());
        }
    }

    #[test]
    fn what_waits_is_there_in_a_copy_and_not_in_a_fresh_one() {
        let (mut one, mut many) = (slot(Ty::new()), side(Ty::new()));
        one.push('a');
        (0..3).for_each(|x| many.push(x));
        assert_eq!((one.twin().pop(), many.twin().len()), (Some('a'), 3));
        assert!(one.fresh().is_empty() && many.fresh().is_empty());
        assert_eq!((one.len(), one.pop(), one.pop()), (1, Some('a'), None));
    }
}
