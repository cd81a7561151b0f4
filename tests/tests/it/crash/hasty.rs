//! A storage that breaks the contract: it says that a batch is durable, and
//! writes it a moment later.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::future::ready;
use std::io::Write as _;
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use flow_runtime::{
    Storage, StorageFuture,
    store::{Entry, Write},
};

/// The key, the key as JSON, and the record.
type Row = (Vec<u8>, Vec<u8>, Vec<u8>);

pub struct Hasty {
    rows: Mutex<BTreeMap<Vec<u8>, Row>>,
    later: Mutex<Sender<Row>>,
}

impl Hasty {
    pub fn open(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let rows = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .map(|row: Row| (row.0.clone(), row))
            .collect();
        let (later, batches) = channel::<Row>();
        let file = File::options().create(true).append(true).open(path);
        let mut file = file.unwrap();
        thread::spawn(move || {
            while let Ok(row) = batches.recv() {
                thread::sleep(Duration::from_millis(2));
                let mut line = serde_json::to_string(&row).unwrap();
                line.push('\n');
                file.write_all(line.as_bytes()).unwrap();
            }
        });
        Self {
            rows: Mutex::new(rows),
            later: Mutex::new(later),
        }
    }
}

impl Storage for Hasty {
    fn name(&self) -> String {
        "a hasty storage".to_owned()
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        let found = self.rows.lock().unwrap().contains_key(key);
        Box::pin(ready(Ok(found)))
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        let found = self.rows.lock().unwrap().get(key).cloned();
        Box::pin(ready(Ok(found.map(|(_, _, record)| record))))
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let rows = self.rows.lock().unwrap();
        let found = rows
            .range::<[u8], _>((from, Bound::Unbounded))
            .take(limit)
            .map(|(key, (_, key_json, _))| Entry::new(key.clone(), key_json.clone()))
            .collect();
        Box::pin(ready(Ok(found)))
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        let count = self.rows.lock().unwrap().len();
        Box::pin(ready(Ok(count)))
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        let mut rows = self.rows.lock().unwrap();
        let later = self.later.lock().unwrap();
        let mut replaced = Vec::new();
        for write in batch {
            let Write::Put {
                key,
                key_json,
                record,
                ..
            } = write
            else {
                unreachable!("the job removes nothing");
            };
            let row = (key.clone(), key_json, record);
            later.send(row.clone()).unwrap();
            replaced.push(rows.insert(key, row).is_some());
        }
        Box::pin(ready(Ok(replaced)))
    }
}
