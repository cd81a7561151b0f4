//! Defines what a failed sync left is not trusted by those who open the files next.

use super::disk::{Call, Fault, Model};
use super::*;

fn record(id: u32, text: &str, version: Option<u32>) -> Fact {
    let (made_by, text) = (version, text.to_owned());
    Fact::Record(Record { id, made_by, text }, version)
}

fn sync(nth: usize) -> Option<Fault> {
    let (call, for_good) = (Some(Call::Sync), false);
    Some(Fault {
        call,
        nth,
        for_good,
    })
}

fn note(disk: &Model) -> Option<String> {
    let content = disk.content(Path::new("/disk/records.jsonl.unsynced"))?;
    Some(String::from_utf8(content).unwrap())
}

/// Two records, the second of which is in the cache only.
fn failed(seed: u64, version: Option<u32>) -> (Model, Jsonl<Model>) {
    let disk = Model::new(seed);
    let jsonl = open(&disk).unwrap();
    let mut expected = Expected::new();
    let first = [(1, record(1, "first", version))];
    expected.commit(&jsonl, &first).unwrap();
    disk.fail(sync(1));
    let second = [(2, record(2, &"second".repeat(300), version))];
    let error = expected.commit(&jsonl, &second).unwrap_err();
    assert!(error.to_string().contains("no Sync"), "{error}");
    disk.fail(None);
    (disk, jsonl)
}

#[test]
fn what_a_store_says_after_a_failed_sync_survives_a_power_cut() {
    for seed in seeds(40) {
        for version in [None, Some(3)] {
            let (disk, jsonl) = failed(seed, version);
            let said = facts(&jsonl).unwrap();
            assert_eq!(said[&2], Fact::Nothing, "it was not reported");
            let killed = disk.after_kill();
            drop(jsonl);
            for disk in [disk, killed] {
                assert!(note(&disk).is_some(), "closed or killed, it is left");
                let said = facts(&open(&disk).unwrap()).unwrap();
                assert_eq!(note(&disk), None);
                let disk = disk.after_power_cut();
                assert_eq!(facts(&open(&disk).unwrap()).unwrap(), said, "seed {seed}");
            }
        }
    }
}

#[test]
fn as_long_as_syncs_fail_the_file_does_not_open() {
    for seed in seeds(40) {
        let (disk, jsonl) = failed(seed, None);
        drop(jsonl);
        for _ in 0..3 {
            disk.fail(sync(1));
            let error = open(&disk).map(drop).unwrap_err();
            assert!(error.to_string().contains("no Sync"), "{error}");
            disk.fail(None);
        }
        let said = facts(&open(&disk).unwrap()).unwrap();
        let disk = disk.after_power_cut();
        assert_eq!(facts(&open(&disk).unwrap()).unwrap(), said, "seed {seed}");
    }
}

#[test]
fn a_store_that_is_closed_in_order_leaves_no_note() {
    let disk = Model::new(0);
    let jsonl = open(&disk).unwrap();
    assert_eq!(note(&disk), None, "nothing was written yet");
    let mut expected = Expected::new();
    let first = [(1, record(1, "first", Some(1)))];
    expected.commit(&jsonl, &first).unwrap();
    assert!(note(&disk).is_some());
    block_on(jsonl.compact()).unwrap();
    drop(jsonl);
    assert_eq!(note(&disk), None);
}

/// A commit is one sync of each file that changed, the records last.
#[test]
fn an_unstated_version_costs_no_second_sync() {
    let disk = Model::new(0);
    let jsonl = open(&disk).unwrap();
    let mut expected = Expected::new();
    let mut syncs = |batch: &[(u32, Fact)]| {
        disk.fail(None);
        expected.commit(&jsonl, batch).unwrap();
        disk.calls().get(&Call::Sync).copied().unwrap_or(0)
    };
    let side = || disk.content(Path::new("/disk/records.jsonl.meta"));
    assert_eq!(
        syncs(&[(1, record(1, "a", None)), (2, record(2, "b", None))]),
        1
    );
    assert_eq!(syncs(&[(1, record(1, "c", None))]), 1);
    assert_eq!(side(), None);
    assert_eq!(syncs(&[(3, record(3, "d", Some(1)))]), 2);
    // Some are new and some replace others.
    let mixed = [(3, record(3, "e", Some(2))), (4, record(4, "f", Some(2)))];
    assert_eq!(syncs(&mixed), 2);
    assert_eq!(
        syncs(&[(5, record(5, "g", None)), (1, record(1, "h", None))]),
        1
    );
}
