//! The trait of backends: bytes under ordered keys, committed in batches.
//!
//! There are three in this crate: memory, JSONL files and an embedded database.
//! [`Storage`] is the trait they share, public so that others can be plugged in
//! with [`Store::with_storage`](crate::Store::with_storage).

use std::pin::Pin;

use crate::Error;

/// The future that the methods of a [`Storage`] return: boxed, so that the trait is
/// object-safe and a remote storage can wait without blocking.
pub type StorageFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A backend of a [`Store`](crate::Store): records as bytes under ordered keys.
///
/// # Contract
///
/// - Keys are ordered as bytes. [`scan`](Storage::scan) ascends in that order.
/// - [`commit`](Storage::commit) gives `Ok` only when the whole batch is
///   durable: it survives the end of the process and of the power. A crash may
///   keep any part of a batch that was not acknowledged, but never a part of a
///   record.
/// - What is kept of failures is as durable as the records, and never in their way.
/// - Reads see every acknowledged commit, and nothing of one that is not durable
///   yet: until then, what was there before.
/// - Two storages never write to one place: opening it a second time is an
///   error of kind [`Locked`](crate::ErrorKind::Locked).
///
/// A store calls `commit` and `compact` from one thread of its own, one at a
/// time and outside of any runtime; a storage that needs a runtime keeps a
/// handle to it and spawns there. Reads are awaited where the user awaits them,
/// and may overlap a commit.
///
/// Errors are made with [`Error::of`].
///
/// ```
/// use std::{collections::BTreeMap, future::ready, ops::Bound, sync::Mutex};
/// use flow_runtime::{Storage, StorageFuture, store::{Entry, Found, Write}};
///
/// /// Keeps records in memory: the key as JSON, and the record.
/// #[derive(Default)]
/// struct Shelf(Mutex<BTreeMap<Vec<u8>, (Vec<u8>, Vec<u8>)>>);
///
/// impl Storage for Shelf {
///     fn name(&self) -> String {
///         "a shelf".to_string()
///     }
///
///     fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
///         Box::pin(ready(Ok(self.0.lock().unwrap().contains_key(key))))
///     }
///
///     fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
///         Box::pin(ready(Ok(self.0.lock().unwrap().get(key).map(|(_, record)| record.clone()))))
///     }
///
///     fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
///         let behind = after.map_or(Bound::Unbounded, Bound::Excluded);
///         let records = self.0.lock().unwrap();
///         let range = records.range::<[u8], _>((behind, Bound::Unbounded)).take(limit);
///         let entries = range.map(|(key, (json, _))| Entry::new(key.clone(), json.clone()));
///         Box::pin(ready(Ok(entries.collect())))
///     }
///
///     fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
///         Box::pin(ready(Ok(Found::new(self.0.lock().unwrap().contains_key(key), Vec::new()))))
///     }
///
///     fn count(&self) -> StorageFuture<'_, usize> {
///         Box::pin(ready(Ok(self.0.lock().unwrap().len())))
///     }
///
///     fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
///         let mut records = self.0.lock().unwrap();
///         let before = batch.into_iter().map(|write| match write {
///             Write::Put { key, key_json, record, .. } => records.insert(key, (key_json, record)).is_some(),
///             Write::Absent { key, .. } | Write::Remove { key, .. } => records.remove(&key).is_some(),
///         });
///         let before = before.collect();
///         Box::pin(ready(Ok(before)))
///     }
/// }
/// # use flow_runtime::{Store, extant};
/// # #[extant(key = id)]
/// # #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32, text: String }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let store = Store::<Answer>::with_storage(Shelf::default());
/// store.put(&Answer { id: 1, text: "yes".to_string() }).await?;
/// assert_eq!(store.get(&1).await?.unwrap().text, "yes");
/// assert_eq!(store.page(None, 10).await?, [1]);
/// store.compact().await?;
/// # Ok(())
/// # }
/// ```
///
/// A tool for storages of any kind:
///
/// ```
/// use flow_runtime::{Error, Storage, store::FailedKey};
///
/// /// Forgets all failures; returns how many there were.
/// async fn forget(storage: &dyn Storage) -> Result<usize, Error> {
///     storage.refresh().await?;
///     let kept = storage.failures().await?.into_iter();
///     let over: Vec<_> = kept.map(|each| FailedKey::new(each.key, each.key_json, Vec::new())).collect();
///     let count = over.len();
///     storage.commit_failures(over, Vec::new()).await?;
///     Ok(count)
/// }
/// ```
pub trait Storage: Send + Sync + 'static {
    /// Returns what it is and where, as errors print it: ``JSONL file `answers.jsonl` ``.
    fn name(&self) -> String;

    /// Returns whether there is a record under the key, found without reading it.
    ///
    /// # Errors
    ///
    /// Where the storage cannot be read.
    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool>;

    /// Returns whether there is a record under the key, and what was kept beside the key
    /// with the last write of it. The record is not read.
    ///
    /// Left out, the storage keeps nothing beside records: every record is of an
    /// unknown version, and what has no record is asked for again in every run.
    ///
    /// # Errors
    ///
    /// Where the storage cannot be read.
    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        Box::pin(async move { Ok(Found::new(self.contains(key).await?, Vec::new())) })
    }

    /// The JSON of the record under the key.
    ///
    /// # Errors
    ///
    /// Where the storage cannot be read.
    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>>;

    /// Up to `limit` records' entries in ascending order of their keys, those behind
    /// `after` only. Fewer than `limit` say that there are no more. Records are
    /// not read.
    ///
    /// # Errors
    ///
    /// Where the storage cannot be read.
    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>>;

    /// Returns how many records there are.
    ///
    /// # Errors
    ///
    /// Where the storage cannot be read.
    fn count(&self) -> StorageFuture<'_, usize>;

    /// Makes the writes durable, in their order, and says of each whether there
    /// was a record under its key before.
    ///
    /// # Errors
    ///
    /// Where it is not certain that all of the batch is durable. The store then
    /// refuses every further write, since nobody knows what is on the disk:
    /// what can safely be tried again is tried again in here.
    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>>;

    /// Keeps of these keys that they could not be made, or, where nothing is to be kept
    /// of one, forgets it; then does as [`commit`](Storage::commit). A key that
    /// is written or removed by the batch is forgotten as well, except by a record of an
    /// earlier version than the one that failed.
    ///
    /// Left out, nothing is kept of failures.
    ///
    /// # Errors
    ///
    /// As [`commit`](Storage::commit).
    fn commit_failures(
        &self,
        failures: Vec<FailedKey>,
        batch: Vec<Write>,
    ) -> StorageFuture<'_, Vec<bool>> {
        drop(failures);
        match batch.is_empty() {
            true => Box::pin(std::future::ready(Ok(Vec::new()))),
            false => self.commit(batch),
        }
    }

    /// Returns the keys of which it is kept that they could not be made, in ascending
    /// order.
    ///
    /// # Errors
    ///
    /// Where the storage cannot be read.
    fn failures(&self) -> StorageFuture<'_, Vec<FailedKey>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Lets reads see what others have made durable since the storage was opened, where
    /// others can.
    ///
    /// # Errors
    ///
    /// Where it cannot be read; reads see what they saw before.
    fn refresh(&self) -> StorageFuture<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Gives back the room of what was replaced or removed, where there is any.
    ///
    /// # Errors
    ///
    /// Where that failed; the records are what they were.
    fn compact(&self) -> StorageFuture<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// One write of a batch.
///
/// ```
/// use flow_runtime::store::Write;
///
/// /// Applies one write to a map; gives whether there was a record.
/// fn apply(map: &mut std::collections::BTreeMap<Vec<u8>, Vec<u8>>, write: Write) -> bool {
///     match write {
///         Write::Put { key, record, .. } => map.insert(key, record).is_some(),
///         Write::Absent { key, .. } | Write::Remove { key, .. } => map.remove(&key).is_some(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Keeps a record, instead of what is under the key.
    #[non_exhaustive]
    Put {
        /// The key in its order-preserving encoding.
        key: Vec<u8>,
        /// The key as JSON: how it is given back by a scan.
        key_json: Vec<u8>,
        /// The record as JSON, without a line break.
        record: Vec<u8>,
        /// The metadata that is kept beside the record, a JSON object; later releases
        /// add fields to it.
        meta: Vec<u8>,
    },
    /// Keeps of a key that there is no record, instead of what is under it.
    /// Reads of records do not see it; only [`look_up`](Storage::look_up) gives
    /// it back.
    #[non_exhaustive]
    Absent {
        /// The key in its order-preserving encoding.
        key: Vec<u8>,
        /// The key as JSON.
        key_json: Vec<u8>,
        /// The metadata that is kept of the key, a JSON object; later releases add
        /// fields to it.
        meta: Vec<u8>,
    },
    /// Removes the record under the key, where there is one, and all that is
    /// kept beside it.
    #[non_exhaustive]
    Remove {
        /// The key in its order-preserving encoding.
        key: Vec<u8>,
    },
}

impl Write {
    /// The key that is written.
    pub(super) fn key(&self) -> &[u8] {
        let (Self::Put { key, .. } | Self::Absent { key, .. } | Self::Remove { key }) = self;
        key
    }
}

/// A key that could not be made, and what is kept of that.
///
/// ```
/// use flow_runtime::store::FailedKey;
///
/// let kept = br#"{"attempts":1}"#.to_vec();
/// let failed = FailedKey::new(vec![1], b"1".to_vec(), kept);
/// assert!(!failed.failure.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedKey {
    /// The key in its order-preserving encoding.
    pub key: Vec<u8>,
    /// The key as JSON.
    pub key_json: Vec<u8>,
    /// The failure, a JSON object without a line break; later releases add fields to it.
    /// Empty where nothing is to be kept any more.
    pub failure: Vec<u8>,
}

impl FailedKey {
    /// Returns a key that failed, for a [`Storage`] to give.
    #[must_use]
    pub fn new(key: Vec<u8>, key_json: Vec<u8>, failure: Vec<u8>) -> Self {
        Self {
            key,
            key_json,
            failure,
        }
    }
}

/// A record as a scan gives it, without reading it: its key, and what is beside it.
///
/// ```
/// use flow_runtime::store::Entry;
///
/// let entry = Entry::new(vec![1], b"1".to_vec());
/// assert!(entry.meta.is_empty());
/// assert_eq!(entry.with_meta(b"{}".to_vec()).meta, b"{}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The key in its order-preserving encoding.
    pub key: Vec<u8>,
    /// The key as JSON, as it was put.
    pub key_json: Vec<u8>,
    /// The metadata that was put beside the record; empty where nothing is known.
    pub meta: Vec<u8>,
}

impl Entry {
    /// Returns an entry, for a [`Storage`] to give, with nothing beside the record.
    #[must_use]
    pub fn new(key: Vec<u8>, key_json: Vec<u8>) -> Self {
        let meta = Vec::new();
        Self {
            key,
            key_json,
            meta,
        }
    }

    /// Returns the same with what was put beside the record.
    #[must_use]
    pub fn with_meta(self, meta: Vec<u8>) -> Self {
        Self { meta, ..self }
    }
}

/// The answer of a storage about one key, without reading a record.
///
/// ```
/// use flow_runtime::store::Found;
///
/// assert!(!Found::default().is_extant);
/// let found = Found::new(true, Vec::new());
/// assert!(found.is_extant && found.failure.is_empty());
/// assert!(!found.with_failure(br#"{"attempts":1}"#.to_vec()).failure.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// There is a record.
    pub is_extant: bool,
    /// The metadata that is kept beside the key; empty where nothing is.
    pub meta: Vec<u8>,
    /// Its failure, as it is kept; empty where there is none.
    pub failure: Vec<u8>,
}

impl Found {
    /// Returns what was found, for a [`Storage`] to give.
    #[must_use]
    pub fn new(is_extant: bool, meta: Vec<u8>) -> Self {
        let failure = Vec::new();
        Self {
            is_extant,
            meta,
            failure,
        }
    }

    /// Returns the same with what is kept of the key's failure.
    #[must_use]
    pub fn with_failure(self, failure: Vec<u8>) -> Self {
        Self { failure, ..self }
    }
}
