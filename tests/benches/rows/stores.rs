//! Artifacts that are there already: what it costs to find that out.

use std::{hint::black_box, path::PathBuf, sync::OnceLock};

use flow_runtime::{Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

use crate::block_on;

#[extant(key = key)]
#[derive(Serialize, Deserialize)]
struct Number {
    key: u64,
    text: String,
}

#[derived(key = key)]
async fn number(key: u64) -> Result<Number, String> {
    Err(format!("{key} is there"))
}

/// Says how many items of a row are one record.
const EACH: usize = 50;

fn records(items: &[u64]) -> u64 {
    (items.len() / EACH) as u64
}

async fn filled(store: Store<Number>, items: &[u64]) -> Store<Number> {
    let numbers = (0..records(items)).map(|key| Number {
        key,
        text: format!("the text of {key}"),
    });
    flow! { from(numbers) -> store(&store, concurrency = 1000)? -> drain() }
        .await
        .expect("stored");
    store
}

/// A file of records, which is there from the first call on.
fn file_of(items: &[u64]) -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder"));
    let path = folder.path().join(format!("{}.jsonl", records(items)));
    if !path.exists() {
        drop(block_on(filled(
            Store::jsonl(&path).expect("a store"),
            items,
        )));
    }
    path
}

async fn ensured(store: &Store<Number>, items: &[u64]) -> u64 {
    let possible = (0..records(items)).map(DerivedNumber::new);
    let count = flow! { from(possible) -> ensure(store)? -> count() };
    count.await.expect("all are there") as u64
}

async fn merged(store: &Store<Number>, items: &[u64]) -> u64 {
    let possible = (0..records(items)).map(DerivedNumber::new);
    let count = flow! {
        possible = from(possible);
        merge_keyed(possible, stored(store))? -> ensure(store)? -> count()
    };
    count.await.expect("all are there") as u64
}

/// The key of a line, and nothing else.
#[derive(Deserialize)]
struct Key {
    key: u64,
}

rows! {
    /// The file is opened, filled where it is not there, and asked for every key.
    ensure_of_extant {
        jsonl(items) {
            let store = Store::jsonl(file_of(items)).expect("a store");
            block_on(ensured(&store, items))
        }
        merged_with_stored(items) {
            let store = Store::jsonl(file_of(items)).expect("a store");
            block_on(merged(&store, items))
        }
    }

    open_jsonl {
        by_hand(items) {
            use std::{collections::BTreeMap, fs::File, io::{BufRead, BufReader}};
            let mut file = BufReader::with_capacity(1 << 16, File::open(file_of(items)).expect("a file"));
            let (mut index, mut line, mut at) = (BTreeMap::new(), Vec::new(), 0_u64);
            while file.read_until(b'\n', &mut line).expect("a line") > 0 {
                let key: Key = serde_json::from_slice(&line).expect("a record");
                index.insert(key.key, at);
                at += line.len() as u64;
                line.clear();
            }
            black_box(&index).len() as u64
        }
        flow(items) {
            let store = Store::<Number>::jsonl(file_of(items)).expect("a store");
            block_on(store.len()).expect("a number") as u64
        }
    }
}
