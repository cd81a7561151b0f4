//! Defines what an artifact remembers: a value that was made once, however often and
//! however concurrently it was asked for.
//!
//! Only a success is kept. A failure goes to whoever asked, and the next one
//! who asks tries again.

use tokio::sync::OnceCell;

use super::{Key, describe};
use crate::{Error, ErrorKind};

/// The one value of an artifact, once it is made. `None` inside is an answer as
/// well: there is no value for this key.
pub struct Memo<T>(OnceCell<Option<T>>);

impl<T> Memo<T> {
    /// Nothing made yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceCell::const_new())
    }

    /// Returns whether it was made.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.0.initialized()
    }

    /// Returns what was made, or what `make` makes now. Others who ask meanwhile wait,
    /// and take over where `make` fails or is dropped.
    ///
    /// # Errors
    ///
    /// Those of `make`.
    pub async fn once<F>(&self, make: impl FnOnce() -> F) -> Result<Option<&T>, Error>
    where
        F: Future<Output = Result<Option<T>, Error>>,
    {
        let made = self.0.get_or_try_init(make).await?;
        Ok(made.as_ref())
    }

    /// The value itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] where there is none for this key.
    pub fn into_value<K: Key>(self, kind: &'static str, key: &K) -> Result<T, Error> {
        let made = self.0.into_inner().flatten();
        made.ok_or_else(|| none(kind, key))
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns what [`get`](super::Artifact::get) says where there is no value for a key.
pub(crate) fn none<K: Key>(kind: &'static str, key: &K) -> Error {
    Error::new(
        ErrorKind::Missing,
        format!("there is no `{kind}` {}", describe(key)),
    )
}
