//! Jobs in processes of their own, which are killed at random moments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The most kills before a job may come to its end.
const MOST: u64 = 20;

/// The kills of a test.
pub struct Killing {
    left: u64,
    random: u64,
    /// The time of an undisturbed run: kills are spread over that.
    whole: Duration,
    killed: u64,
    /// The kills that came when something was done and not all.
    midway: u64,
}

impl Killing {
    /// As many kills as the environment says, or so many. `run` is a job that nobody
    /// disturbs.
    pub fn new(variable: &str, kills: u64, mut run: Child) -> Self {
        let left = std::env::var(variable).map_or(kills, |kills| kills.parse().unwrap());
        let random = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(std::process::id());
        println!("seed {random:#x}");
        let began = Instant::now();
        assert!(run.wait().unwrap().success(), "it fails undisturbed");
        Self {
            left,
            random,
            whole: began.elapsed(),
            killed: 0,
            midway: 0,
        }
    }

    /// Returns whether there are kills left.
    pub fn goes_on(&self) -> bool {
        if self.left == 0 {
            println!("{} kills, {} of them midway", self.killed, self.midway);
        }
        self.left > 0
    }

    /// Begins a job again and again, and kills it, until it comes to its end, and once more:
    /// then no byte in its folder changes, but of files that are not `kept`. Gives how often
    /// it was killed.
    pub fn run(
        &mut self,
        folder: &Path,
        begin: impl Fn() -> Child,
        kept: fn(&Path) -> bool,
    ) -> u64 {
        let mut killed = 0;
        loop {
            let (before, mut child) = (bytes(folder, |_| true), begin());
            let is_killed = self.left > 0 && killed < MOST;
            if is_killed {
                std::thread::sleep(self.moment());
                let _ = child.kill();
            }
            if child.wait().unwrap().success() {
                break;
            }
            assert!(is_killed, "it failed by itself");
            (killed, self.left, self.killed) = (killed + 1, self.left - 1, self.killed + 1);
            self.midway += u64::from(bytes(folder, |_| true) != before);
        }
        let before = bytes(folder, kept);
        assert!(begin().wait().unwrap().success());
        let is_same = bytes(folder, kept) == before;
        assert!(is_same, "a run with nothing to do changed a file");
        killed
    }

    fn moment(&mut self) -> Duration {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let whole = self.whole.as_micros() as u64;
        Duration::from_micros(self.random % whole.max(1))
    }
}

/// Begins a test of this binary in a process of its own.
pub fn begin(test: &str, environment: &[(&str, &std::ffi::OsStr)]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--ignored", "--exact"])
        .envs(environment.iter().copied())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// The files of a folder that are kept.
fn bytes(folder: &Path, kept: fn(&Path) -> bool) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let kept = paths.filter(|path| kept(path));
    // Temporary files come and go.
    kept.filter_map(|path| Some((path.clone(), fs::read(path).ok()?)))
        .collect()
}
