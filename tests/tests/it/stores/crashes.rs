//! Acknowledged records are there after `kill -9` and after a full disk.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use flow_runtime::{Artifact, ErrorKind, derived, flow};
use futures::stream::{StreamExt, iter};

use super::*;

/// Long enough that a line is not one page.
fn record(id: u32) -> Answer {
    answer(id, &id.to_string().repeat(1500))
}

fn open(path: &Path) -> Result<Store<Answer>, Error> {
    if path.extension().is_some_and(|extension| extension == "db") {
        Store::open(path)
    } else {
        Store::jsonl(path)
    }
}

/// Puts until it is killed or writing fails, and says which are durable.
#[test]
#[ignore = "run by other tests, in a process of its own"]
fn puts_until_the_end() {
    let path = PathBuf::from(std::env::var_os("FLOW_TEST_STORE").unwrap());
    let store = open(&path).unwrap();
    let start = block_on(store.len()).unwrap() as u32;
    let mut output = std::io::stdout();
    block_on(async {
        let mut puts = iter(start..start + 100_000)
            .map(async |id| (id, store.put(&record(id)).await))
            .buffer_unordered(16);
        while let Some((id, put)) = puts.next().await {
            match put {
                Ok(()) => writeln!(output, "durable {id}").unwrap(),
                Err(error) => {
                    writeln!(output, "failed {error}").unwrap();
                    let later = store.put(&record(id)).await.unwrap_err();
                    assert_eq!(later.kind(), ErrorKind::Store);
                    writeln!(output, "refused {later}").unwrap();
                    return;
                }
            }
        }
    });
}

/// There is none for every third.
#[derived(key = id, as = Made, version = 2)]
async fn made(id: u32) -> Option<Answer> {
    (!id.is_multiple_of(3)).then(|| record(id))
}

#[derived(key = id, as = Next, version = 3)]
async fn next(id: u32) -> Answer {
    record(id)
}

/// Ensures until it is killed, and says which it made durable.
#[test]
#[ignore = "run by other tests, in a process of its own"]
fn ensures_until_the_end() {
    let path = PathBuf::from(std::env::var_os("FLOW_TEST_STORE").unwrap());
    let start: u32 = std::env::var("FLOW_TEST_START").unwrap().parse().unwrap();
    let store = open(&path).unwrap();
    let mut output = std::io::stdout();
    let run = flow! {
        from(start..start + 100_000) -> map(Made::new)
            -> ensure(&store, concurrency = 16, ordered = false)?
            -> filter(|it| !it.is_extant())
            -> for_each(|it| writeln!(output, "durable {}", it.key()).unwrap())
    };
    block_on(run.run()).unwrap();
}

fn command(program: &str, path: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("FLOW_TEST_STORE", path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

const CHILD: [&str; 4] = [
    "--exact",
    "stores::crashes::puts_until_the_end",
    "--ignored",
    "--nocapture",
];

fn durable(line: &str) -> Option<u32> {
    line.strip_prefix("durable ")?.parse().ok()
}

async fn is_whole(store: &Store<Answer>, durable: &BTreeSet<u32>) {
    for id in durable {
        assert_eq!(
            store.get(id).await.unwrap(),
            Some(record(*id)),
            "acknowledged, then lost"
        );
    }
    // What was not acknowledged may be there, but never half.
    for id in keys(store).await {
        assert_eq!(store.get(&id).await.unwrap(), Some(record(id)));
    }
}

#[test]
fn killed_at_any_time_what_was_said_of_records_is_known() {
    for name in ["answers.jsonl", "answers.db"] {
        let place = Place::new();
        let path = place.path(name);
        let mut all = BTreeSet::new();
        for round in 0..6 {
            let start = all.last().map_or(0, |last| last + 1);
            let this = std::env::current_exe().unwrap();
            let mut child = command(this.to_str().unwrap(), &path)
                .args(["--exact", "stores::crashes::ensures_until_the_end"])
                .args(["--ignored", "--nocapture"])
                .env("FLOW_TEST_START", start.to_string())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let before = all.len();
            for line in lines.map_while(Result::ok) {
                all.extend(durable(&line));
                if all.len() == before + 20 + 13 * round {
                    child.kill().unwrap();
                }
            }
            child.wait().unwrap();
            assert!(all.len() >= before + 20);

            let store = open(&path).unwrap();
            let again = flow! {
                from(&all) -> map(|id| Made::new(*id)) -> missing(&store)
                    -> map(|made| made.key()) -> collect::<Vec<_>>()
            };
            assert_eq!(block_on(again.run()), [0; 0]);
            let stale = flow! {
                from(&all) -> map(|id| Next::new(*id)) -> missing(&store) -> count()
            };
            assert_eq!(block_on(stale.run()), all.len());
            // Nor is there a record of which the version is not known.
            let stored = block_on(keys(&store));
            let stale = flow! {
                from(&stored) -> map(|id| Next::new(*id)) -> missing(&store) -> count()
            };
            assert_eq!(block_on(stale.run()), stored.len());
        }
    }
}

#[test]
fn killed_at_any_time() {
    for name in ["answers.jsonl", "answers.db"] {
        let place = Place::new();
        let path = place.path(name);
        let mut all = BTreeSet::new();
        for round in 0..6 {
            let this = std::env::current_exe().unwrap();
            let mut child = command(this.to_str().unwrap(), &path)
                .args(CHILD)
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut seen = 0;
            for line in lines.map_while(Result::ok) {
                let Some(id) = durable(&line) else { continue };
                all.insert(id);
                seen += 1;
                // What is still in the pipe was acknowledged too.
                if seen == 20 + 13 * round {
                    child.kill().unwrap();
                }
            }
            child.wait().unwrap();
            assert!(seen >= 20, "the child wrote {seen}");
            block_on(is_whole(&open(&path).unwrap(), &all));
        }
    }
}

#[test]
fn killed_while_it_is_made_it_opens() {
    let this = std::env::current_exe().unwrap();
    for name in ["answers.jsonl", "answers.db"] {
        for delay in 0..40 {
            let place = Place::new();
            let path = place.path(name);
            let mut child = command(this.to_str().unwrap(), &path)
                .args(CHILD)
                .spawn()
                .unwrap();
            while !path.exists() {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_micros(50 * delay));
            child.kill().unwrap();
            child.wait().unwrap();
            let store = open(&path).unwrap();
            block_on(is_whole(&store, &BTreeSet::new()));
        }
    }
}

/// A limit on the size of files writes a part of a batch and then fails.
#[cfg(unix)]
#[test]
fn a_full_disk() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    let this = std::env::current_exe().unwrap();
    let output = command("sh", &path)
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$@\"", "sh"])
        .arg(this)
        .args(CHILD)
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let all: BTreeSet<u32> = output.lines().filter_map(durable).collect();
    assert!(!all.is_empty(), "{output}");
    let said = |word| {
        output
            .lines()
            .find(|line| line.starts_with(word))
            .unwrap_or_default()
    };
    assert!(
        said("failed").contains("answers.jsonl` could not be written"),
        "{output}"
    );
    assert!(said("refused").contains("takes no more writes"), "{output}");

    let before = fs::metadata(&path).unwrap().len();
    assert!(before > 128 * 512 - 8192, "written up to the limit");
    let store = open(&path).unwrap();
    let torn = store.recovered().expect("the limit falls into a line");
    assert_eq!(fs::metadata(&path).unwrap().len() + torn.bytes, before);
    block_on(is_whole(&store, &all));
}
