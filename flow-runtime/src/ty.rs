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
