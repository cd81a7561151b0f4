//! The keys of records.

use serde_core::{Serialize, de::DeserializeOwned};

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

/// A key as errors and events print it: its JSON.
#[must_use]
pub fn describe<K: Key>(key: &K) -> String {
    serde_json::to_string(key).unwrap_or_else(|error| format!("<{error}>"))
}
