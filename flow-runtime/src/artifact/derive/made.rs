//! What a deriver may return: a record, a result, perhaps none.

use crate::{BoxError, artifact::Extant};

/// A return type that makes a record.
///
/// The attribute sees tokens only. Whether they are what they look like is
/// decided here, by types, so that an alias does no harm.
#[diagnostic::on_unimplemented(
    message = "`{Self}` makes no extant record",
    label = "not a record, nor a `Result` of one",
    note = "a derived function returns `R`, `Option<R>`, `Result<R, E>` or `Result<Option<R>, E>`, where `R` is `#[extant]` and `E` an error"
)]
pub trait Made {
    /// The record.
    type Record: Extant;

    /// The record, or `None` where there is none for the key.
    ///
    /// # Errors
    ///
    /// The function's.
    fn into_made(self) -> Result<Option<Self::Record>, BoxError>;
}

impl<R: Extant> Made for R {
    type Record = R;

    fn into_made(self) -> Result<Option<R>, BoxError> {
        Ok(Some(self))
    }
}

impl<R: Extant> Made for Option<R> {
    type Record = R;

    fn into_made(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

impl<R: Extant, E: Into<BoxError>> Made for Result<R, E> {
    type Record = R;

    fn into_made(self) -> Result<Option<R>, BoxError> {
        self.map(Some).map_err(Into::into)
    }
}

impl<R: Extant, E: Into<BoxError>> Made for Result<Option<R>, E> {
    type Record = R;

    fn into_made(self) -> Result<Option<R>, BoxError> {
        self.map_err(Into::into)
    }
}
