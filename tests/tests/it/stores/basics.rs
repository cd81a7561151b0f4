//! The behaviour of every store, on every backend.

use super::*;

/// The same behaviour from memory, a file and a database.
fn on_every_backend(test: impl AsyncFn(Store<Answer>)) {
    let place = Place::new();
    block_on(test(Store::memory()));
    block_on(test(Store::jsonl(place.path("answers.jsonl")).unwrap()));
    block_on(test(Store::open(place.path("answers.db")).unwrap()));
}

#[test]
fn what_is_put_is_there() {
    on_every_backend(async |store| {
        assert!(store.is_empty().await.unwrap());
        assert!(!store.contains(&1).await.unwrap());
        assert_eq!(store.get(&1).await.unwrap(), None);

        store.put(&answer(1, "yes\nno")).await.unwrap();
        store.put(&answer(2, "")).await.unwrap();

        assert!(store.contains(&1).await.unwrap());
        assert_eq!(store.get(&1).await.unwrap(), Some(answer(1, "yes\nno")));
        assert_eq!(store.get(&2).await.unwrap(), Some(answer(2, "")));
        assert_eq!(store.len().await.unwrap(), 2);
        assert!(!store.contains(&3).await.unwrap());
    });
}

#[test]
fn the_latest_record_of_a_key_wins() {
    on_every_backend(async |store| {
        for text in ["old", "newer", "newest"] {
            store.put(&answer(7, text)).await.unwrap();
        }
        assert_eq!(store.get(&7).await.unwrap(), Some(answer(7, "newest")));
        assert_eq!(store.len().await.unwrap(), 1);
    });
}

#[test]
fn remove_says_whether_there_was_one() {
    on_every_backend(async |store| {
        store.put(&answer(1, "a")).await.unwrap();
        store.put(&answer(2, "b")).await.unwrap();
        assert!(store.remove(&1).await.unwrap());
        assert!(!store.remove(&1).await.unwrap());
        assert_eq!(store.get(&1).await.unwrap(), None);
        assert_eq!(store.get(&2).await.unwrap(), Some(answer(2, "b")));
        assert_eq!(keys(&store).await, [2]);

        store.put(&answer(1, "again")).await.unwrap();
        assert_eq!(store.get(&1).await.unwrap(), Some(answer(1, "again")));
    });
}

#[test]
fn pages_ascend_and_end() {
    on_every_backend(async |store| {
        assert_eq!(store.page(None, 10).await.unwrap(), [0_u32; 0]);
        for id in [300, 2, 1, 70_000, 0, 256] {
            store.put(&answer(id, "")).await.unwrap();
        }
        assert_eq!(store.page(None, 4).await.unwrap(), [0, 1, 2, 256]);
        assert_eq!(store.page(Some(&256), 4).await.unwrap(), [300, 70_000]);
        assert_eq!(
            store.page(Some(&3), 1).await.unwrap(),
            [256],
            "from a key that is not there"
        );
        assert_eq!(store.page(Some(&70_000), 4).await.unwrap(), [0_u32; 0]);
        assert_eq!(store.page(None, 0).await.unwrap(), [0_u32; 0]);
        assert_eq!(keys(&store).await, [0, 1, 2, 256, 300, 70_000]);
    });
}

#[test]
fn clones_are_one_store() {
    on_every_backend(async |store| {
        let other = store.clone();
        store.put(&answer(1, "a")).await.unwrap();
        assert_eq!(other.get(&1).await.unwrap(), Some(answer(1, "a")));
        drop(store);
        other.put(&answer(2, "b")).await.unwrap();
        assert_eq!(other.len().await.unwrap(), 2);
    });
}

#[test]
fn what_was_put_is_there_after_reopening() {
    let place = Place::new();
    let file = place.path("answers.jsonl");
    let database = place.path("answers.db");
    let open: [&dyn Fn() -> Result<Store<Answer>, Error>; 2] =
        [&|| Store::jsonl(&file), &|| Store::open(&database)];
    for open in open {
        let store = open().unwrap();
        block_on(async {
            store.put(&answer(1, "old")).await.unwrap();
            store.put(&answer(2, "b")).await.unwrap();
            store.put(&answer(1, "new")).await.unwrap();
            store.put(&answer(3, "c")).await.unwrap();
            assert!(store.remove(&3).await.unwrap());
        });
        drop(store);

        let store = open().unwrap();
        block_on(async {
            assert_eq!(keys(&store).await, [1, 2]);
            assert_eq!(store.get(&1).await.unwrap(), Some(answer(1, "new")));
            assert!(store.recovered().is_none());
        });
    }
}

#[test]
fn a_jsonl_file_is_plain() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    in_jsonl(&path, async |store| {
        store.put(&answer(2, "b")).await?;
        store.put(&answer(1, "a")).await?;
        store.put(&answer(3, "c")).await?;
        store.remove(&2).await.map(drop)
    });
    assert_eq!(
        text(&path),
        "{\"id\":1,\"text\":\"a\"}\n{\"id\":3,\"text\":\"c\"}\n"
    );
    let files = fs::read_dir(place.0.path()).unwrap().count();
    assert_eq!(files, 1, "and nothing lies beside it");
}

/// Raw JSON keeps the line breaks of its author, and a line must not.
#[test]
fn raw_json_stays_on_its_line() {
    #[derive(Serialize, Deserialize)]
    struct Raw {
        id: u8,
        body: Box<serde_json::value::RawValue>,
    }
    impl Extant for Raw {
        type Key = u8;
        const KIND: &'static str = "Raw";
        fn key(&self) -> u8 {
            self.id
        }
    }

    let place = Place::new();
    let path = place.path("raw.jsonl");
    let body: Box<_> = serde_json::from_str("{\r\n\"a\":\n\"x\\ny\"\n}").unwrap();
    let store = Store::jsonl(&path).unwrap();
    block_on(store.put(&Raw { id: 1, body })).unwrap();
    drop(store);
    assert_eq!(text(&path).lines().count(), 1);
    let found = block_on(Store::<Raw>::jsonl(&path).unwrap().get(&1))
        .unwrap()
        .unwrap();
    let body: serde_json::Value = serde_json::from_str(found.body.get()).unwrap();
    assert_eq!(body, serde_json::json!({ "a": "x\ny" }));
}

#[test]
fn debug_names_record_and_place() {
    let place = Place::new();
    let store = Store::<Answer>::jsonl(place.path("answers.jsonl")).unwrap();
    let debug = format!("{store:?}");
    assert!(
        debug.contains("Answer") && debug.contains("answers.jsonl"),
        "{debug}"
    );
}

/// Compiles only if a store can be shared and its futures spawned.
#[test]
fn futures_of_plain_records_can_be_spawned() {
    fn spawnable<T: Send>(value: T) -> T {
        value
    }
    let store = spawnable(Store::<Answer>::memory());
    let record = answer(1, "a");
    block_on(async {
        spawnable(store.put(&record)).await.unwrap();
        spawnable(store.page(None, 1)).await.unwrap();
        assert!(spawnable(store.contains(&1)).await.unwrap());
        assert!(spawnable(store.remove(&1)).await.unwrap());
    });
}
