//! Defines what leaves the chain of a key or a worker, until it is taken.

use std::collections::VecDeque;

/// The place of what leaves a chain.
pub trait Outbox<T>: Default {
    /// Puts one item in.
    fn push(&mut self, item: T);

    /// Takes the one that has been there for longest.
    fn pop(&mut self) -> Option<T>;

    /// Returns whether anybody wants more.
    #[inline]
    fn is_wanted(&self) -> bool {
        true
    }
}

/// At most one item leaves for each that enters.
impl<T> Outbox<T> for Option<T> {
    #[inline]
    fn push(&mut self, item: T) {
        *self = Some(item);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.take()
    }
}

/// Several may.
impl<T> Outbox<T> for VecDeque<T> {
    #[inline]
    fn push(&mut self, item: T) {
        self.push_back(item);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.pop_front()
    }
}

/// An outbox for at most one of these.
#[inline]
#[must_use]
pub fn one<T, M>(_: crate::ty::Ty<T, M>) -> Option<T> {
    None
}

/// Puts one item in.
#[inline]
pub fn leave<T>(out: &mut impl Outbox<T>, item: T) {
    out.push(item);
}

/// Returns whether anybody wants more of what leaves a worker.
#[inline]
pub fn is_wanted<T, O: Outbox<T>>(out: &O) -> bool {
    out.is_wanted()
}

/// Returns what leaves a flow that a bare `?` may end.
#[inline]
#[must_use]
pub fn result<T, E, M>(_: crate::ty::Ty<T, M>) -> crate::ty::Ty<Result<T, E>, M> {
    crate::ty::Ty::of_mode()
}
