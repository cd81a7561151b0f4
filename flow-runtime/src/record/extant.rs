//! Records, which are kept.

use serde_core::{Serialize, de::DeserializeOwned};

use super::{Key, describe};

/// A record that is kept in a [`Store`](crate::Store); made by
/// [`#[extant]`](macro@crate::extant).
///
/// ```
/// use flow_runtime::Extant;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Page { url: String, text: String }
///
/// impl Extant for Page {
///     type Key = String;
///     const KIND: &'static str = "Page";
///
///     fn key(&self) -> String {
///         self.url.clone()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extant record",
    label = "nothing says how this is kept",
    note = "put `#[extant(key = …)]` on the struct; where this is an alias, `#[derived(into = …)]` names the record"
)]
pub trait Extant: Serialize + DeserializeOwned + 'static {
    /// The type of the key.
    type Key: Key;

    /// The name of the record's type, as events and errors print it.
    const KIND: &'static str;

    /// The key of this record.
    fn key(&self) -> Self::Key;
}

/// The key of a record as errors print it.
#[must_use]
pub fn describe_record_key<R: Extant>(key: &R::Key) -> String {
    describe(key)
}
