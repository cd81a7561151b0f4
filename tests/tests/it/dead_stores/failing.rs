//! A storage that takes so many commits and no more.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};

use flow_runtime::{
    Error, ErrorKind, Storage, StorageFuture,
    store::{Entry, Write},
};

/// A handle, so that the test sees what is in it, and opens it again.
#[derive(Clone)]
pub struct Failing(Arc<Mutex<Disk>>);

struct Disk {
    /// The key as JSON and the record, under each key.
    rows: BTreeMap<Vec<u8>, (Vec<u8>, Vec<u8>)>,
    /// The number of commits that are still taken.
    left: usize,
}

impl Failing {
    pub fn after(commits: usize) -> Self {
        let rows = BTreeMap::new();
        Self(Arc::new(Mutex::new(Disk {
            rows,
            left: commits,
        })))
    }

    /// There is room again.
    pub fn mend(&self) {
        self.disk().left = usize::MAX;
    }

    pub fn len(&self) -> usize {
        self.disk().rows.len()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap()
    }
}

impl Storage for Failing {
    fn name(&self) -> String {
        "the failing storage".to_owned()
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(ready(Ok(self.disk().rows.contains_key(key))))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        let found = self.disk().rows.get(key).map(|(_, record)| record.clone());
        Box::pin(ready(Ok(found)))
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let disk = self.disk();
        let rows = disk.rows.range::<[u8], _>((from, Bound::Unbounded));
        let entry =
            |(key, (json, _)): (&Vec<u8>, &(Vec<u8>, _))| Entry::new(key.clone(), json.clone());
        let entries = rows.take(limit).map(entry).collect();
        Box::pin(ready(Ok(entries)))
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(ready(Ok(self.len())))
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        let mut disk = self.disk();
        if disk.left == 0 {
            let full = Error::of(ErrorKind::Store, "no space left");
            return Box::pin(ready(Err(full)));
        }
        disk.left -= 1;
        let mut write = |write| match write {
            Write::Put {
                key,
                key_json,
                record,
                ..
            } => disk.rows.insert(key, (key_json, record)).is_some(),
            _ => unreachable!("these tests only put"),
        };
        let replaced = batch.into_iter().map(&mut write).collect();
        Box::pin(ready(Ok(replaced)))
    }
}
