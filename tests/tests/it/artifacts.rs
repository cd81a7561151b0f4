//! Possible, extant, all: what is read, what is made, what is stored.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use flow_runtime::__private::Attempts;
use flow_runtime::__private::op::{Ty, ensure, get, missing, store, stored};
use flow_runtime::artifact::Mergeable;
use flow_runtime::{
    Artifact, Error, ErrorKind, Keyed, Storage, StorageFuture, Store,
    artifact::{Either, Outcome},
    derived, extant, flow,
    store::{Entry, Write},
};
use futures::StreamExt;
use serde::{Deserialize, Serialize};

#[extant(key = key)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Square {
    key: u32,
    value: u32,
}

fn square_of(key: u32) -> Square {
    let value = key * 100;
    Square { key, value }
}

/// The keys that were derived, and those that fail.
#[derive(Default)]
struct Deriver {
    derived: RefCell<Vec<u32>>,
    failing: Cell<Option<u32>>,
}

#[derived(key = key, version = 3)]
async fn square(key: u32, deriver: &Deriver) -> Result<Square, String> {
    tokio::task::yield_now().await;
    deriver.derived.borrow_mut().push(key);
    match deriver.failing.get() {
        Some(failing) if failing == key => Err(format!("no {key}")),
        _ => Ok(square_of(key)),
    }
}

/// The type of an artifact, as a flow knows it.
fn witness<T>(_: &[T]) -> Ty<T> {
    Ty::new()
}

async fn filled(keys: std::ops::Range<u32>) -> Store<Square> {
    let store = Store::memory();
    for key in keys {
        store.put(&square_of(key)).await.unwrap();
    }
    store
}

type All<'a> = Vec<Either<DerivedSquare<'a>, ExtantSquare>>;

/// Possible ones 0..10, and those stored: what `merge_keyed` gives.
async fn all<'a>(deriver: &'a Deriver, squares: &Store<Square>) -> All<'a> {
    let (keys, _) = stored(squares);
    let extant: Vec<ExtantSquare> = keys.collect().await;
    let mut extant = extant.into_iter().peekable();
    (0..10)
        .map(|key| match extant.next_if(|it| Artifact::key(it) == key) {
            Some(extant) => <DerivedSquare<'a> as Mergeable<_>>::right(extant),
            None => DerivedSquare::new(key, deriver).left(),
        })
        .collect()
}

#[tokio::test]
async fn get_all_reads_what_is_stored_and_derives_the_rest() {
    let (deriver, store) = (Deriver::default(), filled(0..8).await);
    let all = all(&deriver, &store).await;
    let (get, _) = get(witness(&all), Attempts::once());
    let mut values = Vec::new();
    for artifact in all {
        values.push(get.run(artifact).await.unwrap().value);
    }
    assert_eq!(values, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    assert_eq!(*deriver.derived.borrow(), [8, 9]);
}

#[tokio::test]
async fn ensure_all_derives_the_rest_and_once() {
    let (deriver, store) = (Deriver::default(), filled(0..8).await);
    for run in 0..2 {
        let all = all(&deriver, &store).await;
        let (ensure, _) = ensure(witness(&all), &store, Attempts::once());
        for artifact in all {
            let ensured = ensure.run(artifact).await.unwrap();
            let is_new = run == 0 && *ensured.key() >= 8;
            assert_eq!(ensured.is_derived(), is_new);
            assert_eq!(ensured.is_extant(), !is_new);
        }
        assert_eq!(*deriver.derived.borrow(), [8, 9]);
    }
    assert_eq!(store.len().await.unwrap(), 10);
    assert_eq!(store.get(&9).await.unwrap(), Some(square_of(9)));
}

#[tokio::test]
async fn what_failed_is_made_by_the_next_run_alone() {
    let (deriver, store) = (Deriver::default(), filled(0..0).await);
    deriver.failing.set(Some(3));
    let mut failed = Vec::new();
    for _ in 0..2 {
        let all = all(&deriver, &store).await;
        let (ensure, _) = ensure(witness(&all), &store, Attempts::once());
        for artifact in all {
            failed.extend(ensure.run(artifact).await.err());
        }
        assert_eq!(
            store.contains(&3).await.unwrap(),
            deriver.failing.get().is_none()
        );
        deriver.failing.set(None);
    }
    let failed: Vec<String> = failed.iter().map(Error::to_string).collect();
    assert_eq!(failed, ["cannot derive `Square` 3: no 3"]);
    assert_eq!(*deriver.derived.borrow(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3]);
}

#[tokio::test]
async fn an_extant_one_that_is_gone_is_no_reason_to_store_another() {
    let (one, other) = (filled(0..1).await, filled(0..0).await);
    let artifacts = [ExtantSquare::new(0, &one), ExtantSquare::new(1, &one)];
    let (ensure, _) = ensure(witness(&artifacts), &other, Attempts::once());
    let [copied, gone] = artifacts;
    assert!(ensure.run(copied).await.unwrap().is_derived());
    assert_eq!(
        ensure.run(gone).await.unwrap_err().kind(),
        ErrorKind::Missing
    );
    assert_eq!(other.len().await.unwrap(), 1);
}

#[tokio::test]
async fn another_key_than_promised_is_not_stored() {
    let store = filled(0..0).await;
    let artifacts = [Keyed::new(1, square_of(2))];
    let (ensure, _) = ensure(witness(&artifacts), &store, Attempts::once());
    let [artifact] = artifacts;
    let error = ensure.run(artifact).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    let message = error.to_string();
    assert!(
        message.contains("`Square` 1") && message.contains('2'),
        "{message}"
    );
    assert!(store.is_empty().await.unwrap());
}

#[tokio::test]
async fn transformed_once_and_kept_under_its_key() {
    let deriver = Deriver::default();
    let runs = Rc::new(Cell::new(0));
    let counted = Rc::clone(&runs);
    deriver.failing.set(Some(2));
    let doubled = DerivedSquare::new(2, &deriver).transform(move |square: Square| {
        counted.set(counted.get() + 1);
        let value = square.value * 2;
        Square { value, ..square }
    });
    assert_eq!(Artifact::key(&doubled), 2);
    assert_eq!(doubled.version(), Some(3));
    assert!(!doubled.exists().await.unwrap());
    assert!(doubled.get().await.is_err());
    assert_eq!(runs.get(), 0);

    deriver.failing.set(None);
    doubled.ensure().await.unwrap();
    assert_eq!(runs.get(), 1);
    assert!(doubled.exists().await.unwrap());
    let (one, other) = tokio::join!(doubled.get(), doubled.get());
    assert_eq!(one.unwrap(), other.unwrap());

    let store = filled(0..0).await;
    let artifacts = [doubled];
    let (ensure, _) = ensure(witness(&artifacts), &store, Attempts::once());
    let [doubled] = artifacts;
    assert!(ensure.run(doubled).await.unwrap().is_derived());
    assert_eq!(store.get(&2).await.unwrap().unwrap().value, 400);
    assert_eq!(runs.get(), 1);
    assert_eq!(*deriver.derived.borrow(), [2, 2]);
}

#[tokio::test]
async fn where_there_is_none_nothing_is_stored() {
    #[derived(key = key, as = Nothing)]
    async fn nothing(key: u32) -> Option<Square> {
        (key > 100).then(|| square_of(key))
    }
    let store = filled(0..0).await;
    let artifacts = [Nothing::new(1)];
    let (ensure, _) = ensure(witness(&artifacts), &store, Attempts::once());
    let [artifact] = artifacts;
    let ensured = ensure.run(artifact).await.unwrap();
    assert_eq!((ensured.key, ensured.outcome()), (1, Outcome::Absent));
    assert!(!ensured.is_extant() && !ensured.is_derived());
    assert!(store.is_empty().await.unwrap());
}

#[tokio::test]
async fn store_passes_records_on_when_they_are_kept() {
    let kept = filled(0..0).await;
    let records = [square_of(4)];
    let (store, _) = store(witness(&records), &kept, Attempts::once());
    let [record] = records;
    assert_eq!(store.run(record).await.unwrap(), square_of(4));
    assert_eq!(kept.get(&4).await.unwrap(), Some(square_of(4)));
}

#[tokio::test]
async fn missing_passes_what_is_not_stored() {
    let (deriver, store) = (Deriver::default(), filled(0..8).await);
    let possible: Vec<_> = (0..10)
        .map(|key| DerivedSquare::new(key, &deriver))
        .collect();
    let (missing, _) = missing(witness(&possible), &store);
    let mut keys = Vec::new();
    for artifact in possible {
        keys.extend(missing.run(artifact).await.map(|it| Artifact::key(&it)));
    }
    assert_eq!(keys, [8, 9]);
    assert!(deriver.derived.borrow().is_empty());
}

#[tokio::test]
async fn stored_reads_keys_in_pages() {
    for count in [0, 1, 999, 1000, 1001, 2500] {
        let store = filled(0..count).await;
        let (keys, _) = stored(&store);
        let keys: Vec<u32> = keys.map(|it| Artifact::key(&it)).collect().await;
        assert!(keys.iter().copied().eq(0..count), "{count}");
    }
}

/// Cannot be read.
struct Broken;

impl Storage for Broken {
    fn name(&self) -> String {
        "broken".to_owned()
    }

    fn contains<'a>(&'a self, _: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async { Err(broken()) })
    }

    fn get<'a>(&'a self, _: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async { Err(broken()) })
    }

    fn scan<'a>(&'a self, _: Option<&'a [u8]>, _: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async { Err(broken()) })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async { Err(broken()) })
    }

    fn commit(&self, _: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async { Err(broken()) })
    }
}

fn broken() -> Error {
    Error::of(ErrorKind::Store, "the disk is gone")
}

#[tokio::test]
async fn an_unreadable_store_is_one_artifact_that_says_so() {
    let broken = Store::<Square>::with_storage(Broken);
    let (keys, ty) = stored(&broken);
    let mut artifacts: Vec<ExtantSquare> = keys.collect().await;
    assert_eq!(artifacts.len(), 1);
    let artifact = artifacts.remove(0);
    let message = "cannot read the keys of `Square`: the disk is gone";
    for error in [
        artifact.check().unwrap_err(),
        artifact.get().await.unwrap_err(),
        artifact.ensure().await.unwrap_err(),
        artifact.exists().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Store);
        assert_eq!(error.to_string(), message);
    }

    let (missing, ty) = missing(ty, &broken);
    let artifact = missing.run(artifact).await.unwrap();
    let (ensure, _) = ensure(ty, &broken, Attempts::once());
    assert_eq!(ensure.run(artifact).await.unwrap_err().to_string(), message);

    let deriver = Deriver::default();
    let possible = [DerivedSquare::new(1, &deriver)];
    let (ensure, _) = self::ensure(witness(&possible), &broken, Attempts::once());
    let [possible] = possible;
    let error = ensure.run(possible).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot look up `Square` 1: the disk is gone"
    );
    assert!(deriver.derived.borrow().is_empty());
}

/// Of two squares, the second of which may be anything.
#[derived(key = first.key(), as = Sum)]
async fn sum(
    #[source] first: impl Artifact<Key = u32, Value = Square>,
    #[source] second: impl Artifact<Value = u32>,
) -> Result<Square, Error> {
    let (key, value) = (first.key(), first.get().await?.value);
    let value = value + second.get().await?;
    Ok(Square { key, value })
}

#[tokio::test]
async fn what_is_derived_of_an_unreadable_store_says_so() {
    let broken = Store::<Square>::with_storage(Broken);
    let (keys, _) = stored(&broken);
    let unreadable = keys.collect::<Vec<_>>().await.remove(0);
    let derived = Sum::new(unreadable, Keyed::new(1, 1));
    let said = "cannot derive `Square`: source `first`: cannot read the keys of `Square`: the disk is gone";
    let again = format!("cannot derive `Square`: source `second`: {said}");
    assert_eq!(format!("{derived:?}"), "Sum { key: unknown, .. }");
    let derived = Sum::new(
        Keyed::new(2, Square { key: 2, value: 4 }),
        derived.transform(|square| square.value),
    );
    for error in [
        derived.check().unwrap_err(),
        derived.exists().await.unwrap_err(),
        derived.get().await.unwrap_err(),
        derived.ensure().await.unwrap_err(),
        derived.find().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Derive);
        assert_eq!(error.to_string(), again);
    }
    assert_eq!(derived.into_value().await.unwrap_err().to_string(), again);
}

#[tokio::test]
async fn a_flow_goes_on_behind_what_is_derived_of_an_unreadable_store() {
    let (broken, store) = (Store::<Square>::with_storage(Broken), Store::memory());
    let said = |error: Error| error.to_string();
    let (merged, ensured, got) = flow! {
        possible = stored(&broken) -> map(|square| Sum::new(square, Keyed::new(1, 1)));
        merged = merge_keyed(again, stored(&store)) -> map(|each| each.err().map(said)) -> collect::<Vec<_>>();
        again = stored(&broken) -> map(|square| Sum::new(square, Keyed::new(1, 1)));
        ensured = possible -> ensure(&store) -> map(|each| each.err().map(said)) -> collect::<Vec<_>>();
        got = stored(&broken) -> map(|square| Sum::new(square, Keyed::new(1, 1))) -> get()
            -> map(|each| each.err().map(said)) -> collect::<Vec<_>>();
        (merged, ensured, got)
    }
    .run()
    .await
    .unwrap();
    let said = "cannot derive `Square`: source `first`: cannot read the keys of `Square`: the disk is gone";
    for errors in [merged, ensured, got] {
        let [Some(error)] = &errors[..] else {
            panic!("{errors:?}")
        };
        assert!(error.ends_with(said), "{error}");
    }
}

#[test]
fn operators_are_send_where_the_types_are() {
    fn assert_send<T: Send>(_: T) {}

    #[derived(key = key, as = Sent)]
    async fn sent(key: u32, text: &str) -> Result<Square, String> {
        Err(format!("{text} {key}"))
    }

    let squares = Store::<Square>::memory();
    let text = String::new();
    let (keys, ty) = stored(&squares);
    assert_send(keys);
    let (ensure, _) = ensure(ty, &squares, Attempts::once());
    assert_send(ensure.run(ExtantSquare::new(1, &squares)));
    assert_send(
        ensure.run(<Sent<'_> as Mergeable<ExtantSquare>>::left(Sent::new(
            1, &text,
        ))),
    );
    let (get, _) = get(ty, Attempts::once());
    assert_send(get.run(Sent::new(1, &text).transform(|square| square.value)));
    let (missing, _) = missing(ty, &squares);
    assert_send(missing.run(Sent::new(1, &text)));
    let (store, _) = store(Ty::new(), &squares, Attempts::once());
    assert_send(store.run(square_of(1)));
}

/// The picture: what is stored is neither read nor made again.
#[tokio::test]
async fn a_flow_makes_what_is_missing() {
    let (deriver, store) = (Deriver::default(), filled(0..8).await);
    for _ in 0..2 {
        let made = flow_runtime::flow! {
            possible = from(0..10) -> map(|key| DerivedSquare::new(key, &deriver));
            all      = merge_keyed(possible, stored(&store))?;
            all -> ensure(&store, concurrency = 3)? -> count()
        }
        .run()
        .await
        .unwrap();
        assert_eq!(made, 10);
        assert_eq!(*deriver.derived.borrow(), [8, 9]);
    }
}
