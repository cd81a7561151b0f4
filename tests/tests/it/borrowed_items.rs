//! Flows of borrowed items, `&'static str`s, that are `Send`.
//!
//! Asked whether a future is `Send`, rustc forgets which lifetimes in it are one. What
//! holds items must not need to know, or a flow of owned items compiles and this one does not.

use std::time::Duration;

use flow_runtime::{Acked, DynOperator, flow};
use futures::StreamExt as _;
use tokio::sync::mpsc;

type Click = (u64, &'static str);

const CLICKS: [Click; 3] = [(1, "a"), (2, "b"), (30, "a")];
const SOON: Duration = Duration::from_millis(5);

async fn same(click: Click) -> Click {
    click
}

/// Spawns a flow behind a function that is awaited.
macro_rules! sent {
    ($($flow:tt)*) => {
        let _ = flow! { from(CLICKS) -> then(same, concurrency = 3) -> $($flow)* }.spawn().await.unwrap();
    };
}

fn sent<F: Send>(flow: F) -> F {
    flow
}

/// Sends a flow that gives `n` items as an iterator, as a stream and behind a function that is
/// awaited, and spawns the last.
macro_rules! lazy {
    ($n:literal: $($flow:tt)*) => {
        assert_eq!(sent(flow! { from(CLICKS) -> $($flow)* }).count(), $n);
        let stream = sent(flow! { stream(futures::stream::iter(CLICKS)) -> $($flow)* });
        assert_eq!(stream.count().await, $n);
        let behind = sent(flow! { from(CLICKS) -> then(same, concurrency = 3) -> $($flow)* });
        assert_eq!(behind.count().await, $n);
        let spawned = flow! { from(CLICKS) -> then(same, concurrency = 3) -> $($flow)* -> count() };
        assert_eq!(spawned.spawn().await.unwrap(), $n);
    };
}

/// Spawns a flow with a fan-in of two such branches.
macro_rules! joined {
    ($fan_in:ident($a:ident, $b:ident) $($flow:tt)*) => {
        let _ = flow! {
            $a = from(CLICKS) -> then(same, concurrency = 3);
            $b = from(CLICKS) -> then(same);
            $fan_in($a, $b) $($flow)*
        }
        .spawn()
        .await
        .unwrap();
    };
}

#[tokio::test]
async fn windows_are_sent() {
    sent!(tumbling_window(10, |(t, _)| *t)? -> count());
    sent!(hopping_window(10, 5, |(t, _)| *t)? -> count());
    sent!(session_window(10, |(t, _)| *t)? -> count());
    sent!(sliding_window(10, |(t, _)| *t)? -> count());
    sent!(session_window(10, |(t, _)| *t, by = |(_, k)| *k)? -> count());
    sent!(in_order(|(t, _)| *t, late = 3)? -> count());
    sent!(in_order(|(t, _)| *t, late = 3, idle = SOON)? -> count());
    sent!(tumbling_window(10, |(t, _)| *t) -> aggregate(mean(|(t, _)| *t as f64)) -> map(|x| x)? -> count());
    sent!(sliding_window(10, |(t, _)| *t) -> aggregate(max(|(t, _)| *t)) -> map(|x| x)? -> count());
    sent!(by_key(|(_, k)| *k) { in_order(|(t, _)| *t, late = 3)? } -> count());
    sent!(by_key(|(_, k)| *k) { session_window(3, |(t, _)| *t)? -> map(|x| x.1.len()) } -> count());
}

#[tokio::test]
async fn windows_that_leave_are_sent() {
    lazy!(2: tumbling_window(10, |(t, _)| *t)? else drop);
    lazy!(2: tumbling_window(10, |(t, _)| *t));
    lazy!(3: tumbling_window(10, |(t, _)| *t, by = |(_, k)| *k)? else drop);
    lazy!(2: tumbling_window(10, |(t, _)| *t) -> aggregate(count(), max(|(_, k)| *k))? else drop);
    lazy!(3: hopping_window(10, 5, |(t, _)| *t)? else drop);
    lazy!(4: hopping_window(10, 5, |(t, _)| *t, by = |(_, k)| *k)? else drop);
    lazy!(2: session_window(10, |(t, _)| *t)? else drop);
    lazy!(2: session_window(10, |(t, _)| *t));
    lazy!(3: session_window(10, |(t, _)| *t, by = |(_, k)| *k)? else drop);
    lazy!(2: session_window(10, |(t, _)| *t) -> aggregate(min(|(_, k)| *k))? else drop);
    lazy!(3: sliding_window(10, |(t, _)| *t)? else drop);
    lazy!(3: sliding_window(10, |(t, _)| *t));
    lazy!(3: sliding_window(10, |(t, _)| *t, by = |(_, k)| *k)? else drop);
    lazy!(3: sliding_window(10, |(t, _)| *t) -> aggregate(count())? else drop);
    lazy!(3: by_key(|(_, k)| *k) { tumbling_window(10, |(t, _)| *t)? else drop });
}

#[tokio::test]
async fn sorted_items_that_leave_are_sent() {
    lazy!(3: in_order(|(t, _)| *t, late = 3)? else drop);
    lazy!(3: in_order(|(t, _)| *t, late = 3));
    lazy!(3: in_order(|(t, _)| *t, late = 3, then_by = |(_, k)| *k)? else drop);
    lazy!(2: in_order(|(t, _)| *t, late = 3)? else drop -> tumbling_window(10, |(t, _)| *t)? else drop);
    lazy!(2: in_order(|(t, _)| *t, late = 3)? else drop -> session_window(10, |(t, _)| *t)? else drop);
    lazy!(3: in_order(|(t, _)| *t, late = 3)? else drop -> sliding_window(10, |(t, _)| *t)? else drop);
}

#[tokio::test]
async fn batches_that_leave_are_sent() {
    lazy!(1: partition(300));
    lazy!(2: partition(300, by = |(_, k)| *k));
    lazy!(2: partition(3, by = |(_, k)| *k));
    lazy!(2: partition_unique(300, by = |(_, k)| *k) -> flatten());
    lazy!(3: group_by(|(_, k)| *k));
    lazy!(5: window_by(|(t, _)| *t..*t + 2));
}

#[tokio::test]
async fn pieces_that_leave_are_sent() {
    let pairs = flow! { <Click> -> partition(2) };
    lazy!(2: via(pairs.clone()));
    let each = flow! { <Click> -> map(|(_, k)| k) -> unique() };
    lazy!(2: via(each.clone()));
    lazy!(2: via(flow! { <Click> -> tumbling_window(10, |(t, _)| *t)? else drop }));
    lazy!(2: by_key(|(_, k)| *k) { via(pairs.clone()) });
    let boxed = || -> Box<dyn DynOperator<Click, Out = Click> + Send> {
        Box::new(flow! { <Click> -> filter(|(t, _)| *t > 1) })
    };
    lazy!(2: via(boxed()));
}

#[tokio::test]
async fn holds_are_sent() {
    sent!(partition(3) -> count());
    sent!(partition(300) -> count());
    sent!(partition(3, by = |(_, k)| *k) -> count());
    sent!(partition(3, timeout = SOON) -> count());
    sent!(partition(3, by = |(_, k)| *k, timeout = SOON) -> count());
    sent!(partition_unique(3, by = |(_, k)| *k) -> count());
    sent!(group_by(|(_, k)| *k) -> count());
    sent!(window_by(|(t, _)| *t..*t + 2) -> count());
    sent!(timed_window(SOON) -> count());
    sent!(sliding_window(3) -> count());
    sent!(sliding_window(300) -> count());
    sent!(debounce(SOON) -> count());
    sent!(sample(SOON) -> count());
    sent!(delay(SOON) -> count());
    sent!(buffer(5) -> count());
    sent!(partition_unique(3) -> count());
    sent!(timed_window(SOON, by = |(_, k)| *k) -> count());
}

#[tokio::test]
async fn keys_are_sent() {
    sent!(by_key(|(_, k)| *k) { accumulate(0, |n, (x, _)| { *n += x; *n }) } -> count());
    sent!(by_key(|(_, k)| *k) { then(same) } -> count());
    sent!(by_key(|(_, k)| *k, idle = SOON) { partition(2) } -> count());
    sent!(unique(by = |(_, k)| *k) -> count());
    sent!(unique(by = |(_, k)| *k, capacity = 5) -> count());
    sent!(dedup(by = |(_, k)| *k) -> count());
}

#[tokio::test]
async fn fan_ins_are_sent() {
    joined!(zip(a, b) -> count());
    joined!(combine_latest(a, b) -> count());
    joined!(zip_latest(a, b) -> count());
    joined!(union(a, b) -> count());
    joined!(chain(a, b) -> count());
    joined!(merge_keyed(a, b)? -> count());
    joined!(cogroup(a, b)? -> count());
}

#[tokio::test]
async fn chains_are_sent() {
    let _ = flow! { from(CLICKS) -> then(async |(t, k): Click| if t > 0 { Ok(k) } else { Err("no") }, concurrency = 3, retry = 3)? else drop -> count() }.spawn().await.unwrap();
    sent!(flat_map(|(_, k)| k.chars()) -> count());
    sent!(enumerate() -> take(5) -> take_while(|(_, (t, _))| *t < 5) -> skip(1) -> step_by(2) -> skip_while(|_| true) -> last());
}

#[tokio::test]
async fn ends_are_sent() {
    sent!(min(by = |(_, k)| *k));
    sent!(top(2, by = |(_, k)| *k));
    sent!(fold(String::new(), |s, (_, k)| s.push_str(k)));
    sent!(map(|(_, k)| k) -> collect::<Vec<_>>());
    sent!(map(|(_, k)| k) -> for_each(|k| println!("{k}")));
    sent!(reduce(|a, b| if a < b { a } else { b }));
    flow! { stream(futures::stream::iter(CLICKS)) -> then(same, concurrency = 3) -> sink(async |_| ()) }.spawn().await.unwrap();
    sent!(min());
    sent!(max(order = |a, b| a.cmp(b)));
}

#[tokio::test]
async fn pieces_and_workers_are_sent() {
    let pairs = flow! { <Click> -> partition(2) };
    let counted = flow! { from(CLICKS) -> then(same) -> via(pairs) -> count() };
    assert_eq!(counted.spawn().await.unwrap(), 2);
    let later = flow! { <Click> -> then(same, concurrency = 2) -> partition(200) };
    let counted = flow! { from(CLICKS) -> via_async(later) -> count() };
    assert_eq!(counted.spawn().await.unwrap(), 1);
    let counted =
        flow! { from(CLICKS) -> scatter(2) -> map(|(t, k)| (t, k)) -> gather() -> count() };
    assert_eq!(counted.spawn().await.unwrap(), 3);
}

#[tokio::test]
async fn channels_are_fed() {
    let (sender, mut received) = mpsc::channel::<Click>(3);
    let sent = flow! { from(CLICKS) -> then(same, concurrency = 3) -> send(sender) };
    assert!(sent.spawn().await.unwrap().is_ok());
    assert_eq!(received.recv().await, Some(CLICKS[0]));
}

#[tokio::test]
async fn items_with_an_acknowledgement_come_from_any_stream() {
    let (sender, items) = mpsc::channel::<Acked<u32>>(3);
    let stream =
        futures::stream::unfold(items, async |mut items| Some((items.recv().await?, items)));
    drop(sender);
    let sum = flow! { stream(stream, ack = true) -> sum::<u32>() };
    assert_eq!(sum.spawn().await.unwrap(), 0);
}

#[tokio::test]
async fn open_flows_are_sent() {
    let (clicks, ended) = flow! {
        <Click> -> in_order(|(t, _)| *t, late = 2, idle = SOON)? -> session_window(5, |(t, _)| *t, by = |(_, k)| *k)?
            -> count()
    }
    .spawn();
    for click in CLICKS {
        clicks.emit(click).await.unwrap();
    }
    drop(clicks);
    assert_eq!(ended.await.unwrap().unwrap(), 3);
}
