//! The example of sessions under `kill -9`: what it leaves is what one run leaves.
//!
//! `EVENT_TIME_KILLS` says how often it is killed, 12 times unless it is set.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

#[path = "../../../../examples/examples/sessions.rs"]
mod example;

const CLICKS: u64 = 20_000;
const SIGKILL: i32 = 9;

/// The process that is killed.
#[test]
#[ignore = "run by the other test, in a process of its own"]
fn child() {
    if let Some(folder) = env::var_os("FLOW_SESSIONS_FOLDER") {
        example::run(Path::new(&folder)).unwrap();
    }
}

fn live(folder: &Path, life: Option<Duration>) -> ExitStatus {
    let (_, module) = module_path!().split_once("::").unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", &format!("{module}::child"), "--ignored"])
        .env("FLOW_SESSIONS_FOLDER", folder)
        .stdout(Stdio::null());
    let mut child = child.spawn().unwrap();
    if let Some(life) = life {
        thread::sleep(life);
        child.kill().unwrap();
    }
    child.wait().unwrap()
}

fn late(folder: &Path) -> BTreeSet<String> {
    let late = fs::read_to_string(folder.join("late.txt")).unwrap();
    late.lines().map(str::to_owned).collect()
}

fn lines(folder: &Path) -> usize {
    let sessions = fs::read_to_string(folder.join("sessions.txt")).unwrap_or_default();
    sessions.lines().count()
}

#[test]
fn killed_at_any_moment_it_leaves_what_one_run_leaves() {
    let kills: usize = env::var("EVENT_TIME_KILLS").map_or(12, |kills| kills.parse().unwrap());
    let log = example::log(CLICKS);
    let whole = tempfile::tempdir().unwrap();
    fs::write(whole.path().join("clicks.log"), &log).unwrap();
    let start = Instant::now();
    assert!(live(whole.path(), None).success());
    let took = start.elapsed();
    let expected = example::sessions(whole.path()).unwrap();
    assert!(expected.values().all(|sessions| sessions.len() > 100));

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut random = u64::try_from(now.as_nanos()).unwrap();
    let (mut killed, mut again) = (0, 0);
    while killed < kills {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join("clicks.log"), &log).unwrap();
        loop {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let life = took.mul_f64((random >> 33) as f64 / f64::from(1_u32 << 31));
            let status = live(folder, (killed < kills).then_some(life));
            if status.success() {
                break;
            }
            assert_eq!(status.signal(), Some(SIGKILL), "the job ended by itself");
            killed += 1;
        }
        assert_eq!(example::sessions(folder).unwrap(), expected);
        assert_eq!(late(folder), late(whole.path()));
        again += lines(folder) - lines(whole.path());
    }
    println!("{kills} kills of {took:?} let {again} sessions be written again");
}
