//! `kill -9` at any moment of a flow that reads a file by `lines(path, resume =
//! offsets)` and puts something for every line into a store: every line at least
//! once, and in the store exactly once.
//!
//! The job runs in a process of its own, as in `crash`.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flow_runtime::{BoxError, Offsets, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

const KILLS: usize = 50;
const LINES: u32 = 1000;
const CONCURRENCY: usize = 8;
const SIGKILL: i32 = 9;

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Parsed {
    id: u32,
    text: String,
}

#[derived(key = id)]
async fn parsed(id: u32, text: String) -> Result<Parsed, BoxError> {
    tokio::time::sleep(Duration::from_millis(1 + u64::from(id % 7))).await;
    Ok(Parsed { id, text })
}

/// Runs it, as far as it gets. Where it is hasty, a line is committed before what
/// is made of it is in the store.
#[tokio::main(flavor = "current_thread")]
async fn job(folder: &Path, hasty: bool) {
    let store = Store::jsonl(folder.join("store")).unwrap();
    let offsets = Offsets::open(folder.join("offsets")).unwrap();
    let log = folder.join("log");
    let mut log = File::options().create(true).append(true).open(log).unwrap();
    let mut log = |id: u32| log.write_all(&id.to_be_bytes()).unwrap();
    let id = |line: &str| line.split(' ').next().unwrap().parse().unwrap();
    let text = folder.join("text");
    if hasty {
        let (tx, rx) = std::sync::mpsc::channel();
        flow! { lines(text, resume = offsets)? -> send(tx) }
            .run()
            .unwrap()
            .unwrap();
        flow! {
            from(rx) -> map(|line: String| Parsed { id: id(&line), text: line })
                -> store(&store, concurrency = CONCURRENCY)? -> for_each(|parsed| log(parsed.id));
        }
        .run()
        .await
        .unwrap();
        return;
    }
    flow! {
        lines(text, resume = offsets)? -> map(|line: String| (id(&line), line))
            -> map(|(id, line)| DerivedParsed::new(id, line))
            -> ensure(&store, concurrency = CONCURRENCY, ordered = false)?
            -> for_each(|parsed| log(parsed.key));
    }
    .run()
    .await
    .unwrap();
}

/// The process that is killed.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn child() {
    if let Some(folder) = std::env::var_os("FLOW_KILLS_FOLDER") {
        job(
            Path::new(&folder),
            std::env::var_os("FLOW_KILLS_HASTY").is_some(),
        );
    }
}

fn live(folder: &Path, life: Option<Duration>, hasty: bool) -> ExitStatus {
    let name = "checkpoints::kills::child";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env("FLOW_KILLS_FOLDER", folder)
        .stdout(Stdio::null());
    if hasty {
        child.env("FLOW_KILLS_HASTY", "1");
    }
    let mut child = child.spawn().unwrap();
    if let Some(life) = life {
        sleep(life);
        child.kill().unwrap();
    }
    child.wait().unwrap()
}

/// The remains of a killed job: the line it goes on behind, the lines that went
/// through, and the records.
struct Left {
    line: u32,
    through: Vec<u32>,
    stored: Vec<Parsed>,
}

impl Left {
    fn in_folder(folder: &Path) -> Self {
        let line = Offsets::open(folder.join("offsets"))
            .unwrap()
            .position()
            .line;
        let log = fs::read(folder.join("log")).unwrap_or_default();
        let (through, _) = log.as_chunks::<4>();
        // Opened once, so that what was torn is mended.
        drop(Store::<Parsed>::jsonl(folder.join("store")).unwrap());
        let stored = fs::read_to_string(folder.join("store")).unwrap_or_default();
        Self {
            line: line as u32,
            through: through.iter().map(|id| u32::from_be_bytes(*id)).collect(),
            stored: stored
                .lines()
                .map(|each| serde_json::from_str(each).unwrap())
                .collect(),
        }
    }

    /// Checks that all that is committed went through and is in the store, where
    /// nothing is twice.
    fn check(&self) -> Result<(), String> {
        let stored: BTreeSet<u32> = self.stored.iter().map(|record| record.id).collect();
        if stored.len() != self.stored.len() {
            return Err("something is in the store twice".to_owned());
        }
        let through: BTreeSet<u32> = self.through.iter().copied().collect();
        for id in 1..=self.line {
            if !stored.contains(&id) || !through.contains(&id) {
                return Err(format!("{id} was committed and is lost"));
            }
        }
        Ok(())
    }
}

/// Kills the job so many times, and gives how many lines went through it more
/// than once.
fn kill(kills: usize, hasty: bool) -> Result<usize, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut random = now.as_nanos() as u64;
    let (mut killed, mut again) = (0, 0);
    while killed < kills {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let lines: String = (1..=LINES).map(|id| format!("{id} and more\n")).collect();
        fs::write(folder.join("text"), lines).unwrap();
        loop {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let life = Duration::from_micros((random >> 33) % 200_000);
            let status = live(folder, (killed < kills).then_some(life), hasty);
            let left = Left::in_folder(folder);
            left.check()?;
            if status.success() {
                assert_eq!((left.line, left.stored.len()), (LINES, LINES as usize));
                again += left.through.len() - LINES as usize;
                break;
            }
            assert_eq!(status.signal(), Some(SIGKILL), "the job ended by itself");
            killed += 1;
        }
    }
    Ok(again)
}

#[test]
fn every_line_at_least_once_and_stored_exactly_once() {
    let again = kill(KILLS, false).unwrap();
    println!("{KILLS} kills let {again} lines come once more");
    assert!(again > 0, "no kill hit anything");
}

#[test]
fn what_is_committed_too_early_is_caught() {
    let caught = kill(KILLS, true).unwrap_err();
    assert!(caught.contains("was committed and is lost"), "{caught}");
}
