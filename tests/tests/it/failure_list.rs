//! The list of failures beside the records, and `rerun_failed`.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::{Duration, SystemTime};

use flow_runtime::{BoxError, ErrorKind, Failure, Retry, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    by: u32,
}

#[derive(Debug)]
enum Refusal {
    Busy,
    Never,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Busy => "it is busy",
            Self::Never => "it never will",
        })
    }
}

impl std::error::Error for Refusal {}

/// Odd keys fail: 1 for ever, others while it is busy.
#[derive(Default)]
struct Model {
    well: Cell<bool>,
    asked: RefCell<Vec<u32>>,
}

impl Model {
    fn ask(&self, id: u32, by: u32) -> Result<Answer, Refusal> {
        self.asked.borrow_mut().push(id);
        match id {
            1 if !self.well.get() => Err(Refusal::Never),
            id if id % 2 == 1 && !self.well.get() => Err(Refusal::Busy),
            id => Ok(Answer { id, by }),
        }
    }
}

#[derived(key = id, version = 1)]
async fn first(id: u32, model: &Model) -> Result<Answer, Refusal> {
    model.ask(id, 1)
}

#[derived(key = id, version = 2, as = Second)]
async fn second(id: u32, model: &Model) -> Result<Answer, Refusal> {
    model.ask(id, 2)
}

/// The three stores, each opened anew by what it gives.
fn stores(place: &Path) -> Vec<Box<dyn Fn() -> Store<Answer> + '_>> {
    let memory = Store::memory();
    vec![
        Box::new(move || memory.clone()),
        Box::new(|| Store::jsonl(place.join("answers.jsonl")).unwrap()),
        Box::new(|| Store::open(place.join("answers.db")).unwrap()),
    ]
}

/// Runs the first version; gives the kinds of the errors.
async fn run(store: &Store<Answer>, model: &Model) -> Vec<ErrorKind> {
    flow! {
        failed = map(|error| error.kind()) -> collect::<Vec<_>>();
        from(0..4) -> map(|id| DerivedAnswer::new(id, model))
            -> ensure(&store, retry_if = |e| matches!(e.find(), Some(Refusal::Busy)))? else failed
            -> drain();
        failed
    }
    .run()
    .await
    .unwrap()
}

fn told(failures: &[Failure<u32>]) -> Vec<(u32, u32, bool)> {
    let told = |failure: &Failure<u32>| (failure.key, failure.attempts, failure.transient);
    failures.iter().map(told).collect()
}

#[tokio::test]
async fn failures_are_kept_until_their_key_is_stored() {
    let place = tempfile::tempdir().unwrap();
    for open in stores(place.path()) {
        let model = Model::default();
        let before = SystemTime::now() - Duration::from_millis(1);
        assert_eq!(run(&open(), &model).await, [ErrorKind::Derive; 2]);
        let failures = open().failures().await.unwrap();
        assert_eq!(told(&failures), [(1, 1, false), (3, 1, true)]);
        assert_eq!(failures[0].error, "cannot derive `Answer` 1: it never will");
        assert!(failures[0].when >= before && failures[0].when <= SystemTime::now());

        run(&open(), &model).await;
        let failures = open().failures().await.unwrap();
        assert_eq!(
            told(&failures),
            [(1, 2, false), (3, 2, true)],
            "over all runs"
        );

        model.well.set(true);
        assert_eq!(run(&open(), &model).await, []);
        assert_eq!(open().failures().await.unwrap(), []);
        assert_eq!(open().len().await.unwrap(), 4);
    }
}

#[tokio::test]
async fn what_failed_before_is_passed_over_where_that_is_asked() {
    let place = tempfile::tempdir().unwrap();
    for open in stores(place.path()) {
        let model = Model::default();
        run(&open(), &model).await;
        model.asked.take();
        let store = open();
        let possible = |id| DerivedAnswer::new(id, &model);

        let never = flow! {
            failed = map(|error| (error.kind(), error.to_string())) -> collect::<Vec<_>>();
            from(0..4) -> map(possible) -> ensure(&store, rerun_failed = false)? else failed -> drain();
            failed
        };
        let never = never.run().await.unwrap();
        let text =
            "`Answer` 1 failed before, in 1 attempt: cannot derive `Answer` 1: it never will";
        assert_eq!(never[0], (ErrorKind::FailedBefore, text.to_owned()));
        assert_eq!(never.len(), 2);
        assert_eq!(model.asked.take(), [0; 0]);

        let transient = flow! {
            failed = map(|error| error.kind()) -> collect::<Vec<_>>();
            from(0..4) -> map(possible) -> ensure(&store, rerun_failed = transient)? else failed -> drain();
            failed
        };
        let kinds = [ErrorKind::FailedBefore, ErrorKind::Derive];
        assert_eq!(transient.run().await.unwrap(), kinds);
        assert_eq!(model.asked.take(), [3]);
        // Nobody said this time that it is transient.
        assert_eq!(
            told(&store.failures().await.unwrap()),
            [(1, 1, false), (3, 2, false)]
        );

        // Another version runs again.
        let other = flow! {
            from([0, 2, 1]) -> map(|id| Second::new(id, &model))
                -> ensure(&store, rerun_failed = false)? else drop -> drain();
        };
        other.run().await.unwrap();
        assert_eq!(model.asked.take(), [0, 2, 1]);
        let said = told(&store.failures().await.unwrap());
        assert_eq!(
            said,
            [(1, 1, false), (3, 2, false)],
            "of version 2 it is the first attempt"
        );

        // It is the default, and may be said.
        let again = flow! {
            from([3]) -> map(possible) -> ensure(&store, rerun_failed = true)? else drop -> drain();
        };
        again.run().await.unwrap();
        assert_eq!(model.asked.take(), [3]);
    }
}

#[tokio::test]
async fn a_record_of_an_earlier_version_ends_no_failure() {
    let place = tempfile::tempdir().unwrap();
    for open in stores(place.path()) {
        let model = Model::default();
        model.well.set(true);
        run(&open(), &model).await;
        model.well.set(false);
        // Stale ones that could not be replaced.
        let store = open();
        flow! {
            from(0..4) -> map(|id| Second::new(id, &model)) -> ensure(&store)? else drop -> drain();
        }
        .run()
        .await
        .unwrap();
        drop(store);
        let failures = open().failures().await.unwrap();
        assert_eq!(told(&failures), [(1, 1, false), (3, 1, false)]);
        assert_eq!(open().get(&1).await.unwrap().unwrap().by, 1, "it stays");
        // The earlier version finds its own, and says nothing about the later one.
        run(&open(), &model).await;
        assert_eq!(open().failures().await.unwrap().len(), 2);
        // By hand: of nobody knows which version.
        open().put(&Answer { id: 1, by: 0 }).await.unwrap();
        assert!(open().remove(&3).await.unwrap());
        assert_eq!(open().failures().await.unwrap(), []);
    }
}

#[derived(key = id, retry = 2, retry_if = |e| matches!(e, Refusal::Busy), as = Stubborn)]
async fn stubborn(id: u32, model: &Model) -> Result<Answer, Refusal> {
    model.ask(id, 1)
}

#[derived(key = id, timeout = "5ms", as = Slow)]
async fn slow(id: u32) -> Result<Answer, Refusal> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(Answer { id, by: 0 })
}

#[derived(key = id, as = Wrong)]
fn wrong(id: u32) -> Answer {
    Answer { id: id + 1, by: 0 }
}

#[tokio::test(start_paused = true)]
async fn attempts_of_every_layer_are_counted() {
    let (store, model) = (Store::<Answer>::memory(), Model::default());
    let policy = Retry::times(1).fixed(Duration::ZERO);
    flow! {
        from([1, 3]) -> map(|id| Stubborn::new(id, &model))
            -> ensure(&store, retry = policy)? else drop -> drain();
    }
    .run()
    .await
    .unwrap();
    // Its own verdict counts where nobody else has one: twice 1 and twice 3 attempts.
    assert_eq!(model.asked.take(), [1, 1, 3, 3, 3, 3, 3, 3]);
    let failures = store.failures().await.unwrap();
    assert_eq!(told(&failures), [(1, 2, false), (3, 6, true)]);
    let text = &failures[1].error;
    assert!(text.contains("it is busy"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn whatever_is_wrong_with_an_item_is_kept() {
    let store = Store::<Answer>::memory();
    flow! {
        from([7]) -> map(Slow::new) -> ensure(&store)? else drop -> drain();
        from([8]) -> map(Wrong::new) -> ensure(&store)? else drop -> drain();
        from([9]) -> map(Slow::new)
            -> ensure(&store, timeout = Duration::from_millis(1))? else drop -> drain();
    }
    .run()
    .await
    .unwrap();
    let failures = store.failures().await.unwrap();
    assert_eq!((failures[0].key, failures[0].transient), (7, true));
    assert!(
        failures[0].error.contains("timed out after 5ms"),
        "{}",
        failures[0].error
    );
    assert_eq!((failures[1].key, failures[1].transient), (8, false));
    assert!(
        failures[1].error.contains("was promised"),
        "{}",
        failures[1].error
    );
    assert_eq!((failures[2].key, failures[2].transient), (9, true));
}

#[derived(key = id, version = 1, as = Perhaps)]
fn perhaps(id: u32, model: &Model) -> Result<Option<Answer>, Refusal> {
    model
        .ask(id, 1)
        .map(|answer| Some(answer).filter(|answer| answer.id != 3))
}

#[tokio::test]
async fn that_there_is_none_ends_a_failure() {
    let place = tempfile::tempdir().unwrap();
    for open in stores(place.path()) {
        let model = Model::default();
        for well in [false, true] {
            model.well.set(well);
            let store = open();
            flow! {
                from([3]) -> map(|id| Perhaps::new(id, &model)) -> ensure(&store)? else drop -> drain();
            }
            .run()
            .await
            .unwrap();
            drop(store);
            assert_eq!(open().failures().await.unwrap().len(), usize::from(!well));
        }
    }
}

#[tokio::test]
async fn flows_without_failures_have_no_file() -> Result<(), BoxError> {
    let place = tempfile::tempdir()?;
    let path = place.path().join("answers.jsonl");
    let (store, model) = (Store::<Answer>::jsonl(&path)?, Model::default());
    model.well.set(true);
    run(&store, &model).await;
    assert!(!place.path().join("answers.jsonl.failed").exists());
    model.well.set(false);
    let possible = |id| Second::new(id, &model);
    flow! { from([3]) -> map(possible) -> ensure(&store)? else drop -> drain(); }
        .run()
        .await?;
    let text = std::fs::read_to_string(place.path().join("answers.jsonl.failed"))?;
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("{\"format\":\"flow-store-failed\",\"version\":1}")
    );
    let row = lines.next().unwrap();
    assert!(
        row.starts_with(
            "{\"key\":3,\"attempts\":1,\"error\":\"cannot derive `Answer` 3: it is busy\",\"when\":"
        ),
        "{row}"
    );
    assert!(
        row.ends_with(",\"transient\":false,\"version\":2}"),
        "{row}"
    );
    // Compacted, there is nothing left of what is over.
    model.well.set(true);
    flow! { from([3]) -> map(possible) -> ensure(&store)? else drop -> drain(); }
        .run()
        .await?;
    store.compact().await?;
    assert!(!place.path().join("answers.jsonl.failed").exists());
    Ok(())
}

#[tokio::test]
async fn the_same_failures_in_every_run_do_not_pile_up() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    let model = Model::default();
    for _ in 0..100 {
        run(&Store::jsonl(&path).unwrap(), &model).await;
    }
    let store = Store::<Answer>::jsonl(&path).unwrap();
    let failures = store.failures().await.unwrap();
    assert_eq!(told(&failures), [(1, 100, false), (3, 100, true)]);
    let text = std::fs::read_to_string(place.path().join("answers.jsonl.failed")).unwrap();
    assert!(text.lines().count() < 90, "{}", text.lines().count());
}

#[tokio::test]
async fn torn_and_foreign_lists() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    let list = place.path().join("answers.jsonl.failed");
    let model = Model::default();
    run(&Store::jsonl(&path).unwrap(), &model).await;
    let whole = std::fs::read_to_string(&list).unwrap();

    // A torn end is moved away, and the rest counts.
    let torn = format!("{whole}{{\"key\":3,\"attem");
    std::fs::write(&list, torn).unwrap();
    let store = Store::<Answer>::jsonl(&path).unwrap();
    let recovered = store.recovered().unwrap();
    assert_eq!(recovered.bytes, "{\"key\":3,\"attem".len() as u64);
    assert!(recovered.path.ends_with("answers.jsonl.failed.torn"));
    assert_eq!(store.failures().await.unwrap().len(), 2);
    drop(store);
    assert_eq!(std::fs::read_to_string(&list).unwrap(), whole);

    // Another program's file, and a broken line, are errors that say where.
    let middle = whole.replacen("\"attempts\":1", "\"attempts\":?", 1);
    for (text, kind, says) in [
        ("hello\n", ErrorKind::Store, "is of another program"),
        (middle.as_str(), ErrorKind::Corrupt, "line 2 at byte 43"),
    ] {
        std::fs::write(&list, text).unwrap();
        let error = Store::<Answer>::jsonl(&path).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(
            std::fs::read_to_string(&list).unwrap(),
            text,
            "nothing was changed"
        );
    }
    // Without the file nothing is known of failures, and the records are what they are.
    std::fs::remove_file(&list).unwrap();
    let store = Store::<Answer>::jsonl(&path).unwrap();
    assert_eq!(store.failures().await.unwrap(), []);
    assert_eq!(store.len().await.unwrap(), 2);
}
