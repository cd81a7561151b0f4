//! The storage that ends with the process: for tests, and for what is cheap.
//!
//! Records go through the same encoding as everywhere else, so that what works
//! here works on disk.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock};

use super::{Entry, Storage, StorageFuture, Write};

/// Records in a map.
#[derive(Default)]
pub(super) struct Memory {
    records: RwLock<BTreeMap<Vec<u8>, Row>>,
}

struct Row {
    key_json: Vec<u8>,
    record: Vec<u8>,
}

impl Memory {
    fn read<T>(&self, f: impl FnOnce(&BTreeMap<Vec<u8>, Row>) -> T) -> T {
        f(&self.records.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for Memory {
    fn name(&self) -> String {
        "the store in memory".to_owned()
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        let found = self.read(|records| records.contains_key(key));
        Box::pin(ready(Ok(found)))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        let found = self.read(|records| records.get(key).map(|row| row.record.clone()));
        Box::pin(ready(Ok(found)))
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let entries = self.read(|records| {
            records
                .range::<[u8], _>((from, Bound::Unbounded))
                .take(limit)
                .map(|(key, row)| Entry::new(key.clone(), row.key_json.clone()))
                .collect()
        });
        Box::pin(ready(Ok(entries)))
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(ready(Ok(self.read(BTreeMap::len))))
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = batch
            .into_iter()
            .map(|write| match write {
                Write::Put {
                    key,
                    key_json,
                    record,
                    ..
                } => records.insert(key, Row { key_json, record }).is_some(),
                Write::Remove { key } => records.remove(&key).is_some(),
            })
            .collect();
        Box::pin(ready(Ok(replaced)))
    }
}
