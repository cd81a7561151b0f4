//! The power fails at any call: what was reported is there, and files open.

use super::disk::{Fault, Model};
use super::*;

/// Works on a disk until the power fails at some call, and looks at what is left.
/// Gives what is wrong with it.
fn cut(seed: u64, lies: bool) -> Option<String> {
    let mut random = Random(seed);
    let mut disk = Model::new(seed);
    if lies {
        disk = disk.lying();
    }
    let mut expected = Expected::new();
    for _ in 0..4 {
        let end = 1 + random.below(150) as usize;
        disk.fail(Some(Fault {
            call: None,
            nth: end,
            for_good: true,
        }));
        if let Ok(jsonl) = open(&disk) {
            let said = facts(&jsonl);
            if let Ok(facts) = said {
                if let Some(wrong) = expected.wrong(&facts) {
                    return Some(wrong);
                }
                // What an open store says counts as reported.
                expected = Expected::of(&facts);
            }
            let _ = work(&jsonl, &mut expected, 12, &mut random);
        }
        disk = disk.after_power_cut();
        let jsonl = match open(&disk) {
            Ok(jsonl) => jsonl,
            Err(error) => return Some(format!("it does not open: {error}")),
        };
        let facts = facts(&jsonl).unwrap();
        if let Some(wrong) = expected.wrong(&facts) {
            return Some(wrong);
        }
        drop(jsonl);
        expected = Expected::of(&facts);
        disk = disk.after_power_cut();
    }
    None
}

#[test]
fn what_was_reported_is_there_after_a_power_cut() {
    for seed in seeds(400) {
        if let Some(wrong) = cut(seed, false) {
            panic!("seed {seed}: {wrong}");
        }
    }
}

/// Without this the test above could not fail.
#[test]
fn a_disk_that_skips_its_syncs_is_caught() {
    let caught = (0..40).filter(|seed| cut(*seed, true).is_some());
    assert!(caught.count() > 20);
}
