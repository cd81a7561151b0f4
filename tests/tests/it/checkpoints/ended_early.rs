//! Branches that end while a cut in front of them still holds items: nothing comes of those any
//! more, so they are done with, and hold up nothing that comes behind them.

use std::time::Duration;

use flow_runtime::flow;
use tokio::time::{sleep, timeout};

use super::Acks;
use crate::guard::within;

const MILLI: Duration = Duration::from_millis(1);

async fn slowly(n: u32) -> u32 {
    sleep(20 * MILLI).await;
    n
}

/// Runs a branch that ends early beside one that takes all of 50 items, and gives how many items
/// were acknowledged.
macro_rules! acked_beside {
    ($($branch:tt)+) => {{
        let acks = Acks::default();
        let flow = flow! {
            all = stream(acks.source(0..50), ack = true) -> then(slowly);
            all -> $($branch)+ -> drain();
            all -> count()
        };
        assert_eq!(within(flow.into_future()).await, 50);
        acks.get()
    }};
}

#[tokio::test(start_paused = true)]
async fn what_a_cut_holds_is_done_with() {
    let all: Vec<u32> = (0..50).collect();
    assert_eq!(acked_beside!(then(slowly, concurrency = 3) -> take(2)), all);
    assert_eq!(
        acked_beside!(then(slowly, concurrency = 3, ordered = false) -> take(2)),
        all
    );
    assert_eq!(acked_beside!(delay(500 * MILLI) -> take(2)), all);
    assert_eq!(
        acked_beside!(by_key(|n| n % 3) { then(slowly) -> partition(2) } -> take(2)),
        all
    );
    assert_eq!(acked_beside!(latest() -> then(slowly) -> take(2)), all);
    assert_eq!(acked_beside!(timed_window(100 * MILLI) -> take(2)), all);
    assert_eq!(acked_beside!(sample(100 * MILLI) -> take(2)), all);
    assert_eq!(
        acked_beside!(partition(7, timeout = 900 * MILLI) -> take(2)),
        all
    );
    // Batches go into the cut, and windows come out of another behind it.
    assert_eq!(
        acked_beside!(partition(3) -> delay(200 * MILLI) -> take(2)),
        all
    );
    assert_eq!(
        acked_beside!(delay(200 * MILLI) -> timed_window(100 * MILLI) -> take(3)),
        all
    );
}

#[tokio::test]
async fn what_worker_threads_hold_is_done_with() {
    let acks = Acks::default();
    let flow = flow! {
        all = stream(acks.source(0..50), ack = true);
        all -> scatter(2) -> map(|n| n) -> gather() -> take(2) -> drain();
        all -> then(async |n| sleep(MILLI * n / 50).await) -> count()
    };
    assert_eq!(within(flow.into_future()).await, 50);
    assert_eq!(acks.get().len(), 50);
}

#[tokio::test(start_paused = true)]
async fn what_was_pulled_ahead_for_nobody_comes_again() {
    let acks = Acks::default();
    let flow = flow! { stream(acks.source(0..), ack = true) -> delay(MILLI) -> take(2) -> count() };
    assert_eq!(within(flow.into_future()).await, 2);
    assert_eq!(acks.get(), [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn meetings_that_are_over_leave_cuts() {
    let acks = Acks::default();
    let flow = flow! {
        all = stream(acks.source(0..9), ack = true);
        zip_latest(all, all -> delay(5 * MILLI)) -> count()
    };
    assert_eq!(within(flow.into_future()).await, 9);
    assert_eq!(acks.get().len(), 9);
    let acks = Acks::default();
    let flow = flow! {
        all = stream(acks.source(0..9), ack = true);
        combine_latest(all, all -> delay(5 * MILLI), emit_on = all) -> count()
    };
    assert_eq!(within(flow.into_future()).await, 0);
    assert_eq!(acks.get().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn what_has_left_a_cut_is_held_where_it_is() {
    let acks = Acks::default();
    let flow = flow! {
        all = stream(acks.source(0..9), ack = true);
        // The first cut is left, while what came of it is in the second one.
        all -> delay(MILLI) -> take(2) -> delay(100 * MILLI) -> drain();
        all -> drain();
    };
    let (job, acked) = (flow.into_future(), || acks.get().len());
    tokio::pin!(job);
    assert!(timeout(50 * MILLI, &mut job).await.is_err());
    assert_eq!(acked(), 0);
    within(job).await;
    assert_eq!(acked(), 9);
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_before_its_end_is_not_done_with() {
    let acks = Acks::default();
    let flow = flow! {
        all = stream(acks.source(0..9), ack = true);
        all -> then(slowly, concurrency = 3) -> take(5) -> drain();
        all -> drain();
    };
    assert!(timeout(30 * MILLI, flow.into_future()).await.is_err());
    assert_eq!(acks.get(), [0, 1, 2]);
    // Jobs beside an error that cancels them are dropped undone.
    let acks = Acks::default();
    let fail = async |n: u32| {
        sleep(20 * n * MILLI).await;
        (n < 2).then_some(n).ok_or("no")
    };
    let flow = flow! {
        #![on_error = cancel]
        stream(acks.source(0..9), ack = true) -> then(fail, concurrency = 4)? -> take(8) -> drain()
    };
    assert!(within(flow.into_future()).await.is_err());
    assert_eq!(acks.get(), [0, 1]);
}
