//! The k-th call of every kind fails, for every k of a small run.

use futures::future::join_all;

use super::disk::{Call, Fault, Model};
use super::*;
use crate::Store;
use crate::store::writer::Mode;

const BATCHES: u64 = 10;

/// A disk with what a former run left on it, and what is expected of it.
fn start(seed: u64) -> (Model, Expected) {
    let disk = Model::new(seed);
    let mut expected = Expected::new();
    let jsonl = open(&disk).unwrap();
    work(&jsonl, &mut expected, 3, &mut Random(seed)).unwrap();
    drop(jsonl);
    disk.fail(None);
    (disk, expected)
}

/// One run on the disk.
fn run(disk: &Model, expected: &mut Expected, seed: u64) -> Result<(), Error> {
    let jsonl = open(disk)?;
    if let Some(wrong) = expected.wrong(&facts(&jsonl)?) {
        panic!("{wrong}");
    }
    work(&jsonl, expected, BATCHES, &mut Random(seed + 1))
}

/// Every fault of a run: each call of each kind, once and for good.
fn faults(seed: u64) -> Vec<Fault> {
    let (disk, mut expected) = start(seed);
    run(&disk, &mut expected, seed).unwrap();
    let mut faults = Vec::new();
    for (call, count) in disk.calls() {
        for nth in 1..=count {
            faults.extend([false, true].map(|for_good| Fault {
                call: Some(call),
                nth,
                for_good,
            }));
        }
    }
    faults
}

/// Sees that a disk has what is expected, and that what it says stays true.
fn check(disk: &Model, expected: &Expected) -> Result<(), String> {
    let jsonl = open(disk).map_err(|error| format!("it does not open: {error}"))?;
    let facts = facts(&jsonl).map_err(|error| error.to_string())?;
    if let Some(wrong) = expected.wrong(&facts) {
        return Err(wrong);
    }
    // What it says was read from the cache: it has to be on the disk as well.
    let disk = disk.after_power_cut();
    let jsonl = open(&disk).map_err(|error| format!("after a cut: {error}"))?;
    match Expected::of(&facts).wrong(&super::facts(&jsonl).unwrap()) {
        Some(wrong) => Err(format!("it said what was not on the disk: {wrong}")),
        None => Ok(()),
    }
}

/// Returns how many faults were met, and what went wrong with `prepared` disks.
fn search(seed: u64, prepare: fn(&Model)) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let faults = faults(seed);
    let start = start(seed);
    for fault in &faults {
        let (disk, mut expected) = (start.0.after_kill(), start.1.clone());
        disk.fail(Some(*fault));
        // What was accepted is durable or an error: nothing hangs, nothing panics.
        let _ = run(&disk, &mut expected, seed);
        disk.fail(None);
        prepare(&disk);
        let ends = [
            ("closed", disk.clone()),
            ("killed", disk.after_kill()),
            ("power cut", disk.after_power_cut()),
        ];
        // The first is the same disk, the others are copies: order matters.
        for (end, disk) in ends.iter().rev() {
            if let Err(error) = check(disk, &expected) {
                wrong.push(format!("seed {seed}, {fault:?}, {end}: {error}"));
            }
        }
    }
    (faults.len(), wrong)
}

#[test]
fn what_was_reported_is_there_whichever_call_fails() {
    for seed in seeds(2) {
        let (faults, wrong) = search(seed, |_| {});
        assert!(faults > 100, "{faults}");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Without its note a store trusts what a failed sync left in the cache: so the
/// test above can fail.
#[test]
fn without_the_note_it_is_caught() {
    let without = |seed| {
        search(seed, |disk| {
            disk.forget(Path::new("/disk/records.jsonl.unsynced"))
        })
        .1
    };
    let caught = (0..2).flat_map(without);
    let is_of_the_disk = |error: &String| error.contains("it said what was not on the disk");
    assert!(caught.filter(is_of_the_disk).count() > 0);
}

/// The same while a store is opened that was killed at any call.
#[test]
fn an_opening_that_fails_leaves_what_the_next_one_needs() {
    for seed in seeds(60) {
        let mut random = Random(seed);
        let (disk, mut expected) = start(seed);
        let nth = 1 + random.below(60) as usize;
        let call = [Some(Call::Sync), Some(Call::Write), None][random.below(3) as usize];
        let for_good = true;
        disk.fail(Some(Fault {
            call,
            nth,
            for_good,
        }));
        let _ = run(&disk, &mut expected, seed);
        let disk = disk.after_kill();
        let calls = {
            let disk = disk.after_kill();
            let _ = open(&disk);
            disk.calls()
        };
        for (call, count) in calls {
            for nth in 1..=count {
                let disk = disk.after_kill();
                let for_good = random.below(2) == 0;
                let call = Some(call);
                disk.fail(Some(Fault {
                    call,
                    nth,
                    for_good,
                }));
                let opened = open(&disk).and_then(|jsonl| facts(&jsonl));
                if let Some(wrong) = opened.ok().and_then(|facts| expected.wrong(&facts)) {
                    panic!("seed {seed}, {call:?} {nth}: {wrong}");
                }
                let disk = disk.after_kill();
                if let Err(error) = check(&disk, &expected) {
                    panic!("seed {seed}, {call:?} {nth}: {error}");
                }
            }
        }
    }
}

/// Through the handle and its thread: every put is answered, and what was
/// answered well is there.
#[test]
fn every_put_is_answered_whichever_call_fails() {
    for call in [Call::Write, Call::Sync, Call::SyncDirectory, Call::Stat] {
        for nth in 1..8 {
            for version in [None, Some(2)] {
                let disk = Model::new(nth as u64);
                let store: Store<Record> = Store::over(open(&disk).unwrap(), Mode::Joined, None);
                let (call, for_good) = (Some(call), false);
                disk.fail(Some(Fault {
                    call,
                    nth,
                    for_good,
                }));
                let records: Vec<_> = (0..9).map(|id| record(id, version)).collect();
                let mut answers = Vec::new();
                for some in records.chunks(3) {
                    let put = |record| store.put_with(record, Meta::of_record(version));
                    answers.extend(block_on(join_all(some.iter().map(put))));
                }
                assert_eq!(answers.len(), records.len());
                // Nothing is written once something failed.
                assert!(answers.is_sorted_by_key(Result::is_err));
                drop(store);
                for disk in [disk.after_kill(), disk.after_power_cut(), disk] {
                    disk.fail(None);
                    let store: Store<Record> =
                        Store::over(open(&disk).unwrap(), Mode::Joined, None);
                    for (record, answer) in records.iter().zip(&answers) {
                        let found = block_on(store.get(&record.id)).unwrap();
                        assert!(answer.is_err() || found.as_ref() == Some(record));
                    }
                }
            }
        }
    }
}

fn record(id: u32, made_by: Option<u32>) -> Record {
    let text = id.to_string();
    Record { id, made_by, text }
}
