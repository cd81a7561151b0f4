//! Type witnesses: a value that says what travels along an edge and costs
//! nothing.
//!
//! The set-up of a flow builds every operator once, in the order of the graph.
//! Each constructor takes the witness of what flows in, so that a closure knows
//! the type of its argument without an annotation, and gives the witness of
//! what flows out.

use core::marker::PhantomData;

/// Says that `T` travels here.
pub struct Ty<T>(PhantomData<fn() -> T>);

impl<T> Ty<T> {
    /// The witness of `T`.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Ty<T> {
    /// The same: what comes of a future is known already.
    #[inline]
    #[must_use]
    pub const fn result(&self) -> Self {
        *self
    }
}

impl<T> Default for Ty<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Ty<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ty<T> {}

/// `X`, as soon as `T` is known.
///
/// Where a function or an item does not fit, rustc says so and never learns
/// what would have come out. What waits for that is unknown as well then, so
/// that using it is not a second error.
///
/// A function that has to give a certain type, such as `bool`, is asked for a
/// second time, as `FnOnce(…) -> V`: `V` is known only where the function fits.
pub type When<T, X> = <T as Known>::Then<X>;

/// A type that is known. Every one is, once it is.
pub trait Known {
    /// The type of what was waiting for it.
    type Then<X>;
}

impl<T> Known for T {
    type Then<X> = X;
}
