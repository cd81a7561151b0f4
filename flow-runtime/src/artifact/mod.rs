//! Artifacts: keyed values that are in durable storage, or can be made.
//!
//! An [`Extant`] record is what is kept, and knows its key. An [`Artifact`]
//! is a promise of one: it knows its key before any work, and [`get`](Artifact::get)
//! reads or makes the value, at most once.

pub(crate) mod checks;
pub(crate) mod derive;
mod either;
mod ensured;
pub(crate) mod fingerprint;
mod keyed;
pub(crate) mod keyed_item;
pub(crate) mod memo;
mod mergeable;
pub(crate) mod operators;
pub(crate) mod plan;
mod pointers;
mod stored;
mod transformed;

pub use either::Either;
pub use ensured::{Ensured, Outcome};
pub use keyed::Keyed;
pub use keyed_item::KeyedItem;
pub use mergeable::Mergeable;
pub use plan::Plan;
pub use stored::Stored;
pub use transformed::Transformed;

pub use crate::record::{Extant, Key, Origin};
pub(crate) use crate::record::{describe, events};
pub(crate) use memo::Memo;

use crate::{Error, Store};

/// Returns what the artifact would be made by.
pub(crate) fn wanted<A: Artifact>(artifact: &A) -> Origin {
    Origin {
        version: artifact.version(),
        fingerprint: artifact.fingerprint(),
    }
}

/// A keyed value that is in durable storage, or can be made.
///
/// The futures are not required to be `Send`: a flow runs them in its own task.
/// They are `Send` wherever what the artifact holds is.
///
/// ```
/// # use flow_runtime::{Store, derived, extant};
/// # #[extant(key = id)]
/// # #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32, text: String }
/// use flow_runtime::Artifact;
///
/// #[derived(key = id, version = 1)]
/// async fn answer(id: u32) -> Answer {
///     Answer { id, text: format!("the answer to {id}") }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let one = DerivedAnswer::new(1);
/// one.check()?;
/// assert_eq!((one.key(), one.version(), one.made_by()), (1, Some(1), Some(1).into()));
/// assert!(!one.exists().await?);
/// assert_eq!(one.get().await?.text, "the answer to 1"); // made here, and kept
/// one.ensure().await?;
/// assert!(one.find().await?.is_some());
///
/// let text = one.transform(|answer| answer.text);
/// assert_eq!(text.into_value().await?, "the answer to 1");
/// # Ok(())
/// # }
/// ```
#[allow(
    async_fn_in_trait,
    reason = "the bounds users need differ; auto traits leak through"
)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an artifact",
    note = "artifacts are made by `#[extant]` and `#[derived]`, and by `Keyed::new(key, value)`"
)]
pub trait Artifact {
    /// The type of the key.
    type Key: Key;

    /// The type of what [`get`](Artifact::get) gives.
    type Value;

    /// The key, known before any work.
    ///
    /// # Panics
    ///
    /// Where [`check`](Artifact::check) fails there may be no key to give.
    fn key(&self) -> Self::Key;

    /// The version of its function, where it is derived: a stored record that
    /// another version made is stale. `None` where nothing is derived, or no version
    /// is given, so that any record will do.
    fn version(&self) -> Option<u32> {
        None
    }

    /// The hash of what it is derived with, beside its version: a stored record with
    /// another one is stale. `None` where nothing is derived, or no fingerprint is
    /// given, so that any record will do.
    ///
    /// ```
    /// # use flow_runtime::{Artifact, derived, extant};
    /// # #[extant(key = id)]
    /// # #[derive(Clone, serde::Serialize, serde::Deserialize)]
    /// # struct Answer { id: u32, text: String }
    /// #[derived(key = id, version = 1, fingerprint = prompt)]
    /// async fn answer(id: u32, prompt: &str) -> Answer {
    ///     Answer { id, text: format!("{prompt} {id}") }
    /// }
    ///
    /// let [short, long] = ["In short:", "At length:"].map(|prompt| DerivedAnswer::new(1, prompt));
    /// assert_eq!(short.version(), long.version());
    /// assert_ne!(short.fingerprint(), long.fingerprint());
    /// ```
    fn fingerprint(&self) -> Option<u64> {
        None
    }

    /// Returns what made, or will make, the value that [`get`](Artifact::get) gives, as
    /// far as that is known. It is kept beside the record.
    fn made_by(&self) -> Origin {
        Origin {
            version: self.version(),
            fingerprint: self.fingerprint(),
        }
    }

    /// Returns whether it stands for something that could not be told, such as the rest
    /// of a store that cannot be read. What asks for keys asks this first.
    ///
    /// # Errors
    ///
    /// Why it could not be told.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Returns whether this very store has listed it, as it did what comes from `stored`, and
    /// nothing was removed since: then `ensure` into that store does not ask again.
    #[doc(hidden)]
    fn is_listed_in(&self, _: &Store<Self::Value>) -> bool {
        false
    }

    /// Returns whether it is there without any making.
    ///
    /// Cancel safe.
    ///
    /// # Errors
    ///
    /// Where the store cannot be asked.
    async fn exists(&self) -> Result<bool, Error>;

    /// The value, as [`get`](Artifact::get), or `None` where its function said
    /// that there is none for this key.
    ///
    /// Cancel safe, as [`get`](Artifact::get).
    ///
    /// # Errors
    ///
    /// As [`get`](Artifact::get).
    async fn find(&self) -> Result<Option<&Self::Value>, Error> {
        self.get().await.map(Some)
    }

    /// The value: read or made once, then kept. Asked several times at once, it
    /// is read or made once all the same. A failure is not kept.
    ///
    /// Cancel safe: dropped while the value is made, the making stops, and the
    /// next one who asks begins it again.
    ///
    /// # Errors
    ///
    /// The store's error, or the deriver's inside an [`Error`] that names the key.
    async fn get(&self) -> Result<&Self::Value, Error>;

    /// Makes sure that the value is there, without reading it where it is.
    ///
    /// Cancel safe, as [`get`](Artifact::get).
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

    /// The artifact of the same key whose value is made of this one's by `f`.
    /// It runs when the result is got or ensured, at most once.
    fn transform<U, F>(self, f: F) -> Transformed<Self, F, U>
    where
        Self: Sized,
        F: FnOnce(Self::Value) -> U,
    {
        Transformed::new(self, f)
    }
}
