//! Records that are removed while a flow goes over the store.

use flow_runtime::{Artifact, ErrorKind, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[extant(key = key)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Number {
    key: u32,
}

async fn filled(store: &Store<Number>) {
    let numbers = (0..5).map(|key| Number { key });
    flow! { from(numbers) -> store(store)? -> drain() }
        .await
        .unwrap();
}

/// Goes over the store, from which `gone` is removed at the first record.
async fn told(store: Store<Number>, gone: Option<u32>) -> (Vec<u32>, Vec<ErrorKind>) {
    filled(&store).await;
    flow! {
        made = stored(&store)
            -> then(async |it| {
                if let (0, Some(gone)) = (it.key(), gone) {
                    assert!(store.remove(&gone).await.unwrap());
                }
                it
            })
            -> ensure(&store)? else failed;
        there  = made -> map(|it| it.key) -> collect();
        failed = map(|error| error.kind()) -> collect();
        (there, failed)
    }
    .await
    .unwrap()
}

#[tokio::test]
async fn what_is_gone_is_not_told_to_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let jsonl = Store::jsonl(folder.path().join("numbers.jsonl")).unwrap();
    let database = Store::open(folder.path().join("numbers.redb")).unwrap();
    for store in [Store::memory(), jsonl, database] {
        let (there, failed) = told(store, Some(3)).await;
        assert_eq!(there, [0, 1, 2, 4]);
        assert_eq!(failed, [ErrorKind::Missing]);
    }
}

#[tokio::test]
async fn what_stays_is_there() {
    let (there, failed) = told(Store::memory(), None).await;
    assert_eq!((there, failed), (vec![0, 1, 2, 3, 4], vec![]));
}

#[derived(key = key, version = 1)]
async fn number(key: u32) -> std::io::Result<Number> {
    Ok(Number { key })
}

#[tokio::test]
async fn what_is_gone_is_not_made_in_place_of_what_was_there_but_by_the_next_run() {
    let store = Store::<Number>::memory();
    filled(&store).await;
    let run = async |gone: Option<u32>| -> (usize, Vec<ErrorKind>) {
        flow! {
            possible = from(0..6) -> map(DerivedNumber::new);
            made = merge_keyed(possible, stored(&store))?
                -> then(async |it| {
                    if let (0, Some(gone)) = (it.key(), gone) {
                        assert!(store.remove(&gone).await.unwrap());
                    }
                    it
                })
                -> ensure(&store)? else failed;
            there  = made -> count();
            failed = map(|error| error.kind()) -> collect();
            (there, failed)
        }
        .await
        .unwrap()
    };
    assert_eq!(run(Some(3)).await, (5, vec![ErrorKind::Missing]));
    assert!(store.get(&3).await.unwrap().is_none());
    assert_eq!(run(None).await, (6, vec![]));
}
