//! How flows are run: until something happens, and elsewhere.

use std::{
    future::{pending, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use flow_runtime::{EmitError, Error, ErrorKind, TryEmitError, flow};
use futures::{channel::oneshot, stream};
use tokio::time::{Instant, sleep};

use crate::guard::{drive_in_time, within};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[tokio::test(start_paused = true)]
async fn run_until_stops_a_source_that_waits() {
    let flow = flow! { interval(ms(10)) -> count() };
    let began = Instant::now();
    assert_eq!(within(flow.run_until(sleep(ms(35)))).await, 3);
    assert_eq!(began.elapsed(), ms(35));
}

#[tokio::test(start_paused = true)]
async fn what_is_inside_goes_on_to_the_end() {
    let done = AtomicUsize::new(0);
    let flow = flow! {
        batches = interval(ms(10)) -> enumerate() -> map(|(n, _)| n)
            -> then(async |n| { sleep(ms(100)).await; done.fetch_add(1, Ordering::Relaxed); n }, concurrency = 4)
            -> partition(3) -> map(|batch| batch.to_vec()) -> collect::<Vec<_>>();
        batches
    };
    let began = Instant::now();
    let batches = within(flow.run_until(sleep(ms(45)))).await;
    assert_eq!(batches, [vec![0, 1, 2], vec![3]]);
    assert_eq!(began.elapsed(), ms(140));
    assert_eq!(done.load(Ordering::Relaxed), 4);
}

#[test]
fn a_source_that_never_waits_is_stopped_too() {
    drive_in_time(|| async {
        let (stop, stopped) = oneshot::channel::<()>();
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = seen.clone();
        let flow = flow! {
            from(0_u64..) -> then(ready) -> inspect(|_| { counted.fetch_add(1, Ordering::Relaxed); }) -> count()
        };
        let watch = seen.clone();
        let teller = tokio::spawn(async move {
            while watch.load(Ordering::Relaxed) < 1000 {
                tokio::task::yield_now().await;
            }
            stop.send(()).expect("the flow runs");
        });
        let count = within(flow.run_until(stopped)).await;
        teller.await.expect("it tells");
        assert_eq!(count, seen.load(Ordering::Relaxed));
        assert!(count >= 1000);
    });
}

#[test]
fn sources_of_every_region_stop() {
    drive_in_time(|| async {
        let (stop, stopped) = oneshot::channel::<()>();
        let mut stop = Some(stop);
        let flow = flow! {
            left = from(0_u64..) -> then(ready, concurrency = 4) -> buffer(8);
            right = stream(stream::repeat(1_u64)) -> filter(|_| false);
            union(left, right) -> inspect(|n| if *n == 5000 { let _ = stop.take().map(|stop| stop.send(())); }) -> count()
        };
        assert!(within(flow.run_until(stopped)).await > 5000);
    });
}

#[tokio::test]
async fn a_branch_that_ended_and_a_flow_that_ends_by_itself() {
    let few = flow! { from(0..) -> then(ready) -> take(3) -> collect::<Vec<_>>() };
    assert_eq!(within(few.run_until(pending::<()>())).await, [0, 1, 2]);
    let at_once = flow! { from(0..5) -> then(ready) -> collect::<Vec<_>>() };
    assert!(within(at_once.run_until(ready(()))).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_it_before_the_future_resolves() {
    let flow = flow! {
        numbers = interval(ms(1)) -> enumerate()
            -> map(|(n, _)| if n < 3 { Ok(n) } else { Err("three") })? -> count();
        numbers
    };
    let error = within(flow.run_until(pending::<()>())).await.unwrap_err();
    assert_eq!(error.stage(), Some("numbers"));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_gives_up_what_does_not_end() {
    let stuck = || {
        flow! { interval(ms(10)) -> then(async |_| pending::<()>().await) -> count() }
            .run_until(sleep(ms(25)))
            .deadline(ms(100))
    };
    let began = Instant::now();
    let error: Error = within(stuck()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(began.elapsed(), ms(125));
    let ends = flow! { interval(ms(10)) -> delay(ms(50)) -> count() };
    let ends = ends.run_until(sleep(ms(25))).deadline(ms(100));
    assert_eq!(within(ends).await.unwrap(), 2);
}

#[tokio::test]
async fn a_flow_that_is_never_started_has_a_graph() {
    let flow = flow! { from(0..3) -> then(ready) -> count() };
    assert_eq!(flow.graph().nodes().len(), 3);
}

#[tokio::test]
async fn a_spawned_flow_gives_its_result() {
    let sum = flow! { from(0..10) -> then(async |n| { tokio::task::yield_now().await; n }) -> sum::<i32>() };
    assert_eq!(within(sum.spawn()).await.unwrap(), 45);
}

#[tokio::test]
async fn a_panic_of_a_spawned_flow_reaches_who_waits() {
    let flow = flow! { from(0..10) -> then(async |n| { assert_ne!(n, 3, "no threes"); n }) -> sum::<i32>() };
    let error = within(flow.spawn()).await.unwrap_err();
    let panic = error.into_panic();
    assert!(
        panic
            .downcast_ref::<String>()
            .unwrap()
            .contains("no threes")
    );
}

#[tokio::test]
async fn aborting_a_spawned_flow_drops_what_it_holds() {
    let held = Arc::new(());
    let mine = held.clone();
    let flow = flow! {
        from([mine]) -> then(async |held| { pending::<()>().await; held }, concurrency = 2) -> drain();
    };
    let handle = flow.spawn();
    tokio::task::yield_now().await;
    assert_eq!(Arc::strong_count(&held), 2);
    handle.abort();
    assert!(within(handle).await.unwrap_err().is_cancelled());
    assert_eq!(Arc::strong_count(&held), 1);
}

// Pushed from elsewhere.

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
        Err(TryEmitError::Busy(item)) => assert_eq!(item, "b"),
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
    assert!(matches!(emitter.emit(2).await, Err(EmitError::Interrupted)));
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
    assert!(matches!(
        within(first).await.unwrap(),
        Err(EmitError::Interrupted)
    ));
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
    emitter.emit_blocking_left(1).unwrap();
    emitter.emit_blocking_right(2).unwrap();
    assert!(matches!(
        emitter.emit_blocking_left(7),
        Err(EmitError::Failed(_))
    ));
    while let Err(error) = emitter.try_emit_right(3) {
        assert!(matches!(error, TryEmitError::Busy(3)));
    }
    drop(emitter);
    assert_eq!(handle.join().unwrap().unwrap(), 6);
}
