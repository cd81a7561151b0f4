//! `accumulate(…, keep = …)`: a fold that goes on where it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flow_runtime::{BoxError, Error, Offsets, Snapshots, flow};
use tempfile::TempDir;

#[cfg(unix)]
use crate::killing::{Killing, begin};

struct Files {
    _folder: TempDir,
    lines: PathBuf,
    kept: PathBuf,
    out: PathBuf,
}

impl Files {
    fn new(lines: impl Iterator<Item = u64>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Self {
            lines: folder.path().join("lines"),
            kept: folder.path().join("kept"),
            out: folder.path().join("out"),
            _folder: folder,
        };
        fs::write(
            &files.lines,
            lines.map(|line| format!("{line}\n")).collect::<String>(),
        )
        .unwrap();
        files
    }

    fn add(&self, text: &str) {
        let lines = fs::read_to_string(&self.lines).unwrap();
        fs::write(&self.lines, lines + text).unwrap();
    }
}

/// The state: the sum, and how many lines there were.
type Sums = (u64, usize);

fn run(lines: &Path, snapshots: &Snapshots<Sums>, fails_at: u64) -> Result<Option<Sums>, Error> {
    flow! {
        lines(lines, resume = snapshots)? -> map(|line| line.parse::<u64>())?
            -> accumulate((0, 0), |(sum, count), n| {
                *sum += n;
                *count += 1;
                (*sum, *count)
            }, keep = snapshots, every = 10)
            -> map(|sums| if sums.0 == fails_at { Err(BoxError::from("stop")) } else { Ok(sums) })?
            -> last()
    }
    .run()
}

#[test]
fn the_state_goes_on_with_the_lines_it_was_made_of() {
    let files = Files::new(1..=25);
    let snapshots = Snapshots::open(&files.kept).unwrap();
    assert_eq!(run(&files.lines, &snapshots, 0).unwrap(), Some((325, 25)));
    assert_eq!(snapshots.state().unwrap(), Some((325, 25)));
    drop(snapshots);
    files.add("100\n");
    let snapshots = Snapshots::open(&files.kept).unwrap();
    assert_eq!(snapshots.position().line, 25);
    assert_eq!(run(&files.lines, &snapshots, 0).unwrap(), Some((425, 26)));
    assert_eq!(run(&files.lines, &snapshots, 0).unwrap(), None);
    assert_eq!(snapshots.state().unwrap(), Some((425, 26)));
}

#[test]
fn what_is_not_done_with_is_not_in_the_state_that_is_kept() {
    let files = Files::new(1..=25);
    let snapshots = Snapshots::open(&files.kept).unwrap();
    run(&files.lines, &snapshots, 15 * 16 / 2).unwrap_err();
    // Line 15 was accumulated and failed behind it.
    assert_eq!(snapshots.state().unwrap(), Some((55, 10)));
    assert_eq!(snapshots.position().line, 10);
    drop(snapshots);
    let snapshots = Snapshots::open(&files.kept).unwrap();
    assert_eq!(run(&files.lines, &snapshots, 0).unwrap(), Some((325, 25)));
}

#[tokio::test]
async fn lines_that_wait_behind_it_are_not_lost() {
    let files = Files::new(1..=100);
    let stop = async |n: u64, at: u64| {
        tokio::task::yield_now().await;
        if n == at {
            Err(BoxError::from("stop"))
        } else {
            Ok(n)
        }
    };
    for at in [57, 13, 88, 0] {
        let snapshots = Snapshots::<u64>::open(&files.kept).unwrap();
        let flow = flow! {
            lines(&files.lines, resume = &snapshots)? -> map(|line| line.parse::<u64>())?
                -> filter(|n| n % 3 != 0)
                -> accumulate(0, |sum: &mut u64, n| { *sum += n; n }, keep = &snapshots, every = 1)
                -> then(async |n| stop(n, at).await, concurrency = 8)?
                -> write_lines(&files.out, append = true)?;
        };
        let result = flow.run().await;
        let done = fs::read_to_string(&files.out).unwrap();
        // Whatever the state is made of is in the file behind it.
        let line = snapshots.position().line;
        let sum = (1..=line).filter(|n| n % 3 != 0).sum::<u64>();
        assert_eq!(snapshots.state().unwrap().unwrap_or_default(), sum);
        for n in (1..=line).filter(|n| n % 3 != 0) {
            assert!(
                done.lines().any(|each| each == n.to_string()),
                "{n} of {line}"
            );
        }
        assert_eq!(
            result.is_ok(),
            at == 0 || snapshots.position().line == 100,
            "{at}"
        );
    }
    let snapshots = Snapshots::<u64>::open(&files.kept).unwrap();
    assert_eq!(snapshots.position().line, 100);
}

#[test]
fn several_items_of_a_line_are_in_it_together() {
    let files = Files::new(1..=4);
    let snapshots = Snapshots::<Vec<u64>>::open(&files.kept).unwrap();
    let go = |stop: u64| {
        flow! {
            lines(&files.lines, resume = &snapshots)? -> map(|line| line.parse::<u64>())?
                -> flat_map(|n| [n * 10, n * 10 + 1])
                -> accumulate(Vec::new(), |all: &mut Vec<u64>, n| { all.push(n); n }, keep = &snapshots, every = 1)
                -> map(|n| if n == stop { Err("stop") } else { Ok(n) })?
                -> count()
        }
        .run()
    };
    go(31).unwrap_err();
    assert_eq!(snapshots.state().unwrap(), Some(vec![10, 11, 20, 21]));
    assert_eq!(go(0).unwrap(), 4);
    assert_eq!(
        snapshots.state().unwrap(),
        Some(vec![10, 11, 20, 21, 30, 31, 40, 41])
    );
}

#[test]
fn a_state_that_does_not_come_back_is_an_error() {
    let files = Files::new(1..=3);
    let snapshots = Snapshots::<f64>::open(&files.kept).unwrap();
    let flow = flow! {
        lines(&files.lines, resume = &snapshots)?
            -> accumulate(0.0, |state: &mut f64, _| *state = f64::NAN, keep = &snapshots, every = 1)
            -> count()
    };
    let error = flow.run().unwrap_err();
    assert!(error.to_string().contains("state"), "{error}");
    assert!(snapshots.state().is_err());
    drop(snapshots);
    assert_eq!(
        Snapshots::<f64>::open(&files.kept)
            .unwrap()
            .state()
            .unwrap(),
        None
    );
}

#[test]
fn what_is_held_wrong_is_said() {
    let files = Files::new(1..=3);
    let snapshots = Snapshots::<Sums>::open(&files.kept).unwrap();
    // Nobody keeps a state.
    let flow = flow! { lines(&files.lines, resume = &snapshots)? -> count() };
    let error = flow.run().unwrap_err().to_string();
    assert!(error.contains("accumulate"), "{error}");
    // The file is open.
    assert!(Snapshots::<Sums>::open(&files.kept).is_err());
    run(&files.lines, &snapshots, 0).unwrap();
    drop(snapshots);
    // Of another type, or another file.
    let error = Snapshots::<String>::open(&files.kept)
        .unwrap_err()
        .to_string();
    assert!(error.contains("String"), "{error}");
    let error = Offsets::open(&files.kept).unwrap_err().to_string();
    assert!(error.contains("Snapshots"), "{error}");
    let offsets = Offsets::open(&files.out).unwrap();
    flow! { lines(&files.lines, resume = &offsets)? -> drain(); }
        .run()
        .unwrap();
    drop(offsets);
    let error = Snapshots::<Sums>::open(&files.out).unwrap_err().to_string();
    assert!(error.contains("Offsets"), "{error}");
    // The last line was not whole when the state was made of it.
    let snapshots = Snapshots::<Sums>::open(&files.kept).unwrap();
    files.add("7");
    assert_eq!(run(&files.lines, &snapshots, 0).unwrap(), Some((13, 4)));
    files.add("0\n");
    let error = run(&files.lines, &snapshots, 0).unwrap_err().to_string();
    assert!(error.contains("line 4"), "{error}");
}

#[test]
#[should_panic(expected = "`every` must not be zero")]
fn never_is_no_interval() {
    let files = Files::new(1..=3);
    let snapshots = Snapshots::<u64>::open(&files.kept).unwrap();
    let every = 0;
    let _ = flow! {
        lines(&files.lines, resume = &snapshots)?
            -> accumulate(0, |_: &mut u64, _| (), keep = &snapshots, every = every) -> count()
    };
}

const LINES: u64 = 400;

/// The process that is killed.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn child() {
    let Some(folder) = std::env::var_os("FLOW_SNAPSHOTS_FOLDER") else {
        return;
    };
    let folder = Path::new(&folder);
    let snapshots = Snapshots::<BTreeMap<u64, u64>>::open(folder.join("kept")).unwrap();
    let flow = flow! {
        lines(folder.join("lines"), resume = &snapshots)? -> map(|line| line.parse::<u64>())?
            -> accumulate(BTreeMap::new(), |sums: &mut BTreeMap<u64, u64>, n| {
                *sums.entry(n % 7).or_default() += n;
                std::thread::sleep(Duration::from_micros(100));
                n
            }, keep = &snapshots, every = 5)
            -> write_lines(folder.join("out"), append = true)?;
    };
    flow.run().unwrap();
}

/// `FLOW_SNAPSHOT_KILLS` says how often; the whole of it:
///
/// ```sh
/// FLOW_SNAPSHOT_KILLS=50 cargo test -p flow-tests --test it -- snapshots::killed
/// ```
#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_state_is_that_of_one_run() {
    let start = |files: &Files| {
        let folder = files.lines.parent().unwrap();
        let environment = [("FLOW_SNAPSHOTS_FOLDER", folder.as_os_str())];
        begin("snapshots::child", &environment)
    };
    let whole = Files::new(1..=LINES);
    let mut killing = Killing::new("FLOW_SNAPSHOT_KILLS", 12, start(&whole));
    while killing.goes_on() {
        let files = Files::new(1..=LINES);
        let folder = files.lines.parent().unwrap();
        killing.run(folder, || start(&files), |_| true);
        let mut expected = BTreeMap::<u64, u64>::new();
        for n in 1..=LINES {
            *expected.entry(n % 7).or_default() += n;
        }
        let snapshots = Snapshots::open(&files.kept).unwrap();
        assert_eq!(snapshots.state().unwrap(), Some(expected));
        let out = fs::read_to_string(&files.out).unwrap();
        let mut out: Vec<u64> = out.lines().map(|line| line.parse().unwrap()).collect();
        out.sort_unstable();
        out.dedup();
        assert_eq!(out, (1..=LINES).collect::<Vec<_>>());
    }
}
