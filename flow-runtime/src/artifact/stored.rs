//! A record in a store, as an artifact: its key, and the record once it is read.

use std::fmt;
use std::sync::Arc;

use super::{Artifact, Extant, Memo, Origin, describe, events, memo};
use crate::store::{Known, Listed};
use crate::{Error, ErrorKind, Store};

/// A record that is, or should be, in a store.
///
/// `#[extant]` names it after the record, `ExtantAnswer`.
///
/// ```
/// # use flow_runtime::{Store, derived, extant};
/// # #[extant(key = id)]
/// # #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32, text: String }
/// use flow_runtime::{Artifact, artifact::Stored};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let store = Store::<Answer>::memory();
/// let one: ExtantAnswer = Stored::new(1, &store);
/// assert!(!one.exists().await?);
/// store.put(&Answer { id: 1, text: "yes".to_string() }).await?;
/// assert_eq!(one.get().await?.text, "yes");
/// # Ok(())
/// # }
/// ```
pub struct Stored<R: Extant> {
    key: PromisedKey<R::Key>,
    /// The origin of the record, where that was said with the key.
    origin: Origin,
    /// Says when the store listed the key, where it did.
    listed: Option<Listed>,
    store: Store<R>,
    read: Memo<R>,
}

/// The key, as far as it is known.
enum PromisedKey<K> {
    Known(K),
    /// The store could not tell the keys behind this one.
    Unreadable {
        after: Option<K>,
        error: Arc<Error>,
    },
}

impl<R: Extant> Stored<R> {
    /// The record of this key in the store. Nothing is read yet, nor is it known
    /// which version made it: merged over a derived artifact, it is never stale.
    #[must_use]
    pub fn new(key: R::Key, store: &Store<R>) -> Self {
        Self::of_origin(key, Origin::default(), None, store)
    }

    /// The record of this key, which the store listed then, and which this made.
    pub(super) fn of_origin(
        key: R::Key,
        origin: Origin,
        listed: Option<Listed>,
        store: &Store<R>,
    ) -> Self {
        Self {
            key: PromisedKey::Known(key),
            origin,
            listed,
            store: store.clone(),
            read: Memo::new(),
        }
    }

    /// Returns what stands for the keys behind `after`, where the store cannot tell them.
    pub(super) fn unreadable(after: Option<R::Key>, error: Error, store: &Store<R>) -> Self {
        let error = Arc::new(error);
        Self {
            key: PromisedKey::Unreadable { after, error },
            origin: Origin::default(),
            listed: None,
            store: store.clone(),
            read: Memo::new(),
        }
    }

    fn known(&self) -> Result<&R::Key, Error> {
        match &self.key {
            PromisedKey::Known(key) => Ok(key),
            PromisedKey::Unreadable { after, error } => {
                let behind = after.as_ref().map(describe);
                let behind = behind.map_or_else(String::new, |key| format!(" behind {key}"));
                let message = format!("cannot read the keys of `{}`{behind}", R::KIND);
                Err(Error::with_source(error.kind(), message, Arc::clone(error)))
            }
        }
    }

    async fn read(&self) -> Result<Option<R>, Error> {
        let key = self.known()?;
        match self.store.get(key).await {
            Ok(Some(record)) => {
                events::retrieved(R::KIND, key);
                Ok(Some(record))
            }
            Ok(None) => self.missing(key).await.map(|()| None),
            Err(error) => {
                events::failed(R::KIND, key, &error);
                Err(error)
            }
        }
    }

    /// Finds why there is no record: an error, unless the store remembers that there is
    /// none to be made.
    async fn missing(&self, key: &R::Key) -> Result<(), Error> {
        if let Known::Absent { .. } = self.store.look_up(key).await? {
            return Ok(());
        }
        let message = format!("`{}` {} is not in the store", R::KIND, describe(key));
        let error = Error::new(ErrorKind::Missing, message);
        events::failed(R::KIND, key, &error);
        Err(error)
    }
}

impl<R: Extant> Artifact for Stored<R> {
    type Key = R::Key;
    type Value = R;

    /// # Panics
    ///
    /// Where it stands for a store whose first key cannot be read; what asks
    /// [`check`](Artifact::check) first never meets that.
    fn key(&self) -> R::Key {
        match &self.key {
            PromisedKey::Known(key) => key.clone(),
            PromisedKey::Unreadable { after, error } => match after {
                Some(after) => after.clone(),
                None => panic!("cannot read the keys of `{}`: {error}", R::KIND),
            },
        }
    }

    fn made_by(&self) -> Origin {
        self.origin
    }

    fn check(&self) -> Result<(), Error> {
        self.known().map(drop)
    }

    fn is_listed_in(&self, store: &Store<R>) -> bool {
        let there = |listed| self.store.still_has(listed, store);
        self.listed.is_some_and(there)
    }

    async fn exists(&self) -> Result<bool, Error> {
        self.store.contains(self.known()?).await
    }

    async fn find(&self) -> Result<Option<&R>, Error> {
        let name = || format!("`{}`", R::KIND);
        self.read.once(name, || self.read()).await
    }

    async fn get(&self) -> Result<&R, Error> {
        match self.find().await? {
            Some(record) => Ok(record),
            None => Err(memo::none(R::KIND, self.known()?)),
        }
    }

    async fn ensure(&self) -> Result<(), Error> {
        let key = self.known()?;
        if self.read.is_made() || self.store.contains(key).await? {
            events::ensured(R::KIND, key);
            return Ok(());
        }
        self.missing(key).await
    }

    async fn into_value(self) -> Result<R, Error> {
        self.find().await?;
        let key = self.key();
        self.read.into_value(R::KIND, &key)
    }
}

impl<R: Extant> fmt::Debug for Stored<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = match &self.key {
            PromisedKey::Known(key) => describe(key),
            PromisedKey::Unreadable { error, .. } => format!("unreadable: {error}"),
        };
        f.debug_struct("Stored")
            .field("kind", &R::KIND)
            .field("key", &format_args!("{key}"))
            .finish_non_exhaustive()
    }
}
