//! Records that cannot be read back are not stored.

use std::collections::{BTreeMap, HashMap};

use flow_runtime::{ErrorKind, derived, extant, flow};
use serde::de::DeserializeOwned;

use super::*;

/// Puts the broken record among whole ones, in every store: it alone is refused.
fn is_refused<R>(broken: R, whole: [R; 2], kind: ErrorKind)
where
    R: Extant + Serialize + DeserializeOwned,
    R::Key: std::fmt::Debug,
{
    let place = Place::new();
    let path = place.path("records.jsonl");
    let stores = [
        Store::<R>::memory(),
        Store::jsonl(&path).unwrap(),
        Store::open(place.path("records.db")).unwrap(),
    ];
    for store in &stores {
        let [first, second] = &whole;
        block_on(store.put(first)).unwrap();
        let error = block_on(store.put(&broken)).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let message = error.to_string();
        let key = serde_json::to_string(&broken.key()).unwrap();
        assert!(message.contains(R::KIND), "{message}");
        assert!(message.contains(&key), "{message}");
        assert!(message.contains("its own JSON"), "{message}");
        block_on(store.put(second)).unwrap();
        assert_eq!(block_on(keys(store)).len(), 2);
    }
    drop(stores);
    assert_eq!(text(&path).lines().count(), 2);
    assert_eq!(block_on(keys(&Store::<R>::jsonl(&path).unwrap())).len(), 2);
}

#[test]
fn a_number_that_json_does_not_have() {
    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Score {
        id: u32,
        value: f64,
    }
    let score = |id, value| Score { id, value };
    for value in [f64::NAN, f64::INFINITY] {
        let whole = [score(1, 0.5), score(3, f64::MIN)];
        is_refused(score(2, value), whole, ErrorKind::Record);
    }

    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Vector {
        id: String,
        values: Vec<f32>,
    }
    let vector = |id: &str, last| Vector {
        id: id.to_owned(),
        values: vec![1.0, last],
    };
    let whole = [vector("a", 0.1), vector("c", f32::MAX)];
    is_refused(vector("b", f32::INFINITY), whole, ErrorKind::Record);
}

#[test]
fn a_field_that_is_skipped_and_wanted() {
    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Tagged {
        id: u32,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tags: Vec<String>,
    }
    let tagged = |id, tags: &[&str]| Tagged {
        id,
        tags: tags.iter().map(ToString::to_string).collect(),
    };
    let whole = [tagged(1, &["x"]), tagged(3, &["y"])];
    is_refused(tagged(2, &[]), whole, ErrorKind::Record);
}

#[test]
fn a_number_that_a_flattened_struct_cannot_hold() {
    #[derive(Serialize, Deserialize)]
    struct Inner {
        large: u128,
    }
    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Outer {
        id: u32,
        #[serde(flatten)]
        inner: Inner,
    }
    let outer = |large| Outer {
        id: 1,
        inner: Inner { large },
    };
    let place = Place::new();
    let path = place.path("outer.jsonl");
    let store = Store::jsonl(&path).unwrap();
    for large in [0, u128::MAX] {
        let error = block_on(store.put(&outer(large))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Record);
        assert!(error.to_string().contains("Outer 1"), "{error}");
    }
    assert_eq!(text(&path), "");
}

#[test]
fn a_key_that_does_not_come_back() {
    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Skipped {
        #[serde(skip)]
        id: u32,
        text: String,
    }
    let skipped = |id| Skipped {
        id,
        text: String::new(),
    };
    let error = block_on(Store::memory().put(&skipped(7))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    assert_eq!(
        error.to_string(),
        "Skipped 7 comes back from its own JSON under the key 0, and is not stored"
    );

    fn lower<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        String::deserialize(from).map(|text| text.to_lowercase())
    }
    #[extant(key = name)]
    #[derive(Serialize, Deserialize)]
    struct Lowered {
        #[serde(deserialize_with = "lower")]
        name: String,
    }
    let lowered = |name: &str| Lowered {
        name: name.to_owned(),
    };
    is_refused(lowered("B"), [lowered("a"), lowered("c")], ErrorKind::Key);
}

#[test]
fn a_map_without_an_order_comes_back() {
    #[extant(key = id)]
    #[derive(Serialize, Deserialize)]
    struct Counts {
        id: u32,
        counts: HashMap<String, u32>,
        by_number: BTreeMap<i64, Option<f64>>,
    }
    let store = Store::memory();
    for id in 0..20 {
        let counts = (0..20).map(|n| (n.to_string(), n)).collect();
        // Not a number, and no value either: that is how it comes back.
        let by_number = BTreeMap::from([(1, Some(f64::NAN)), (-1, None)]);
        let record = Counts {
            id,
            counts,
            by_number,
        };
        block_on(store.put(&record)).unwrap();
    }
}

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Half {
    id: u32,
    value: f64,
}

fn half(id: u32) -> Half {
    let value = if id == 2 {
        f64::NAN
    } else {
        f64::from(id) / 2.0
    };
    Half { id, value }
}

/// Every operator that stores gives the item's error, and goes on.
#[test]
fn in_a_flow_it_is_the_error_of_its_item() {
    #[derived(key = id)]
    async fn halved(id: u32) -> Half {
        half(id)
    }

    let place = Place::new();
    let failed = std::cell::Cell::new(0);
    let fail = |_: Error| failed.set(failed.get() + 1);
    let (ensured, stored) = (place.path("ensured.jsonl"), place.path("stored.jsonl"));
    let open = |path: &Path| Store::<Half>::jsonl(path).unwrap();

    let store = open(&ensured);
    let run = flow! {
        bad = for_each(fail);
        from(0..6) -> map(DerivedHalf::new) -> ensure(&store, concurrency = 3)? else bad -> drain()
    };
    assert!(!format!("{:?}", block_on(run.run())).contains("Err"));
    assert_eq!(failed.replace(0), 1);
    drop(store);

    let store = open(&stored);
    let run = flow! {
        bad = for_each(fail);
        from(0..6) -> map(half) -> store(&store)? else bad -> drain()
    };
    assert!(!format!("{:?}", block_on(run.run())).contains("Err"));
    assert_eq!(failed.get(), 1);
    drop(store);
    for path in [ensured, stored] {
        assert_eq!(block_on(keys(&open(&path))), [0, 1, 3, 4, 5]);
    }

    let store = open(&place.path("sunk.jsonl"));
    let run = flow! { from(0..6) -> map(half) -> store(&store)? };
    let error = block_on(run.run()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Record, "{error}");
}
