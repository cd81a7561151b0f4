//! Open flows go on behind an error, and end with a fatal one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flow_runtime::{Artifact, BoxError, Ensured, Error, ErrorKind, Store, derived, flow};

use super::failing::Failing;
use super::*;

/// One error is told, of all that these outcomes tell.
#[track_caller]
/// Sees that the fatal error is told once, by the emit of the item that met it or by the
/// next, and that all later emits say that the flow takes nothing more.
fn assert_one_fatal(mut outcomes: Vec<Result<(), Error>>) {
    let finished = outcomes.pop().unwrap();
    let mut errors = outcomes.into_iter().skip_while(Result::is_ok);
    assert_fatal(&errors.next().unwrap().unwrap_err());
    for outcome in errors {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Closed);
    }
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
    assert_one_fatal(outcomes);
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
    assert_one_fatal(outcomes);
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
    assert_one_fatal(outcomes);
    let stored = store.len().await.unwrap();
    assert!(paid.get() <= stored + 2, "{} for {stored}", paid.get());
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
    assert_one_fatal(outcomes);
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
                assert_fatal(&error);
                told += 1;
            }
        }
    }
    assert_eq!(given_back, 6);
    assert!(emitter.is_closed());
    assert_eq!(paid.load(Ordering::Relaxed), 4);
    told += usize::from(handle.await.unwrap().is_err());
    assert_eq!(told, 1);
}
