//! `kill -9` at any moment of a flow that reads a file by `lines(path, resume =
//! offsets)` and appends to another: every line at least once and whole, and nothing
//! committed that is not in the file.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flow_runtime::{Offsets, flow};

const KILLS: usize = 40;
const LINES: u64 = 10_000;
const SIGKILL: i32 = 9;

/// The text that is written for a line.
fn made(line: &str) -> String {
    format!("of {line} {}", "and more ".repeat(8))
}

/// Runs it, as far as it gets. Where it is hasty, lines are committed before they are
/// in the file.
fn job(folder: &Path, hasty: bool) {
    let offsets = Offsets::open(folder.join("offsets")).unwrap();
    let (text, out) = (folder.join("text"), folder.join("out"));
    if hasty {
        let (tx, rx) = std::sync::mpsc::channel();
        flow! { lines(text, resume = offsets)? -> send(tx)?; }
            .run()
            .unwrap();
        flow! {
            from(rx) -> map(|line: String| made(&line)) -> write_lines(out, append = true)?;
        }
        .run()
        .unwrap();
        return;
    }
    flow! {
        lines(text, resume = offsets)? -> map(|line: String| made(&line))
            -> write_lines(out, append = true)?;
    }
    .run()
    .unwrap();
}

/// The process that is killed.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn child() {
    if let Some(folder) = std::env::var_os("FLOW_WRITTEN_FOLDER") {
        let hasty = std::env::var_os("FLOW_WRITTEN_HASTY").is_some();
        job(Path::new(&folder), hasty);
    }
}

fn live(folder: &Path, life: Option<Duration>, hasty: bool) -> ExitStatus {
    let mut child = Command::new(std::env::current_exe().unwrap());
    let name = "checkpoints::written::child";
    child
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env("FLOW_WRITTEN_FOLDER", folder)
        .stdout(Stdio::null());
    if hasty {
        child.env("FLOW_WRITTEN_HASTY", "1");
    }
    let mut child = child.spawn().unwrap();
    if let Some(life) = life {
        sleep(life);
        child.kill().unwrap();
    }
    child.wait().unwrap()
}

/// The number of lines that a killed job has committed, and of those it has written.
fn left(folder: &Path) -> Result<(u64, usize), String> {
    let committed = Offsets::open(folder.join("offsets"))
        .map_err(|error| error.to_string())?
        .position()
        .line;
    let out = fs::read_to_string(folder.join("out")).unwrap_or_default();
    let expected: BTreeSet<String> = (1..=LINES).map(|n| made(&n.to_string())).collect();
    let written: Vec<&str> = out.split_inclusive('\n').collect();
    let whole: BTreeSet<&str> = written
        .iter()
        .filter_map(|line| line.strip_suffix('\n'))
        .collect();
    if let Some(half) = whole.iter().find(|line| !expected.contains(**line)) {
        return Err(format!("`{half}` is no line"));
    }
    match (1..=committed).find(|n| !whole.contains(&*made(&n.to_string()))) {
        Some(lost) => Err(format!("{lost} was committed and is lost")),
        None => Ok((committed, written.len())),
    }
}

/// Kills the job so many times, and gives how many lines were written more than once.
fn kill(kills: usize, hasty: bool) -> Result<usize, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut random = now.as_nanos() as u64;
    let (mut killed, mut again) = (0, 0);
    while killed < kills {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let lines: String = (1..=LINES).map(|n| format!("{n}\n")).collect();
        fs::write(folder.join("text"), lines).unwrap();
        loop {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let life = Duration::from_micros((random >> 33) % 150_000);
            let status = live(folder, (killed < kills).then_some(life), hasty);
            let (committed, written) = left(folder)?;
            if status.success() {
                assert_eq!(committed, LINES);
                again += written - LINES as usize;
                break;
            }
            assert_eq!(status.signal(), Some(SIGKILL), "the job ended by itself");
            killed += 1;
        }
    }
    Ok(again)
}

#[test]
fn every_line_is_written_at_least_once_and_whole() {
    let again = kill(KILLS, false).unwrap();
    println!("{KILLS} kills let {again} lines be written once more");
}

#[test]
fn lines_that_are_committed_too_early_are_caught() {
    let caught = kill(KILLS, true).unwrap_err();
    assert!(caught.contains("was committed and is lost"), "{caught}");
}
