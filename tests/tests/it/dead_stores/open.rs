//! Open flows go on behind an error, and end with a fatal one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flow_runtime::{
    Artifact, BoxError, EmitError, Ensured, Error, ErrorKind, Store, derived, flow,
};

use super::failing::Failing;
use super::*;

/// Sees that the fatal error is told, by the emit of the item that met it or by the next,
/// that the items which were taken before the end tell theirs, at most `most` in all, and
/// that all later emits say that the flow takes nothing more.
#[track_caller]
fn assert_fatal_then_closed(most: usize, mut outcomes: Vec<Result<(), Error>>) {
    let finished = outcomes.pop().unwrap();
    let errors: Vec<Error> = outcomes.into_iter().filter_map(Result::err).collect();
    let is_closed = |error: &Error| error.kind() == ErrorKind::Closed;
    let told = errors.iter().take_while(|error| !is_closed(error)).count();
    assert!((1..=most).contains(&told), "{told} of {errors:?}");
    errors[..told].iter().for_each(assert_fatal);
    assert!(errors[told..].iter().all(is_closed), "{errors:?}");
    // Nothing is left to tell.
    finished.unwrap();
}

#[tokio::test]
async fn it_is_told_once_and_nothing_more_is_made() {
    let (store, paid) = full_after(3);
    let mut open = flow! {
        bad = drain();
        <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad -> count()
    };
    let mut outcomes = Vec::new();
    for id in 0..10 {
        outcomes.push(open.emit(id).await);
    }
    assert!(outcomes[..3].iter().all(Result::is_ok));
    assert_eq!(paid.get(), 4);
    outcomes.push(open.finish().await.map(drop));
    assert_fatal_then_closed(1, outcomes);
}

#[tokio::test]
async fn in_a_spawned_flow_nobody_is_told_that_the_item_went_through() {
    let (store, _) = full_after(3);
    let (emitter, count) = flow! {
        <u32> -> map(|id| Answer { id, text: String::new() }) -> store(&store)? -> count()
    }
    .spawn();
    for id in 0..3 {
        emitter.emit(id).await.unwrap();
    }
    let told = match emitter.emit(3).await {
        Err(EmitError::Failed(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(told.is_fatal(), "{told}");
    assert!(matches!(emitter.emit(4).await, Err(EmitError::Closed(4))));
    let error = count.await.unwrap().unwrap_err();
    assert_fatal(&error);
    assert!(told.to_string().ends_with(&error.to_string()), "{told}");
}

#[tokio::test]
async fn an_error_that_is_not_fatal_ends_nothing() {
    let (store, paid) = full_after(3);
    let mut open = flow! {
        <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? -> count()
    };
    let error = open.emit(999).await.unwrap_err();
    assert!(!error.is_fatal());
    for id in 0..3 {
        open.emit(id).await.unwrap();
    }
    assert_eq!(open.finish().await.unwrap(), 3);
}

#[tokio::test]
async fn it_is_told_behind_a_cut_and_in_the_chain_of_a_key() {
    let (store, paid) = full_after(3);
    let mut open = flow! {
        bad = drain();
        <u32> -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store, concurrency = 2)? else bad -> count()
    };
    let mut outcomes = Vec::new();
    for id in 0..20 {
        outcomes.push(open.emit(id).await);
    }
    outcomes.push(open.finish().await.map(drop));
    assert_fatal_then_closed(5, outcomes);
    let stored = store.len().await.unwrap();
    assert!(paid.get() <= stored + 2, "{} for {stored}", paid.get());

    let (store, paid) = full_after(3);
    let mut open = flow! {
        <u32> -> map(|id| DerivedAnswer::new(id, &paid))
            -> by_key(|possible: &DerivedAnswer<'_>| possible.key() % 2) {
                ensure(&store) -> filter_map(|made: Result<Ensured<u32>, Error>| made.ok())
            }
            -> count()
    };
    let mut outcomes = Vec::new();
    for id in 0..20 {
        outcomes.push(open.emit(id).await);
    }
    outcomes.push(open.finish().await.map(drop));
    assert_fatal_then_closed(5, outcomes);
    let stored = store.len().await.unwrap();
    assert!(paid.get() <= stored + 2, "{} for {stored}", paid.get());
}

#[tokio::test]
async fn it_is_told_where_other_results_come_before_it() {
    for slow in [1, 5, 20] {
        let (store, paid) = full_after(3);
        let mut open = flow! {
            <u32> -> map(|id| DerivedAnswer::new(id, &paid))
                -> by_key(|possible: &DerivedAnswer<'_>| possible.key() % 4) {
                    ensure(&store) -> filter_map(|made: Result<Ensured<u32>, Error>| made.ok())
                }
                -> then(async |made| {
                    tokio::time::sleep(Duration::from_millis(slow)).await;
                    made
                })
                -> count()
        };
        let mut outcomes = Vec::new();
        for id in 0..20 {
            outcomes.push(open.emit(id).await);
        }
        outcomes.push(open.finish().await.map(drop));
        assert_fatal_then_closed(9, outcomes);
    }
}

#[tokio::test]
async fn of_two_inlets_it_ends_both() {
    let (store, paid) = full_after(3);
    let mut open = flow! {
        bad = drain();
        left = <u32>;
        right = <u32>;
        union(left, right) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad -> count()
    };
    let mut outcomes = Vec::new();
    for id in 0..10 {
        outcomes.push(open.emit_left(id).await);
        outcomes.push(open.emit_right(100 + id).await);
    }
    assert_eq!(paid.get(), 4);
    outcomes.push(open.finish().await.map(drop));
    assert_fatal_then_closed(1, outcomes);
}

#[derived(key = id, as = Sent)]
async fn sent(id: u32, paid: Arc<AtomicUsize>) -> Result<Answer, BoxError> {
    paid.fetch_add(1, Ordering::Relaxed);
    tokio::task::yield_now().await;
    let text = "yes".to_owned();
    Ok(Answer { id, text })
}

#[tokio::test]
async fn spawned_it_takes_nothing_more() {
    let store = Store::<Answer>::with_storage(Failing::after(3));
    let paid = Arc::new(AtomicUsize::new(0));
    let counted = paid.clone();
    let (emitter, handle) = flow! {
        bad = drain();
        <u32> -> map(move |id| Sent::new(id, counted.clone())) -> ensure(&store)? else bad -> count()
    }
    .spawn();
    let mut given_back = 0;
    let mut told = 0;
    for id in 0..10 {
        match emitter.emit(id).await {
            Ok(()) => {}
            Err(flow_runtime::EmitError::Closed(item)) => {
                assert_eq!(item, id);
                given_back += 1;
            }
            Err(flow_runtime::EmitError::Failed(error)) => {
                assert!(error.is_fatal());
                told += 1;
            }
        }
    }
    assert_eq!((given_back, told), (6, 1));
    assert!(emitter.is_closed());
    assert_eq!(paid.load(Ordering::Relaxed), 4);
    assert_fatal(&handle.await.unwrap().unwrap_err());
}
