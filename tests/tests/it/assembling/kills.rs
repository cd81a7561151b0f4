//! `kill -9` at any moment: the records are those of one run that nobody disturbed.
//!
//! The store has records of an earlier job, with fewer items. So the first item is missing,
//! all are made anew, and a run that was killed leaves new ones before old ones.
//! `FLOW_ASSEMBLE_KILLS` says how often each kind of store is killed; the whole of it:
//!
//! ```sh
//! FLOW_ASSEMBLE_KILLS=50 cargo test -p flow-tests --test it -- assembling::kills
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flow_runtime::{Store, flow};
use futures::executor::block_on;

use super::{Job, Sum, all};

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
    let most: u64 = std::env::var("FLOW_ASSEMBLE_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let mut random = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(std::process::id());
    println!("seed {random:#x}");
    let mut kills = 0;
    while kills < most {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let store = open(&path);
        let old: Vec<u32> = (1..=ITEMS).filter(|id| id % 2 == 0).collect();
        block_on(Job::new(&store, 1).anew(old));
        drop(store);
        let mut killed = 0;
        loop {
            let mut child = begin(&path);
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            if kills < most && killed < 12 {
                std::thread::sleep(Duration::from_micros(random % 150_000));
                let _ = child.kill();
            }
            if child.wait().unwrap().success() {
                break;
            }
            assert!(kills < most && killed < 12, "it failed by itself");
            (kills, killed) = (kills + 1, killed + 1);
        }
        let before = bytes(folder.path());
        assert!(begin(&path).wait().unwrap().success());
        // A database writes its own housekeeping.
        if name.ends_with("jsonl") {
            assert!(
                bytes(folder.path()) == before,
                "a run with nothing to do changed a file"
            );
        }
        let expected = (1..=ITEMS).map(|id| (id, 2, id * (id + 1) / 2));
        let store = open(&path);
        assert_eq!(block_on(all(&store)), expected.collect::<Vec<_>>());
    }
}

/// Begins a run in a process of its own.
fn begin(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["assembling::kills::child", "--ignored", "--exact"])
        .env("FLOW_ASSEMBLE_STORE", path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// All files of a folder.
fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let mut all: Vec<_> = paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    all.sort();
    all
}
