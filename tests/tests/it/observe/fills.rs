//! The numbers of items that wait in operators, while a flow runs.

use std::time::Duration;

use flow_runtime::flow;
use futures::{StreamExt, stream};
use tokio::time::sleep;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Items that come at once, and an end that does not.
fn items(count: u64) -> impl futures::Stream<Item = u64> + Send + Unpin {
    stream::iter(0..count).chain(stream::pending())
}

/// Runs a flow for a while, and gives how many items wait in each queue, and how many may.
macro_rules! waiting {
    ($after:expr, $count:expr, $($chain:tt)*) => {{
        let flow = flow! {
            #![observe]
            stream(items($count)) -> $($chain)* -> for_each(|_| ());
        };
        let watch = flow.watch();
        let running = flow.spawn();
        sleep(ms($after)).await;
        let queues = watch.snapshot().queues.into_iter();
        let told: Vec<_> = queues.map(|each| (each.waiting, each.bound)).collect();
        running.abort();
        told
    }};
}

async fn slow(x: u64) -> u64 {
    sleep(ms(100)).await;
    x
}

#[tokio::test(start_paused = true)]
async fn batches_that_are_filled_count_their_items() {
    let told = waiting!(10, 7, partition(10, timeout = ms(50)));
    assert_eq!(told, [(7, None)]);
    let told = waiting!(60, 7, partition(10, timeout = ms(50)));
    assert_eq!(told, [(0, None)]);
    let told = waiting!(10, 7, partition(3, by = |x| x % 2, timeout = ms(50)));
    // Even ones have left once: 0, 2, 4; odd ones too: 1, 3, 5.
    assert_eq!(told, [(1, None)]);
    let told = waiting!(60, 7, partition(3, by = |x| x % 2, timeout = ms(50)));
    assert_eq!(told, [(0, None)]);
}

#[tokio::test(start_paused = true)]
async fn items_that_wait_for_older_ones_are_counted() {
    let told = waiting!(10, 9, in_order(|x| *x, late = 4, idle = ms(50))? else drop);
    // What is more than 4 behind the newest, which is 8, has left.
    assert_eq!(told, [(5, None)]);
    let told = waiting!(10, 9, in_order(|x| *x, late = 4, idle = ms(50), capacity = 3)? else drop);
    assert_eq!(told, [(3, Some(3))]);
    let told = waiting!(60, 9, in_order(|x| *x, late = 4, idle = ms(50))? else drop);
    assert_eq!(told, [(0, None)]);
}

#[tokio::test(start_paused = true)]
async fn chains_of_keys_do_not_count_what_they_work_on() {
    // One item is at work for each key, and one waits for its chain.
    let told = waiting!(10, 9, by_key(|x: &u64| x % 3) { then(slow) });
    assert_eq!(told, [(1, Some(1))]);
    let told = waiting!(10, 3, by_key(|x: &u64| x % 3) { then(slow) });
    assert_eq!(told, [(0, Some(1))]);
    let told = waiting!(10, 2, by_key(|_| 0) { then(slow) });
    assert_eq!(told, [(1, Some(1))]);
    let told = waiting!(310, 9, by_key(|x: &u64| x % 3) { then(slow) });
    assert_eq!(told, [(0, Some(1))]);
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_not_idle_yet_are_no_items() {
    let told = waiting!(10, 9, by_key(|x: &u64| x % 3, idle = ms(100)) { map(|x| x + 1) });
    assert_eq!(told, [(0, Some(1))]);
}

#[tokio::test]
async fn workers_count_what_they_were_given() {
    let (open, opened) = std::sync::mpsc::channel::<()>();
    let opened = std::sync::Arc::new(std::sync::Mutex::new(opened));
    let wait = move |x: u64| {
        // An error once the other side is gone.
        let _ = opened.lock().unwrap().recv();
        x
    };
    let flow = flow! {
        #![observe]
        stream(items(3)) -> scatter(2) -> map(wait) -> gather() -> for_each(|_| ());
    };
    let watch = flow.watch();
    let running = flow.spawn();
    let waiting = || watch.snapshot().queues[0].waiting;
    while waiting() < 3 {
        sleep(ms(1)).await;
    }
    drop(open);
    while waiting() > 0 {
        sleep(ms(1)).await;
    }
    running.abort();
}
