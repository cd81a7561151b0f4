//! Records that are removed while a flow goes over the store.

use flow_runtime::{Artifact, ErrorKind, Store, extant, flow};
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
