//! Operators that are had again as they were built.

/// Describes what a chain is made of that is built once and copied: for every key in
/// `by_key`, for every worker in `scatter`.
///
/// A copy is made before the first item, so an operator that holds items need
/// not be able to clone them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied",
    label = "every key, and every worker, has a copy of this",
    note = "what a chain is copied with is `Clone`"
)]
pub trait Fresh {
    /// One more, as this was built.
    #[must_use]
    fn fresh(&self) -> Self;
}

impl<O: Clone> Fresh for O {
    #[inline]
    fn fresh(&self) -> Self {
        self.clone()
    }
}

/// One more of an operator, as it was built.
#[inline]
#[must_use]
pub fn fresh<O: Fresh>(operator: &O) -> O {
    operator.fresh()
}

/// Does what ends with the first error.
///
/// # Errors
///
/// That one.
#[inline]
pub fn attempt<E>(f: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    f()
}

/// For whom the operators of a chain are copied.
///
/// `PerKey` asks for `Clone`, `PerWorker` for `Clone + Send + 'static`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied",
    label = "every key, and every worker, has a copy of this",
    note = "in `by_key` functions are `Clone`, between `scatter` and `gather` they are `Clone + Send + 'static`: \
            let a closure share what it uses, or own it with `move`"
)]
pub trait Fits<M>: Clone {}

/// A copy for every key: within one thread.
#[derive(Clone, Copy)]
pub struct PerKey;

/// A copy for every worker: on another thread.
#[derive(Clone, Copy)]
pub struct PerWorker;

impl<F: Clone> Fits<PerKey> for F {}

impl<F: Clone + Send + 'static> Fits<PerWorker> for F {}
