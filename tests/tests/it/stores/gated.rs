//! A storage whose commits wait until the test lets them go on.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow_runtime::{
    ErrorKind, Storage, StorageFuture,
    store::{Entry, Write},
};

use super::*;

/// A storage in which every commit waits for the test.
pub(super) struct Gated {
    pub(super) shared: Arc<Watched>,
    /// One message lets one commit go on, with what it is to give.
    pub(super) gate: Mutex<Receiver<Result<(), String>>>,
}

type Rows = BTreeMap<Vec<u8>, (Vec<u8>, Vec<u8>)>;

/// The side of the storage that the test sees.
#[derive(Default)]
pub(super) struct Watched {
    /// The key as JSON and the record, under each key.
    pub(super) rows: Mutex<Rows>,
    /// The sizes of the batches that were begun.
    pub(super) batches: Mutex<Vec<usize>>,
    /// True when the storage is gone.
    pub(super) dropped: Mutex<bool>,
}

impl Watched {
    pub(super) fn batches(&self) -> Vec<usize> {
        self.batches.lock().unwrap().clone()
    }

    /// Waits until so many commits have begun.
    pub(super) fn begun(&self, commits: usize) {
        until(|| self.batches.lock().unwrap().len() >= commits);
    }
}

/// Waits for what another thread does.
pub(super) fn until(condition: impl Fn() -> bool) {
    for _ in 0..5000 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("waited in vain");
}

impl Drop for Gated {
    fn drop(&mut self) {
        *self.shared.dropped.lock().unwrap() = true;
    }
}

impl Storage for Gated {
    fn name(&self) -> String {
        "the gated storage".to_owned()
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(ready(Ok(self
            .shared
            .rows
            .lock()
            .unwrap()
            .contains_key(key))))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        let rows = self.shared.rows.lock().unwrap();
        Box::pin(ready(Ok(rows.get(key).map(|(_, record)| record.clone()))))
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let rows = self.shared.rows.lock().unwrap();
        let entries = rows
            .range::<[u8], _>((from, Bound::Unbounded))
            .take(limit)
            .map(|(key, (key_json, _))| Entry::new(key.clone(), key_json.clone()))
            .collect();
        Box::pin(ready(Ok(entries)))
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(ready(Ok(self.shared.rows.lock().unwrap().len())))
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move {
            self.shared.batches.lock().unwrap().push(batch.len());
            // A gate that is gone lets everything pass.
            match self.gate.lock().unwrap().recv() {
                Ok(Err(message)) if message == "panic" => panic!("the storage panics"),
                Ok(Err(message)) => return Err(Error::of(ErrorKind::Store, message)),
                Ok(Ok(())) | Err(_) => {}
            }
            let mut rows = self.shared.rows.lock().unwrap();
            let replaced = batch.into_iter().map(|write| match write {
                Write::Put {
                    key,
                    key_json,
                    record,
                    ..
                } => rows.insert(key, (key_json, record)).is_some(),
                Write::Absent { key, .. } | Write::Remove { key, .. } => {
                    rows.remove(&key).is_some()
                }
            });
            Ok(replaced.collect())
        })
    }
}

/// A store in a gated storage, what is seen of it, and the key to its gate.
pub(super) fn gated() -> (Store<Answer>, Arc<Watched>, Sender<Result<(), String>>) {
    let (open, gate) = mpsc::channel();
    let shared = Arc::new(Watched::default());
    let storage = Gated {
        shared: Arc::clone(&shared),
        gate: Mutex::new(gate),
    };
    (Store::with_storage(storage), shared, open)
}
