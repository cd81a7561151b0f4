//! Possible, extant, all: flows that make what is missing and nothing else, in
//! every kind of store.

use std::cell::RefCell;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow_runtime::{Artifact, Error, ErrorKind, Keyed, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};
use tracing::field::{Field, Visit};
use tracing::span;

#[extant(key = key)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Square {
    key: u32,
    value: u32,
}

fn square_of(key: u32) -> Square {
    Square {
        key,
        value: key * 100,
    }
}

#[derived(key = key)]
async fn square(key: u32, failing: Option<u32>) -> Result<Square, String> {
    tokio::task::yield_now().await;
    match failing {
        Some(failing) if failing == key => Err(format!("{key} cannot be squared")),
        _ => Ok(square_of(key)),
    }
}

/// The steps of artifacts, as they are told to whoever listens: `retrieved 3`.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);

impl Steps {
    /// Those of one kind since the last call.
    fn take(&self, names: [&str; 2]) -> [Vec<String>; 2] {
        let all = std::mem::take(&mut *self.0.lock().unwrap());
        names.map(|name| {
            let steps = all.iter().filter_map(|step| step.strip_prefix(name));
            steps.map(|key| key.trim().to_owned()).collect()
        })
    }

    /// The keys that were read, and those that were derived.
    fn counts(&self) -> [Vec<String>; 2] {
        self.take(["retrieved ", "deriving "])
    }
}

impl tracing::Subscriber for Steps {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("flow_runtime")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        #[derive(Default)]
        struct Step {
            name: String,
            key: String,
        }
        impl Visit for Step {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                match field.name() {
                    "message" => self.name = format!("{value:?}"),
                    "key" => self.key = format!("{value:?}"),
                    _ => {}
                }
            }
        }
        let mut step = Step::default();
        event.record(&mut step);
        let Step { name, key } = step;
        self.0.lock().unwrap().push(format!("{name} {key}"));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// A place for stores of one kind, opened anew for each run where it lasts.
enum Place {
    Memory(Store<Square>),
    Jsonl(PathBuf),
    Database(PathBuf),
}

impl Place {
    fn open(&self) -> Store<Square> {
        match self {
            Self::Memory(store) => store.clone(),
            Self::Jsonl(path) => Store::jsonl(path).unwrap(),
            Self::Database(path) => Store::open(path).unwrap(),
        }
    }

    async fn keys(&self) -> Vec<u32> {
        self.open().page(None, 100).await.unwrap()
    }
}

/// Runs a test in every kind of store that holds some keys already.
fn everywhere(stored: std::ops::Range<u32>, test: impl AsyncFn(&Place, &Steps)) {
    let directory = tempfile::tempdir().unwrap();
    let places = [
        Place::Memory(Store::memory()),
        Place::Jsonl(directory.path().join("squares.jsonl")),
        Place::Database(directory.path().join("squares.redb")),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    for place in &places {
        let steps = Steps::default();
        let _listens = tracing::subscriber::set_default(steps.clone());
        let run = async {
            let records = stored.clone().map(square_of);
            let store = place.open();
            flow! { from(records) -> store(&store)? -> drain() }
                .await
                .unwrap();
            drop(store);
            steps.counts();
            test(place, &steps).await;
        };
        let limit = Duration::from_secs(60);
        let run = async { tokio::time::timeout(limit, run).await };
        runtime.block_on(run).expect("the flow hangs");
    }
}

fn keys(keys: impl IntoIterator<Item = u32>) -> Vec<String> {
    keys.into_iter().map(|key| key.to_string()).collect()
}

mod all {
    use super::*;

    #[test]
    fn getting_retrieves_what_is_stored_and_derives_the_rest() {
        everywhere(0..8, async |place, steps| {
            let store = place.open();
            let values: Vec<u32> = flow! {
                possible = from(0..10) -> map(|key| DerivedSquare::new(key, None));
                all      = merge_keyed(possible, stored(&store))?;
                all -> get()? -> map(|square| square.value) -> collect()
            }
            .run()
            .await
            .unwrap();
            assert_eq!(values, (0..10).map(|key| key * 100).collect::<Vec<_>>());
            assert_eq!(steps.counts(), [keys(0..8), keys(8..10)]);
        });
    }

    #[test]
    fn ensuring_derives_what_is_missing_and_reads_nothing() {
        everywhere(0..8, async |place, steps| {
            for run in 0..2 {
                let store = place.open();
                let (extant, derived) = flow! {
                    possible = from(0..10) -> map(|key| DerivedSquare::new(key, None));
                    all      = merge_keyed(possible, stored(&store))?;
                    ensured  = all -> ensure(&store, concurrency = 4)?;
                    extant   = ensured -> filter(|it| it.is_extant()) -> map(|it| it.key) -> collect::<Vec<_>>();
                    derived  = ensured -> filter(|it| it.is_derived()) -> map(|it| *it.key()) -> collect::<Vec<_>>();
                    (extant, derived)
                }
                .await
                .unwrap();
                let old = if run == 0 { 8 } else { 10 };
                assert_eq!(extant, (0..old).collect::<Vec<_>>());
                assert_eq!(derived, (old..10).collect::<Vec<_>>());
                assert_eq!(steps.counts(), [keys([]), keys(old..10)]);
            }
            assert_eq!(place.keys().await, (0..10).collect::<Vec<_>>());
            assert_eq!(place.open().get(&9).await.unwrap(), Some(square_of(9)));
        });
    }

    #[test]
    fn possible_ones_in_any_order_are_looked_up() {
        everywhere(0..3, async |place, steps| {
            let store = place.open();
            let derived = flow! {
                from([4, 1, 3, 0]) -> map(|key| DerivedSquare::new(key, None))
                    -> ensure(&store)? -> filter(|it| it.is_derived()) -> count()
            };
            assert_eq!(derived.await.unwrap(), 2);
            assert_eq!(steps.counts(), [keys([]), keys([4, 3])]);
        });
    }

    #[test]
    fn only_what_is_missing_passes() {
        everywhere(2..5, async |place, steps| {
            let store = place.open();
            let missing: Vec<u32> = flow! {
                from(0..7) -> map(|key| DerivedSquare::new(key, None)) -> missing(&store)
                    -> map(|it| it.key()) -> collect()
            }
            .await;
            assert_eq!(missing, [0, 1, 5, 6]);
            assert_eq!(steps.counts(), [keys([]), keys([])]);
        });
    }

    #[test]
    fn what_is_stored_comes_in_key_order() {
        everywhere(0..0, async |place, _| {
            let store = place.open();
            let records = [3, 1, 2].map(square_of);
            flow! { from(records) -> store(&store)? -> drain() }
                .await
                .unwrap();
            let (keys, values): (Vec<u32>, Vec<u32>) = flow! {
                keys   = stored(&store) -> map(|it| it.key()) -> collect();
                values = stored(&store) -> get(concurrency = 2)? -> map(|it| it.value) -> collect();
                (keys, values)
            }
            .await
            .unwrap();
            assert_eq!((keys, values), (vec![1, 2, 3], vec![100, 200, 300]));
        });
    }
}

mod failures {
    use super::*;

    #[test]
    fn a_question_mark_stops_with_what_came_before_stored() {
        everywhere(0..0, async |place, steps| {
            let store = place.open();
            let flow = flow! {
                made = from(0..10) -> map(|key| DerivedSquare::new(key, Some(3))) -> ensure(&store)?;
                made -> count()
            };
            let error: Error = flow.await.unwrap_err();
            assert_eq!(
                (error.kind(), error.stage()),
                (ErrorKind::Derive, Some("made"))
            );
            let text = error.to_string();
            assert!(
                text.contains("`Square` 3") && text.contains("3 cannot be squared"),
                "{text}"
            );
            drop(store);
            assert_eq!(steps.counts(), [keys([]), keys(0..4)]);
            assert_eq!(place.keys().await, [0, 1, 2]);
        });
    }

    #[test]
    fn diverted_it_goes_on_and_the_next_run_derives_what_failed_alone() {
        everywhere(0..0, async |place, steps| {
            for failing in [Some(3), None] {
                let store = place.open();
                let (count, failed) = flow! {
                    possible = from(0..10) -> map(|key| DerivedSquare::new(key, failing));
                    all      = merge_keyed(possible, stored(&store))?;
                    made     = all -> ensure(&store, concurrency = 3)? else failed -> count();
                    failed   = map(|error| error.to_string()) -> collect::<Vec<_>>();
                    (made, failed)
                }
                .await
                .unwrap();
                drop(store);
                if failing.is_some() {
                    assert_eq!(count, 9);
                    assert_eq!(failed, ["cannot derive `Square` 3: 3 cannot be squared"]);
                    assert_eq!(steps.counts(), [keys([]), keys(0..10)]);
                    assert_eq!(place.keys().await, [0, 1, 2, 4, 5, 6, 7, 8, 9]);
                } else {
                    assert_eq!((count, failed.len()), (10, 0));
                    assert_eq!(steps.counts(), [keys([]), keys([3])]);
                    assert_eq!(place.keys().await, (0..10).collect::<Vec<_>>());
                }
            }
        });
    }

    #[test]
    fn getting_names_the_key_that_failed() {
        everywhere(0..0, async |_, steps| {
            let flow = flow! {
                from(0..5) -> map(|key| DerivedSquare::new(key, Some(2)))
                    -> get(concurrency = 2)? -> count()
            };
            let error = flow.await.unwrap_err();
            assert!(error.to_string().contains("`Square` 2"), "{error}");
            let [read, derived] = steps.counts();
            assert_eq!(read, keys([]));
            assert!(derived.contains(&"2".to_owned()));
        });
    }

    #[test]
    fn possible_ones_out_of_order_cannot_be_merged() {
        everywhere(0..3, async |place, _| {
            let store = place.open();
            let flow = flow! {
                possible = from([1, 5, 4]) -> map(|key| DerivedSquare::new(key, None));
                all = merge_keyed(possible, stored(&store))?;
                all -> ensure(&store)? -> count()
            };
            let error = flow.await.unwrap_err();
            assert_eq!(
                (error.kind(), error.stage()),
                (ErrorKind::Unsorted, Some("all"))
            );
            let text = error.to_string();
            assert!(
                text.contains("`possible`") && text.contains('5') && text.contains('4'),
                "{text}"
            );
        });
    }
}

mod derivations {
    use super::*;

    #[extant(key = key)]
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Sum {
        key: u32,
        sum: u32,
    }

    #[derived(key = square.key())]
    async fn sum(#[source] square: impl Artifact<Key = u32, Value = Square>) -> Result<Sum, Error> {
        let square = square.get().await?;
        Ok(Sum {
            key: square.key,
            sum: square.value + 1,
        })
    }

    #[test]
    fn of_what_is_stored_reads_what_it_needs() {
        everywhere(0..5, async |place, steps| {
            let (squares, sums) = (place.open(), Store::<Sum>::memory());
            sums.put(&Sum { key: 1, sum: 7 }).await.unwrap();
            let made = flow! {
                stored(&squares) -> map(DerivedSum::new) -> ensure(&sums, concurrency = 2, ordered = false)?
                    -> filter(|it| it.is_derived()) -> count()
            };
            assert_eq!(made.await.unwrap(), 4);
            let [mut read, mut derived] = steps.counts();
            read.sort();
            derived.sort();
            assert_eq!([read, derived], [keys([0, 2, 3, 4]), keys([0, 2, 3, 4])]);
            assert_eq!(sums.get(&4).await.unwrap().unwrap().sum, 401);
        });
    }

    #[test]
    fn a_transformed_artifact_runs_its_function_when_asked() {
        everywhere(0..3, async |place, steps| {
            let store = place.open();
            let ran = RefCell::new(0);
            let doubles: Vec<u32> = flow! {
                stored(&store)
                    -> map(|it| it.transform(|square| { *ran.borrow_mut() += 1; square.value * 2 }))
                    -> filter(|it| it.key() != 1)
                    -> get()? -> collect()
            }
            .await
            .unwrap();
            assert_eq!(doubles, [0, 400]);
            assert_eq!(*ran.borrow(), 2);
            assert_eq!(steps.counts(), [keys([0, 2]), keys([])]);
        });
    }

    #[test]
    fn plain_values_are_artifacts_too() {
        everywhere(0..2, async |place, steps| {
            let store = place.open();
            let made: Vec<bool> = flow! {
                given = from(1..4) -> map(|key| Keyed::new(key, square_of(key)));
                merge_keyed(given, stored(&store))? -> ensure(&store)? -> map(|it| it.is_derived()) -> collect()
            }
            .await
            .unwrap();
            assert_eq!(made, [false, false, true, true]);
            assert_eq!(steps.counts(), [keys([]), keys([])]);
            drop(store);
            assert_eq!(place.keys().await, [0, 1, 2, 3]);
        });
    }
}
