//! Chains that run apart from the flow: on worker threads, and as futures of keys.

use std::fmt;
use std::time::Duration;

use flow_runtime::flow;

use crate::messages::messages;

#[tokio::test(start_paused = true)]
async fn what_workers_make_is_acknowledged_when_it_is_done_with() {
    let (log, m) = messages(1000);
    let seen = log.clone();
    let n = flow! {
        stream(futures::stream::iter(m), ack = true)
            -> scatter(2) -> map(|x: u32| x * 2) -> filter(|x| x % 3 != 0) -> flat_map(|x| [x, x]) -> partition(7) -> gather()
            -> inspect(move |b| { let seen = seen.lock().unwrap(); for x in b.iter() { assert!(!seen.contains(&(x / 2))); } })
            -> flatten() -> count()
    }.run().await;
    assert_eq!(n, 2 * (1..=1000).filter(|x| x * 2 % 3 != 0).count());
    assert_eq!(*log.lock().unwrap(), (1..=1000).collect::<Vec<_>>());
}
#[tokio::test(start_paused = true)]
async fn an_item_that_fails_on_a_worker_is_not_acknowledged() {
    let (log, m) = messages(1000);
    let n = flow! {
        stream(futures::stream::iter(m), ack = true)
            -> scatter(2, by = |x| x % 5) -> map(|x: u32| if x == 700 { Err(fmt::Error) } else { Ok(x) })? -> gather(ordered = true)
            -> count()
    }.run().await;
    assert!(n.is_err());
    let log = log.lock().unwrap();
    assert_eq!(*log, (1..700).collect::<Vec<_>>()[..log.len()]);
}
#[tokio::test(start_paused = true)]
async fn the_chain_of_a_key_may_await_and_hold() {
    let (log, m) = messages(100);
    let seen = log.clone();
    let n = flow! {
        stream(futures::stream::iter(m), ack = true)
            -> by_key(|x| x % 7) { then(async |x: u32| { tokio::time::sleep(Duration::from_millis(u64::from(x % 13))).await; x }) -> partition(3) -> buffer(2) -> flatten() -> filter(|x| x % 2 == 0) }
            -> inspect(move |x| { assert!(!seen.lock().unwrap().contains(x)); })
            -> collect::<Vec<_>>()
    }.run().await;
    assert_eq!(n.len(), 50);
    assert_eq!(*log.lock().unwrap(), (1..=100).collect::<Vec<_>>());
}
#[tokio::test(start_paused = true)]
async fn what_an_ended_chain_takes_no_more_is_done_with() {
    let (log, m) = messages(100);
    let n = flow! {
        stream(futures::stream::iter(m), ack = true)
            -> by_key(|x| x % 7) { then(async |x: u32| { tokio::time::sleep(Duration::from_millis(u64::from(x % 13))).await; x })
                 -> by_key(|x| x % 2) { then(async |x: u32| { tokio::time::sleep(Duration::from_millis(u64::from(x % 13))).await; x }) -> take(2) } }
            -> collect::<Vec<_>>()
    }.run().await;
    assert_eq!(n.len(), 28);
    assert_eq!(*log.lock().unwrap(), (1..=100).collect::<Vec<_>>());
}
#[tokio::test(start_paused = true)]
async fn an_item_that_fails_under_an_idle_key_is_not_acknowledged() {
    let (log, m) = messages(100);
    let n = flow! {
        stream(futures::stream::iter(m), ack = true)
            -> rate_limit(Duration::from_millis(10))
            -> by_key(|x| x / 10, idle = Duration::from_millis(15), capacity = 3) { partition(4) -> map(|b| if b.contains(&77) { Err(fmt::Error) } else { Ok(b.len()) })? }
            -> collect::<Vec<_>>()
    }.run().await;
    assert!(n.is_err());
    assert_eq!(log.lock().unwrap().len(), 73);
}
