//! A key whose record is being written is made by nobody else, also where the flow that
//! made it was dropped meanwhile.

use std::cell::Cell;

use flow_runtime::{derived, flow};
use futures::future::poll_immediate;

use super::gated::{Watched, gated};
use super::*;

#[derived(as = Counted, key = id, version = 1)]
async fn counted(id: u32, calls: &Cell<u32>) -> Answer {
    calls.set(calls.get() + 1);
    answer(id, "")
}

/// Drops a flow when its records are being written, and lets them be written when another
/// one waits for their keys; returns what that gives.
async fn behind_a_drop<F: Future + Unpin>(
    make: impl Fn() -> F,
    watched: &Watched,
    open: impl FnOnce(),
) -> F::Output {
    let mut first = make();
    assert!(poll_immediate(&mut first).await.is_none());
    watched.begun(1);
    drop(first);
    let mut second = make();
    assert!(poll_immediate(&mut second).await.is_none());
    open();
    second.await
}

#[test]
fn a_flow_that_is_dropped_while_its_record_is_written() {
    let (store, watched, open) = gated();
    let calls = Cell::new(0);
    let make = || {
        let answers = flow! {
            from([1, 2]) -> map(|id| Counted::new(id, &calls)) -> ensure(&store, concurrency = 2)?
                -> filter(|made| made.is_derived()) -> count()
        };
        Box::pin(answers.run())
    };
    let derived = block_on(behind_a_drop(make, &watched, || drop(open)));
    assert_eq!((derived.unwrap(), calls.get()), (0, 2));
    assert_eq!(block_on(make()).unwrap(), 0);
}

#[test]
fn a_batch_that_is_dropped_while_its_records_are_written() {
    let (store, watched, open) = gated();
    let calls = Cell::new(0);
    let ask = async |ids: Vec<u32>| {
        calls.set(calls.get() + 1);
        Ok::<_, std::io::Error>(ids.into_iter().map(|id| answer(id, "")).collect::<Vec<_>>())
    };
    let make = || {
        let answers = flow! {
            from([1, 2, 3]) -> partition(3) -> ensure_batch(&store, ask, key = |id| *id)? -> count()
        };
        Box::pin(answers.run())
    };
    let ensured = block_on(behind_a_drop(make, &watched, || drop(open)));
    assert_eq!((ensured.unwrap(), calls.get()), (3, 1));
}

#[test]
fn a_write_that_fails_holds_up_nobody() {
    for end in ["the disk is full", "panic"] {
        let (store, watched, open) = gated();
        let calls = Cell::new(0);
        let make = || {
            let answers = flow! {
                from([1]) -> map(|id| Counted::new(id, &calls)) -> ensure(&store)? -> count()
            };
            Box::pin(answers.run())
        };
        let fails = || open.send(Err(end.to_owned())).unwrap();
        let outcome = block_on(behind_a_drop(make, &watched, fails));
        assert!(outcome.unwrap_err().is_fatal(), "{end}");
        assert_eq!(calls.get(), 1, "{end}");
    }
}

#[derived(as = Failing, key = id, version = 1)]
async fn failing(id: u32, stored: &Store<Answer>) -> Result<Answer, &'static str> {
    // Somebody else stores it meanwhile.
    stored.put(&answer(id, "")).await.unwrap();
    Err("it never will")
}

#[test]
fn a_failure_behind_a_record_is_void() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    type Open = fn(PathBuf) -> Store<Answer>;
    let stores: [(&str, Open); 3] = [
        ("memory", |_| Store::memory()),
        ("answers.jsonl", |path| Store::jsonl(path).unwrap()),
        ("answers.db", |path| Store::open(path).unwrap()),
    ];
    for (name, open) in stores {
        block_on(async {
            let store = open(path(name));
            let made = flow! {
                from([1]) -> map(|id| Failing::new(id, &store)) -> ensure(&store)? else drop -> drain();
            };
            made.run().await.unwrap();
            assert_eq!(store.len().await.unwrap(), 1, "{name}");
            assert_eq!(store.failures().await.unwrap(), [], "{name}");
            drop(store);
            assert_eq!(open(path(name)).failures().await.unwrap(), [], "{name}");
        });
    }
}
