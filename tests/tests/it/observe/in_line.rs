//! Functions that wait in line before they begin: for a limit, its pace, or a budget.

use std::{cell::Cell, time::Duration};

use flow_runtime::{
    Budget, ErrorKind, Limit, Store, derived, extant, flow,
    inspect::{JobCounts, Watch},
};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

#[extant(key = id)]
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id, version = 1)]
async fn answer(id: u32) -> std::io::Result<Answer> {
    sleep(ms(50)).await;
    Ok(Answer { id })
}

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Runs a flow for a while, and keeps it.
macro_rules! run_for {
    ($time:expr, $flow:expr) => {
        let mut running = Box::pin($flow.into_future());
        assert!(timeout($time, &mut running).await.is_err(), "it has ended");
    };
}

fn jobs(watch: &Watch) -> JobCounts {
    watch.snapshot().jobs.remove(0)
}

fn near(time: Option<f64>, seconds: f64) -> bool {
    time.is_some_and(|time| (time - seconds).abs() < seconds * 0.05)
}

#[tokio::test(start_paused = true)]
async fn a_function_runs_from_when_its_pace_lets_it() {
    let now = Cell::new(0);
    let limit = Limit::fixed(8).per(1, ms(200));
    let slow = async |x: u64| {
        now.set(now.get() + 1);
        sleep(ms(50)).await;
        now.set(now.get() - 1);
        x
    };
    let flow = flow! { #![observe] from(0..100) -> then(slow, limit = &limit) -> drain(); };
    let watch = flow.watch();
    let mut running = Box::pin(flow.into_future());
    let mut seen = [0, 0];
    for _ in 0..40 {
        assert!(timeout(ms(23), &mut running).await.is_err(), "it has ended");
        let told = jobs(&watch);
        assert_eq!(told.running, now.get());
        assert!(
            told.oldest.iter().all(|job| job.seconds <= 0.05),
            "{told:?}"
        );
        seen[usize::from(told.running == 1)] += 1;
    }
    let told = jobs(&watch);
    assert!(seen[0] > 5 && seen[1] > 5, "{seen:?}");
    assert!(near(told.p50, 0.05) && near(told.p99, 0.05), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_function_runs_from_when_a_place_is_free() {
    let limit = Limit::fixed(1);
    let slow = async |x: u64| {
        sleep(ms(50)).await;
        x
    };
    let flow = flow! {
        #![observe]
        all = from(0..100);
        all -> then(slow, limit = &limit, concurrency = 4) -> drain();
        all -> then(slow, limit = &limit, concurrency = 4) -> drain();
    };
    let watch = flow.watch();
    run_for!(ms(1010), flow);
    let told = watch.snapshot().jobs;
    assert_eq!(told.iter().map(|jobs| jobs.running).sum::<u64>(), 1);
    assert_eq!(told.iter().map(|jobs| jobs.done).sum::<u64>(), 20);
    assert!(told.iter().all(|jobs| near(jobs.p50, 0.05)), "{told:?}");
}

/// Whatever runs within an attempt has a line of its own, and is not heard.
#[tokio::test(start_paused = true)]
async fn a_line_within_a_function_is_its_own() {
    let (outer, inner) = (Limit::fixed(2), Limit::fixed(8).per(1, ms(200)));
    let work = |x: u64| {
        let inner = &inner;
        async move {
            let flow = flow! { from([x]) -> then(async |x| x, limit = inner) -> count() };
            flow.run().await
        }
    };
    let flow = flow! { #![observe] from(0..100) -> then(work, limit = &outer) -> drain(); };
    let watch = flow.watch();
    run_for!(ms(1050), flow);
    assert_eq!(jobs(&watch).running, 2);
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_is_used_up_lets_nothing_begin() {
    let (budget, calls) = (Budget::new(3.0), Cell::new(0));
    let call = async |x: u64| {
        calls.set(calls.get() + 1);
        sleep(ms(5)).await;
        Ok::<_, std::io::Error>(x)
    };
    let flow = flow! {
        #![observe]
        from(0..30) -> then(call, concurrency = 4, budget = &budget, cost = |_| 1.0)? -> drain();
    };
    let watch = flow.watch();
    assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Budget);
    let told = jobs(&watch);
    assert_eq!((told.done, told.failed, told.running), (calls.get(), 0, 0));
    assert!(near(told.p50, 0.005), "{told:?}");
    assert!(watch.snapshot().errors[0].count > 0);

    // Tried again, and with a limit.
    let (budget, limit) = (Budget::new(3.0), Limit::fixed(4));
    let flow = flow! {
        #![observe]
        from(0..30) -> then(call, limit = &limit, retry = 2, budget = &budget, cost = |_| 1.0)?
            -> drain();
    };
    let watch = flow.watch();
    calls.set(0);
    assert_eq!(flow.run().await.unwrap_err().kind(), ErrorKind::Budget);
    let told = jobs(&watch);
    assert_eq!((told.done, told.failed), (calls.get(), 0));
}

#[tokio::test(start_paused = true)]
async fn an_artifact_runs_from_when_it_begins() {
    let limit = Limit::fixed(8).per(1, ms(200));
    let store = Store::<Answer>::memory();
    flow! { from([3]) -> map(DerivedAnswer::new) -> ensure(&store)? -> drain(); }
        .run()
        .await
        .unwrap();
    let flow = flow! {
        #![observe]
        from(0..100) -> map(DerivedAnswer::new) -> ensure(&store, limit = &limit)? -> drain();
    };
    let watch = flow.watch();
    run_for!(ms(1030), flow);
    let told = jobs(&watch);
    assert_eq!((told.running, told.oldest.len()), (1, 1), "{told:?}");
    assert_eq!(told.oldest[0].key, "6");
    assert_eq!(told.oldest[0].seconds, 0.03);
    assert!(near(told.p50, 0.05), "{told:?}");
    let artifacts = watch.snapshot().artifacts.remove(0);
    assert_eq!((artifacts.extant, artifacts.derived), (1, 5));
}
