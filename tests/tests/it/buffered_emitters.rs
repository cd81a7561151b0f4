//! Emitters that let items wait at the inlet of a spawned flow.

use std::{future::Future, iter, pin::pin, task::Context, task::Waker, time::Duration};

use flow_runtime::{Closed, EmitError, TryEmitError, flow};
use tokio::time::{sleep, timeout};

use crate::guard::within;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Polls a future once, and drops it.
fn poll_once(future: impl Future) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    pin!(future).poll(&mut context).is_ready()
}

#[tokio::test]
async fn a_place_that_is_held_is_one_of_the_room() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(3);
    emitter.try_emit(1).unwrap();
    let place = emitter.reserve().await.unwrap();
    emitter.try_emit(2).unwrap();
    assert_eq!(emitter.try_emit(9), Err(TryEmitError::Full(9)));
    place.emit(3);
    assert_eq!(emitter.try_emit(9), Err(TryEmitError::Full(9)));
    emitter.close();
    assert_eq!(within(all).await.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn a_place_that_is_dropped_is_given_back() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(1);
    drop(emitter.reserve().await.unwrap());
    emitter.try_emit(1).unwrap();
    emitter.close();
    assert_eq!(within(all).await.unwrap(), [1]);
}

#[tokio::test(start_paused = true)]
async fn reserve_waits_for_a_place() {
    let (emitter, all) = flow! {
        <u8> -> then(async |x| { sleep(ms(10)).await; x }) -> collect::<Vec<_>>()
    }
    .spawn();
    let emitter = emitter.buffered(1);
    for x in 0..5 {
        within(emitter.reserve()).await.unwrap().emit(x);
    }
    emitter.close();
    assert_eq!(within(all).await.unwrap(), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn as_many_places_are_held_as_there_is_room_for() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(3);
    let first = within(emitter.reserve()).await.unwrap();
    let second = within(emitter.reserve()).await.unwrap();
    within(emitter.emit(0)).await.unwrap();
    assert_eq!(emitter.try_emit(9), Err(TryEmitError::Full(9)));
    second.emit(1);
    drop(first);
    // Closed, the flow waits for whoever holds a place.
    let last = within(emitter.reserve()).await.unwrap();
    emitter.close();
    tokio::task::yield_now().await;
    last.emit(2);
    assert_eq!(within(all).await.unwrap(), [0, 1, 2]);
}

#[tokio::test]
async fn whoever_waits_is_not_held_up_by_a_place_that_another_holds() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(2);
    let held = emitter.reserve().await.unwrap();
    emitter.try_emit(1).unwrap();
    within(emitter.emit(2)).await.unwrap();
    within(emitter.emit(3)).await.unwrap();
    drop(held);
    emitter.close();
    assert_eq!(within(all).await.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn whoever_finds_no_place_beside_a_held_one_waits_for_it() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(1);
    let place = emitter.reserve().await.unwrap();
    let other = emitter.clone();
    let waits = tokio::spawn(async move { other.emit(2).await });
    assert!(timeout(ms(5), emitter.emit(9)).await.is_err());
    place.emit(1);
    within(waits).await.unwrap().unwrap();
    emitter.close();
    assert_eq!(within(all).await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_place_outlives_the_end_of_input() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(2);
    let place = emitter.reserve().await.unwrap();
    emitter.close();
    assert_eq!(emitter.try_emit(9), Err(TryEmitError::Closed(9)));
    place.emit(1);
    assert_eq!(emitter.reserve().await.unwrap_err(), Closed);
    assert_eq!(within(all).await.unwrap(), [1]);
}

#[tokio::test]
async fn who_gave_up_waiting_keeps_nobody_out() {
    let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let emitter = emitter.buffered(1);
    emitter.try_emit(1).unwrap();
    assert!(!poll_once(emitter.emit(9)));
    assert!(!poll_once(emitter.reserve()));
    // The flow takes what waits; then there is a place, and nobody waits for it.
    tokio::task::yield_now().await;
    emitter.try_emit(2).unwrap();
    emitter.close();
    assert_eq!(within(all).await.unwrap(), [1, 2]);
}

#[test]
fn threads_wait_for_a_place_and_are_told_of_the_end() {
    let (emitter, handle) = flow! { <u64> -> take(500) -> sum::<u64>() }.spawn_thread();
    let emitter = emitter.buffered(4);
    let threads = [0, 1].map(|_| {
        let emitter = emitter.clone();
        std::thread::spawn(move || {
            (0..1000)
                .filter(|_| emitter.emit_blocking(1).is_ok())
                .count()
        })
    });
    let taken: usize = threads.map(|thread| thread.join().unwrap()).iter().sum();
    // What waited behind the last item that was wanted ended with the flow.
    assert!((500..=500 + 4).contains(&taken), "{taken}");
    assert_eq!(handle.join().unwrap(), 500);
    assert!(matches!(
        emitter.emit_blocking(1),
        Err(EmitError::Closed(1))
    ));
}

#[test]
fn an_error_is_told_to_whoever_comes_next() {
    let (emitter, handle) =
        flow! { <&str> -> map(str::parse::<u8>)? -> sum::<u8>() }.spawn_thread();
    let emitter = emitter.buffered(1);
    // The flow may have taken it by the time it is emitted: then that is told at once.
    let mut texts = iter::once("x").chain(iter::repeat_n("0", 1000));
    let failed = texts.any(|text| matches!(emitter.emit_blocking(text), Err(EmitError::Failed(_))));
    assert!(failed);
    emitter.close();
    assert_eq!(handle.join().unwrap().unwrap(), 0);
}
