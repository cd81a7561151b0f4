//! Type witnesses: a value that says what travels along an edge and costs
//! nothing.
//!
//! The set-up of a flow builds every operator once, in the order of the graph.
//! Each constructor takes the witness of what flows in, so that a closure knows
//! the type of its argument without an annotation, and gives the witness of
//! what flows out.
//!
//! The witness also says what is copied: nothing, or the chain that it stands in,
//! for every key or for every worker. By that one constructor demands of a function
//! what it has to be where it stands.

use core::marker::PhantomData;

pub mod apart;

/// Says that `T` travels here, in a chain of mode `M`.
pub struct Ty<T, M = Alone>(PhantomData<fn() -> (T, M)>);

/// The mode of what there is once.
pub enum Alone {}

/// The mode of a chain that is copied for every key: within one thread.
pub enum PerKey {}

/// The mode of a chain that is copied for every worker: to another thread.
pub enum PerWorker {}

/// Describes what may stand in a chain of mode `M`: `PerKey` asks for `Clone`, `PerWorker` for
/// `Clone + Send + 'static`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied",
    label = "every key, and every worker, has a copy of this",
    note = "in `by_key` functions are `Clone`, between `scatter` and `gather` they are `Clone + Send + 'static`: \
            let a closure share what it uses, or own it with `move`"
)]
pub trait Fits<M> {}

impl<F> Fits<Alone> for F {}

impl<F: Clone> Fits<PerKey> for F {}

impl<F: Clone + Send + 'static> Fits<PerWorker> for F {}

impl<T> Ty<T> {
    /// The witness of `T`, of what there is once.
    #[must_use]
    pub const fn new() -> Self {
        Self::of_mode()
    }
}

impl<T, M> Ty<T, M> {
    /// The witness of `T` in a chain of mode `M`.
    #[must_use]
    pub const fn of_mode() -> Self {
        Self(PhantomData)
    }

    /// The same: what comes of a future is known already.
    #[inline]
    #[must_use]
    pub const fn result(&self) -> Self {
        *self
    }

    /// The same, where it is not copied.
    #[inline]
    #[must_use]
    pub const fn alone(self) -> Ty<T> {
        Ty::new()
    }

    /// The same, in a chain that is copied for every key.
    #[inline]
    #[must_use]
    pub const fn per_key(self) -> Ty<T, PerKey> {
        Ty::of_mode()
    }

    /// The same, in a chain that is copied for every worker.
    #[inline]
    #[must_use]
    pub const fn per_worker(self) -> Ty<T, PerWorker> {
        Ty::of_mode()
    }
}

impl<T> Default for Ty<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, M> Clone for Ty<T, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, M> Copy for Ty<T, M> {}

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

/// The proof that a type is what is asked of it: `K: Key<P>` makes `P` this where it is one.
///
/// Where it is none, `P` stays unknown, and what is built [waits](When) for it: rustc says
/// once that the bound does not hold, and nothing of what follows.
pub enum Holds {}

/// The proof that nothing gives. That there might be two is why rustc looks whether the
/// bound holds before it says which it is.
pub enum Fails {}

/// Implemented by nothing.
pub trait Nothing {}

/// Writes traits that ask of a type what others do, with the proof of it.
macro_rules! proven {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis trait $name:ident: $($bound:path),+;
    )+) => {$(
        $(#[$attribute])*
        $visibility trait $name<P>: $($bound +)+ {}

        #[diagnostic::do_not_recommend]
        impl<T: $($bound +)+> $name<$crate::ty::Holds> for T {}

        #[diagnostic::do_not_recommend]
        impl<T: $($bound +)+ $crate::ty::Nothing> $name<$crate::ty::Fails> for T {}
    )+};
}

pub(crate) use proven;
