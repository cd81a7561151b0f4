//! The storage that ends with the process: for tests, and for what is cheap.
//!
//! Records go through the same encoding as everywhere else, so that what works
//! here works on disk.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use super::{Entry, FailedKey, Found, Storage, StorageFuture, Write, failed};

/// Records in a map.
#[derive(Default)]
pub(super) struct Memory {
    rows: RwLock<Rows>,
}

/// A key is in one of the two at most.
#[derive(Default)]
struct Rows {
    records: BTreeMap<Vec<u8>, Row>,
    /// The metadata of keys without a record.
    absent: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The failures of keys that could not be made.
    failed: BTreeMap<Vec<u8>, FailedKey>,
}

struct Row {
    key_json: Vec<u8>,
    record: Vec<u8>,
    meta: Vec<u8>,
}

impl Memory {
    fn read<T>(&self, f: impl FnOnce(&Rows) -> T) -> T {
        f(&self.rows.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Rows {
    fn look_up(&self, key: &[u8]) -> Found {
        let found = match (self.records.get(key), self.absent.get(key)) {
            (Some(row), _) => Found::new(true, row.meta.clone()),
            (None, Some(meta)) => Found::new(false, meta.clone()),
            (None, None) => Found::default(),
        };
        match self.failed.get(key) {
            Some(failed) => found.with_failure(failed.failure.clone()),
            None => found,
        }
    }

    fn fail(&mut self, failed: FailedKey) {
        match failed.failure.is_empty() {
            true => drop(self.failed.remove(&failed.key)),
            false => drop(self.failed.insert(failed.key.clone(), failed)),
        }
    }

    /// Forgets a failure that is over when this is written of its key.
    fn end_failure(&mut self, key: &[u8], meta: &[u8]) {
        if let Some(kept) = self.failed.get(key)
            && failed::ends(meta, &kept.failure)
        {
            self.failed.remove(key);
        }
    }

    /// Gives whether there was a record under the key.
    fn write(&mut self, write: Write) -> bool {
        match write {
            Write::Put {
                key,
                key_json,
                record,
                meta,
            } => {
                self.end_failure(&key, &meta);
                self.absent.remove(&key);
                let row = Row {
                    key_json,
                    record,
                    meta,
                };
                self.records.insert(key, row).is_some()
            }
            Write::Absent { key, meta, .. } => {
                self.end_failure(&key, &meta);
                let before = self.records.remove(&key).is_some();
                self.absent.insert(key, meta);
                before
            }
            Write::Remove { key } => {
                self.failed.remove(&key);
                self.absent.remove(&key);
                self.records.remove(&key).is_some()
            }
        }
    }
}

impl Storage for Memory {
    fn name(&self) -> String {
        "the store in memory".to_owned()
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        let found = self.read(|rows| rows.records.contains_key(key));
        Box::pin(ready(Ok(found)))
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        let found = self.read(|rows| rows.look_up(key));
        Box::pin(ready(Ok(found)))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        let found = self.read(|rows| rows.records.get(key).map(|row| row.record.clone()));
        Box::pin(ready(Ok(found)))
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let entry = |(key, row): (&Vec<u8>, &Row)| {
            Entry::new(key.clone(), row.key_json.clone()).with_meta(row.meta.clone())
        };
        let entries = self.read(|rows| {
            let behind = rows.records.range::<[u8], _>((from, Bound::Unbounded));
            behind.take(limit).map(entry).collect()
        });
        Box::pin(ready(Ok(entries)))
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(ready(Ok(self.read(|rows| rows.records.len()))))
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        self.commit_failures(Vec::new(), batch)
    }

    fn commit_failures(
        &self,
        failures: Vec<FailedKey>,
        batch: Vec<Write>,
    ) -> StorageFuture<'_, Vec<bool>> {
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        failures.into_iter().for_each(|failed| rows.fail(failed));
        let replaced = batch.into_iter().map(|write| rows.write(write)).collect();
        Box::pin(ready(Ok(replaced)))
    }

    fn failures(&self) -> StorageFuture<'_, Vec<FailedKey>> {
        let failures = self.read(|rows| rows.failed.values().cloned().collect());
        Box::pin(ready(Ok(failures)))
    }
}
