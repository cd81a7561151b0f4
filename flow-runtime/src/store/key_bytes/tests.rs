use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::key_bytes;
use crate::ErrorKind;
use crate::record::Key;

/// Every pair of values compares as their bytes do, and equal bytes are one
/// value.
fn keeps_order<K: Key + Debug>(values: impl IntoIterator<Item = K>) {
    let values: Vec<(K, Vec<u8>)> = values
        .into_iter()
        .map(|value| (value.clone(), key_bytes(&value).unwrap()))
        .collect();
    assert!(values.len() > 1, "nothing to compare");
    for (a, a_bytes) in &values {
        for (b, b_bytes) in &values {
            assert_eq!(
                a.cmp(b),
                a_bytes.cmp(b_bytes),
                "{a:?} {a_bytes:x?} and {b:?} {b_bytes:x?}"
            );
        }
    }
}

/// A small generator of numbers, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Of any length in bits, so that small numbers come up.
    fn integer(&mut self) -> u128 {
        let value = u128::from(self.next()) << 64 | u128::from(self.next());
        value >> (self.next() % 128)
    }

    /// Of few characters, so that prefixes and repeats come up.
    fn text(&mut self) -> String {
        let length = self.next() % 5;
        (0..length)
            .map(|_| ['\0', '\u{1}', 'a', 'b', 'é', '\u{ff}', '😀'][(self.next() % 7) as usize])
            .collect()
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..120).map(|_| one(self)).collect()
    }
}

macro_rules! integers_keep_order {
    ($($type:ident)*) => {$(
        let mut random = Random(7);
        let mut values = random.many(|random| random.integer() as $type);
        values.extend([$type::MIN, $type::MIN + 1, 0, 1, 2, $type::MAX - 1, $type::MAX]);
        for bits in 0..$type::BITS {
            let power = (1 as $type) << bits;
            values.extend([power, power.wrapping_sub(1), power.wrapping_neg()]);
        }
        keeps_order(values);
    )*};
}

#[test]
fn integers() {
    integers_keep_order!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
}

#[test]
fn texts() {
    let mut random = Random(11);
    let mut values = random.many(Random::text);
    values.extend(
        [
            "", "\0", "\0\0", "\0\u{ff}", "a", "a\0", "a\0b", "a\u{1}", "aa",
        ]
        .map(String::from),
    );
    keeps_order(values);
    keeps_order(['\0', 'a', 'z', 'é', '\u{ffff}', '😀', char::MAX]);
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Shape {
    Empty,
    Named(String),
    Pair(u32, String),
    Full { id: Option<i64>, tags: Vec<String> },
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Composite {
    region: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    number: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    other: Option<u16>,
    shape: Shape,
}

fn shape(random: &mut Random) -> Shape {
    match random.next() % 4 {
        0 => Shape::Empty,
        1 => Shape::Named(random.text()),
        2 => Shape::Pair(random.integer() as u32 % 3, random.text()),
        _ => Shape::Full {
            id: random
                .next()
                .is_multiple_of(2)
                .then(|| random.integer() as i64),
            tags: (0..random.next() % 3).map(|_| random.text()).collect(),
        },
    }
}

#[test]
fn composites() {
    let mut random = Random(13);
    keeps_order(random.many(|random| (random.text(), random.text())));
    keeps_order(random.many(|random| (random.text(), random.integer() as i8, random.text())));
    keeps_order(random.many(|random| (random.text(), (random.text(), random.text()))));
    keeps_order(random.many(|random| [random.integer() as u8; 2]));
    keeps_order(random.many(|random| {
        let number = |random: &mut Random| {
            random
                .next()
                .is_multiple_of(2)
                .then(|| random.next() as u16 % 3)
        };
        Composite {
            region: random.text(),
            number: number(random),
            other: number(random),
            shape: shape(random),
        }
    }));
}

#[test]
fn sequences_options_units() {
    let mut random = Random(17);
    keeps_order(random.many(|random| {
        let length = random.next() % 4;
        (0..length).map(|_| random.text()).collect::<Vec<_>>()
    }));
    keeps_order(random.many(|random| {
        let length = random.next() % 4;
        let rows = (0..length).map(|_| vec![random.next() as u8 % 2; (random.next() % 3) as usize]);
        (rows.collect::<Vec<_>>(), random.next() as u8)
    }));
    keeps_order([None, Some(None), Some(Some(false)), Some(Some(true))]);
    keeps_order([None, Some(())]);
    keeps_order([None, Some(i64::MIN), Some(0), Some(i64::MAX)]);
    keeps_order(
        ["1.2.3.4", "10.0.0.1", "9.9.9.9", "::1", "fe80::1"]
            .map(|address| address.parse::<IpAddr>().unwrap()),
    );
    keeps_order([
        Shape::Empty,
        Shape::Named(String::new()),
        Shape::Pair(0, String::new()),
    ]);
}

#[test]
fn one_and_the_text_one_differ() {
    assert_ne!(key_bytes(&1).unwrap(), key_bytes("1").unwrap());
    assert_ne!(key_bytes(&1).unwrap(), key_bytes(&true).unwrap());
    assert_ne!(key_bytes("").unwrap(), key_bytes(&()).unwrap());
}

#[test]
fn an_integer_may_grow() {
    let five = key_bytes(&5_u8).unwrap();
    assert_eq!(five, key_bytes(&5_u128).unwrap());
    assert_eq!(five, key_bytes(&5_i64).unwrap());
    assert_eq!(key_bytes(&-5_i8).unwrap(), key_bytes(&-5_i128).unwrap());
}

/// Stores on disk hold these bytes.
#[test]
fn the_form_is_frozen() {
    let frozen: [(&[u8], Vec<u8>); 9] = [
        (&[0x20], key_bytes(&0).unwrap()),
        (&[0x22, 0x01, 0x00], key_bytes(&256).unwrap()),
        (&[0x1f, 0xfe], key_bytes(&-1).unwrap()),
        (
            &[0x40, b'a', 0x00, 0xff, b'b', 0x00],
            key_bytes("a\0b").unwrap(),
        ),
        (
            &[0x43, 0x21, 0x07, 0x40, b'x', 0x00],
            key_bytes(&(7, 'x')).unwrap(),
        ),
        (
            &[0x42, 0x05, 0x04, 0x00],
            key_bytes(&vec![true, false]).unwrap(),
        ),
        (&[0x03, 0x01], key_bytes(&Some(())).unwrap()),
        (&[0x02], key_bytes(&None::<u8>).unwrap()),
        (
            &[0x44, 0, 0, 0, 1, 0x40, b'n', 0x00],
            key_bytes(&Shape::Named("n".into())).unwrap(),
        ),
    ];
    for (bytes, key) in frozen {
        assert_eq!(bytes, key);
    }
}

#[test]
fn floats_and_maps_are_refused() {
    let error = key_bytes(&(1, 2.5)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    assert!(error.to_string().contains("floats are no keys"), "{error}");

    let error = key_bytes(&BTreeMap::from([(1, 2)])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    assert!(error.to_string().contains("maps are no keys"), "{error}");
}
