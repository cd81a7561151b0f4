//! The return types of derivers: a record, a result, perhaps none.

use core::convert::Infallible;

/// A return type that makes the record `R`.
///
/// The attribute sees tokens only. Whether they are what they look like is
/// decided here, by types, so that an alias does no harm.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a record `{R}`",
    label = "not `{R}`, nor a `Result` of it",
    note = "a derived function returns `R`, `Option<R>`, `Result<R, E>` or `Result<Option<R>, E>`"
)]
pub trait Made<R> {
    /// The type of what the function fails with.
    type Error;

    /// The record, or `None` where there is none for the key.
    ///
    /// # Errors
    ///
    /// The function's.
    fn into_made(self) -> Result<Option<R>, Self::Error>;
}

impl<R> Made<R> for R {
    type Error = Infallible;

    fn into_made(self) -> Result<Option<R>, Infallible> {
        Ok(Some(self))
    }
}

impl<R> Made<R> for Option<R> {
    type Error = Infallible;

    fn into_made(self) -> Result<Self, Infallible> {
        Ok(self)
    }
}

impl<R, E> Made<R> for Result<R, E> {
    type Error = E;

    fn into_made(self) -> Result<Option<R>, E> {
        self.map(Some)
    }
}

impl<R, E> Made<R> for Result<Option<R>, E> {
    type Error = E;

    fn into_made(self) -> Self {
        self
    }
}

/// Returns what a function gave, as the runtime wants it.
///
/// # Errors
///
/// The function's.
// The error is a parameter: where nothing is made, nothing is known of it, and that is
// no second mistake.
pub fn made<R, M: Made<R, Error = E>, E>(given: M) -> Result<Option<R>, E> {
    given.into_made()
}
