//! `assemble`: records of which each needs the one before.

#[cfg(unix)]
mod kills;

use std::cell::{Cell, RefCell};

use flow_runtime::{BoxError, Error, ErrorKind, Store, artifact::Outcome, extant, flow};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sum {
    id: u32,
    run: u32,
    sum: u32,
}

/// A run over these numbers; `run` is written into what it makes.
struct Job<'a> {
    store: &'a Store<Sum>,
    run: u32,
    fails: &'a [u32],
    calls: RefCell<Vec<u32>>,
}

impl<'a> Job<'a> {
    fn new(store: &'a Store<Sum>, run: u32) -> Self {
        let (fails, calls) = (&[][..], RefCell::default());
        Self {
            store,
            run,
            fails,
            calls,
        }
    }

    async fn next(&self, id: u32, last: Option<&Sum>) -> Result<Sum, BoxError> {
        self.calls.borrow_mut().push(id);
        if self.fails.contains(&id) {
            return Err("no".into());
        }
        let sum = last.map_or(0, |last| last.sum) + id;
        Ok(Sum {
            id,
            run: self.run,
            sum,
        })
    }

    async fn anew(&self, ids: Vec<u32>) -> Vec<Result<Outcome, Error>> {
        let flow = flow! {
            from(ids) -> assemble(self.store, async |id, last| self.next(id, last).await, key = |id| *id)
                -> map(|result| result.map(|ensured| ensured.outcome())) -> collect::<Vec<_>>()
        };
        flow.run().await.unwrap()
    }
}

async fn all(store: &Store<Sum>) -> Vec<(u32, u32, u32)> {
    let mut all = Vec::new();
    for key in store.page(None, 100).await.unwrap() {
        let Sum { id, run, sum } = store.get(&key).await.unwrap().unwrap();
        all.push((id, run, sum));
    }
    all
}

fn said(results: &[Result<Outcome, Error>]) -> String {
    let each = results.iter().map(|result| match result {
        Ok(Outcome::Extant) => 'e',
        Ok(Outcome::Derived) => 'd',
        Ok(_) => '?',
        Err(_) => 'x',
    });
    each.collect()
}

#[tokio::test]
async fn each_is_made_of_the_one_before_and_stored_ones_pass() {
    let store = Store::<Sum>::memory();
    let job = Job::new(&store, 1);
    assert_eq!(said(&job.anew((1..=4).collect()).await), "dddd");
    assert_eq!(
        all(&store).await,
        [(1, 1, 1), (2, 1, 3), (3, 1, 6), (4, 1, 10)]
    );
    let job = Job::new(&store, 2);
    assert_eq!(said(&job.anew((1..=6).collect()).await), "eeeedd");
    assert_eq!(*job.calls.borrow(), [5, 6]);
    assert_eq!(all(&store).await[4..], [(5, 2, 15), (6, 2, 21)]);
    // A part of them goes on where it is.
    assert_eq!(
        said(&Job::new(&store, 3).anew((5..=7).collect()).await),
        "eed"
    );
    assert_eq!(all(&store).await[6], (7, 3, 28));
}

#[tokio::test]
async fn behind_the_first_missing_one_everything_is_made_anew() {
    let store = Store::<Sum>::memory();
    Job::new(&store, 1).anew((1..=5).collect()).await;
    store.remove(&3).await.unwrap();
    assert_eq!(
        said(&Job::new(&store, 2).anew((1..=5).collect()).await),
        "eeddd"
    );
    let runs: Vec<_> = all(&store).await.iter().map(|(_, run, _)| *run).collect();
    assert_eq!(runs, [1, 1, 2, 2, 2]);
}

#[tokio::test]
async fn what_was_interrupted_behind_a_hole_goes_on_being_made_anew() {
    let store = Store::<Sum>::memory();
    Job::new(&store, 1).anew((1..=5).collect()).await;
    store.remove(&2).await.unwrap();
    // The process is killed when 2 and 3 are there again.
    Job::new(&store, 2).anew(vec![1, 2, 3]).await;
    assert_eq!(
        said(&Job::new(&store, 3).anew((1..=5).collect()).await),
        "eeedd"
    );
    let runs: Vec<_> = all(&store).await.iter().map(|(_, run, _)| *run).collect();
    assert_eq!(runs, [1, 2, 2, 3, 3]);
    assert_eq!(
        said(&Job::new(&store, 4).anew((1..=5).collect()).await),
        "eeeee"
    );
}

#[tokio::test]
async fn an_item_that_is_new_among_others_makes_what_is_behind_it_anew() {
    for interrupted in [false, true] {
        let store = Store::<Sum>::memory();
        Job::new(&store, 1).anew(vec![2, 4, 6]).await;
        if interrupted {
            Job::new(&store, 2).anew(vec![1]).await;
            Job::new(&store, 2).anew(vec![1, 2, 3]).await;
        }
        Job::new(&store, 2).anew(vec![1, 2, 3, 4, 6]).await;
        let expected = [(1, 2, 1), (2, 2, 3), (3, 2, 6), (4, 2, 10), (6, 2, 16)];
        assert_eq!(all(&store).await, expected);
        // Items that are gone change nothing.
        assert_eq!(said(&Job::new(&store, 3).anew(vec![2, 4, 6]).await), "eee");
    }
}

#[tokio::test]
async fn an_error_leaves_the_last_as_it_was() {
    let store = Store::<Sum>::memory();
    let mut job = Job::new(&store, 1);
    job.fails = &[2];
    let results = job.anew(vec![1, 2, 3]).await;
    assert_eq!(said(&results), "dxd");
    let error = results[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Derive);
    assert!(error.to_string().contains("`Sum` 2"), "{error}");
    assert_eq!(all(&store).await, [(1, 1, 1), (3, 1, 4)]);
    // The one that failed is missing, and what came behind it was made without it.
    assert_eq!(said(&Job::new(&store, 2).anew(vec![1, 2, 3]).await), "edd");
    assert_eq!(all(&store).await, [(1, 1, 1), (2, 2, 3), (3, 2, 6)]);
}

#[tokio::test]
async fn holes_are_filled_or_refused_where_that_is_asked_for() {
    let store = Store::<Sum>::memory();
    Job::new(&store, 1).anew((1..=4).collect()).await;
    store.remove(&2).await.unwrap();
    let job = Job::new(&store, 2);
    let refused = flow! {
        from(1..=5_u32) -> assemble(&store, async |id, last| job.next(id, last).await, key = |id| *id, holes = error)
            -> map(|result| result.map(|ensured| ensured.outcome())) -> collect::<Vec<_>>()
    };
    let results = refused.run().await.unwrap();
    assert_eq!(said(&results), "exeed");
    assert_eq!(results[1].as_ref().unwrap_err().kind(), ErrorKind::Missing);
    let job = Job::new(&store, 3);
    let filled = flow! {
        from(1..=5_u32) -> assemble(&store, async |id, last| job.next(id, last).await, key = |id| *id, holes = fill)?
            -> map(|ensured| ensured.outcome()) -> collect::<Vec<_>>()
    };
    filled.run().await.unwrap();
    assert_eq!(*job.calls.borrow(), [2]);
    let runs: Vec<_> = all(&store).await.iter().map(|(_, run, _)| *run).collect();
    assert_eq!(runs, [1, 3, 1, 1, 2]);
}

#[tokio::test]
async fn items_have_to_be_sorted() {
    let store = Store::<Sum>::memory();
    let results = Job::new(&store, 1).anew(vec![1, 3, 2, 3, 4]).await;
    assert_eq!(said(&results), "ddxxd");
    let error = results[2].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsorted);
    assert!(
        error.to_string().contains('2') && error.to_string().contains('3'),
        "{error}"
    );
}

#[tokio::test]
async fn a_record_of_another_key_is_an_error_and_not_stored() {
    let store = Store::<Sum>::memory();
    let wrong = Cell::new(true);
    let flow = flow! {
        failed = count();
        from(1..=3_u32) -> assemble(&store, async |id, last: Option<&Sum>| {
            let id = if wrong.replace(false) { 9 } else { id };
            let sum = last.map_or(0, |last| last.sum);
            Ok::<_, BoxError>(Sum { id, run: 0, sum })
        }, key = |id| *id)? else failed -> drain();
        failed
    };
    assert_eq!(flow.run().await.unwrap(), 1);
    assert_eq!(store.page(None, 9).await.unwrap(), [2, 3]);
}

#[tokio::test]
async fn it_can_be_spawned() {
    let store = Store::<Sum>::memory();
    let flow = flow! {
        from(1..=3_u32) -> assemble(&store, async |id, last| {
            tokio::task::yield_now().await;
            let sum = id + last.map_or(0, |last: &Sum| last.sum);
            Ok::<_, BoxError>(Sum { id, run: 0, sum })
        }, key = |id| *id)? -> count()
    };
    assert_eq!(flow.spawn().await.unwrap().unwrap(), 3);
}
