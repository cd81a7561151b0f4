//! `ensure_batch`: what is missing of a batch by one call.

use std::cell::Cell;
use std::sync::Mutex;
use std::time::Duration;

use flow_runtime::{
    BoxError, Error, ErrorKind, Extant, Retry, Store, artifact::Outcome, extant, flow,
};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Vector {
    id: u32,
    text: String,
}

fn vector(id: u32) -> Vector {
    let text = format!("v{id}");
    Vector { id, text }
}

fn outcomes(results: Vec<Result<flow_runtime::Ensured<u32>, Error>>) -> Vec<(u32, Outcome)> {
    let each = results.into_iter().map(Result::unwrap);
    each.map(|ensured| (ensured.key, ensured.outcome()))
        .collect()
}

#[tokio::test]
async fn a_batch_is_asked_for_once_and_only_what_is_missing() {
    let store = Store::<Vector>::memory();
    store.put(&vector(3)).await.unwrap();
    let calls = Mutex::new(Vec::new());
    let run = async || {
        let flow = flow! {
            from(0..7_u32) -> partition(4) -> ensure_batch(&store, async |missing: Vec<u32>| {
                calls.lock().unwrap().push(missing.clone());
                // In any order.
                Ok::<_, BoxError>(missing.into_iter().rev().map(vector).collect())
            }, key = |id| *id)? -> collect::<Vec<_>>()
        };
        let ensured = flow.run().await.unwrap();
        outcomes(ensured.into_iter().map(Ok).collect())
    };
    let made = |id| {
        (
            id,
            if id == 3 {
                Outcome::Extant
            } else {
                Outcome::Derived
            },
        )
    };
    assert_eq!(run().await, (0..7).map(made).collect::<Vec<_>>());
    assert_eq!(*calls.lock().unwrap(), [vec![0, 1, 2], vec![4, 5, 6]]);
    assert_eq!(
        run().await,
        (0..7).map(|id| (id, Outcome::Extant)).collect::<Vec<_>>()
    );
    assert_eq!(calls.lock().unwrap().len(), 2);
    assert_eq!(store.get(&5).await.unwrap(), Some(vector(5)));
}

#[tokio::test]
async fn a_key_that_is_left_out_is_that_items_error() {
    let store = Store::<Vector>::memory();
    let results = flow! {
        from(0..4_u32) -> partition(9) -> ensure_batch(&store, async |missing: Vec<u32>| {
            let made = missing.into_iter().filter(|id| *id != 2).map(vector);
            Ok::<_, BoxError>(made.chain([vector(9)]).collect())
        }, key = |id| *id) -> collect::<Vec<_>>()
    };
    let results = results.run().await.unwrap();
    let keys: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().ok().map(|each| each.key))
        .collect();
    assert_eq!(keys, [Some(0), Some(1), None, Some(3)]);
    let error = results[2].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    let text = error.to_string();
    assert!(text.contains("`Vector` 2") && text.contains('9'), "{text}");
    assert!(!store.contains(&2).await.unwrap() && !store.contains(&9).await.unwrap());
}

#[derive(Debug)]
struct Busy;

impl std::fmt::Display for Busy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("busy")
    }
}

impl std::error::Error for Busy {}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_each_items_error_and_is_tried_again() {
    let store = Store::<Vector>::memory();
    let left = Cell::new(2);
    let f = async |missing: Vec<u32>| {
        if left.get() > 0 {
            left.set(left.get() - 1);
            return Err(Busy);
        }
        Ok(missing.into_iter().map(vector).collect::<Vec<_>>())
    };
    let failed = flow! {
        // The second 1 asks for nothing more.
        from([1, 2, 1_u32]) -> partition(9) -> ensure_batch(&store, &f, key = |id| *id)
            -> collect::<Vec<_>>()
    };
    let failed = failed.run().await.unwrap();
    assert_eq!(left.get(), 1);
    for (result, key) in failed.iter().zip([1, 2, 1]) {
        let error = result.as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Derive);
        assert!(error.find::<Busy>().is_some());
        assert!(
            format!("{error:#}").contains(&format!("`Vector` {key}")),
            "{error:#}"
        );
    }
    let made = flow! {
        from([1, 2, 1_u32]) -> partition(9)
            -> ensure_batch(&store, &f, key = |id| *id, retry = Retry::times(1),
                            retry_if = |error| error.find::<Busy>().is_some(), timeout = Duration::from_secs(1))?
            -> map(|ensured| (ensured.key, ensured.outcome())) -> collect::<Vec<_>>()
    };
    let made = made.run().await.unwrap();
    assert_eq!(
        made,
        [
            (1, Outcome::Derived),
            (2, Outcome::Derived),
            (1, Outcome::Extant)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn batches_with_keys_in_common_make_each_once_and_never_wait_for_each_other() {
    let store = Store::<Vector>::memory();
    let calls = Mutex::new(Vec::new());
    let f = async |missing: Vec<u32>| {
        calls.lock().unwrap().extend(missing.clone());
        tokio::time::sleep(Duration::from_millis(u64::from(missing[0]) + 1)).await;
        Ok::<_, BoxError>(missing.into_iter().map(vector).collect())
    };
    let batches: Vec<Vec<u32>> = (0..40).map(|n| vec![n % 5, n % 7, 10 - n % 3, n]).collect();
    let made = flow! {
        from(batches) -> ensure_batch(&store, f, key = |id| *id, concurrency = 8, ordered = false)?
            -> count()
    };
    let made = tokio::time::timeout(Duration::from_secs(60), made.run()).await;
    assert_eq!(made.unwrap().unwrap(), 160);
    let mut calls = calls.into_inner().unwrap();
    calls.sort_unstable();
    assert_eq!(calls, (0..40).collect::<Vec<_>>());
}

#[tokio::test]
async fn errors_leave_by_their_segment_and_flows_can_be_spawned() {
    let store = Store::<Vector>::memory();
    let flow = flow! {
        failed = count();
        made = from(0..10_u32) -> partition(3) -> ensure_batch(&store, async |missing: Vec<u32>| {
            tokio::task::yield_now().await;
            Ok::<_, BoxError>(missing.into_iter().filter(|id| id % 2 == 0).map(vector).collect())
        }, key = |id| *id, concurrency = 2)? else failed -> count();
        (made, failed)
    };
    assert_eq!(flow.spawn().await.unwrap().unwrap(), (5, 5));
}

#[tokio::test]
async fn a_record_that_does_not_come_back_is_that_items_error() {
    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Number {
        id: u32,
        value: f64,
    }
    let store = Store::<Number>::memory();
    let results = flow! {
        from([1, 2_u32]) -> partition(2) -> ensure_batch(&store, async |ids: Vec<u32>| {
            let number = |id| Number { id, value: if id == 1 { f64::NAN } else { 1.0 } };
            Ok::<_, BoxError>(ids.into_iter().map(number).collect())
        }, key = |id| *id) -> collect::<Vec<_>>()
    };
    let results = results.run().await.unwrap();
    assert_eq!(results[0].as_ref().unwrap_err().kind(), ErrorKind::Record);
    assert!(results[1].is_ok());
    assert_eq!(Number::KIND, "Number");
}
