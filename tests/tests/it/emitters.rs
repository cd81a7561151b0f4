//! Flows that are fed from elsewhere: spawned, or on a thread of their own.

use std::{
    future::{pending, ready},
    time::Duration,
};

use flow_runtime::{Closed, EmitError, Emitter, ErrorKind, Place, TryEmitError, flow};
use tokio::time::{Instant, sleep, timeout};

use crate::guard::within;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[tokio::test]
async fn emitters_feed_a_spawned_flow() {
    let (emitter, handle) = flow! { <u64> -> map(|x| x * x) -> sum::<u64>() }.spawn();
    let other = emitter.clone();
    let task = tokio::spawn(async move {
        for x in 0..50 {
            other.emit(x).await.unwrap();
        }
    });
    for x in 50..100 {
        emitter.emit(x).await.unwrap();
    }
    drop(emitter);
    task.await.unwrap();
    assert_eq!(within(handle).await.unwrap(), 328_350);
}

#[tokio::test(start_paused = true)]
async fn emit_waits_for_the_slowest_awaited_stage() {
    let (emitter, handle) = flow! {
        <u64> -> then(async |x| { sleep(ms(10)).await; x }) -> count()
    }
    .spawn();
    let began = Instant::now();
    for x in 0..5 {
        emitter.emit(x).await.unwrap();
    }
    assert_eq!(began.elapsed(), ms(50));
    drop(emitter);
    assert_eq!(within(handle).await.unwrap(), 5);
}

#[tokio::test(start_paused = true)]
async fn try_emit_gives_the_item_back_while_the_flow_is_busy() {
    let (emitter, handle) = flow! {
        <String> -> then(async |x| { sleep(ms(10)).await; x }) -> collect::<Vec<_>>()
    }
    .spawn();
    emitter.try_emit("a".to_string()).unwrap();
    match emitter.try_emit("b".to_string()) {
        Err(TryEmitError::Full(item)) => assert_eq!(item, "b"),
        other => panic!("{other:?}"),
    }
    sleep(ms(20)).await;
    emitter.try_emit("c".to_string()).unwrap();
    drop(emitter);
    assert_eq!(within(handle).await.unwrap(), ["a", "c"]);
}

#[test]
fn emit_blocking_waits_for_a_flow_on_a_thread() {
    let (emitter, handle) = flow! { <u32> -> map(|x| x + 1) -> collect::<Vec<_>>() }.spawn_thread();
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let emitter = emitter.clone();
            std::thread::spawn(move || {
                for x in 0..25 {
                    emitter.emit_blocking(n * 25 + x).unwrap();
                }
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    drop(emitter);
    let mut all = handle.join().unwrap();
    all.sort_unstable();
    assert_eq!(all, (1..=100).collect::<Vec<_>>());
}

#[test]
fn a_flow_that_awaits_has_a_runtime_on_its_thread() {
    let (emitter, handle) = flow! {
        <u64> -> then(async |x| { sleep(ms(1)).await; x }, concurrency = 2) -> sum::<u64>()
    }
    .spawn_thread();
    for x in 0..10 {
        emitter.emit_blocking(x).unwrap();
    }
    drop(emitter);
    assert_eq!(handle.join().unwrap(), 45);
}

#[tokio::test]
async fn an_error_is_that_of_its_item_and_the_flow_goes_on() {
    let (emitter, handle) =
        flow! { <&'static str> -> map(str::parse::<u32>)? -> sum::<u32>() }.spawn();
    emitter.emit("1").await.unwrap();
    let Err(EmitError::Failed(error)) = emitter.emit("x").await else {
        panic!("it is no number");
    };
    assert_eq!(error.stage(), Some("map"));
    emitter.emit("2").await.unwrap();
    drop(emitter);
    assert_eq!(within(handle).await.unwrap().unwrap(), 3);
}

#[tokio::test]
async fn an_error_nobody_was_told_of_is_that_of_the_result() {
    let (emitter, handle) =
        flow! { <&'static str> -> map(str::parse::<u32>)? -> sum::<u32>() }.spawn();
    emitter.try_emit("x").unwrap();
    drop(emitter);
    assert_eq!(
        within(handle).await.unwrap().unwrap_err().stage(),
        Some("map")
    );
}

#[tokio::test]
async fn a_flow_that_wants_no_more_gives_the_item_back() {
    let (emitter, handle) = flow! { <u8> -> then(ready) -> take(2) -> collect::<Vec<_>>() }.spawn();
    emitter.emit(1).await.unwrap();
    emitter.emit(2).await.unwrap();
    match emitter.emit(3).await {
        Err(EmitError::Closed(item)) => assert_eq!(item, 3),
        other => panic!("{other:?}"),
    }
    assert!(emitter.is_closed());
    assert_eq!(within(handle).await.unwrap(), [1, 2]);
    assert!(matches!(emitter.try_emit(4), Err(TryEmitError::Closed(4))));
}

#[tokio::test]
async fn a_panic_is_told_to_who_emits_and_who_waits() {
    let (emitter, handle) =
        flow! { <u8> -> map(|x| { assert_ne!(x, 2, "no twos"); x }) -> count() }.spawn();
    emitter.emit(1).await.unwrap();
    let Err(EmitError::Failed(error)) = emitter.emit(2).await else {
        panic!("it is told");
    };
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(matches!(emitter.emit(3).await, Err(EmitError::Closed(3))));
    assert!(within(handle).await.unwrap_err().is_panic());
}

#[tokio::test(start_paused = true)]
async fn aborting_the_flow_ends_the_wait_of_its_emitters() {
    let (emitter, handle) =
        flow! { <u8> -> then(async |_| pending::<()>().await) -> drain(); }.spawn();
    let waiting = emitter.clone();
    let first = tokio::spawn(async move { waiting.emit(1).await });
    tokio::task::yield_now().await;
    let waiting = emitter.clone();
    let second = tokio::spawn(async move { waiting.emit(2).await });
    tokio::task::yield_now().await;
    handle.abort();
    let Err(EmitError::Failed(error)) = within(first).await.unwrap() else {
        panic!("it is told");
    };
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(matches!(
        within(second).await.unwrap(),
        Err(EmitError::Closed(2))
    ));
}

#[tokio::test(start_paused = true)]
async fn an_emit_that_is_dropped_loses_nothing_it_gave() {
    let (emitter, handle) = flow! {
        <u8> -> then(async |x| { sleep(ms(10)).await; x }) -> collect::<Vec<_>>()
    }
    .spawn();
    assert!(tokio::time::timeout(ms(5), emitter.emit(1)).await.is_err());
    emitter.emit(2).await.unwrap();
    drop(emitter);
    assert_eq!(within(handle).await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn several_inlets_are_emitted_to_by_name() {
    let (emitter, handle) = flow! {
        left = <u32>;
        right = <&'static str>;
        zip(left, right) -> map(|(n, word)| format!("{n}{word}")) -> collect::<Vec<_>>()
    }
    .spawn();
    let other = emitter.clone();
    let task = tokio::spawn(async move {
        for n in 0..3 {
            other.emit_left(n).await.unwrap();
        }
    });
    for word in ["a", "b", "c"] {
        emitter.emit_right(word).await.unwrap();
    }
    task.await.unwrap();
    drop(emitter);
    assert_eq!(within(handle).await.unwrap(), ["0a", "1b", "2c"]);
}

#[test]
fn several_inlets_of_a_flow_that_awaits_and_fails() {
    let (emitter, handle) = flow! {
        left = <u32>;
        right = <u32>;
        union(left, right) -> then(async |n| { sleep(ms(1)).await; if n == 7 { Err("seven") } else { Ok(n) } })?
            -> sum::<u32>()
    }
    .spawn_thread();
    emitter.left.emit_blocking(1).unwrap();
    emitter.right.emit_blocking(2).unwrap();
    assert!(matches!(
        emitter.left.emit_blocking(7),
        Err(EmitError::Failed(_))
    ));
    while let Err(error) = emitter.try_emit_right(3) {
        assert!(matches!(error, TryEmitError::Full(3)));
    }
    drop(emitter);
    assert_eq!(handle.join().unwrap().unwrap(), 6);
}

#[tokio::test]
async fn an_item_that_waits_at_one_inlet_lets_those_of_another_in() {
    async fn soon(x: u32) -> u32 {
        tokio::task::yield_now().await;
        x
    }
    let (emitter, pairs) = flow! {
        left = <u32>;
        right = <u32>;
        pairs = zip(left -> then(soon) -> filter(|x| x % 2 == 0), right -> then(soon, concurrency = 3));
        pairs -> collect::<Vec<_>>()
    }
    .spawn();
    let (left, right) = (emitter.left, emitter.right);
    let lefts = async {
        for x in 0.. {
            if left.emit(x).await.is_err() {
                break;
            }
        }
    };
    let rights = async move {
        for x in 0..20 {
            right.emit(x).await.unwrap();
        }
    };
    let (pairs, ..) = within(async { tokio::join!(pairs, lefts, rights) }).await;
    assert_eq!(
        pairs.unwrap(),
        (0..20).map(|x| (2 * x, x)).collect::<Vec<_>>()
    );
}

// A place for the next item.

#[tokio::test(start_paused = true)]
async fn an_emit_that_is_dropped_before_its_place_drops_its_item() {
    let slow = async |x: u64| {
        sleep(ms(50)).await;
        x
    };
    let mut flow = flow! { <u64> -> then(slow) -> collect::<Vec<_>>() };
    for x in 1..=3 {
        assert!(timeout(ms(5), flow.emit(x)).await.is_err());
    }
    assert_eq!(flow.try_emit(4), Err(TryEmitError::Full(4)));
    assert!(timeout(ms(5), flow.reserve()).await.is_err());
    flow.reserve().await.unwrap().emit(5);
    flow.emit(6).await;
    assert_eq!(within(flow.finish()).await, [1, 5, 6]);
    let (emitter, handle) = flow! { <u64> -> then(slow) -> collect::<Vec<_>>() }.spawn();
    for x in 1..=3 {
        assert!(timeout(ms(5), emitter.emit(x)).await.is_err());
    }
    assert!(matches!(emitter.try_emit(4), Err(TryEmitError::Full(4))));
    assert!(timeout(ms(5), emitter.reserve()).await.is_err());
    emitter.reserve().await.unwrap().emit(5);
    emitter.emit(6).await.unwrap();
    emitter.close();
    assert_eq!(within(handle).await.unwrap(), [1, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn what_try_emit_and_places_take_comes_out() {
    let slow = async |x: u64| {
        sleep(ms(2)).await;
        x
    };
    let mut flow = flow! { <u64> -> buffer(4) -> then(slow, concurrency = 2) -> count() };
    let mut taken = 0;
    for x in 0..100 {
        taken += usize::from(flow.try_emit(x).is_ok());
        if x % 7 == 0
            && let Ok(Ok(place)) = timeout(ms(1), flow.reserve()).await
        {
            place.emit(x);
            taken += 1;
        }
    }
    assert!(taken >= 8);
    assert_eq!(within(flow.finish()).await, taken);
}

#[tokio::test]
async fn a_place_that_is_dropped_is_given_back() {
    let (emitter, handle) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    let place: Place<'_, u8> = emitter.reserve().await.unwrap();
    assert!(matches!(emitter.try_emit(1), Err(TryEmitError::Full(1))));
    drop(place);
    emitter.emit(2).await.unwrap();
    let place = emitter.reserve().await.unwrap();
    emitter.close();
    place.emit(3);
    assert_eq!(emitter.reserve().await.unwrap_err(), Closed);
    assert_eq!(within(handle).await.unwrap(), [2, 3]);
}

#[tokio::test]
async fn an_open_flow_that_wants_no_more_has_no_place() {
    let mut flow = flow! { <u8> -> then(ready) -> take(1) -> collect::<Vec<_>>() };
    flow.emit(1).await;
    assert_eq!(flow.try_emit(2), Err(TryEmitError::Closed(2)));
    assert_eq!(flow.reserve().await.unwrap_err(), Closed);
    flow.emit(3).await;
    assert_eq!(flow.finish().await, [1]);
    let mut flow =
        flow! { left = <u8>; right = <u8>; zip(left, right -> then(ready) -> take(1)) -> count() };
    flow.emit_right(1).await;
    assert_eq!(flow.try_emit_right(2), Err(TryEmitError::Closed(2)));
    flow.try_emit_left(1).unwrap();
    assert_eq!(flow.reserve_left().await.unwrap_err(), Closed);
    assert_eq!(flow.finish().await, 1);
}

// Names.

#[tokio::test]
async fn inlets_have_any_name() {
    let mut flow = flow! {
        r#type = <u32>; item = <u32>; state = <u32>; finish = <u32>;
        Left = <u32>; blocking_left = <u32>; left = <u32>; r#in = <u32>;
        union(r#type, item, state, finish, Left, blocking_left, left, r#in) -> sum::<u32>()
    };
    flow.emit_type(1);
    flow.emit_item(2);
    flow.emit_state(4);
    flow.emit_finish(8);
    flow.emit_Left(16);
    flow.emit_blocking_left(32);
    flow.emit_left(64);
    flow.emit_in(128);
    assert_eq!(flow.finish(), 255);
    let flow = flow! {
        r#type = <u32>; outcome = <u32>; faults = <u32>; close = <u32>; work = <u32>; boxes = <u32>;
        union(r#type, outcome, faults, close, work, boxes) -> then(async |n| Ok::<_, String>(n))? -> sum::<u32>()
    };
    let (emitter, sum) = flow.spawn();
    let typed: Emitter<u32> = emitter.r#type.clone();
    typed.emit(1).await.unwrap();
    emitter.emit_outcome(2).await.unwrap();
    emitter.try_emit_faults(4).unwrap();
    emitter.close.emit(8).await.unwrap();
    emitter.emit_work(16).await.unwrap();
    emitter.boxes.reserve().await.unwrap().emit(32);
    emitter.close();
    assert_eq!(within(sum).await.unwrap().unwrap(), 63);
}
