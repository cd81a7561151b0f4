//! Tokens wait with items that wait for time.

use std::cell::RefCell;
use std::time::Duration;

use flow_runtime::flow;
use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep};

use super::Acks;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn elapsed(start: Instant) -> u128 {
    start.elapsed().as_millis()
}

#[tokio::test(start_paused = true)]
async fn a_buffer_holds_until_what_is_behind_it_is_done() {
    let acks = Acks::default();
    let (pulled, seen) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    flow! {
        stream(acks.source(1..=4), ack = true)
            -> inspect(|x| pulled.borrow_mut().push((*x, acks.last())))
            -> buffer(2)
            -> sink(async |x| {
                sleep(ms(10)).await;
                seen.borrow_mut().push((x, acks.last()));
            });
    }
    .run()
    .await;
    assert_eq!(*pulled.borrow(), [(1, 0), (2, 0), (3, 0), (4, 0)]);
    assert_eq!(*seen.borrow(), [(1, 0), (2, 1), (3, 2), (4, 3)]);
    assert_eq!(acks.get(), [1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn what_is_delayed_is_held() {
    let (acks, start) = (Acks::default(), Instant::now());
    let seen = RefCell::new(Vec::new());
    flow! {
        stream(acks.source(1..=2), ack = true) -> delay(ms(50)) -> rate_limit(ms(20))
            -> for_each(|x| seen.borrow_mut().push((x, acks.last(), elapsed(start))));
    }
    .run()
    .await;
    assert_eq!(*seen.borrow(), [(1, 0, 50), (2, 1, 70)]);
    assert_eq!(acks.get(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn latest_releases_what_it_replaces() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let items = acks.source(1..=5).then(async |item| {
        sleep(ms(10)).await;
        item
    });
    flow! {
        stream(items, ack = true) -> latest() -> sink(async |x| {
            sleep(ms(25)).await;
            seen.borrow_mut().push((x, acks.last()));
        });
    }
    .run()
    .await;
    // 2 is replaced while 1 is worked on, and waits for it to be acknowledged.
    assert_eq!(*seen.borrow(), [(1, 0), (3, 2), (5, 4)]);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn timed_batches_hold_their_items() {
    let ticking = |acks: &'static Acks| {
        Box::pin(acks.source(1..=5).then(async |item| {
            sleep(ms(20)).await;
            item
        }))
    };
    for timeout in [true, false] {
        let acks: &'static Acks = Box::leak(Box::default());
        let items = ticking(acks);
        let seen = RefCell::new(Vec::new());
        let note = |batch: &[u32]| seen.borrow_mut().push((batch.to_vec(), acks.last()));
        if timeout {
            let parts = flow! {
                stream(items, ack = true) -> partition(3, timeout = ms(30)) -> for_each(|b| note(&b));
            };
            parts.run().await;
            let expected = [(vec![1, 2], 0), (vec![3, 4], 2), (vec![5], 4)];
            assert_eq!(*seen.borrow(), expected);
        } else {
            let windows = flow! {
                stream(items, ack = true) -> timed_window(ms(50)) -> sink(async |b| {
                    sleep(ms(1)).await;
                    note(&b);
                });
            };
            windows.run().await;
            let expected = [(vec![1, 2], 0), (vec![3, 4], 2), (vec![5], 4)];
            assert_eq!(*seen.borrow(), expected);
        }
        assert_eq!(acks.get(), [1, 2, 3, 4, 5]);
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_work_is_committed_in_order() {
    let (acks, start) = (Acks::default(), Instant::now());
    let seen = RefCell::new(Vec::new());
    let work = async |x| {
        let time = match x {
            2 => 35,
            3 => 11,
            _ => 10,
        };
        sleep(ms(time)).await;
        x
    };
    flow! {
        stream(acks.source(1..=6), ack = true)
            -> then(work, concurrency = 3, ordered = false)
            -> for_each(|x| seen.borrow_mut().push((x, acks.last(), elapsed(start))));
    }
    .run()
    .await;
    let expected = [
        (1, 0, 10),
        (3, 1, 11),
        (4, 1, 20),
        (5, 1, 21),
        (6, 1, 30),
        (2, 1, 35),
    ];
    assert_eq!(*seen.borrow(), expected);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn concurrent_work_in_order() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let seen = &seen;
    let outcome = flow! {
        stream(acks.source(1..=6), ack = true)
            -> then(async |x| {
                sleep(ms(20 - u64::from(x))).await;
                if x == 4 { Err("four") } else { Ok(x) }
            }, concurrency = 3)?
            -> sink(async |x| {
                sleep(ms(5)).await;
                seen.borrow_mut().push((x, acks.last()));
            });
    }
    .run()
    .await;
    assert!(outcome.is_err());
    // What runs beside the failed one goes through; nothing behind it is committed.
    let through = [(1, 0), (2, 1), (3, 2), (5, 3), (6, 3)];
    assert_eq!(*seen.borrow(), through);
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn regions_that_meet_again() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    flow! {
        x = stream(acks.source(1..=4), ack = true);
        slow = x -> then(async |x| { sleep(ms(10)).await; x }, concurrency = 2);
        zip(slow, x -> map(|x| x + 100)) -> for_each(|pair| seen.borrow_mut().push((pair, acks.last())));
    }
    .run()
    .await;
    assert_eq!(
        *seen.borrow(),
        [((1, 101), 0), ((2, 102), 1), ((3, 103), 2), ((4, 104), 3)]
    );
    assert_eq!(acks.get(), [1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_union_across_regions_with_an_open_end() {
    let acks = Acks::default();
    let mut items = std::pin::pin!(flow! {
        x = stream(acks.source(1..=3), ack = true);
        union(x -> buffer(2), x -> map(|x| x + 100))
    });
    let mut seen = Vec::new();
    while let Some(x) = items.next().await {
        // What is in the hands of the program is not acknowledged.
        assert!(acks.last() < x % 100, "{x}: {:?}", acks.get());
        seen.push(x);
    }
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3, 101, 102, 103]);
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn what_was_pulled_ahead_and_is_not_wanted_is_not_acknowledged() {
    let acks = Acks::default();
    let seen = flow! {
        stream(acks.source(1..), ack = true) -> buffer(4) -> take(2) -> collect::<Vec<_>>()
    }
    .run()
    .await;
    assert_eq!(seen, [1, 2]);
    assert_eq!(
        acks.get(),
        [1, 2],
        "the others come again when it is restarted"
    );
}

#[tokio::test(start_paused = true)]
async fn a_closure_sees_the_meta_of_what_was_concurrent() {
    let acks = Acks::default();
    let seen = flow! {
        stream(acks.source(1..=3), ack = true)
            -> then(async |x| { sleep(ms(30 - u64::from(x))).await; x }, concurrency = 3, ordered = false)
            -> with_meta() -> buffer(2) -> collect::<Vec<_>>()
    }
    .run()
    .await;
    assert_eq!(seen, [(3, 30), (2, 20), (1, 10)]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_with_acknowledgements_can_be_sent() {
    fn sent<F: Future + Send>(future: F) -> F {
        future
    }
    let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel();
    let items = stream::iter((1..=3).map(move |x| {
        let tx = tx.clone();
        flow_runtime::Acked::new(x, move || tx.send(x).unwrap())
    }));
    let flow = flow! {
        stream(items, ack = true) -> buffer(2) -> then(async |x: u32| x, concurrency = 2)
            -> sliding_window(2) -> latest() -> drain();
    };
    tokio::spawn(sent(flow.run())).await.unwrap();
    let mut seen = Vec::new();
    while let Some(x) = rx.recv().await {
        seen.push(x);
    }
    assert_eq!(seen, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn timed_batches_of_keys_hold_each_its_own() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let items = Box::pin(acks.source(1..=6).then(async |item| {
        sleep(ms(10)).await;
        item
    }));
    flow! {
        stream(items, ack = true) -> partition(3, by = |x| x % 2, timeout = ms(45))
            -> for_each(|batch| seen.borrow_mut().push((batch.to_vec(), acks.last())));
    }
    .run()
    .await;
    assert_eq!(*seen.borrow(), [(vec![1, 3, 5], 0), (vec![2, 4, 6], 1)]);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5, 6]);
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let items = Box::pin(acks.source(1..=4).then(async |item| {
        sleep(ms(10)).await;
        item
    }));
    flow! {
        stream(items, ack = true) -> partition(3, by = |x| x % 2, timeout = ms(15))
            -> for_each(|batch| seen.borrow_mut().push((batch.to_vec(), acks.last())));
    }
    .run()
    .await;
    let expected = [(vec![1], 0), (vec![2], 1), (vec![3], 2), (vec![4], 3)];
    assert_eq!(*seen.borrow(), expected);
    assert_eq!(acks.get(), [1, 2, 3, 4]);
}
