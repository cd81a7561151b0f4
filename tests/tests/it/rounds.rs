//! Cycles through concurrent operators, in which something holds items: they are given when
//! the cycle has come to rest. Behind a source that acknowledges as well.

use std::time::Duration;

use flow_runtime::flow;

use crate::messages::messages;

fn sorted(mut v: Vec<u32>) -> Vec<u32> {
    v.sort_unstable();
    v
}
fn expected(n: u32) -> Vec<u32> {
    let mut all = Vec::new();
    for mut x in 1..=n {
        loop {
            all.push(x);
            if x % 2 == 1 {
                break;
            }
            x /= 2;
        }
    }
    sorted(all)
}
macro_rules! round {
    ($name:ident, scatter $($chain:tt)*) => { round!(#[tokio::test] $name, scatter $($chain)*); };
    ($name:ident, $($chain:tt)*) => { round!(#[tokio::test(start_paused = true)] $name, $($chain)*); };
    (#[$($test:tt)*] $name:ident, $($chain:tt)*) => {
        #[$($test)*]
        async fn $name() {
            for n in [0, 1, 7, 100] {
                let seen = tokio::time::timeout(Duration::from_secs(1000), flow! {
                    from(1..=n) -> work;
                    work = then(async |x: u32| { tokio::time::sleep(Duration::from_millis(u64::from(x % 3))).await; x }, concurrency = 3) -> $($chain)*;
                    work -> filter(|x| x % 2 == 0) -> map(|x| x / 2) -> work;
                    work -> collect::<Vec<_>>()
                }.run()).await.expect("it ends");
                assert_eq!(sorted(seen), expected(n));
                let (log, m) = messages(n);
                let seen = tokio::time::timeout(Duration::from_secs(1000), flow! {
                    stream(futures::stream::iter(m), ack = true) -> work;
                    work = then(async |x: u32| { tokio::time::sleep(Duration::from_millis(u64::from(x % 3))).await; x }, concurrency = 3) -> $($chain)*;
                    work -> filter(|x| x % 2 == 0) -> map(|x| x / 2) -> work;
                    work -> collect::<Vec<_>>()
                }.run()).await.expect("ends");
                assert_eq!(sorted(seen), expected(n));
                assert_eq!(*log.lock().unwrap(), (1..=n).collect::<Vec<_>>());
            }
        }
    };
}
round!(plain, map(|x| x));
round!(batches, partition(3) -> flatten());
round!(batches_by, partition(3, by = |x| x % 5) -> flatten());
round!(unique_batches, partition_unique(3, by = |x| *x * 7919 % 1009) -> flatten());
round!(two_batches, partition(3) -> flatten() -> partition(2) -> flatten());
round!(batches_behind_a_buffer, partition(3) -> buffer(2) -> flatten() -> partition(2) -> flatten());
round!(groups, group_by(|x| x / 10) -> flat_map(|(_, batch)| batch.into_iter().collect::<Vec<_>>()));
round!(keys, by_key(|x| x % 3) { partition(4) -> flatten() });
round!(keys_recent, by_key(|x| x % 3, capacity = 2) { partition(4) -> flatten() });
round!(keys_idle, by_key(|x| x % 3, idle = Duration::from_millis(5)) { partition(4) -> flatten() });
round!(keys_that_await, by_key(|x| x % 3) { then(async |x: u32| x) -> partition(4) -> flatten() });
round!(keys_that_await_and_are_idle, by_key(|x| x % 3, idle = Duration::from_millis(5)) { then(async |x: u32| x) -> partition(4) -> flatten() });
round!(keys_that_await_and_cut, by_key(|x| x % 3) { partition(2) -> buffer(1) -> flatten() -> partition(4) -> then(async |x| x) -> flatten() });
round!(scattered, scatter(2) -> map(|x| x) -> gather());
round!(scattered_ordered, scatter(2) -> map(|x| x) -> gather(ordered = true));
round!(scattered_batches, scatter(2) -> partition(3) -> flatten() -> gather());
round!(scattered_batches_by, scatter(2, by = |x| x % 7) -> partition(3) -> flatten() -> gather(ordered = true));
round!(pieces, via(flow! { <u32> -> partition(3) -> flatten() }));

#[tokio::test(start_paused = true)]
async fn windows_that_are_open_when_all_has_come_round_are_given_then() {
    let seen = flow! {
        from([1_u32, 2, 3, 10, 11, 30]) -> work;
        work = then(async |x: u32| x, concurrency = 1)
            -> window_by(|x| [x / 10])
            -> map(|(key, batch)| (key, batch.len()));
        work -> filter(|(_, len)| *len > 1) -> map(|(key, _)| 100 * (key + 1)) -> work;
        work -> collect::<Vec<_>>()
    }
    .run()
    .await;
    let mut seen = seen;
    seen.sort_unstable();
    assert_eq!(seen, [(0, 3), (1, 2), (3, 1), (10, 1), (20, 1)]);
}

#[tokio::test(start_paused = true)]
async fn what_finds_no_place_in_a_ring_is_not_acknowledged() {
    let (log, m) = messages(10);
    let seen = flow! {
        stream(futures::stream::iter(m), ack = true) -> work;
        #[capacity(2)]
        work = then(async |x: u32| { tokio::time::sleep(Duration::from_millis(1)).await; x }, concurrency = 1);
        work -> filter(|x| *x < 1000) -> flat_map(|x| [x * 100, x * 1000, x * 10000]) -> work;
        work -> collect::<Vec<_>>()
    }
    .run()
    .await;
    assert!(seen.is_err());
    assert!(log.lock().unwrap().is_empty());
}
