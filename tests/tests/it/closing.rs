//! Flows that are fed from elsewhere, and how their input ends: nothing wants more,
//! or somebody closes it.

use std::{future::ready, time::Duration};

use flow_runtime::{BoxError, Closed, EmitError, TryEmitError, flow};
use tokio::time::sleep;

use crate::guard::within;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Emits two items into a flow that wants one: it is closed once that one has gone
/// through, and gives the other back.
macro_rules! wants_one {
    ($($flow:expr => $result:expr,)+) => {$({
        let (emitter, handle) = $flow.spawn();
        assert!(!emitter.is_closed());
        emitter.emit(1).await.unwrap();
        assert!(emitter.is_closed(), "{}", stringify!($flow));
        assert!(matches!(emitter.emit(2).await, Err(EmitError::Closed(2))));
        assert!(matches!(emitter.try_emit(2), Err(TryEmitError::Closed(2))));
        assert_eq!(emitter.reserve().await.unwrap_err(), Closed);
        assert_eq!(within(handle).await.unwrap(), $result);
        let (emitter, handle) = $flow.spawn_thread();
        emitter.emit(1).await.unwrap();
        assert!(emitter.is_closed(), "{}", stringify!($flow));
        assert!(matches!(emitter.emit(2).await, Err(EmitError::Closed(2))));
        assert_eq!(handle.join().unwrap(), $result);
    })+};
}

#[tokio::test]
async fn a_flow_is_closed_when_the_last_item_it_wants_has_gone_through() {
    wants_one! {
        flow! { <u8> -> take(1) -> collect::<Vec<_>>() } => [1],
        flow! { <u8> -> take_while(|x| *x > 1) -> count() } => 0,
        flow! { <u8> -> first() } => Some(1),
        flow! { items = <u8>; a = items -> first(); b = items -> take(1) -> count(); (a, b) } => (Some(1), 1),
        flow! { <u8> -> flat_map(|x| [x, x, x]) -> take(2) -> count() } => 2,
        flow! { <u8> -> match { 0 => take(1), _ => take(1) } -> take(1) -> count() } => 1,
        flow! { <u8> -> take(1) -> partition(9) -> count() } => 1,
        flow! { <u8> -> then(ready) -> take(1) -> collect::<Vec<_>>() } => [1],
        flow! { <u8> -> take(1) -> then(ready, concurrency = 2) -> collect::<Vec<_>>() } => [1],
        flow! { <u8> -> then(ready) -> first() } => Some(1),
    }
}

#[tokio::test(start_paused = true)]
async fn what_ends_behind_a_buffer_closes_the_flow_when_it_ends() {
    let slow = async |x: u8| {
        sleep(ms(5)).await;
        x
    };
    let (emitter, handle) = flow! {
        items = <u8>;
        a = items -> first();
        b = items -> buffer(4) -> then(slow) -> take(1) -> collect::<Vec<_>>();
        (a, b)
    }
    .spawn();
    emitter.emit(1).await.unwrap();
    assert!(!emitter.is_closed());
    sleep(ms(6)).await;
    assert!(emitter.is_closed());
    assert_eq!(within(handle).await.unwrap(), (Some(1), vec![1]));
}

#[tokio::test]
async fn a_channel_without_a_receiver_wants_no_more() {
    let (tx, rx) = std::sync::mpsc::channel::<u8>();
    drop(rx);
    let (emitter, handle) = flow! { <u8> -> send(tx) }.spawn();
    emitter.emit(1).await.unwrap();
    assert!(emitter.is_closed());
    assert_eq!(within(handle).await.unwrap().unwrap_err().into_inner(), 1);
    let (tx, rx) = tokio::sync::mpsc::channel::<u8>(1);
    drop(rx);
    let (emitter, handle) = flow! { <u8> -> send(tx) }.spawn();
    emitter.emit(1).await.unwrap();
    assert!(emitter.is_closed());
    assert_eq!(within(handle).await.unwrap().unwrap_err().into_inner(), 1);
}

/// Two inlets, of which the left one ends first.
macro_rules! left_ends_first {
    ($($flow:expr => $result:expr,)+) => {$({
        let (emitter, handle) = $flow.spawn();
        emitter.emit_left(1).await.unwrap();
        assert!(emitter.left.is_closed(), "{}", stringify!($flow));
        assert!(!emitter.right.is_closed() && !emitter.is_closed());
        assert!(matches!(emitter.emit_left(2).await, Err(EmitError::Closed(2))));
        emitter.emit_right(5).await.unwrap();
        emitter.close();
        assert!(emitter.is_closed());
        assert!(matches!(emitter.emit_right(6).await, Err(EmitError::Closed(6))));
        assert_eq!(within(handle).await.unwrap(), $result);
    })+};
}

#[tokio::test]
async fn each_inlet_is_closed_by_itself() {
    left_ends_first! {
        flow! { left = <u8>; right = <u8>; a = left -> take(1) -> count(); b = right -> count(); (a, b) } => (1, 1),
        flow! { left = <u8>; right = <u8>; union(left -> take(1), right) -> collect::<Vec<_>>() } => [1, 5],
        flow! { left = <u8>; right = <u8>; zip(left -> take(1), right) -> collect::<Vec<_>>() } => [(1, 5)],
        flow! { left = <u8>; right = <u8>; a = left -> then(ready) -> first(); b = right -> count(); (a, b) } => (Some(1), 1),
        flow! { left = <u8>; right = <u8>; union(left -> take(1), right) -> then(ready) -> collect::<Vec<_>>() } => [1, 5],
        flow! { left = <u8>; right = <u8>; zip(left -> take(1), right) -> then(ready) -> collect::<Vec<_>>() } => [(1, 5)],
        flow! { left = <u8>; right = <u8>; zip(left -> take(1), right) -> then(ready, concurrency = 2) -> collect::<Vec<_>>() } => [(1, 5)],
    }
}

#[tokio::test]
async fn an_inlet_that_is_closed_from_outside_ends_its_partner() {
    macro_rules! pairs {
        ($($flow:expr,)+) => {$({
            let (emitter, handle) = $flow.spawn();
            emitter.emit_left(1).await.unwrap();
            emitter.left.close();
            assert!(!emitter.right.is_closed());
            emitter.emit_right(2).await.unwrap();
            assert!(emitter.right.is_closed(), "{}", stringify!($flow));
            assert!(matches!(emitter.emit_right(3).await, Err(EmitError::Closed(3))));
            assert_eq!(within(handle).await.unwrap(), [(1, 2)]);
        })+};
    }
    pairs! {
        flow! { left = <u8>; right = <u8>; zip(left, right) -> collect::<Vec<_>>() },
        flow! { left = <u8>; right = <u8>; zip(left, right) -> then(ready) -> collect::<Vec<_>>() },
    }
}

// Closed from outside.

#[tokio::test(start_paused = true)]
async fn closing_ends_the_flow_though_an_emitter_was_forgotten() {
    let slow = async |x: u8| {
        sleep(ms(10)).await;
        x
    };
    let (emitter, handle) =
        flow! { <u8> -> then(slow) -> partition(9) -> map(|b| b.to_vec()) -> collect::<Vec<_>>() }
            .spawn();
    let forgotten = emitter.clone();
    let waiting = emitter.clone();
    let first = tokio::spawn(async move { waiting.emit(1).await });
    let waiting = emitter.clone();
    tokio::task::yield_now().await;
    let second = tokio::spawn(async move { waiting.emit(2).await });
    tokio::task::yield_now().await;
    emitter.close();
    assert!(within(first).await.unwrap().is_ok());
    assert!(matches!(
        within(second).await.unwrap(),
        Err(EmitError::Closed(2))
    ));
    assert_eq!(within(handle).await.unwrap(), [vec![1]]);
    assert!(matches!(forgotten.emit(3).await, Err(EmitError::Closed(3))));
    assert!(matches!(
        forgotten.try_emit(3),
        Err(TryEmitError::Closed(3))
    ));
}

#[test]
fn closing_ends_a_flow_on_a_thread() {
    let (emitter, handle) = flow! { <u8> -> map(|x| x + 1) -> sum::<u8>() }.spawn_thread();
    let other = emitter.clone();
    let emits = std::thread::spawn(move || while other.emit_blocking(0).is_ok() {});
    emitter.emit_blocking(1).unwrap();
    emitter.close();
    emits.join().unwrap();
    assert!(handle.join().unwrap() >= 2);
}

#[tokio::test]
async fn the_end_of_one_inlet_of_several_is_told_to_the_flow() {
    let (emitter, all) = flow! {
        a = <u32>;
        b = <u32>;
        chain(a, b, capacity = 2)? -> collect::<Vec<_>>()
    }
    .spawn();
    emitter.emit_a(1).await.unwrap();
    emitter.a.close();
    for x in 10..14 {
        within(emitter.emit_b(x)).await.unwrap();
    }
    drop(emitter);
    assert_eq!(within(all).await.unwrap().unwrap(), [1, 10, 11, 12, 13]);

    // What is held behind the inlet leaves, and errors on the way are told.
    let (seen, mut given) = tokio::sync::mpsc::unbounded_channel();
    let (emitter, count) = flow! {
        #![error = BoxError]
        a = <u32>;
        b = <u32>;
        union(a -> partition(2) -> map(|batch| batch.len()), b -> map(|_| 0))
            -> map(|n| if n == 1 { Err("one is left") } else { Ok(n) })?
            -> inspect(move |n| seen.send(*n).unwrap())
            -> count();
    }
    .spawn();
    for x in 0..3 {
        emitter.emit_a(x).await.unwrap();
    }
    emitter.a.close();
    while within(emitter.emit_b(7)).await.is_ok() {}
    assert_eq!(given.recv().await, Some(2));
    drop(emitter);
    within(count).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_inlet_that_ends_without_an_item_ends_what_waits_for_it() {
    let (emitter, count) = flow! { a = <u32>; b = <u32>; zip_latest(a, b) -> count() }.spawn();
    emitter.b.close();
    tokio::task::yield_now().await;
    assert!(emitter.emit_a(1).await.is_err());
    assert_eq!(within(count).await.unwrap(), 0);

    let (emitter, all) = flow! {
        a = <u32>;
        b = <u32>;
        merge_keyed(a -> map(|n| (n, 'a')), b -> map(|n| (n, 'b')))? -> count()
    }
    .spawn();
    emitter.b.close();
    emitter.emit_a(1).await.unwrap();
    emitter.emit_a(2).await.unwrap();
    drop(emitter);
    assert_eq!(within(all).await.unwrap().unwrap(), 2);
}
