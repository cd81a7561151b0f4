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
