//! A flow that taps into a hub, and a subscriber on another thread.

use super::{Hub, Missed};
use crate::block_on::block_on;
use crate::sync::{check, thread};

/// A flow of the items 1 and 2.
fn flow(hub: &Hub<u64>) {
    let mut tap = hub.tap();
    block_on(async {
        tap.show(&1).await;
        tap.show(&2).await;
    });
}

#[test]
fn who_asks_for_everything_gets_it_and_an_end() {
    check(3, || {
        let hub = Hub::new(1);
        let mut all = hub.subscribe_to_all();
        let reads = thread::spawn(move || {
            block_on(async {
                assert_eq!(all.recv().await, Some(1));
                assert_eq!(all.recv().await, Some(2));
                assert_eq!(all.recv().await, None);
            });
        });
        flow(&hub);
        reads.join().unwrap();
    });
}

#[test]
fn who_is_slow_is_told_what_was_missed() {
    check(3, || {
        let hub = Hub::new(1);
        let mut some = hub.subscribe();
        let reads = thread::spawn(move || {
            block_on(async {
                let mut last = 0;
                while let Some(next) = some.recv().await {
                    match next {
                        Ok(item) => {
                            assert_eq!(item, last + 1);
                            last = item;
                        }
                        Err(Missed(missed)) => last += missed,
                    }
                }
                assert_eq!(last, 2);
            });
        });
        flow(&hub);
        reads.join().unwrap();
    });
}

#[test]
fn who_comes_late_sees_the_rest_and_an_end() {
    check(3, || {
        let hub = Hub::new(2);
        let late = hub.clone();
        let reads = thread::spawn(move || {
            let mut some = late.subscribe();
            drop(late);
            block_on(async {
                let mut seen = Vec::new();
                while let Some(next) = some.recv().await {
                    seen.push(next.unwrap());
                }
                assert!([1, 2].ends_with(&seen), "{seen:?}");
            });
        });
        flow(&hub);
        drop(hub);
        reads.join().unwrap();
    });
}

#[test]
fn who_leaves_holds_nobody_up() {
    check(3, || {
        let hub = Hub::new(1);
        let all = hub.subscribe_to_all();
        let leaves = thread::spawn(move || drop(all));
        flow(&hub);
        leaves.join().unwrap();
    });
}
