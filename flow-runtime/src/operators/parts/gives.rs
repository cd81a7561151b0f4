//! Defines what a closure gives that is to be a future.
//!
//! `then(|x| x)` is a mistake that is made easily: `async` is missing. It is told
//! once, where the future is to be awaited. So the constructor asks for nothing,
//! and the flow goes on with what the closure gives as if it were the result.

use crate::ty::{Alone, Ty};

/// Holds what a closure gives.
pub struct Gives<G, M = Alone>(pub(in crate::operators) Ty<G, M>);

impl<G: Future, M> Gives<G, M> {
    /// Returns what comes of the future.
    #[inline]
    #[must_use]
    pub fn result(&self) -> Ty<G::Output, M> {
        Ty::of_mode()
    }
}

/// As `Gives::result`, of what is no future.
// In scope where that one is called: a method of the type itself comes first, where
// its bound holds.
pub trait NoFuture {
    /// The type of what was given.
    type Given;

    /// The mode of the chain.
    type Mode;

    /// The same.
    fn result(&self) -> Ty<Self::Given, Self::Mode>;
}

impl<G, M> NoFuture for Gives<G, M> {
    type Given = G;
    type Mode = M;

    #[inline]
    fn result(&self) -> Ty<G, M> {
        self.0
    }
}

/// A future: what a function gives that is to be awaited.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a future",
    label = "this gives `{Self}`, which cannot be awaited",
    note = "give an async function, such as `async |x| …`; or use `map` or `for_each`, where nothing is to be awaited"
)]
pub trait Awaited: Future {}

// Not to be recommended: rustc would say of `Future` what is said here.
#[diagnostic::do_not_recommend]
impl<F: Future> Awaited for F {}

/// A future, of what was given.
#[inline]
pub fn future<F: Awaited>(future: F) -> impl Future<Output = F::Output> {
    future
}

/// A future that gives nothing.
#[inline]
pub fn future_of_nothing<F: Awaited<Output = ()>>(future: F) -> impl Future<Output = ()> {
    future
}

/// A future that gives nothing, or fails.
#[inline]
pub fn future_that_may_fail<E, F: Awaited<Output = Result<(), E>>>(
    future: F,
) -> impl Future<Output = Result<(), E>> {
    future
}

/// The outcome of a function that may be tried again, or not in time: a `Result`.
#[diagnostic::on_unimplemented(
    message = "`retry`, `timeout` and their like are for functions that give a `Result`, and this one gives `{Self}`",
    label = "its function cannot fail",
    note = "give a `Result`, or leave out what looks at errors: `timeout`, `retry`, `retry_if`, `retry_after`, `refused`"
)]
pub trait Outcome {
    /// The value of an attempt that succeeds.
    type Value;

    /// The error of one that fails.
    type Failure;
}

impl<U, E> Outcome for Result<U, E> {
    type Value = U;
    type Failure = E;
}
