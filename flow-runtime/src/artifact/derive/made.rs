//! What a deriver may return: a record, a result, perhaps none.

use crate::BoxError;

/// A return type that makes the record `R`.
///
/// The attribute sees tokens only. Whether they are what they look like is
/// decided here, by types, so that an alias does no harm.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a record `{R}`",
    label = "not `{R}`, nor a `Result` of it",
    note = "a derived function returns `R`, `Option<R>`, `Result<R, E>` or `Result<Option<R>, E>`, where `E` is an error that is `Send` and `Sync`, or a text"
)]
pub trait Made<R> {
    /// The record, or `None` where there is none for the key.
    ///
    /// # Errors
    ///
    /// The function's.
    fn into_made(self) -> Result<Option<R>, BoxError>;
}

impl<R> Made<R> for R {
    fn into_made(self) -> Result<Option<R>, BoxError> {
        Ok(Some(self))
    }
}

impl<R> Made<R> for Option<R> {
    fn into_made(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

impl<R, E: Into<BoxError>> Made<R> for Result<R, E> {
    fn into_made(self) -> Result<Option<R>, BoxError> {
        self.map(Some).map_err(Into::into)
    }
}

impl<R, E: Into<BoxError>> Made<R> for Result<Option<R>, E> {
    fn into_made(self) -> Result<Option<R>, BoxError> {
        self.map_err(Into::into)
    }
}

/// What a function gave, as the runtime wants it.
///
/// # Errors
///
/// The function's.
pub fn made<R, M: Made<R>>(given: M) -> Result<Option<R>, BoxError> {
    given.into_made()
}
