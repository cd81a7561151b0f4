//! Nobody is told of a record before it is durable, and of what is kept beside it
//! neither.

use std::sync::{Arc, Mutex};

use super::disk::Model;
use super::*;

/// Asks the store whenever it asks the disk for something: it says what was
/// reported last.
#[test]
fn until_a_batch_is_durable_everybody_sees_what_was_before() {
    for seed in seeds(40) {
        let disk = Model::new(seed);
        let jsonl = Arc::new(open(&disk).unwrap());
        let reported = Arc::new(Mutex::new(facts(&jsonl).unwrap()));
        let asked = Arc::new(Mutex::new(0));
        let (store, said, count) = (jsonl.clone(), reported.clone(), asked.clone());
        disk.watch(move || {
            *count.lock().unwrap() += 1;
            let facts = facts(&store).unwrap();
            assert_eq!(facts, *said.lock().unwrap(), "seed {seed}");
        });
        let mut random = Random(seed);
        for _ in 0..12 {
            let mut expected = Expected::of(&reported.lock().unwrap());
            work(&jsonl, &mut expected, 1, &mut random).unwrap();
            let now = expected
                .0
                .into_iter()
                .map(|(id, mut facts)| (id, facts.remove(0)));
            *reported.lock().unwrap() = now.collect();
        }
        // It holds the store, and the store the disk.
        disk.watch(|| ());
        assert!(*asked.lock().unwrap() > 50);
    }
}
