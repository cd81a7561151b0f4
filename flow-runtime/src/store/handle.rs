//! The typed handle of a store.

mod failures;
mod links;
mod pages;
mod read;

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use super::disk::Os;
use super::encode::{Identify, decode, decode_meta, describe, encode, encode_none};
use super::jsonl::Jsonl;
use super::key_bytes::key_bytes;
use super::memory::Memory;
use super::meta::{Known, Meta};
use super::order::Order;
use super::turns::{Turn, Turns};
use super::writer::{Mode, Writer};
use super::{Recovered, Storage, Write};
use crate::record::{Origin, events};
use crate::waits::{Circle, Within};
use crate::{Error, ErrorKind, Extant};

pub(crate) use self::links::Link;
pub(crate) use self::pages::Listed;

#[doc = include_str!("store.md")]
pub struct Store<R> {
    shared: Arc<Shared>,
    /// The derivations that this handle was cloned in: who ensures by it, in a task of
    /// its own perhaps, does so for them.
    within: Within,
    record: PhantomData<fn() -> R>,
}

struct Shared {
    /// Dropped first: it waits for its thread, which shares the storage.
    writer: Writer,
    storage: Arc<dyn Storage>,
    order: Order,
    /// Of the keys that `ensure` makes now.
    turns: Arc<Turns>,
    recovered: Option<Recovered>,
}

impl<R: Extant> Store<R> {
    /// A store that ends with its last clone.
    #[must_use]
    pub fn memory() -> Self {
        Self::over(Memory::default(), Mode::Inline, None)
    }

    /// The store in a JSONL file, which is made where there is none: one record
    /// a line and nothing else, so that every tool reads it.
    ///
    /// The whole file is read once, to know where each key lies. Of several lines
    /// with one key the latest counts; blank lines are passed over. A last line
    /// that only lacks its line break gets one. [`remove`](Store::remove) rewrites
    /// the file.
    ///
    /// What a crash leaves of records that nobody was told of is moved to
    /// `<path>.torn`, and [`recovered`](Store::recovered) tells of it: a last line
    /// that ends too early, and what a power cut made of the last lines, at most
    /// 8 MiB or one record. These are the first line with a NUL byte and all
    /// behind it. A file of another format, or with a byte order mark, is refused.
    ///
    /// While records are written there is a `<path>.unsynced`, which is gone when
    /// the store is closed. Found by the next one who opens the file, it says from
    /// where on the file may not be on the disk, since a sync failed or the process
    /// was killed; that part is written once more before it counts.
    ///
    /// A file that is removed, renamed, replaced, cut off or written to by somebody
    /// else while the store is open is an error at the next write, and so is
    /// `<path>.meta`; the store takes no more writes then.
    ///
    /// What is known of records and does not belong into them, such as the version
    /// that made one, lies in `<path>.meta`, made when there is something to say.
    /// Without it the records are what they are, of an unknown version. The list of
    /// [failures](Store::failures) lies in `<path>.failed`, made with the first one;
    /// without it nothing is known of them.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Locked`] where the file is open as a store, in this
    /// process or another, [`ErrorKind::Corrupt`] with line number and byte offset
    /// where a line is no `R` and a crash cannot explain it, and
    /// [`ErrorKind::Store`] where the system refuses, or a later release wrote
    /// `<path>.meta`. Nothing is changed then.
    pub fn jsonl(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (jsonl, recovered) = Jsonl::open(Os, path.as_ref(), Identify::of::<R>())?;
        Ok(Self::over(jsonl, Mode::Joined, recovered))
    }

    /// The store in an embedded database, which is made where there is none.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Locked`] where the database is open, in this process
    /// or another, [`ErrorKind::Corrupt`] where the file is something else or
    /// damaged, and [`ErrorKind::Store`] where it is of another release's format
    /// or the system refuses.
    #[cfg(feature = "redb")]
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let embedded = super::embedded::Embedded::open(path.as_ref())?;
        Ok(Self::over(embedded, Mode::Joined, None))
    }

    /// Says what `open` needs.
    #[cfg(not(feature = "redb"))]
    #[doc(hidden)]
    pub fn open(_: impl AsRef<Path>) -> Result<Self, Error>
    where
        Self: super::unopened::OpensDatabases,
    {
        unreachable!()
    }

    /// The store in a storage of one's own.
    ///
    /// Dropping its last clone does not wait for what is still being written.
    #[must_use]
    pub fn with_storage(storage: impl Storage) -> Self {
        Self::over(storage, Mode::Detached, None)
    }

    pub(super) fn over(storage: impl Storage, mode: Mode, recovered: Option<Recovered>) -> Self {
        Self::sharing(Arc::new(storage), mode, recovered)
    }

    fn sharing(storage: Arc<dyn Storage>, mode: Mode, recovered: Option<Recovered>) -> Self {
        let turns = Arc::<Turns>::default();
        let writer = Writer::new(Arc::clone(&storage), mode, Arc::clone(&turns));
        let shared = Shared {
            writer,
            storage,
            order: Order::default(),
            turns,
            recovered,
        };
        Self {
            shared: Arc::new(shared),
            within: Within::default(),
            record: PhantomData,
        }
    }

    /// The torn end that was moved out of the file when this store was opened, where
    /// there was one.
    #[must_use]
    pub fn recovered(&self) -> Option<&Recovered> {
        self.shared.recovered.as_ref()
    }

    /// Returns whether there is a record under the key. The record is not read.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Store`] where the store cannot be read,
    /// [`ErrorKind::Key`] where the key holds a float or a map.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    pub async fn contains(&self, key: &R::Key) -> Result<bool, Error> {
        self.shared.storage.contains(&key_bytes(key)?).await
    }

    /// The record under the key.
    ///
    /// # Errors
    ///
    /// As [`contains`](Store::contains), and of kind [`ErrorKind::Corrupt`] where
    /// what is stored is no `R`, or the `R` of another key.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    pub async fn get(&self, key: &R::Key) -> Result<Option<R>, Error> {
        match self.shared.storage.get(&key_bytes(key)?).await? {
            Some(bytes) => decode(key, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// Keeps a record, instead of the one with its key where there is one. It is
    /// durable when this gives `Ok`; until then every reader sees what was there
    /// before.
    ///
    /// The record is read back from its JSON first. One that would not come back,
    /// under the same key, is an error of its own, and nothing is written: a `NaN`,
    /// which JSON does not have, a field that is skipped and has no default.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Key`] where the key holds a float or a map, or the
    /// record or its key comes back from its own JSON as another one, and of kind
    /// [`ErrorKind::Record`] where the record does not become JSON or does not come
    /// back from it; the store is as it was. Of kind [`ErrorKind::Store`] where it
    /// could not be written: that ends all writing, so that every later write gives
    /// that error until the store is opened again.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, the record is written whole or not at all.
    pub async fn put(&self, record: &R) -> Result<(), Error> {
        self.put_with(record, Meta::default()).await
    }

    /// As [`put`](Store::put), with what is kept beside the record.
    pub(crate) async fn put_with(&self, record: &R, meta: Meta) -> Result<(), Error> {
        let write = encode(record, meta)?;
        self.shared.writer.write(write).await.map(drop)
    }

    /// Remembers that there is no record for the key, and what said so.
    /// A record that is there goes away.
    pub(crate) async fn put_none(&self, key: &R::Key, origin: Origin) -> Result<(), Error> {
        let write = encode_none::<R>(key, Meta::of_none(origin))?;
        self.shared.writer.write(write).await.map(drop)
    }

    /// Returns whether more can be written.
    ///
    /// # Errors
    ///
    /// The fatal one of the write that failed.
    pub(crate) fn check_writable(&self) -> Result<(), Error> {
        self.shared.writer.check()
    }

    /// Waits until nobody else makes the key. It may be stored by then.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Key`] where the key holds a float or a map, and of kind
    /// [`ErrorKind::Derive`] where its own making, perhaps through others, waits for who
    /// asks.
    pub(crate) async fn turn(&self, key: &R::Key) -> Result<Turn, Error> {
        let name = || format!("`{}` {}", R::KIND, describe(key));
        let waits = || events::waiting(R::KIND, key);
        let turns = &self.shared.turns;
        let turn = turns.take(key_bytes(key)?, &self.within, name, waits);
        let circle = |circle: Circle| Error::new(ErrorKind::Derive, circle.to_string());
        turn.await.map_err(circle)
    }

    /// Takes the turn of a key, if nobody makes it.
    ///
    /// # Errors
    ///
    /// As those of [`turn`](Self::turn).
    pub(crate) fn try_turn(&self, key: &R::Key) -> Result<Option<Turn>, Error> {
        let name = || format!("`{}` {}", R::KIND, describe(key));
        let turns = &self.shared.turns;
        let turn = turns.try_take(key_bytes(key)?, &self.within, name);
        turn.map_err(|circle| Error::new(ErrorKind::Derive, circle.to_string()))
    }

    /// Returns what is known of the key. The record is not read.
    pub(crate) async fn look_up(&self, key: &R::Key) -> Result<Known, Error> {
        let found = self.shared.storage.look_up(&key_bytes(key)?).await?;
        let meta = decode_meta(key, &found.meta)?;
        Ok(Known::new(found.is_extant, meta))
    }

    /// Removes the record under the key; gives whether there was one. That there
    /// is none for the key, or that it failed, is forgotten as well, and asked again.
    ///
    /// # Errors
    ///
    /// As [`put`](Store::put).
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, the record is there or removed.
    pub async fn remove(&self, key: &R::Key) -> Result<bool, Error> {
        let write = Write::Remove {
            key: key_bytes(key)?,
        };
        self.shared.writer.write(write).await
    }

    /// Returns how many records there are.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Store`] where the store cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    pub async fn len(&self) -> Result<usize, Error> {
        self.shared.storage.count().await
    }

    /// Returns whether there is no record.
    ///
    /// # Errors
    ///
    /// As [`len`](Store::len).
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    pub async fn is_empty(&self) -> Result<bool, Error> {
        self.len().await.map(|len| len == 0)
    }

    /// Gives back the room of records that were replaced or removed.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Store`] where it failed; all records are still there.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is ready, it is done all the same or not at all.
    pub async fn compact(&self) -> Result<(), Error> {
        self.shared.writer.compact().await
    }
}

impl<R> Clone for Store<R> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            within: self.within.here(),
            record: PhantomData,
        }
    }
}

impl<R: Extant> fmt::Debug for Store<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("kind", &R::KIND)
            .field("storage", &self.shared.storage.name())
            .finish()
    }
}
