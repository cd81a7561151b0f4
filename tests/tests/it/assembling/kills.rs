//! `kill -9` at any moment: the records are those of one run that nobody disturbed.
//!
//! The store has records of an earlier job, with fewer items. So the first item is missing,
//! all are made anew, and a run that was killed leaves new ones before old ones.
//! `FLOW_ASSEMBLE_KILLS` says how often each kind of store is killed; the whole of it:
//!
//! ```sh
//! FLOW_ASSEMBLE_KILLS=50 cargo test -p flow-tests --test it -- assembling::kills
//! ```

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use flow_runtime::{Store, flow};
use futures::executor::block_on;
use tempfile::TempDir;

use super::{Job, Sum, all};
use crate::killing::{Killing, begin};

const ITEMS: u32 = 60;

/// The process that is killed.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn child() {
    let Some(path) = std::env::var_os("FLOW_ASSEMBLE_STORE") else {
        return;
    };
    let store = open(Path::new(&path));
    let job = Job::new(&store, 2);
    let next = async |id: u32, last: Option<&Sum>| {
        std::thread::sleep(Duration::from_micros(u64::from(id) * 37 % 700));
        job.next(id, last).await
    };
    let flow = flow! { from(1..=ITEMS) -> assemble(&store, next, key = |id| *id)? -> count() };
    assert_eq!(block_on(flow.run()).unwrap(), ITEMS as usize);
}

#[test]
fn records_in_a_file_survive() {
    kill("sums.jsonl");
}

#[test]
fn records_in_a_database_survive() {
    kill("sums.redb");
}

fn open(path: &Path) -> Store<Sum> {
    match path
        .extension()
        .is_some_and(|extension| extension == "redb")
    {
        true => Store::open(path).unwrap(),
        false => Store::jsonl(path).unwrap(),
    }
}

/// Kills a job again and again until it comes to its end, and then looks at the records.
fn kill(name: &str) {
    let whole = filled(name);
    let mut killing = Killing::new("FLOW_ASSEMBLE_KILLS", 10, start(&whole.path().join(name)));
    while killing.goes_on() {
        let folder = filled(name);
        let path = folder.path().join(name);
        // A database writes what it keeps for itself.
        let kept = |path: &Path| path.extension().is_none_or(|extension| extension != "redb");
        killing.run(folder.path(), || start(&path), kept);
        let expected = (1..=ITEMS).map(|id| (id, 2, id * (id + 1) / 2));
        let store = open(&path);
        assert_eq!(block_on(all(&store)), expected.collect::<Vec<_>>());
    }
}

/// A folder with the store of the earlier job.
fn filled(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join(name));
    let old: Vec<u32> = (1..=ITEMS).filter(|id| id % 2 == 0).collect();
    block_on(Job::new(&store, 1).anew(old));
    folder
}

/// Begins a run in a process of its own.
fn start(path: &Path) -> Child {
    begin(
        "assembling::kills::child",
        &[("FLOW_ASSEMBLE_STORE", path.as_os_str())],
    )
}
