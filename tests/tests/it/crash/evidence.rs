//! The evidence that a job leaves behind, and what has to hold for it.
//!
//! The logs are appended to, one whole row by each write. No row lies on two
//! pages, so that not even a kill can tear one; and what is written outlives
//! the process, if not the power. A store has to outlive both, but this test
//! can only kill.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use futures::executor::block_on;

use super::job::{Answer, KEYS, Kind};

/// The logs, as the job writes them.
pub struct Log {
    started: File,
    failed: File,
    finished: File,
    reported: File,
}

impl Log {
    pub fn open(folder: &Path) -> Self {
        let open = |name| {
            let path = folder.join(name);
            File::options()
                .create(true)
                .append(true)
                .open(path)
                .unwrap()
        };
        Self {
            started: open("started"),
            failed: open("failed"),
            finished: open("finished"),
            reported: open("reported"),
        }
    }

    /// A derivation begins; gives which one it is, counted over all runs.
    pub fn started(&self, id: u32) -> u32 {
        append(&self.started, id, 0);
        (self.started.metadata().unwrap().len() / 8) as u32
    }

    pub fn failed(&self, id: u32) {
        append(&self.failed, id, 0);
    }

    pub fn finished(&self, id: u32, derivation: u32) {
        append(&self.finished, id, derivation);
    }

    /// `ensure` gave it; `None` where it was extant.
    pub fn reported(&self, id: u32, derivation: Option<u32>) {
        append(&self.reported, id, derivation.unwrap_or(0));
    }
}

fn append(mut file: &File, id: u32, derivation: u32) {
    let row = (u64::from(id) << 32) | u64::from(derivation);
    file.write_all(&row.to_be_bytes()).unwrap();
}

fn rows(folder: &Path, name: &str) -> Vec<(u32, u32)> {
    let bytes = fs::read(folder.join(name)).unwrap_or_default();
    let (rows, rest) = bytes.as_chunks::<8>();
    assert_eq!(rest, [0; 0], "a torn row in `{name}`");
    let rows = rows.iter().map(|row| u64::from_be_bytes(*row));
    rows.map(|row| ((row >> 32) as u32, row as u32)).collect()
}

/// The answers that were made so far, and by which derivations.
pub fn finished(folder: &Path) -> Vec<(u32, u32)> {
    rows(folder, "finished")
}

/// All that a job has left so far: keys, and which derivation made what.
#[derive(Clone, Default)]
pub struct Evidence {
    pub started: Vec<u32>,
    pub failed: Vec<u32>,
    pub finished: Vec<(u32, u32)>,
    pub reported: Vec<(u32, u32)>,
    /// The records of the store when it is opened again.
    pub stored: BTreeMap<u32, Answer>,
}

impl Evidence {
    /// Reads the logs, and opens the store.
    pub fn gather(kind: Kind, folder: &Path) -> Self {
        let ids = |name| rows(folder, name).into_iter().map(|(id, _)| id).collect();
        let store = kind.open(folder);
        let stored = block_on(async {
            let keys = store.page(None, usize::MAX).await.unwrap();
            let mut stored = BTreeMap::new();
            for key in keys {
                let answer = store.get(&key).await.unwrap();
                stored.insert(key, answer.expect("a key has a record"));
            }
            stored
        });
        Self {
            started: ids("started"),
            failed: ids("failed"),
            finished: finished(folder),
            reported: rows(folder, "reported"),
            stored,
        }
    }

    /// Checks what holds at any time, with so many derivations cut off by kills.
    pub fn check(&self, in_flight: usize) -> Result<(), String> {
        for &(id, derivation) in &self.reported {
            let Some(answer) = self.stored.get(&id) else {
                return Err(format!("{id} was reported and is lost"));
            };
            if derivation != 0 && *answer != Answer::new(id, derivation) {
                return Err(format!("{id} was reported with another value"));
            }
        }
        let finished: BTreeSet<_> = self.finished.iter().collect();
        let last: BTreeMap<u32, usize> = self.started.iter().copied().zip(1..).collect();
        for (id, answer) in &self.stored {
            let derivation = answer.derivation;
            if *answer != Answer::new(*id, derivation) || !finished.contains(&(*id, derivation)) {
                return Err(format!("{id} is stored and was never made so"));
            }
            if last[id] != derivation as usize {
                return Err(format!("{id} was derived again when it was stored"));
            }
        }
        let wasted = self.wasted();
        if wasted > in_flight {
            return Err(format!(
                "{wasted} derivations were lost, {in_flight} in flight"
            ));
        }
        Ok(())
    }

    /// The number of derivations that were begun and came to nothing: those that a kill
    /// cut off, or whose record it kept from being durable.
    pub fn wasted(&self) -> usize {
        self.started.len() - self.failed.len() - self.stored.len()
    }

    /// Checks what holds when all are made.
    pub fn check_end(&self) -> Result<(), String> {
        let reported: BTreeSet<u32> = self.reported.iter().map(|(id, _)| *id).collect();
        if !reported.iter().eq(self.stored.keys()) || !reported.into_iter().eq(0..KEYS) {
            return Err("the job is over, and some are missing".to_owned());
        }
        Ok(())
    }

    /// Checks what holds for the JSONL file, read without the store, when all are made:
    /// every line is a record, each key is there once, and what was torn off is
    /// the beginning of a line that was made, so many times or more.
    pub fn check_jsonl(&self, text: &str, rest: &str, torn: usize) -> Result<(), String> {
        let mut found = BTreeMap::new();
        for line in text.lines() {
            let answer: Answer = serde_json::from_str(line).map_err(|error| error.to_string())?;
            if let Some(twice) = found.insert(answer.id, answer) {
                return Err(format!("{} is there twice", twice.id));
            }
        }
        if found != self.stored || !text.ends_with('\n') {
            return Err("the file is not what the store says".to_owned());
        }
        if rest.lines().count() < torn {
            return Err(format!("{torn} lines were torn, and not all were kept"));
        }
        for torn in rest.lines() {
            let mut made = self.finished.iter().map(|(id, derivation)| {
                serde_json::to_string(&Answer::new(*id, *derivation)).unwrap()
            });
            if !made.any(|line| line.starts_with(torn) && line != torn) {
                return Err(format!("`{torn}` was torn off, and never made"));
            }
        }
        Ok(())
    }
}

/// Every rule catches what breaks it.
#[test]
fn rules_can_be_broken() {
    let good = Evidence {
        started: vec![0, 1, 1, 2],
        failed: vec![2],
        finished: vec![(0, 1), (1, 3)],
        reported: vec![(0, 1), (1, 0)],
        stored: [(0, Answer::new(0, 1)), (1, Answer::new(1, 3))].into(),
    };
    let caught = |change: fn(&mut Evidence)| {
        let mut evidence = good.clone();
        change(&mut evidence);
        evidence.check(1).unwrap_err()
    };
    good.check(1).unwrap();
    assert!(
        good.check(0)
            .unwrap_err()
            .contains("1 derivations were lost")
    );
    assert!(good.check_end().is_err());

    let lost = caught(|evidence| drop(evidence.stored.remove(&1)));
    assert_eq!(lost, "1 was reported and is lost");
    let changed = caught(|evidence| evidence.stored.get_mut(&0).unwrap().text.clear());
    assert_eq!(changed, "0 was reported with another value");
    let changed = caught(|evidence| evidence.stored.get_mut(&1).unwrap().text.clear());
    assert_eq!(changed, "1 is stored and was never made so");
    let unmade = caught(|evidence| evidence.finished.truncate(1));
    assert_eq!(unmade, "1 is stored and was never made so");
    let again = caught(|evidence| evidence.started.push(0));
    assert_eq!(again, "0 was derived again when it was stored");
    let wasted = caught(|evidence| evidence.started.push(2));
    assert_eq!(wasted, "2 derivations were lost, 1 in flight");

    let line = |id, derivation| serde_json::to_string(&Answer::new(id, derivation)).unwrap();
    let text = format!("{}\n{}\n", line(1, 3), line(0, 1));
    let torn = &line(1, 3)[..30];
    good.check_jsonl(&text, "", 0).unwrap();
    good.check_jsonl(&text, torn, 1).unwrap();
    good.check_jsonl(&text, "", 1).unwrap_err();
    let fails = |text: &str, rest: &str| good.check_jsonl(text, rest, 0).is_err();
    assert!(fails(&text, &line(1, 3)), "what was torn off was whole");
    assert!(fails(&text, &line(2, 4)[..30]), "or it was never made");
    assert!(fails(&format!("{text}{torn}"), ""));
    assert!(fails(&format!("{text}{}\n", line(0, 1)), ""));
    assert!(fails(&text[..text.len() - 1], ""));
    assert!(fails(&format!("{}\n", line(1, 3)), ""));
}
