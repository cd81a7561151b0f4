//! `kill -9` at any moment of a job like `examples/answers.rs`: what was reported
//! is there, and nothing is made twice but what was in flight.
//!
//! The job runs in a process of its own, which is this test binary, and is
//! killed again and again until it comes to its end. It leaves [`Evidence`] in
//! files beside its store; the rules are in [`Evidence::check`]. A storage that
//! says too early that it is durable shows that they catch what they should.

#![cfg(unix)]

mod evidence;
mod hasty;
mod job;

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use self::evidence::Evidence;
use self::job::{Answer, CONCURRENCY, Kind};

const KILLS: usize = 50;
const SIGKILL: i32 = 9;

/// The process that is killed.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn child() {
    if let Some(folder) = std::env::var_os("FLOW_CRASH_FOLDER") {
        let kind = std::env::var("FLOW_CRASH_KIND").unwrap();
        job::run(Path::new(&folder), Kind::named(&kind));
    }
}

#[test]
fn jsonl_survives() {
    kill(Kind::Jsonl).unwrap();
}

#[test]
fn redb_survives() {
    kill(Kind::Redb).unwrap();
}

#[test]
fn what_is_reported_too_early_is_caught() {
    let caught = kill(Kind::Hasty).unwrap_err();
    // Where the next run of the job came before anyone looked, it made another.
    let lost = [
        "was reported and is lost",
        "was reported with another value",
    ];
    assert!(lost.iter().any(|lost| caught.contains(lost)), "{caught}");
}

/// Kills a job at so many random moments. When it comes to its end before that,
/// the next begins with an empty store.
fn kill(kind: Kind) -> Result<(), String> {
    let mut random = Random::new();
    println!("FLOW_CRASH_SEED={}", random.0);
    let mut kills = 0;
    while kills < KILLS {
        let folder = TempDir::new().unwrap();
        kills += one_job(kind, folder.path(), KILLS - kills, &mut random)?;
    }
    Ok(())
}

/// Brings one job to its end, with at most so many kills. Gives how many it took.
fn one_job(kind: Kind, folder: &Path, most: usize, random: &mut Random) -> Result<usize, String> {
    let (mut kills, mut torn) = (0, 0);
    loop {
        let life = (kills < most).then(|| Duration::from_micros(random.below(250_000)));
        let status = live(kind, folder, life);
        let evidence = if status.signal() == Some(SIGKILL) {
            kills += 1;
            if kind == Kind::Jsonl && random.below(4) == 0 {
                torn += usize::from(tear(&kind.path(folder), folder, random));
            }
            // Now and then the job itself is the first to open what was left.
            if random.below(3) == 0 {
                continue;
            }
            Evidence::gather(kind, folder)
        } else if status.success() {
            Evidence::gather(kind, folder)
        } else {
            return Err(format!("the job ended by itself, with {status}"));
        };
        evidence.check(kills * CONCURRENCY)?;
        // Where a derivation failed, another run tries again.
        if status.success() && evidence.stored.len() == job::KEYS as usize {
            evidence.check_end()?;
            let wasted = evidence.wasted();
            println!("{kind:?}: {kills} kills cut {wasted} derivations off");
            if kind == Kind::Jsonl {
                let path = kind.path(folder);
                let text = fs::read_to_string(&path).unwrap();
                let rest = fs::read_to_string(path.with_extension("jsonl.torn"));
                evidence.check_jsonl(&text, &rest.unwrap_or_default(), torn)?;
            }
            return Ok(kills);
        }
    }
}

/// Tears a line, as a loss of power would; a kill alone does so very rarely. Gives
/// whether there was any to tear.
fn tear(path: &Path, folder: &Path, random: &mut Random) -> bool {
    let whole = fs::read(path).is_ok_and(|text| text.ends_with(b"\n"));
    let Some((id, derivation)) = evidence::finished(folder).pop().filter(|_| whole) else {
        return false;
    };
    let line = serde_json::to_string(&Answer::new(id, derivation)).unwrap();
    let length = 1 + random.below(line.len() as u64 - 1) as usize;
    let mut file = fs::File::options().append(true).open(path).unwrap();
    file.write_all(&line.as_bytes()[..length]).unwrap();
    true
}

/// One run of the job, ended after this time where one is given.
fn live(kind: Kind, folder: &Path, life: Option<Duration>) -> ExitStatus {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env("FLOW_CRASH_FOLDER", folder)
        .env("FLOW_CRASH_KIND", kind.name())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    if let Some(life) = life {
        sleep(life);
        child.kill().unwrap();
    }
    child.wait().unwrap()
}

/// A sequence of random numbers that a seed repeats.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let seed = std::env::var("FLOW_CRASH_SEED").ok();
        let seed = seed.and_then(|seed| seed.parse().ok());
        Self(seed.unwrap_or_else(|| RandomState::new().build_hasher().finish()))
    }

    /// The next number, of splitmix64.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
