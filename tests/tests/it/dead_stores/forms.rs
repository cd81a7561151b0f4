//! The same wherever the operator stands, and whatever the flow is.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flow_runtime::{Artifact, Ensured, Error, Store, derived, flow};
use futures::StreamExt;

use super::failing::Failing;
use super::*;

#[tokio::test]
async fn in_an_arm_and_in_a_branch() {
    let (store, paid) = full_after(5);
    let arm = flow! {
        bad = drain();
        from(0..1000u32) -> match {
            id if id % 2 == 0 => map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad
                -> map(|made| made.key),
            id => map(|id| id),
        } -> count()
    };
    assert_fatal(&arm.run().await.unwrap_err());
    assert_eq!(paid.get(), 6);

    let (store, paid) = full_after(5);
    let seen = Cell::new(0);
    let branch = flow! {
        bad = drain();
        ids = from(0..1000u32);
        ids -> for_each(|_| seen.set(seen.get() + 1));
        ids -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad -> count()
    };
    assert_fatal(&branch.run().await.unwrap_err());
    assert_eq!((paid.get(), seen.get()), (6, 6));
}

#[tokio::test]
async fn in_the_chain_of_a_key() {
    let (store, paid) = full_after(5);
    let chain = flow! {
        from(0..1000u32) -> map(|id| DerivedAnswer::new(id, &paid))
            -> by_key(|possible: &DerivedAnswer<'_>| possible.key() % 3) {
                ensure(&store) -> filter_map(|made: Result<Ensured<u32>, Error>| made.ok())
            }
            -> count()
    };
    assert_fatal(&chain.run().await.unwrap_err());
    let stored = store.len().await.unwrap();
    assert!(paid.get() <= stored + 3, "{} for {stored}", paid.get());

    let (store, paid) = full_after(5);
    let chain = flow! {
        bad = drain();
        from(0..1000u32) -> map(|id| DerivedAnswer::new(id, &paid))
            -> by_key(|possible: &DerivedAnswer<'_>| possible.key() % 3) { ensure(&store, concurrency = 2) }
            -> map(|made: Result<Ensured<u32>, Error>| made)? else bad
            -> count()
    };
    assert_fatal(&chain.run().await.unwrap_err());
}

#[tokio::test]
async fn behind_a_cut_and_before_one() {
    let (store, paid) = full_after(5);
    let cuts = flow! {
        bad = drain();
        from(0..1000u32) -> buffer(4) -> map(|id| DerivedAnswer::new(id, &paid))
            -> ensure(&store, concurrency = 4)? else bad -> partition(3) -> buffer(4) -> count()
    };
    assert_fatal(&cuts.run().await.unwrap_err());
    let stored = store.len().await.unwrap();
    assert!(paid.get() <= stored + 4, "{} for {stored}", paid.get());
}

#[tokio::test]
async fn in_a_cycle() {
    let (store, paid) = full_after(5);
    let cycle = flow! {
        bad = drain();
        ids = unique() -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad
            -> map(|made| made.key + 1) -> filter(|id| *id < 1000);
        from([0u32]) -> ids;
        ids -> ids;
    };
    assert_fatal(&cycle.run().await.unwrap_err());
    assert_eq!(paid.get(), 6);
}

#[tokio::test]
async fn as_a_stream_it_is_the_last_item() {
    let (store, paid) = full_after(5);
    let stream = flow! {
        bad = drain();
        from(0..1000u32) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad
    };
    let mut all: Vec<Result<Ensured<u32>, Error>> = stream.collect().await;
    assert_fatal(&all.pop().unwrap().unwrap_err());
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(Result::is_ok));

    // Without a `?`, what is not fatal is an item.
    let (store, paid) = full_after(5);
    let stream = flow! {
        from(997..2000u32) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)
    };
    let mut all: Vec<Result<Result<Ensured<u32>, Error>, Error>> = stream.collect().await;
    assert_fatal(&all.pop().unwrap().unwrap_err());
    let failed = all.iter().filter(|each| each.as_ref().unwrap().is_err());
    assert_eq!((all.len(), failed.count()), (6, 1));
}

#[derive(Debug)]
enum Mine {
    Flow(Error),
}

impl From<Error> for Mine {
    fn from(error: Error) -> Self {
        Self::Flow(error)
    }
}

#[tokio::test]
async fn under_an_error_type_of_ones_own() {
    let (store, paid) = full_after(5);
    let ended = flow! {
        #![error = Mine]
        bad = drain();
        from(0..1000u32) -> map(|id| DerivedAnswer::new(id, &paid))
            -> ensure(&store, concurrency = 2)? else bad -> count()
    };
    let Err(Mine::Flow(error)) = ended.run().await else {
        panic!("it ends");
    };
    assert_fatal(&error);
}

#[derived(key = id, as = Sent)]
async fn sent(id: u32, paid: Arc<AtomicUsize>) -> Answer {
    paid.fetch_add(1, Ordering::Relaxed);
    tokio::task::yield_now().await;
    Answer {
        id,
        text: "yes".to_owned(),
    }
}

#[tokio::test]
async fn spawned() {
    let store = Store::<Answer>::with_storage(Failing::after(5));
    let paid = Arc::new(AtomicUsize::new(0));
    let (handle, counted) = (store.clone(), paid.clone());
    let spawned = flow! {
        bad = drain();
        from(0..1000u32) -> map(move |id| Sent::new(id, counted.clone())) -> ensure(&handle)? else bad -> count()
    }
    .spawn();
    assert_fatal(&spawned.await.unwrap().unwrap_err());
    assert_eq!(paid.load(Ordering::Relaxed), 6);
}
