//! `kill -9` at any moment of a job that fails a lot: a failure that was reported is in
//! the list, with all its tries, until its key is stored; and the list opens.
//!
//! The job runs in a process of its own, which is this test binary. It logs what it
//! tries, before it does, and what is reported, afterwards: one row by each write.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use flow_runtime::{BoxError, Store, derived, extant, flow};
use futures::executor::block_on;
use serde::{Deserialize, Serialize};

/// Enough to meet every moment of a commit, and few enough to be over soon.
const KILLS: u32 = 25;
const KEYS: u32 = 300;
/// The number of times a key fails before it succeeds.
const FAILS: u32 = 3;

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
}

struct Log {
    tried: File,
    reported: File,
    before: BTreeMap<u32, u32>,
}

impl Log {
    fn open(folder: &Path) -> Self {
        let open = |name| {
            let path = folder.join(name);
            let file = File::options().create(true).append(true).open(path);
            file.unwrap()
        };
        Self {
            tried: open("tried"),
            reported: open("reported"),
            before: counts(folder, "tried"),
        }
    }
}

fn append(mut file: &File, id: u32) {
    file.write_all(&id.to_be_bytes()).unwrap();
}

/// The number of times each key is in a log.
fn counts(folder: &Path, name: &str) -> BTreeMap<u32, u32> {
    let bytes = fs::read(folder.join(name)).unwrap_or_default();
    let mut counts = BTreeMap::new();
    for row in bytes.as_chunks::<4>().0 {
        *counts.entry(u32::from_be_bytes(*row)).or_default() += 1;
    }
    counts
}

#[derived(key = id, version = 1)]
async fn answer(id: u32, log: &Log) -> Result<Answer, BoxError> {
    append(&log.tried, id);
    tokio::task::yield_now().await;
    match log.before.get(&id) {
        Some(FAILS..) => Ok(Answer { id }),
        _ => Err(format!("{id} is not ready").into()),
    }
}

fn open(kind: &str, folder: &Path) -> Store<Answer> {
    match kind {
        "jsonl" => Store::jsonl(folder.join("answers.jsonl")).unwrap(),
        _ => Store::open(folder.join("answers.db")).unwrap(),
    }
}

#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn failing_child() {
    let Some(folder) = std::env::var_os("FLOW_FAILING_FOLDER").map(PathBuf::from) else {
        return;
    };
    let kind = std::env::var("FLOW_FAILING_KIND").unwrap();
    let (store, log) = (open(&kind, &folder), Log::open(&folder));
    let job = flow! {
        failed = for_each(|error| {
            let key = error.to_string();
            let key = key.split_whitespace().find_map(|word| word.trim_end_matches(':').parse().ok());
            append(&log.reported, key.unwrap());
        });
        from(0..KEYS) -> map(|id| DerivedAnswer::new(id, &log))
            -> ensure(&store, concurrency = 8, ordered = false)? else failed -> drain();
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(job.run()).unwrap();
}

/// Runs the job, killed after this time where one is given.
fn live(kind: &str, folder: &Path, life: Option<Duration>) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    let module = name.rsplit_once("::").map_or("", |(module, _)| module);
    let child = format!("{module}::failing_child");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            child.trim_start_matches("::"),
            "--ignored",
            "--nocapture",
        ])
        .env("FLOW_FAILING_FOLDER", folder)
        .env("FLOW_FAILING_KIND", kind)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    if let Some(life) = life {
        std::thread::sleep(life);
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(life.is_some() || status.success(), "{status}");
}

/// Checks what holds at any time. Gives how many failures there are.
fn check(kind: &str, folder: &Path) -> usize {
    let store = open(kind, folder);
    let failures = block_on(store.failures()).unwrap();
    let stored = block_on(store.page(None, usize::MAX)).unwrap();
    let (tried, reported) = (counts(folder, "tried"), counts(folder, "reported"));
    let listed: BTreeMap<u32, u32> = failures.iter().map(|it| (it.key, it.attempts)).collect();
    for (key, attempts) in &listed {
        assert!(
            !stored.contains(key),
            "{key} is stored, and its failure is not over"
        );
        assert!(
            attempts <= &tried[key],
            "{key} was never tried {attempts} times"
        );
    }
    for (key, times) in reported.iter().filter(|(key, _)| !stored.contains(key)) {
        let attempts = listed.get(key).copied().unwrap_or_default();
        assert!(
            attempts >= *times,
            "{key} failed {times} times, and {attempts} are kept"
        );
    }
    for failure in &failures {
        assert!(failure.error.contains("is not ready"), "{}", failure.error);
    }
    failures.len()
}

fn kill(kind: &str) {
    let seed = RandomState::new().build_hasher().finish();
    let mut random = seed;
    let mut below = |limit: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) % limit
    };
    println!("seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let mut most = 0;
    for _ in 0..KILLS {
        live(
            kind,
            folder.path(),
            Some(Duration::from_micros(below(60_000))),
        );
        // Now and then the job itself is the first to open what was left.
        if below(3) > 0 {
            most = most.max(check(kind, folder.path()));
        }
    }
    for _ in 0..=FAILS {
        live(kind, folder.path(), None);
        most = most.max(check(kind, folder.path()));
    }
    assert!(most > 0, "nothing ever failed");
    assert_eq!(check(kind, folder.path()), 0, "all are stored in the end");
    assert_eq!(
        block_on(open(kind, folder.path()).len()).unwrap(),
        KEYS as usize
    );
}

#[test]
fn the_list_in_a_file_survives() {
    kill("jsonl");
}

#[test]
fn the_list_in_a_database_survives() {
    kill("redb");
}
