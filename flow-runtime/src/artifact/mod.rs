//! Artifacts: keyed values that are in durable storage, or can be made.
//!
//! An [`Extant`] record says what is kept and under which key. An [`Artifact`]
//! is a promise of one: it knows its key before any work, and [`get`](Artifact::get)
//! reads or makes the value, at most once.

mod keyed_item;
mod mergeable;

pub use keyed_item::KeyedItem;
pub use mergeable::Mergeable;

use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

/// What a key must be: ordered, cheap to copy, and writable into a store.
///
/// Implemented for every type that meets the bounds. Floats are no keys, since
/// they are not `Ord`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of an artifact",
    label = "a key must be `Ord + Clone + Serialize + DeserializeOwned`"
)]
pub trait Key: Ord + Clone + Serialize + DeserializeOwned + 'static {}

impl<K: Ord + Clone + Serialize + DeserializeOwned + 'static> Key for K {}

/// A record that is kept in a [`Store`](crate::Store); made by
/// [`#[extant]`](macro@crate::extant).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extant record",
    note = "put `#[extant(key = …)]` on the struct"
)]
pub trait Extant: Serialize + DeserializeOwned + 'static {
    /// The type of the key.
    type Key: Key;

    /// The name of the record's type, as events and errors print it.
    const KIND: &'static str;

    /// The key of this record.
    fn key(&self) -> Self::Key;
}

/// A keyed value that is in durable storage, or can be made.
///
/// The futures are not required to be `Send`: a flow runs them in its own task.
#[allow(
    async_fn_in_trait,
    reason = "the bounds users need differ; auto traits leak through"
)]
pub trait Artifact {
    /// The type of the key.
    type Key: Key;

    /// What [`get`](Artifact::get) gives.
    type Value;

    /// Which one it is, known before any work.
    fn key(&self) -> Self::Key;

    /// Whether it is there without any making.
    ///
    /// # Errors
    ///
    /// Where the store cannot be asked.
    async fn exists(&self) -> Result<bool, Error>;

    /// The value: read or made once, then kept. Asked several times at once, it
    /// is read or made once all the same. A failure is not kept.
    ///
    /// # Errors
    ///
    /// The store's error, or the deriver's inside an [`Error`] that names the key.
    async fn get(&self) -> Result<&Self::Value, Error>;

    /// Makes sure that the value is there, without reading it where it is.
    ///
    /// # Errors
    ///
    /// As [`get`](Artifact::get).
    async fn ensure(&self) -> Result<(), Error>;

    /// The value itself, as [`get`](Artifact::get).
    ///
    /// # Errors
    ///
    /// As [`get`](Artifact::get).
    async fn into_value(self) -> Result<Self::Value, Error>
    where
        Self: Sized;
}
