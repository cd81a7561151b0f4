//! The store that is looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::args::{Args, Options};
use super::infer::{self, Key, Known};
use crate::block_on::block_on;
use crate::store::untyped::{self, JsonKey};
use crate::store::{Entry, Failed, FailedKey, Meta, Storage, read_only};
use crate::{Error, ErrorKind, error::cause};

/// The number of keys that are read at once.
const PAGE: usize = 1000;

/// A store, and how its records are told apart.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) is_database: bool,
    /// `None` where the store says it itself.
    pub(super) key: Option<Key>,
    pub(super) storage: Arc<dyn Storage>,
}

/// A record without its text.
pub(super) struct Row {
    pub(super) bytes: Vec<u8>,
    pub(super) key: JsonKey,
    pub(super) meta: Meta,
}

/// A key that could not be made.
pub(super) struct FailedRow {
    pub(super) kept: FailedKey,
    pub(super) key: JsonKey,
    pub(super) failed: Failed,
}

impl Place {
    /// Opens the store to be read.
    pub(super) fn look(args: &Args) -> Result<Self, Error> {
        Self::look_at(&args.path, &args.options)
    }

    pub(super) fn look_at(path: &Path, options: &Options) -> Result<Self, Error> {
        Self::opened(path, options, untyped::look)
    }

    /// Opens the store to be changed.
    pub(super) fn change(args: &Args) -> Result<Self, Error> {
        Self::opened(&args.path, &args.options, |path, fields| {
            let (storage, recovered) = untyped::change(path, fields)?;
            if let Some(torn) = recovered {
                let (bytes, to) = (torn.bytes, torn.path.display());
                eprintln!("flow-store: moved a torn end of {bytes} bytes to `{to}`");
            }
            Ok(storage)
        })
    }

    fn opened(
        path: &Path,
        options: &Options,
        open: impl FnOnce(&Path, Vec<String>) -> Result<Arc<dyn Storage>, Error>,
    ) -> Result<Self, Error> {
        let is_database = read_only::is_database(path)?;
        let key = if is_database {
            None
        } else {
            check_holds_records(path)?;
            Some(key(path, options)?)
        };
        let fields = key.as_ref().map(|key| key.fields.clone());
        let guessed = key.as_ref().is_some_and(|key| key.known == Known::Guessed);
        let storage = open(path, fields.unwrap_or_default());
        let storage = storage.map_err(|error| match guessed {
            true if is_of_key(&error) => {
                let message = "where the key was guessed, `--key FIELD` says which it is";
                Error::with_source(error.kind(), message, error)
            }
            _ => error,
        })?;
        Ok(Self {
            path: path.to_owned(),
            is_database,
            key,
            storage,
        })
    }

    /// All records, in the order of their keys.
    pub(super) fn rows(&self) -> Result<Vec<Row>, Error> {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = rows.last().map(|row| row.bytes.clone());
            let page = block_on(self.storage.scan(after.as_deref(), PAGE))?;
            let is_last = page.len() < PAGE;
            for entry in page {
                rows.push(row(entry)?);
            }
            if is_last {
                return Ok(rows);
            }
        }
    }

    /// The text of a record.
    pub(super) fn record(&self, row: &Row) -> Result<String, Error> {
        let record = block_on(self.storage.get(&row.bytes))?.ok_or_else(|| {
            let message = format!("the record {} is gone", row.key.0);
            Error::new(ErrorKind::Missing, message)
        })?;
        String::from_utf8(record).map_err(|error| {
            let message = format!("the record {} is no text", row.key.0);
            Error::with_source(ErrorKind::Corrupt, message, error)
        })
    }

    /// The keys that could not be made.
    pub(super) fn failures(&self) -> Result<Vec<FailedRow>, Error> {
        let kept = block_on(self.storage.failures())?;
        kept.into_iter().map(failed).collect()
    }

    /// The record under a key, as it is said on the command line.
    pub(super) fn find<'r>(&self, rows: &'r [Row], word: &str) -> Option<&'r Row> {
        let find = |key: &JsonKey| rows.iter().find(|row| row.key == *key);
        keys(word).iter().find_map(find)
    }
}

/// Returns what a word may mean as a key: JSON, else a text.
pub(super) fn keys(word: &str) -> Vec<JsonKey> {
    let json = serde_json::from_str(word).ok();
    let text = Value::String(word.to_owned());
    json.into_iter().chain([text]).map(JsonKey).collect()
}

fn key(path: &Path, options: &Options) -> Result<Key, Error> {
    if let Some(fields) = &options.key {
        let (fields, known) = (fields.clone(), Known::Said);
        return Ok(Key { fields, known });
    }
    infer::infer(path).map_err(|error| unread(path, error))
}

/// Returns whether an error is about the key of a record, and not about its line.
fn is_of_key(error: &Error) -> bool {
    cause::chain(error)
        .filter_map(|error| error.downcast_ref::<Error>())
        .any(|error| error.kind() == ErrorKind::Key)
}

/// Demands that a file is none of those that lie beside records. Their lines are objects
/// as well, and whoever compacts them as records loses most of them.
fn check_holds_records(path: &Path) -> Result<(), Error> {
    let first = infer::first_line(path).map_err(|error| unread(path, error))?;
    let header = serde_json::from_slice::<Value>(&first).unwrap_or_default();
    let is_beside = header["format"]
        .as_str()
        .is_some_and(|format| format.starts_with("flow-"));
    if !is_beside {
        return Ok(());
    }
    let message = format!(
        "`{}` is no store: it is what is kept beside `{}`",
        path.display(),
        path.with_extension("").display()
    );
    Err(Error::new(ErrorKind::Store, message))
}

fn unread(path: &Path, error: std::io::Error) -> Error {
    let message = format!("JSONL file `{}` could not be read", path.display());
    Error::with_source(ErrorKind::Store, message, error)
}

fn row(entry: Entry) -> Result<Row, Error> {
    let key: JsonKey = serde_json::from_slice(&entry.key_json).map_err(corrupt("a stored key"))?;
    let meta = Meta::from_json(&entry.meta).map_err(corrupt("what is kept beside a record"))?;
    let bytes = entry.key;
    Ok(Row { bytes, key, meta })
}

fn failed(kept: FailedKey) -> Result<FailedRow, Error> {
    let key = serde_json::from_slice(&kept.key_json).map_err(corrupt("the key of a failure"))?;
    let failed = Failed::from_json(&kept.failure).map_err(corrupt("a failure"))?;
    Ok(FailedRow { kept, key, failed })
}

fn corrupt(what: &str) -> impl FnOnce(serde_json::Error) -> Error {
    let message = format!("{what} is not what it has to be");
    move |error| Error::with_source(ErrorKind::Corrupt, message, error)
}

/// The version that others are measured by: the one that is said, or the newest.
pub(super) fn wanted(rows: &[Row], options: &Options) -> Option<u32> {
    let newest = || rows.iter().filter_map(|row| row.meta.origin.version).max();
    options.version.or_else(newest)
}

/// Returns whether a record is of another version than is wanted. One of nobody knows
/// which version is as good as any.
pub(super) fn is_stale(row: &Row, wanted: Option<u32>) -> bool {
    let version = row.meta.origin.version;
    matches!((version, wanted), (Some(version), Some(wanted)) if version != wanted)
}
