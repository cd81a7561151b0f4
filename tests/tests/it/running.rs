//! Flows that are run until something happens, and elsewhere.

use std::{
    future::{pending, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use flow_runtime::{Error, ErrorKind, flow};
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
