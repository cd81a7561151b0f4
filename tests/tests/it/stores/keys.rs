//! The keys there are, and the order in which they come.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::rc::Rc;

use flow_runtime::ErrorKind;

use super::*;

#[test]
fn composite_keys_ascend() {
    let place = Place::new();
    let store = Store::<Only<(String, i32)>>::jsonl(place.path("pairs.jsonl")).unwrap();
    block_on(async {
        for (name, number) in [
            ("b", 1),
            ("a", 10),
            ("a", -3),
            ("a\0", 0),
            ("", 5),
            ("a", 2),
        ] {
            store.put(&Only((name.to_owned(), number))).await.unwrap();
        }
        let ascending = [
            ("", 5),
            ("a", -3),
            ("a", 2),
            ("a", 10),
            ("a\0", 0),
            ("b", 1),
        ];
        let found = keys(&store).await;
        let found: Vec<_> = found
            .iter()
            .map(|(name, number)| (&**name, *number))
            .collect();
        assert_eq!(found, ascending);
        assert!(store.contains(&("a\0".to_owned(), 0)).await.unwrap());
        assert!(!store.contains(&("a".to_owned(), 0)).await.unwrap());
    });
}

#[test]
fn one_and_the_text_one_are_two_keys() {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Id {
        Number(u64),
        Text(String),
    }

    let place = Place::new();
    let path = place.path("ids.db");
    let (number, text) = (Id::Number(1), Id::Text("1".to_owned()));
    let store = Store::<Only<Id>>::open(&path).unwrap();
    block_on(async {
        store.put(&Only(number.clone())).await.unwrap();
        assert!(!store.contains(&text).await.unwrap());
        store.put(&Only(text.clone())).await.unwrap();
        assert_eq!(keys(&store).await, [number, text]);
    });
}

#[test]
fn a_key_type_may_grow() {
    let place = Place::new();
    let path = place.path("numbers.db");
    let store = Store::<Only<u32>>::open(&path).unwrap();
    block_on(store.put(&Only(70_000))).unwrap();
    drop(store);
    let store = Store::<Only<i64>>::open(&path).unwrap();
    assert!(block_on(store.contains(&70_000)).unwrap());
}

#[test]
fn reversed_keys_come_in_their_own_order() {
    let store = Store::<Only<Reverse<u32>>>::memory();
    block_on(async {
        store.put(&Only(Reverse(1))).await.unwrap();
        assert_eq!(keys(&store).await, [Reverse(1)]);
        for id in [5, 3, 9] {
            store.put(&Only(Reverse(id))).await.unwrap();
        }
        assert_eq!(keys(&store).await, [9, 5, 3, 1].map(Reverse));
        store.put(&Only(Reverse(4))).await.unwrap();
        assert_eq!(
            keys(&store).await,
            [9, 5, 4, 3, 1].map(Reverse),
            "also after a write"
        );
        assert_eq!(
            store.page(Some(&Reverse(5)), 1).await.unwrap(),
            [Reverse(4)]
        );
        store.remove(&Reverse(9)).await.unwrap();
        assert_eq!(
            keys(&store).await,
            [5, 4, 3, 1].map(Reverse),
            "also after a removal"
        );
    });
}

#[test]
fn keys_put_during_a_walk_come_in_their_own_order() {
    let store = Store::<Only<Reverse<u32>>>::memory();
    block_on(async {
        store.put(&Only(Reverse(5))).await.unwrap();
        assert_eq!(store.page(None, 1).await.unwrap(), [Reverse(5)]);
        for id in [9, 3, 4] {
            store.put(&Only(Reverse(id))).await.unwrap();
        }
        let rest = store.page(Some(&Reverse(5)), 9).await.unwrap();
        assert_eq!(rest, [4, 3].map(Reverse), "those that lie ahead");
    });
}

/// Even numbers, then odd ones: no page of two even or two odd ones shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EvenFirst(u32);

impl Ord for EvenFirst {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0 % 2, self.0).cmp(&(other.0 % 2, other.0))
    }
}

impl PartialOrd for EvenFirst {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[test]
fn an_order_of_its_own_loses_no_key() {
    let store = Store::<Only<EvenFirst>>::memory();
    block_on(async {
        // In the order of bytes: 1, 3, 4, 6.
        for id in [1, 3] {
            store.put(&Only(EvenFirst(id))).await.unwrap();
        }
        assert_eq!(keys(&store).await, [1, 3].map(EvenFirst));
        for id in [4, 6] {
            store.put(&Only(EvenFirst(id))).await.unwrap();
        }
        assert_eq!(keys(&store).await, [4, 6, 1, 3].map(EvenFirst));
    });
}

#[test]
fn text_without_regard_to_case() {
    #[derive(Clone, Debug, Serialize, Deserialize)]
    struct Name(String);
    impl Ord for Name {
        fn cmp(&self, other: &Self) -> Ordering {
            self.0.to_lowercase().cmp(&other.0.to_lowercase())
        }
    }
    impl PartialOrd for Name {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl PartialEq for Name {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }
    impl Eq for Name {}

    let place = Place::new();
    let store = Store::<Only<Name>>::open(place.path("names.db")).unwrap();
    block_on(async {
        for name in ["Zoe", "adam", "Berta", "claus"] {
            store.put(&Only(Name(name.to_owned()))).await.unwrap();
        }
        let found = keys(&store).await;
        let found: Vec<_> = found.iter().map(|name| &*name.0).collect();
        assert_eq!(found, ["adam", "Berta", "claus", "Zoe"]);
    });
}

#[test]
fn many_keys_in_every_page_size() {
    let store = Store::<Only<Reverse<i32>>>::memory();
    let plain = Store::<Only<i32>>::memory();
    block_on(async {
        for id in (-1500..1500).rev() {
            store.put(&Only(Reverse(id))).await.unwrap();
            plain.put(&Only(id)).await.unwrap();
        }
        let all = plain.page(None, usize::MAX).await.unwrap();
        assert!(all.iter().copied().eq(-1500..1500));
        let all = store.page(None, usize::MAX).await.unwrap();
        assert!(all.iter().map(|key| key.0).eq((-1500..1500).rev()));
        assert_eq!(keys(&plain).await.len(), 3000);
    });
}

#[test]
fn what_is_no_key_is_refused_and_nothing_is_written() {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    struct Tags(BTreeMap<String, String>);

    let store = Store::<Only<Tags>>::memory();
    let key = Tags(BTreeMap::new());
    block_on(async {
        let error = store.put(&Only(key.clone())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Key);
        assert!(error.to_string().contains("maps are no keys"), "{error}");
        assert_eq!(
            store.contains(&key).await.unwrap_err().kind(),
            ErrorKind::Key
        );
        assert!(store.is_empty().await.unwrap());
    });
}

/// JSON has one `null` for both.
#[test]
fn a_key_that_does_not_come_back_is_refused() {
    let store = Store::<Only<Option<Option<u8>>>>::memory();
    block_on(async {
        store.put(&Only(None)).await.unwrap();
        let error = store.put(&Only(Some(None))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Key);
        assert_eq!(keys(&store).await, [None]);
    });
}

/// Neither keys nor records cross a thread.
#[test]
fn records_need_not_be_send() {
    #[derive(Serialize, Deserialize)]
    struct Local {
        id: u8,
        #[serde(skip)]
        _shared: Rc<()>,
    }
    impl Extant for Local {
        type Key = u8;
        const KIND: &'static str = "Local";
        fn key(&self) -> u8 {
            self.id
        }
    }
    let place = Place::new();
    let store = Store::<Local>::jsonl(place.path("local.jsonl")).unwrap();
    block_on(async {
        store
            .put(&Local {
                id: 4,
                _shared: Rc::new(()),
            })
            .await
            .unwrap();
        assert_eq!(store.get(&4).await.unwrap().unwrap().id, 4);
    });
}
