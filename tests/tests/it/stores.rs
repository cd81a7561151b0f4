//! Stores: durability, recovery, locks.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};

use flow_runtime::{Error, Extant, Store};
use futures::executor::block_on;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

mod basics;
mod commits;
mod compaction;
mod contract;
mod crashes;
mod damage;
mod database;
mod gated;
mod gone;
mod held_keys;
mod keys;
mod locks;
mod reading_back;
mod recovery;
mod side;

/// The record of most tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

impl Extant for Answer {
    type Key = u32;
    const KIND: &'static str = "Answer";

    fn key(&self) -> u32 {
        self.id
    }
}

fn answer(id: u32, text: &str) -> Answer {
    Answer {
        id,
        text: text.to_owned(),
    }
}

/// A record that is its key, for tests of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Only<K>(K);

impl<K: flow_runtime::artifact::Key> Extant for Only<K> {
    type Key = K;
    const KIND: &'static str = "Only";

    fn key(&self) -> K {
        self.0.clone()
    }
}

/// A directory of the test's own.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Opens the store again, waits for what is asked, and closes it.
fn in_jsonl<T, F>(path: &Path, f: impl FnOnce(Store<Answer>) -> F) -> T
where
    F: Future<Output = Result<T, Error>>,
{
    block_on(f(Store::jsonl(path).unwrap())).unwrap()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The keys of a store, in pages of two.
async fn keys<R: Extant>(store: &Store<R>) -> Vec<R::Key> {
    let mut all: Vec<R::Key> = Vec::new();
    loop {
        let page = store.page(all.last(), 2).await.unwrap();
        let complete = page.len() < 2;
        all.extend(page);
        if complete {
            return all;
        }
    }
}
