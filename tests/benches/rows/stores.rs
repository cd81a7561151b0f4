//! Artifacts that are there already: what it costs to find that out.

use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
};

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

async fn fill(store: Store<Number>, items: &[u64]) {
    let numbers = (0..records(items)).map(|key| Number {
        key,
        text: format!("the text of {key}"),
    });
    flow! { from(numbers) -> store(&store, concurrency = 1000)? -> drain() }
        .await
        .expect("stored");
}

/// The folder of what the rows keep. It stays between the processes of one run.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("rows")
}

/// A path in it that holds so many records, filled where nothing is there.
fn filled_at(items: &[u64], ending: &str, open: fn(&Path) -> Store<Number>) -> PathBuf {
    let path = folder().join(format!("{}.{ending}", records(items)));
    if !path.exists() {
        fs::create_dir_all(folder()).expect("a folder");
        block_on(fill(open(&path), items));
    }
    path
}

fn jsonl_of(items: &[u64]) -> PathBuf {
    filled_at(items, "jsonl", |path| Store::jsonl(path).expect("a store"))
}

fn redb_of(items: &[u64]) -> PathBuf {
    filled_at(items, "redb", |path| Store::open(path).expect("a store"))
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
    /// The file is opened, and asked for every key.
    ensure_of_extant {
        jsonl(items) { block_on(ensured(&Store::jsonl(jsonl_of(items)).expect("a store"), items)) }
        merged_with_stored(items) {
            block_on(merged(&Store::jsonl(jsonl_of(items)).expect("a store"), items))
        }
        redb(items) { block_on(ensured(&Store::open(redb_of(items)).expect("a store"), items)) }
        redb_merged_with_stored(items) {
            block_on(merged(&Store::open(redb_of(items)).expect("a store"), items))
        }
    }

    open_jsonl {
        by_hand(items) {
            use std::{collections::BTreeMap, fs::File, io::{BufRead, BufReader}};
            let mut file = BufReader::with_capacity(1 << 16, File::open(jsonl_of(items)).expect("a file"));
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
            let store = Store::<Number>::jsonl(jsonl_of(items)).expect("a store");
            block_on(store.len()).expect("a number") as u64
        }
    }
}
