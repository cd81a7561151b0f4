//! Scans in the order of the keys, also where that is not the order of bytes.
//!
//! The encoding of a key keeps the order that `derive(Ord)` gives. A type may
//! have another one: `Reverse`, or text without regard to case. That cannot be
//! read off the type, so it is looked for: a walk begins by passing over all
//! keys once, and every page is checked again for what was put meanwhile. Where
//! the orders differ, pages come from a sorted copy of all keys, made anew
//! when something was written.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::encode::decode_key;
use super::key_bytes::key_bytes;
use super::{Entry, Storage};
use crate::record::Key;
use crate::{Error, ErrorKind};

/// The number of keys that are held at once while all are passed over.
const CHUNK: usize = 1024;

/// The order of one store's keys, as far as it is known.
#[derive(Default)]
pub(super) struct Order {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Two keys were seen that are ordered otherwise than their bytes. That
    /// never becomes untrue, for it is a property of their type.
    differs: bool,
    /// The number of commits when all keys were found in order.
    verified: Option<u64>,
    /// All entries in the order of `Ord`, and the number of commits then.
    sorted: Option<(u64, Arc<Vec<Entry>>)>,
}

impl Order {
    /// The next `limit` entries behind `after`, with their keys. `commits` counts what was written.
    pub(super) async fn page<K: Key>(
        &self,
        storage: &dyn Storage,
        commits: impl Fn() -> u64,
        after: Option<&K>,
        limit: usize,
    ) -> Result<Vec<(K, Entry)>, Error> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let (differs, verified) = {
            let known = self.known();
            (known.differs, known.verified)
        };
        let now = commits();
        // Within a walk the pages' own check is enough: what they can miss was
        // put behind the walk's back.
        let trusted = verified.is_some_and(|then| then == now || after.is_some());
        if !differs && !trusted {
            self.verify::<K>(storage, now).await?;
        }
        if !self.known().differs {
            let from = after.map(key_bytes).transpose()?;
            let entries = scan(storage, from.as_deref(), limit).await?;
            let keys = decode_keys::<K>(&entries)?;
            if ascending(after.into_iter().chain(&keys)) {
                return Ok(keys.into_iter().zip(entries).collect());
            }
            self.known().differs = true;
        }
        let sorted = self.sorted::<K>(storage, commits()).await?;
        let start = after.map_or(0, |after| {
            sorted.partition_point(|entry| decode_key::<K>(entry).is_ok_and(|key| key <= *after))
        });
        sorted[start..]
            .iter()
            .take(limit)
            .map(|entry| Ok((decode_key(entry)?, entry.clone())))
            .collect()
    }

    /// Passes over all keys to see whether they ascend as their bytes do.
    async fn verify<K: Key>(&self, storage: &dyn Storage, now: u64) -> Result<(), Error> {
        let mut last: Option<(Vec<u8>, K)> = None;
        loop {
            let from = last.as_ref().map(|(bytes, _)| bytes.as_slice());
            let entries = scan(storage, from, CHUNK).await?;
            let keys = decode_keys::<K>(&entries)?;
            if !ascending(last.iter().map(|(_, key)| key).chain(&keys)) {
                self.known().differs = true;
                return Ok(());
            }
            let complete = entries.len() < CHUNK;
            last = entries.into_iter().map(|entry| entry.key).zip(keys).last();
            if complete {
                self.known().verified = Some(now);
                return Ok(());
            }
        }
    }

    /// All entries in the order of `Ord`.
    async fn sorted<K: Key>(
        &self,
        storage: &dyn Storage,
        now: u64,
    ) -> Result<Arc<Vec<Entry>>, Error> {
        if let Some((then, sorted)) = &self.known().sorted
            && *then == now
        {
            return Ok(Arc::clone(sorted));
        }
        let mut all = Vec::new();
        loop {
            let from = all
                .last()
                .map(|(_, entry): &(K, Entry)| entry.key.as_slice());
            let entries = scan(storage, from, CHUNK).await?;
            let complete = entries.len() < CHUNK;
            all.extend(decode_keys::<K>(&entries)?.into_iter().zip(entries));
            if complete {
                break;
            }
        }
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        let sorted: Arc<Vec<_>> = Arc::new(all.into_iter().map(|(_, entry)| entry).collect());
        self.known().sorted = Some((now, Arc::clone(&sorted)));
        Ok(sorted)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the next entries of a storage.
///
/// # Errors
///
/// Those of the storage; where the first entry is not behind `from`, that it breaks
/// its contract: a walk over such a storage would never end.
async fn scan(
    storage: &dyn Storage,
    from: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    let entries = storage.scan(from, limit).await?;
    if entries
        .first()
        .is_some_and(|first| from.is_some_and(|from| *first.key <= *from))
    {
        let message = format!("{} gave keys again that a scan had passed", storage.name());
        return Err(Error::new(ErrorKind::Store, message));
    }
    Ok(entries)
}

fn decode_keys<K: Key>(entries: &[Entry]) -> Result<Vec<K>, Error> {
    entries.iter().map(decode_key).collect()
}

fn ascending<'a, K: Key>(keys: impl Iterator<Item = &'a K>) -> bool {
    keys.is_sorted_by(|a, b| a < b)
}
