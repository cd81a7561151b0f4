//! A store that takes no more writes ends the flow: past any `else`, before
//! anything more is made, and with the source where the last durable item was.

mod failing;
mod forms;
mod open;
mod pieces;
mod resuming;

use std::cell::Cell;
use std::time::Duration;

use flow_runtime::{BoxError, Error, ErrorKind, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

use self::failing::Failing;

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

/// The number of answers that were paid for.
type Paid = Cell<usize>;

#[derived(key = id)]
async fn answer(id: u32, paid: &Paid) -> Result<Answer, BoxError> {
    paid.set(paid.get() + 1);
    tokio::time::sleep(Duration::from_millis(1)).await;
    match id % 1000 {
        999 => Err("no answer".into()),
        _ => Ok(Answer {
            id,
            text: "yes".to_owned(),
        }),
    }
}

/// A store whose disk is full after so many commits.
fn full_after(commits: usize) -> (Store<Answer>, Paid) {
    (Store::with_storage(Failing::after(commits)), Cell::new(0))
}

#[track_caller]
fn assert_fatal(error: &Error) {
    assert!(error.is_fatal(), "{error}");
    assert_eq!(error.kind(), ErrorKind::Store, "{error}");
    assert!(error.to_string().contains("no space left"), "{error}");
}

#[tokio::test]
async fn one_at_a_time_the_first_that_cannot_be_stored_is_the_last() {
    let (store, paid) = full_after(10);
    let diverted = Cell::new(0);
    let ended = flow! {
        bad = for_each(|_: Error| diverted.set(diverted.get() + 1));
        from(0..1000) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else bad -> count()
    };
    let error = ended.run().await.unwrap_err();
    assert_fatal(&error);
    assert_eq!(error.stage(), Some("ensure"));
    assert_eq!((paid.get(), diverted.get()), (11, 0));
    assert_eq!(store.len().await.unwrap(), 10);
}

#[tokio::test]
async fn of_several_at_once_those_that_ran_are_lost_and_no_others() {
    for ordered in [true, false] {
        let (store, paid) = full_after(10);
        let possible = || (0..1000).map(|id| DerivedAnswer::new(id, &paid));
        let outcome = match ordered {
            true => {
                let ended = flow! {
                    bad = drain();
                    from(possible()) -> ensure(&store, concurrency = 8)? else bad -> count()
                };
                ended.run().await
            }
            false => {
                let ended = flow! {
                    bad = drain();
                    from(possible()) -> ensure(&store, concurrency = 8, ordered = false)? else bad
                        -> count()
                };
                ended.run().await
            }
        };
        assert_fatal(&outcome.unwrap_err());
        let stored = store.len().await.unwrap();
        assert!(paid.get() <= stored + 8, "{} for {stored}", paid.get());
    }
}

#[tokio::test]
async fn without_a_question_mark_it_ends_the_flow_as_well() {
    let (store, paid) = full_after(3);
    let ended = flow! {
        from(0..1000) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)
            -> collect::<Vec<Result<_, Error>>>()
    };
    assert_fatal(&ended.run().await.unwrap_err());
    assert_eq!(paid.get(), 4);
}

#[tokio::test]
async fn with_a_bare_question_mark_it_is_told_once() {
    let (store, paid) = full_after(3);
    let ended = flow! {
        from(0..1000) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? -> count()
    };
    assert_fatal(&ended.run().await.unwrap_err());
    assert_eq!(paid.get(), 4);
}

#[tokio::test]
async fn an_error_of_one_item_is_not_fatal() {
    let (store, paid) = full_after(usize::MAX);
    let (made, failed) = flow! {
        failed = fold(Vec::new(), |all, error: Error| all.push(error));
        made = from(998..1001) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? else failed
            -> count();
        (made, failed)
    }
    .run()
    .await
    .unwrap();
    assert_eq!(made, 2);
    let [error] = failed.as_slice() else {
        panic!("{failed:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Derive);
    assert!(!error.is_fatal());
}

#[tokio::test]
async fn what_is_stored_already_is_still_told() {
    let disk = Failing::after(5);
    let (store, paid) = (Store::with_storage(disk), Cell::new(0));
    for id in 0..5 {
        let text = String::new();
        store.put(&Answer { id, text }).await.unwrap();
    }
    store
        .put(&Answer {
            id: 5,
            text: String::new(),
        })
        .await
        .unwrap_err();
    let extant = flow! {
        from(0..5) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? -> count()
    };
    assert_eq!(extant.run().await.unwrap(), 5);
    // The next one is not even begun.
    let ended = flow! {
        from(0..100) -> map(|id| DerivedAnswer::new(id, &paid)) -> ensure(&store)? -> count()
    };
    assert_fatal(&ended.run().await.unwrap_err());
    assert_eq!(paid.get(), 0);
}

#[tokio::test]
async fn plain_records_that_cannot_be_stored_end_it() {
    let records = || {
        (0..1000).map(|id| Answer {
            id,
            text: String::new(),
        })
    };
    let (store, _) = full_after(3);
    let sink = flow! { bad = drain(); from(records()) -> store(&store)? else bad };
    assert_fatal(&sink.run().await.unwrap_err());
    let (store, _) = full_after(3);
    let middle = flow! { from(records()) -> store(&store) -> count() };
    assert_fatal(&middle.run().await.unwrap_err());
    assert_eq!(store.len().await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_succeed_is_not_tried_again() {
    let (store, _) = full_after(0);
    let begun = tokio::time::Instant::now();
    let (id, text) = (1, String::new());
    let ended = flow! {
        from([Answer { id, text }])
            -> store(&store, retry = flow_runtime::Retry::times(5).fixed(Duration::from_secs(60)))?
    };
    assert_fatal(&ended.run().await.unwrap_err());
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

/// A derivation that needs another store, which is dead, as all others do.
#[derived(key = id, as = CopiedAnswer)]
async fn copied(id: u32, other: &Store<Answer>, paid: &Paid) -> Result<Answer, Error> {
    paid.set(paid.get() + 1);
    let text = "from elsewhere".to_owned();
    other
        .put(&Answer {
            id,
            text: text.clone(),
        })
        .await?;
    Ok(Answer { id, text })
}

#[tokio::test]
async fn a_dead_store_behind_a_derivation_ends_it_too() {
    let ((other, paid), store) = (full_after(2), Store::<Answer>::memory());
    let ended = flow! {
        bad = drain();
        from(0..1000) -> map(|id| CopiedAnswer::new(id, &other, &paid)) -> ensure(&store)? else bad -> count()
    };
    let error = ended.run().await.unwrap_err();
    assert!(error.is_fatal(), "{error}");
    assert_eq!(paid.get(), 3);
}
