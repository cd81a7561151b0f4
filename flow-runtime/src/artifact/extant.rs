//! Records, which are kept, and their keys.

use serde::{Serialize, de::DeserializeOwned};

/// A type of keys: ordered, cheap to copy, and writable into a store.
///
/// Implemented for every type that meets the bounds. Floats are no keys, since
/// they are not `Ord`.
///
/// ```
/// fn fits<K: flow_runtime::artifact::Key>() {}
///
/// fits::<u32>();
/// fits::<(String, u8)>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of an artifact",
    label = "a key must be `Ord + Clone + Serialize + DeserializeOwned`"
)]
pub trait Key: Ord + Clone + Serialize + DeserializeOwned + 'static {}

impl<K: Ord + Clone + Serialize + DeserializeOwned + 'static> Key for K {}

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
