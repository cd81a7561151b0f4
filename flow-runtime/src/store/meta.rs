//! Metadata: it is kept beside a record, so that planning never reads records.
//!
//! On disk it is a JSON object. Fields are only ever added: a reader passes
//! over those it does not know, and takes a missing one as unknown. A record
//! without metadata is *adopted*: nobody knows which version made it, and it is
//! as good as any.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::fnv;
use crate::record::origin::{Origin, fingerprint_text};

/// The metadata that a store keeps beside a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    /// The origin of the record, or of the word that there is none.
    pub(crate) origin: Origin,
    /// There is no record for the key: its derivation said so.
    pub(crate) none: bool,
}

impl Meta {
    /// The metadata of a record.
    pub(crate) fn of_record(origin: impl Into<Origin>) -> Self {
        let (origin, none) = (origin.into(), false);
        Self { origin, none }
    }

    /// The metadata of a key for which there is no record.
    pub(crate) fn of_none(origin: impl Into<Origin>) -> Self {
        let (origin, none) = (origin.into(), true);
        Self { origin, none }
    }

    /// The JSON object that is written.
    pub(super) fn to_json(self) -> Vec<u8> {
        let none = self.none.then(|| r#""none":true"#.to_owned());
        let fields: Vec<String> = none.into_iter().chain(written(self.origin)).collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    }

    /// Returns what a JSON object says; no bytes at all say nothing.
    ///
    /// # Errors
    ///
    /// Where it is none, or a known field is not what it has to be.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        if says_nothing(json) {
            return Ok(Self::default());
        }
        // What is written most, and read for every key of a plan.
        if let Some(version) = version_alone(json) {
            return Ok(Self::of_record(Some(version)));
        }
        let fields = fields(json)?;
        let origin = read(&fields)?;
        let none = match fields.get("none") {
            Some(none) => serde_json::from_str(none.get())?,
            None => false,
        };
        Ok(Self { origin, none })
    }
}

/// Reads `{"version":n}`, as it is written; `None` for anything else.
fn version_alone(json: &[u8]) -> Option<u32> {
    let digits = json.strip_prefix(br#"{"version":"#)?.strip_suffix(b"}")?;
    let is_written = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let is_written = is_written && (digits[0] != b'0' || digits.len() == 1);
    str::from_utf8(digits)
        .ok()
        .filter(|_| is_written)?
        .parse()
        .ok()
}

/// The fields of a JSON object that say what made a record.
pub(super) fn written(origin: Origin) -> impl Iterator<Item = String> {
    let version = origin.version;
    let version = version.map(|version| format!(r#""version":{version}"#));
    let fingerprint = origin.fingerprint.map(fingerprint_text);
    let fingerprint = fingerprint.map(|text| format!(r#""fingerprint":"{text}""#));
    version.into_iter().chain(fingerprint)
}

/// Reads what [`written`] wrote, of the fields of an object.
///
/// # Errors
///
/// Where one of them is not what it has to be.
pub(super) fn read(fields: &BTreeMap<String, &RawValue>) -> Result<Origin, serde_json::Error> {
    let version = match fields.get("version") {
        Some(version) => serde_json::from_str(version.get())?,
        None => None,
    };
    let fingerprint = fields.get("fingerprint");
    let fingerprint = fingerprint.map(|text| {
        let text: String = serde_json::from_str(text.get())?;
        u64::from_str_radix(&text, 16).map_err(serde_core::de::Error::custom)
    });
    Ok(Origin {
        version,
        fingerprint: fingerprint.transpose()?,
    })
}

/// The fields of a JSON object, each as it is written.
pub(super) fn fields(json: &[u8]) -> Result<BTreeMap<String, &RawValue>, serde_json::Error> {
    serde_json::from_slice(json)
}

/// Returns whether metadata need not be kept.
pub(super) fn says_nothing(json: &[u8]) -> bool {
    json.is_empty() || json == b"{}"
}

/// Returns whether metadata says that there is no record for its key.
pub(super) fn says_none(json: &[u8]) -> bool {
    Meta::from_json(json).is_ok_and(|meta| meta.none)
}

/// Returns whether metadata means something where there is no record: what made one,
/// alone, was that of a record that is gone.
pub(super) fn stands_alone(json: &[u8]) -> bool {
    let is_origin = |field: &String| matches!(field.as_str(), "version" | "fingerprint");
    let knows_version_only = fields(json).is_ok_and(|fields| fields.keys().all(is_origin));
    let says_none = Meta::from_json(json).is_ok_and(|meta| meta.none);
    says_none || !knows_version_only
}

/// The record that is under a key as long as the write that metadata was kept for has
/// not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replaced {
    /// No record.
    Nothing,
    /// The record with this digest.
    Record(u64),
}

impl Replaced {
    /// A record, or that there is none. A record is told from the one that takes
    /// its place by FNV-1a of its JSON; that is written to disk, and stays.
    pub(super) fn of(record: Option<&[u8]>) -> Self {
        let Some(record) = record else {
            return Self::Nothing;
        };
        Self::Record(fnv::add(fnv::EMPTY, record))
    }

    /// The JSON that is written; the digest as text, since a JSON number is no
    /// `u64` to many.
    pub(super) fn to_json(self) -> String {
        match self {
            Self::Nothing => r#""none""#.to_owned(),
            Self::Record(digest) => format!(r#""{digest:016x}""#),
        }
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// Where it is something else.
    pub(super) fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        match serde_json::from_str(json)? {
            "none" => Ok(Self::Nothing),
            digest => u64::from_str_radix(digest, 16)
                .map(Self::Record)
                .map_err(serde_core::de::Error::custom),
        }
    }
}

/// The knowledge of a store about a key, its record unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing: it was never made.
    Missing,
    /// There is a record.
    Extant {
        /// Its origin, as far as that is known.
        origin: Origin,
    },
    /// There is none, and there is none to be made.
    Absent {
        /// The origin of that word, as far as it is known.
        origin: Origin,
    },
}

impl Known {
    /// Puts together whether there is a record, and what is kept beside it. A
    /// record outweighs metadata that says there is none: a crash came between
    /// the two.
    pub(super) fn new(is_extant: bool, meta: Meta) -> Self {
        let Meta { origin, none } = meta;
        let unknown = Origin::default();
        match (is_extant, none) {
            (true, false) => Self::Extant { origin },
            (true, true) => Self::Extant { origin: unknown },
            (false, true) => Self::Absent { origin },
            (false, false) => Self::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION_3: Meta = Meta {
        origin: Origin {
            version: Some(3),
            fingerprint: None,
        },
        none: false,
    };

    #[test]
    fn is_a_json_object() {
        let none = Meta::of_none(Some(7));
        let marked = Meta::of_none(Origin {
            version: Some(7),
            fingerprint: Some(255),
        });
        for (meta, json) in [
            (Meta::default(), "{}"),
            (VERSION_3, r#"{"version":3}"#),
            (Meta::of_none(None), r#"{"none":true}"#),
            (none, r#"{"none":true,"version":7}"#),
            (
                marked,
                r#"{"none":true,"version":7,"fingerprint":"00000000000000ff"}"#,
            ),
        ] {
            assert_eq!(meta.to_json(), json.as_bytes());
            assert_eq!(Meta::from_json(json.as_bytes()).unwrap(), meta);
        }
    }

    #[test]
    fn unknown_fields_are_passed_over_and_wrong_ones_are_not() {
        let later = br#"{"later":"ab","version":3,"attempts":{"n":1}}"#;
        assert_eq!(Meta::from_json(later).unwrap(), VERSION_3);
        assert!(Meta::from_json(br#"{"fingerprint":"x"}"#).is_err());
        assert!(Meta::from_json(br#"{"fingerprint":7}"#).is_err());
        assert!(Meta::from_json(br#"{"version":-1}"#).is_err());
        assert!(Meta::from_json(br#"{"version":07}"#).is_err());
        assert!(Meta::from_json(br#"{"version":4294967296}"#).is_err());
        assert!(Meta::from_json(br#"{"none":"yes"}"#).is_err());
        assert!(Meta::from_json(b"[]").is_err());
    }

    #[test]
    fn what_is_replaced_comes_back() {
        // As published for FNV-1a.
        let digest = |record: &[u8]| Replaced::of(Some(record)).to_json();
        assert_eq!(digest(b""), r#""cbf29ce484222325""#);
        assert_eq!(digest(b"foobar"), r#""85944171f73967e8""#);
        let records = [0, 7, u64::MAX].map(Replaced::Record);
        for replaced in records.into_iter().chain([Replaced::Nothing]) {
            assert_eq!(Replaced::from_json(&replaced.to_json()).unwrap(), replaced);
        }
        assert!(Replaced::from_json("7").is_err());
        assert!(Replaced::from_json(r#""x""#).is_err());
    }

    #[test]
    fn a_version_alone_needs_a_record() {
        assert!(!stands_alone(b"{}"));
        assert!(!stands_alone(br#"{"version":3}"#));
        assert!(!stands_alone(br#"{"version":3,"fingerprint":"07"}"#));
        assert!(stands_alone(br#"{"none":true,"version":3}"#));
        assert!(stands_alone(br#"{"attempts":2}"#));
    }

    #[test]
    fn a_record_outweighs_that_there_is_none() {
        let known = Known::new(true, Meta::of_none(Some(2)));
        let origin = Origin::default();
        assert_eq!(known, Known::Extant { origin });
    }

    #[cfg(feature = "redb")]
    #[tokio::test]
    async fn is_kept_beside_the_record() {
        use redb::{Database, ReadableDatabase, TableDefinition};

        #[derive(serde::Serialize, serde::Deserialize)]
        struct Row(u8);
        impl crate::Extant for Row {
            type Key = u8;
            const KIND: &'static str = "Row";
            fn key(&self) -> u8 {
                self.0
            }
        }

        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("rows.db");
        let store = crate::Store::open(&path).unwrap();
        store.put_with(&Row(1), VERSION_3).await.unwrap();
        store.put_none(&2, Some(4).into()).await.unwrap();
        drop(store);

        let read = Database::open(&path).unwrap().begin_read().unwrap();
        for (table, key, row) in [
            ("meta", 1, (&b"1"[..], &br#"{"version":3}"#[..])),
            (
                "absent",
                2,
                (&b"2"[..], &br#"{"none":true,"version":4}"#[..]),
            ),
        ] {
            let table: TableDefinition<'_, &[u8], (&[u8], &[u8])> = TableDefinition::new(table);
            let table = read.open_table(table).unwrap();
            assert_eq!(table.get(&[0x21, key][..]).unwrap().unwrap().value(), row);
        }
    }
}
