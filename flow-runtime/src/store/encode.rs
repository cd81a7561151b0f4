//! From records and keys to what a storage takes, and back.

use super::key_bytes::key_bytes;
use super::meta::{self, Meta};
use super::{Entry, Write};
use crate::artifact::Key;
use crate::{Error, ErrorKind, Extant};

/// The write that keeps a record.
///
/// # Errors
///
/// Of kind [`ErrorKind::Key`] where the key is none, of kind
/// [`ErrorKind::Store`] where the record does not become JSON.
pub(super) fn encode<R: Extant>(record: &R, meta: Meta) -> Result<Write, Error> {
    let typed = record.key();
    let (key, key_json) = encode_key::<R>(&typed)?;
    let mut record = serde_json::to_vec(record).map_err(|error| {
        let message = format!("{} {} does not become JSON", R::KIND, describe(&typed));
        Error::with_source(ErrorKind::Store, message, error)
    })?;
    // Only raw JSON inside a record has line breaks, and only between tokens.
    for byte in &mut record {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    Ok(Write::Put {
        key,
        key_json,
        record,
        meta: meta.to_json(),
    })
}

/// The write that keeps of a key that there is no record.
///
/// # Errors
///
/// Of kind [`ErrorKind::Key`] where the key is none.
pub(super) fn encode_none<R: Extant>(typed: &R::Key, meta: Meta) -> Result<Write, Error> {
    let (key, key_json) = encode_key::<R>(typed)?;
    let meta = meta.to_json();
    Ok(Write::Absent {
        key,
        key_json,
        meta,
    })
}

/// A key as bytes and as JSON.
fn encode_key<R: Extant>(typed: &R::Key) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let key = key_bytes(typed)?;
    let key_json = key_json(typed)?;
    // What is written under it has to come back under it: better to know before.
    match serde_json::from_slice::<R::Key>(&key_json) {
        Ok(back) if back == *typed => Ok((key, key_json)),
        _ => {
            let message = format!(
                "the key of {}, {}, does not come back from its own JSON",
                R::KIND,
                describe(typed)
            );
            Err(Error::new(ErrorKind::Key, message))
        }
    }
}

/// The record in the bytes that are stored under `key`.
///
/// # Errors
///
/// Of kind [`ErrorKind::Corrupt`] where they are no `R`.
pub(super) fn decode<R: Extant>(key: &R::Key, bytes: &[u8]) -> Result<R, Error> {
    serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("what is stored under {} is no {}", describe(key), R::KIND);
        Error::with_source(ErrorKind::Corrupt, message, error)
    })
}

/// What is kept beside a key.
///
/// # Errors
///
/// Of kind [`ErrorKind::Corrupt`] where it is no metadata.
pub(super) fn decode_meta<K: Key>(key: &K, json: &[u8]) -> Result<Meta, Error> {
    Meta::from_json(json).map_err(|error| {
        let message = format!("what is kept beside {} is no metadata", describe(key));
        Error::with_source(ErrorKind::Corrupt, message, error)
    })
}

/// What a line of text says when it is read as a record: its key.
pub(super) struct Identified {
    pub(super) key: Vec<u8>,
    pub(super) key_json: Vec<u8>,
}

/// How a storage that keeps lines of text finds the keys in them again.
#[derive(Clone, Copy)]
#[allow(
    clippy::type_complexity,
    reason = "two functions side by side say it best"
)]
pub(super) struct Identify {
    /// In a line that is a record.
    pub(super) record: fn(&[u8]) -> Result<Identified, Error>,
    /// In a line that is metadata with its key; gives the metadata as well.
    pub(super) meta: fn(&[u8]) -> Result<(Identified, Vec<u8>), Error>,
}

impl Identify {
    pub(super) fn of<R: Extant>() -> Self {
        Self {
            record: identify::<R>,
            meta: identify_meta::<R>,
        }
    }
}

/// The key of the record in these bytes.
///
/// # Errors
///
/// Of kind [`ErrorKind::Corrupt`] where they are no `R`, of kind
/// [`ErrorKind::Key`] where its key is none.
fn identify<R: Extant>(bytes: &[u8]) -> Result<Identified, Error> {
    let record: R = serde_json::from_slice(bytes).map_err(|error| {
        Error::with_source(ErrorKind::Corrupt, format!("no {}", R::KIND), error)
    })?;
    let key = record.key();
    Ok(Identified {
        key: key_bytes(&key)?,
        key_json: key_json(&key)?,
    })
}

/// The key of metadata that lies apart from its record, `{"key":…, …}`, and
/// the rest of it as it is written.
///
/// # Errors
///
/// As those of [`identify`].
fn identify_meta<R: Extant>(bytes: &[u8]) -> Result<(Identified, Vec<u8>), Error> {
    let broken = |error| Error::with_source(ErrorKind::Corrupt, "no metadata", error);
    let mut fields = meta::fields(bytes).map_err(broken)?;
    let Some(key) = fields.remove("key") else {
        return Err(Error::new(ErrorKind::Corrupt, "no `key`"));
    };
    let key: R::Key = serde_json::from_str(key.get()).map_err(broken)?;
    let rest = serde_json::to_vec(&fields).map_err(broken)?;
    Meta::from_json(&rest).map_err(broken)?;
    let identified = Identified {
        key: key_bytes(&key)?,
        key_json: key_json(&key)?,
    };
    Ok((identified, rest))
}

/// The key of an entry.
///
/// # Errors
///
/// Of kind [`ErrorKind::Corrupt`] where it is no `K`.
pub(super) fn decode_key<K: Key>(entry: &Entry) -> Result<K, Error> {
    serde_json::from_slice(&entry.key_json).map_err(|error| {
        let text = String::from_utf8_lossy(&entry.key_json);
        let message = format!("the stored key {text} is not of the key's type");
        Error::with_source(ErrorKind::Corrupt, message, error)
    })
}

fn key_json<K: Key>(key: &K) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(key)
        .map_err(|error| Error::with_source(ErrorKind::Key, "a key that is no JSON", error))
}

/// A key as errors print it: its JSON.
pub(super) fn describe<K: Key>(key: &K) -> String {
    serde_json::to_string(key).unwrap_or_else(|error| format!("<{error}>"))
}
