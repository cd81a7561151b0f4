use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde::ser::{Error as _, Serializer};

use super::*;
use crate::record::origin::fingerprint_text;

fn hash<T: Serialize + ?Sized>(value: &T) -> u64 {
    Fingerprint::of(value).hash().unwrap()
}

#[derive(Serialize)]
struct Prompt {
    text: String,
    temperature: f64,
}

#[derive(Serialize)]
struct Other {
    temperature: f64,
    text: String,
}

#[derive(Serialize)]
enum Model {
    Small,
    Sized(u32),
    Pair(u32, u32),
    Named { size: u32 },
}

#[derive(Serialize)]
struct Wrapped(u32);

/// Published constants: what lies on disk was made with them.
#[test]
fn is_frozen() {
    let found: Vec<String> = [
        hash(&()),
        hash(&true),
        hash(&7_u8),
        hash(&-7_i64),
        hash(&1.5_f64),
        hash("text"),
        hash(&Some("text")),
        hash(&[1, 2, 3]),
        hash(&(1, "a", Model::Small)),
        hash(&Model::Sized(3)),
        hash(&Model::Pair(3, 4)),
        hash(&Model::Named { size: 3 }),
        hash(&BTreeMap::from([("a", 1), ("b", 2)])),
        hash(&Prompt {
            text: "why?".to_owned(),
            temperature: 0.5,
        }),
    ]
    .map(fingerprint_text)
    .into();
    assert_eq!(found, FROZEN);
}

const FROZEN: [&str; 14] = [
    "af63e84c860200f0",
    "af63e94c860202a3",
    "27bf57b6dc06f479",
    "769699af48df2786",
    "20ba51808b4e5634",
    "a9471e467ea5e05a",
    "a9bbb5633b49472b",
    "59a030f6fb05bd7e",
    "a8ff677d836a68b4",
    "03fa7280f3c2dc15",
    "81cce43ea0203b9e",
    "eb89386f2697e69a",
    "358fae16e60f8575",
    "3a978b75e687848d",
];

#[test]
fn the_order_of_maps_does_not_matter_and_that_of_sequences_does() {
    let pairs: Vec<(String, u32)> = (0..100).map(|n| (format!("key {n}"), n)).collect();
    let map: HashMap<_, _> = pairs.iter().cloned().collect();
    let again: HashMap<_, _> = pairs.iter().rev().cloned().collect();
    let sorted: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(hash(&map), hash(&again));
    assert_eq!(hash(&map), hash(&sorted));
    let nested = |inner: &HashMap<String, u32>| hash(&HashMap::from([("inner", inner.clone())]));
    assert_eq!(nested(&map), nested(&again));
    assert_ne!(hash(&[1, 2]), hash(&[2, 1]));
    let reversed: Vec<_> = pairs.iter().rev().cloned().collect();
    assert_ne!(hash(&pairs), hash(&reversed));
    // A field that moves within its struct changes nothing.
    let (text, temperature) = ("why?".to_owned(), 0.5);
    let other = Other {
        temperature,
        text: text.clone(),
    };
    assert_eq!(hash(&Prompt { text, temperature }), hash(&other));
}

#[test]
fn types_and_borders_count() {
    let hashes = [
        hash(&1),
        hash("1"),
        hash(&1.0),
        hash(&true),
        hash(&Some(1)),
        hash(&Some(Some(1))),
        hash(&None::<u32>),
        hash(&[1]),
        hash(&[[1]]),
        hash(&()),
        hash(""),
        hash(&["ab", "c"]),
        hash(&["a", "bc"]),
        hash(&[vec![1], vec![2, 3]]),
        hash(&[vec![1, 2], vec![3]]),
        hash(&BTreeMap::from([("a", "b")])),
        hash(&BTreeMap::from([("b", "a")])),
        hash(&Model::Small),
        hash("Small"),
        hash(&-1),
    ];
    let distinct: std::collections::BTreeSet<_> = hashes.iter().collect();
    assert_eq!(distinct.len(), hashes.len());
}

#[test]
fn what_only_the_program_tells_apart_is_alike() {
    assert_eq!(hash(&1_u8), hash(&1_i128));
    assert_eq!(hash(&Wrapped(1)), hash(&1));
    assert_eq!(hash(&[1, 2]), hash(&vec![1, 2]));
    assert_eq!(hash(&(1, 2)), hash(&vec![1, 2]));
    assert_eq!(hash(&'x'), hash("x"));
    assert_eq!(hash(&&"x".to_owned()), hash("x"));
    assert_eq!(hash(&f64::NAN), hash(&-f64::NAN));
    assert_eq!(hash(&0.5_f32), hash(&0.5_f64));
}

struct Refuses;

impl Serialize for Refuses {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("it is a secret"))
    }
}

#[test]
fn what_does_not_serialize_has_none() {
    let none = Fingerprint::of(&[Refuses]);
    assert_eq!(none.hash(), None);
    let error = none.check("Answer", "7").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Answer` 7 has no fingerprint: it is a secret"
    );
}
