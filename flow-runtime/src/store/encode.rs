//! From records and keys to what a storage takes, and back.

use std::sync::Arc;

use super::key_bytes::{key_bytes, write_key};
use super::meta::{self, Meta, Replaced};
use super::{Entry, Failed, FailedKey, Write};
use crate::record::Key;
use crate::{Error, ErrorKind, Extant};

/// The write that keeps a record. Its bytes are read back before anybody has
/// them: what would not come back is not stored.
///
/// # Errors
///
/// Of kind [`ErrorKind::Key`] where the key is none, or the record comes back
/// under another, of kind [`ErrorKind::Record`] where it does not become JSON or
/// does not come back at all.
pub(super) fn encode<R: Extant>(record: &R, meta: Meta) -> Result<Write, Error> {
    let typed = record.key();
    let (key, key_json) = encode_key::<R>(&typed)?;
    let mut record = serde_json::to_vec(record).map_err(|error| {
        let message = format!("{} {} does not become JSON", R::KIND, describe(&typed));
        Error::with_source(ErrorKind::Record, message, error)
    })?;
    // Only raw JSON inside a record has line breaks, and only between tokens.
    for byte in &mut record {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    read_back::<R>(&typed, &record)?;
    Ok(Write::Put {
        key,
        key_json,
        record,
        meta: meta.to_json(),
    })
}

/// Sees that a record comes back from its bytes under its key. The bytes of what
/// comes back are not compared: the order in a map may be another one.
fn read_back<R: Extant>(key: &R::Key, record: &[u8]) -> Result<(), Error> {
    let back: R = serde_json::from_slice(record).map_err(|error| {
        let message = format!(
            "{} {} could not be read back from its own JSON, and is not stored",
            R::KIND,
            describe(key)
        );
        Error::with_source(ErrorKind::Record, message, error)
    })?;
    let found = back.key();
    if found == *key {
        return Ok(());
    }
    let message = format!(
        "{} {} comes back from its own JSON under the key {}, and is not stored",
        R::KIND,
        describe(key),
        describe(&found)
    );
    Err(Error::new(ErrorKind::Key, message))
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

/// Encodes the failure of a key that could not be made.
///
/// # Errors
///
/// Of kind [`ErrorKind::Key`] where the key is none.
pub(super) fn encode_failed<R: Extant>(
    typed: &R::Key,
    failed: &Failed,
) -> Result<FailedKey, Error> {
    let (key, key_json) = encode_key::<R>(typed)?;
    Ok(FailedKey::new(key, key_json, failed.to_json()))
}

/// The mark of a key of whose failures nothing is known.
#[cfg(feature = "inspect")]
pub(super) fn encode_forgotten<R: Extant>(typed: &R::Key) -> Result<FailedKey, Error> {
    let (key, key_json) = encode_key::<R>(typed)?;
    Ok(FailedKey::new(key, key_json, Vec::new()))
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
/// Of kind [`ErrorKind::Corrupt`] where they are no `R`, or one of another key.
pub(super) fn decode<R: Extant>(key: &R::Key, bytes: &[u8]) -> Result<R, Error> {
    let record: R = serde_json::from_slice(bytes)
        .map_err(|error| not_of::<R>(&format!("what is stored under {}", describe(key)), error))?;
    let found = record.key();
    if found == *key {
        return Ok(record);
    }
    let (key, found) = (describe(key), describe(&found));
    let message = format!("what is stored under {key} is the {} of {found}", R::KIND);
    Err(Error::new(ErrorKind::Corrupt, message))
}

/// Returns what is kept beside a key.
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

/// Decodes a failure as it is kept.
///
/// # Errors
///
/// Of kind [`ErrorKind::Corrupt`] where it is none.
pub(super) fn decode_failed<K: Key>(key: &K, json: &[u8]) -> Result<Failed, Error> {
    Failed::from_json(json).map_err(|error| {
        let message = format!("what is kept of the failure of {} is none", describe(key));
        Error::with_source(ErrorKind::Corrupt, message, error)
    })
}

/// A line of text, read as a record: its key.
#[derive(Default)]
pub(super) struct Identified {
    pub(super) key: Vec<u8>,
    pub(super) key_json: Vec<u8>,
}

impl Identified {
    /// Puts a key in the place of the one before.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Key`] where it is none.
    pub(super) fn put<K: Key>(&mut self, key: &K) -> Result<(), Error> {
        self.key.clear();
        write_key(key, &mut self.key)?;
        self.key_json.clear();
        serde_json::to_writer(&mut self.key_json, key).map_err(no_json)
    }
}

/// A line of text, read as metadata that lies apart from its record.
pub(super) struct Noted {
    pub(super) of: Identified,
    /// As long as this is under the key, it is not true.
    pub(super) replaces: Option<Replaced>,
    /// The metadata as it is written.
    pub(super) meta: Vec<u8>,
}

/// Finds the key in a line that is a record, and puts it in the place of another, whose memory
/// it takes.
pub(super) type IdentifyRecord = dyn Fn(&[u8], &mut Identified) -> Result<(), Error> + Send + Sync;

/// Finds the keys again in the lines of text that a storage keeps.
#[derive(Clone)]
pub(super) struct Identify {
    /// In a line that is a record.
    pub(super) record: Arc<IdentifyRecord>,
    /// In a line that is metadata with its key.
    pub(super) meta: fn(&[u8]) -> Result<Noted, Error>,
    /// In a line that is a failure with its key.
    pub(super) failed: fn(&[u8]) -> Result<Noted, Error>,
    /// Returns whether the beginning of a line may be that of a record.
    pub(super) begins: fn(&[u8]) -> bool,
}

impl Identify {
    pub(super) fn of<R: Extant>() -> Self {
        Self {
            record: Arc::new(identify::<R>),
            meta: identify_meta::<R::Key>,
            failed: identify_failed::<R::Key>,
            begins: begins::<R>,
        }
    }
}

#[cfg(feature = "cli")]
impl Identify {
    /// Finds keys in records whose type is not known.
    pub(super) fn untyped<K: Key>(record: Arc<IdentifyRecord>) -> Self {
        Self {
            record,
            meta: identify_meta::<K>,
            failed: identify_failed::<K>,
            begins: |_| false,
        }
    }
}

/// Finds the key of the record in these bytes.
///
/// # Errors
///
/// Of kind [`ErrorKind::Corrupt`] where they are no `R`, of kind
/// [`ErrorKind::Key`] where its key is none.
fn identify<R: Extant>(bytes: &[u8], found: &mut Identified) -> Result<(), Error> {
    let record: R = serde_json::from_slice(bytes).map_err(|error| not_of::<R>("it", error))?;
    found.put(&record.key())
}

/// The error of bytes that are no `R`: what they are, and what is wrong with them.
fn not_of<R: Extant>(bytes: &str, error: serde_json::Error) -> Error {
    // The type has grown since.
    let advice = match error.to_string().starts_with("missing field") {
        true => " (a new field needs `#[serde(default)]`)",
        false => "",
    };
    let message = format!("{bytes} is no {}{advice}", R::KIND);
    Error::with_source(ErrorKind::Corrupt, message, error)
}

/// Returns whether nothing in these bytes is wrong in an `R` but that more has to
/// follow.
fn begins<R: Extant>(bytes: &[u8]) -> bool {
    let mut bytes = bytes.to_vec();
    match bytes.first() {
        // The parser reads these to their end before it looks at the type.
        Some(b'"') => bytes.push(b'"'),
        Some(b't' | b'f' | b'n') => return false,
        _ => {}
    }
    serde_json::from_slice::<R>(&bytes).map_or_else(|error| error.is_eof(), |_| true)
}

/// Reads metadata that lies apart from its record, `{"key":…, …}`.
///
/// # Errors
///
/// As those of [`identify`].
fn identify_meta<K: Key>(bytes: &[u8]) -> Result<Noted, Error> {
    let broken = |error| Error::with_source(ErrorKind::Corrupt, "no metadata", error);
    let noted = identify_beside::<K>(bytes)?;
    Meta::from_json(&noted.meta).map_err(broken)?;
    Ok(noted)
}

/// Reads a failure, `{"key":…, …}`.
///
/// # Errors
///
/// As those of [`identify`].
fn identify_failed<K: Key>(bytes: &[u8]) -> Result<Noted, Error> {
    let broken = |error| Error::with_source(ErrorKind::Corrupt, "no failure", error);
    let noted = identify_beside::<K>(bytes)?;
    Failed::from_json(&noted.meta).map_err(broken)?;
    Ok(noted)
}

/// Reads what lies apart from a record.
fn identify_beside<K: Key>(bytes: &[u8]) -> Result<Noted, Error> {
    let broken = |error| Error::with_source(ErrorKind::Corrupt, "no object with a key", error);
    let mut fields = meta::fields(bytes).map_err(broken)?;
    let Some(key) = fields.remove("key") else {
        return Err(Error::new(ErrorKind::Corrupt, "no `key`"));
    };
    let key: K = serde_json::from_str(key.get()).map_err(broken)?;
    let replaces = match fields.remove("replaces") {
        Some(replaced) => Some(Replaced::from_json(replaced.get()).map_err(broken)?),
        None => None,
    };
    let meta = serde_json::to_vec(&fields).map_err(broken)?;
    let mut of = Identified::default();
    of.put(&key)?;
    Ok(Noted { of, replaces, meta })
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
    serde_json::to_vec(key).map_err(no_json)
}

fn no_json(error: serde_json::Error) -> Error {
    Error::with_source(ErrorKind::Key, "a key that is no JSON", error)
}

/// A key as errors print it: its JSON.
pub(super) fn describe<K: Key>(key: &K) -> String {
    serde_json::to_string(key).unwrap_or_else(|error| format!("<{error}>"))
}
