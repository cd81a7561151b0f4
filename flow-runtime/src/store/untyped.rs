//! Stores whose types are not known: records are JSON, and so are keys.
//!
//! A database says itself which key a record has. The lines of a JSONL file do not: there
//! the fields that are the key have to be named.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Error as _, Serialize, Serializer};
use serde_json::{Map, Value};

use super::disk::Os;
use super::encode::{Identified, Identify};
use super::jsonl::{Jsonl, Recovered};
use super::key_bytes::key_bytes;
use super::{Storage, read_only};
use crate::{Error, ErrorKind};

/// A key as it stands in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonKey(pub(crate) Value);

impl PartialOrd for JsonKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for JsonKey {
    /// As the bytes of keys are ordered, where they have any.
    fn cmp(&self, other: &Self) -> Ordering {
        let bytes = |key: &Self| key_bytes(key).unwrap_or_default();
        bytes(self).cmp(&bytes(other))
    }
}

impl Serialize for JsonKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The bytes of a key know no maps and no fractions. An enum is a map in JSON.
        if !serializer.is_human_readable() && !is_plain(&self.0) {
            let text = serde_json::to_string(&self.0).map_err(S::Error::custom)?;
            return serializer.serialize_bytes(text.as_bytes());
        }
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(values) => values.iter().all(is_plain),
        Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// The key of a record with these fields.
///
/// # Errors
///
/// Where one of them is missing.
pub(crate) fn key_of(record: &Map<String, Value>, fields: &[String]) -> Result<JsonKey, Error> {
    let field = |name: &String| {
        record.get(name).cloned().ok_or_else(|| {
            let message = format!("a record has no field `{name}`, which is to be its key");
            Error::new(ErrorKind::Key, message)
        })
    };
    match fields {
        [] => {
            let message = "nothing tells which of its fields is the key";
            Err(Error::new(ErrorKind::Key, message))
        }
        [one] => field(one).map(JsonKey),
        several => {
            let parts: Result<Vec<Value>, Error> = several.iter().map(field).collect();
            parts.map(|parts| JsonKey(Value::Array(parts)))
        }
    }
}

/// Finds the keys in lines that are JSON objects.
fn identify(fields: Vec<String>) -> Identify {
    Identify::untyped::<JsonKey>(Arc::new(move |line: &[u8], found: &mut Identified| {
        let record: Map<String, Value> = serde_json::from_slice(line)
            .map_err(|error| Error::with_source(ErrorKind::Corrupt, "no JSON object", error))?;
        found.put(&key_of(&record, &fields)?)
    }))
}

/// Opens a store to be read; `fields` are the key in a JSONL file.
///
/// # Errors
///
/// As those of [`Store::read_only`](crate::Store::read_only).
pub(crate) fn look(path: &Path, fields: Vec<String>) -> Result<Arc<dyn Storage>, Error> {
    read_only::open(path, identify(fields))
}

/// Opens a store that is there to be changed; gives what was torn off it as well.
///
/// # Errors
///
/// As those of [`Store::jsonl`](crate::Store::jsonl) and `Store::open`.
pub(crate) fn change(
    path: &Path,
    fields: Vec<String>,
) -> Result<(Arc<dyn Storage>, Option<Recovered>), Error> {
    if read_only::is_database(path)? {
        return database(path).map(|storage| (storage, None));
    }
    let (jsonl, recovered) = Jsonl::open(Os, path, identify(fields))?;
    Ok((Arc::new(jsonl), recovered))
}

#[cfg(feature = "redb")]
fn database(path: &Path) -> Result<Arc<dyn Storage>, Error> {
    Ok(Arc::new(super::embedded::Embedded::open(path)?))
}

#[cfg(not(feature = "redb"))]
fn database(path: &Path) -> Result<Arc<dyn Storage>, Error> {
    read_only::open(path, identify(Vec::new()))
}
