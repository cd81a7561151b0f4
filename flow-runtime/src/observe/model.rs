//! Counters that are read while they are written, and while those who write them go.

use std::sync::Arc;

use super::{about::About, counters::Counter, shared::Shared};
use crate::{
    graph::constant::NONE,
    sync::{check, thread},
};

const ABOUT: About = About {
    name: "model",
    graph: &NONE,
    edges: &[],
    regions: &[],
    queues: &[],
    jobs: &[],
    errors: &[],
};

/// Two workers count and end: whoever looks sees no item twice, and none go. In the end all
/// are there.
#[test]
fn no_item_is_counted_twice_or_lost() {
    check(3, || {
        let shared = Arc::new(Shared::new(&ABOUT));
        let main = Counter::<1>::new(shared.clone());
        let workers = [1, 2].map(|items| {
            let mut worker = main.apart();
            thread::spawn(move || (0..items).for_each(|_| worker.mark(0)))
        });
        main.add(0);
        let mut last = 1;
        for _ in 0..2 {
            let now = shared.blocks.sums()[0];
            assert!((last..=4).contains(&now), "{now} behind {last}");
            last = now;
        }
        for worker in workers {
            worker.join().unwrap();
        }
        assert_eq!(shared.blocks.sums(), [4]);
    });
}

/// A copy that is made and gone while somebody looks.
#[test]
fn copies_come_and_go() {
    check(3, || {
        let shared = Arc::new(Shared::new(&ABOUT));
        let mut worker = Counter::<1>::new(shared.clone()).apart();
        let copies = thread::spawn(move || {
            worker.mark(0);
            let mut copy = worker.clone();
            drop(worker);
            copy.mark(0);
        });
        let seen = shared.blocks.sums()[0];
        copies.join().unwrap();
        assert!(seen <= 2 && shared.blocks.sums() == [2], "{seen}");
    });
}
