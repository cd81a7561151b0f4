//! The value a function made: what is in the `Ok` of a `Result`, else what it gave.

use core::ops::Deref;

use crate::ty::Ty;

/// Asks what the value is of what a function gives.
#[inline]
#[must_use]
pub fn making<U, M>(_: Ty<U, M>) -> Making<U> {
    Making(Whole(Ty::of_mode()))
}

/// The first type that is asked. Where what a function gives is no `Result`, rustc goes
/// on to what this derefs to.
pub struct Making<U>(Whole<U>);

/// See [`Making`].
pub struct Whole<U>(Ty<U>);

impl<V, E> Making<Result<V, E>> {
    /// The kind of a `Result`.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> InOk {
        InOk
    }

    /// The witness of the value.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Ty<V> {
        Ty::new()
    }
}

impl<U> Whole<U> {
    /// The kind of all others.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> AsItIs {
        AsItIs
    }

    /// The witness of the value.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Ty<U> {
        self.0
    }
}

impl<U> Deref for Making<U> {
    type Target = Whole<U>;

    #[inline]
    fn deref(&self) -> &Whole<U> {
        &self.0
    }
}

/// Finds the value in what a function gave.
pub trait Makes<U> {
    /// The value.
    type Value;

    /// The value, unless the function failed.
    fn made<'a>(&self, given: &'a U) -> Option<&'a Self::Value>;
}

/// The value is in the `Ok`.
#[derive(Clone, Copy, Debug)]
pub struct InOk;

impl<V, E> Makes<Result<V, E>> for InOk {
    type Value = V;

    fn made<'a>(&self, given: &'a Result<V, E>) -> Option<&'a V> {
        given.as_ref().ok()
    }
}

/// The value is all of it.
#[derive(Clone, Copy, Debug)]
pub struct AsItIs;

impl<U> Makes<U> for AsItIs {
    type Value = U;

    fn made<'a>(&self, given: &'a U) -> Option<&'a U> {
        Some(given)
    }
}
