//! Limits, refusals and budgets beside the list of failures.

use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

use flow_runtime::{Budget, ErrorKind, Failure, Limit, Retry, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
}

/// The errors of a service.
#[derive(Debug)]
enum Api {
    Busy,
    Broken,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "it is busy",
            Self::Broken => "it is broken",
        })
    }
}

impl std::error::Error for Api {}

/// Refuses 1, never answers 2, breaks at 3; answers others within a second.
#[derive(Default)]
struct Service {
    asked: RefCell<Vec<u32>>,
}

#[derived(key = id, version = 1)]
async fn answer(id: u32, service: &Service) -> Result<Answer, Api> {
    service.asked.borrow_mut().push(id);
    match id {
        1 => return Err(Api::Busy),
        2 => std::future::pending().await,
        3 => return Err(Api::Broken),
        _ => sleep(ms(1000)).await,
    }
    Ok(Answer { id })
}

fn wait(error: &flow_runtime::Error) -> Option<Duration> {
    matches!(error.find()?, Api::Busy).then_some(ms(500))
}

fn told(failures: &[Failure<u32>]) -> Vec<(u32, u32, bool)> {
    let told = |failure: &Failure<u32>| (failure.key, failure.attempts, failure.transient);
    failures.iter().map(told).collect()
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_and_who_times_out_is_transient_and_passed_over_for_nothing() {
    let (store, service) = (Store::<Answer>::memory(), Service::default());
    let account = Limit::fixed(4).per(4, ms(1000));
    let flow = flow! {
        failed = map(|e| e.kind()) -> collect::<Vec<_>>();
        made = from(0..5_u32) -> map(|id| DerivedAnswer::new(id, &service))
            -> ensure(&store, limit = &account, timeout = ms(2000), retry = Retry::times(1).fixed(ms(100)),
                retry_if = |_| false, refused = wait, give_up = ms(5000))? else failed -> count();
        (made, failed)
    };
    let (made, failed) = flow.run().await.unwrap();
    assert_eq!(made, 2);
    assert_eq!(
        failed,
        [ErrorKind::Timeout, ErrorKind::Timeout, ErrorKind::Derive]
    );
    let failures = store.failures().await.unwrap();
    // No refusal is an attempt, and a time-out is tried again.
    assert_eq!(told(&failures), [(1, 1, true), (2, 2, true), (3, 1, false)]);
    assert!(
        failures[0].error.contains("given up 5s after") && failures[0].error.contains("it is busy"),
        "{}",
        failures[0].error
    );

    // Those that are passed over wait in no line, and nobody pays for them.
    service.asked.borrow_mut().clear();
    let (account, spend) = (Limit::fixed(1).per(1, ms(60_000)), Budget::new(1.0));
    let begin = Instant::now();
    let flow = flow! {
        failed = map(|e| e.kind()) -> collect::<Vec<_>>();
        made = from(0..5_u32) -> map(|id| DerivedAnswer::new(id, &service))
            -> ensure(&store, rerun_failed = false, limit = &account, budget = &spend, cost = |_| 1.0,
                refused = wait)? else failed -> count();
        (made, failed)
    };
    let (made, failed) = flow.run().await.unwrap();
    assert_eq!((made, failed), (2, vec![ErrorKind::FailedBefore; 3]));
    assert_eq!((begin.elapsed(), spend.spent()), (Duration::ZERO, 0.0));
    assert!(service.asked.borrow().is_empty());

    // What is transient is tried again, under the limit.
    let account = Limit::fixed(4);
    let flow = flow! {
        failed = map(|e| e.kind()) -> collect::<Vec<_>>();
        made = from(0..5_u32) -> map(|id| DerivedAnswer::new(id, &service))
            -> ensure(&store, rerun_failed = transient, limit = &account, timeout = ms(2000),
                refused = wait, give_up = ms(5000))? else failed -> count();
        (made, failed)
    };
    let (made, failed) = flow.run().await.unwrap();
    assert_eq!(made, 2);
    assert_eq!(
        failed,
        [
            ErrorKind::Timeout,
            ErrorKind::Timeout,
            ErrorKind::FailedBefore
        ]
    );
    let failures = store.failures().await.unwrap();
    assert_eq!(told(&failures), [(1, 2, true), (2, 3, true), (3, 1, false)]);
}

#[tokio::test(start_paused = true)]
async fn what_a_budget_does_not_begin_has_not_failed() {
    let (store, service) = (Store::<Answer>::memory(), Service::default());
    let (account, spend) = (Limit::fixed(2), Budget::new(2.0));
    let flow = flow! {
        failed = for_each(|e| assert_eq!(e.kind(), ErrorKind::Derive));
        from(3..40_u32) -> map(|id| DerivedAnswer::new(id, &service))
            -> ensure(&store, limit = &account, budget = &spend, cost = |_| 1.0)? else failed -> count()
    };
    let error = flow.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
    assert_eq!(store.len().await.unwrap() as f64, spend.spent());
    let failures = store.failures().await.unwrap();
    assert_eq!(told(&failures), [(3, 1, false)]);
}

#[tokio::test(start_paused = true)]
async fn what_a_stop_does_not_begin_has_not_failed_and_who_was_refused_has() {
    let (store, service) = (Store::<Answer>::memory(), Service::default());
    let account = Limit::fixed(4).per(1, ms(300));
    let flow = flow! {
        failed = map(|e| e.kind()) -> collect::<Vec<_>>();
        made = from([4, 1, 5, 6, 7, 8, 9]) -> map(|id| DerivedAnswer::new(id, &service))
            -> ensure(&store, limit = &account, refused = wait)? else failed -> count();
        (made, failed)
    };
    let (made, failed) = flow.run_until(sleep(ms(400))).await.unwrap();
    assert_eq!(made, 1);
    assert_eq!(failed[0], ErrorKind::Derive);
    assert!(failed.len() > 1, "{failed:?}");
    assert!(
        failed[1..]
            .iter()
            .all(|kind| *kind == ErrorKind::Interrupted)
    );
    let failures = store.failures().await.unwrap();
    assert_eq!(told(&failures), [(1, 1, true)]);
}
