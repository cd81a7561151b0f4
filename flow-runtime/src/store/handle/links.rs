//! The record that another was made of: kept beside it, `{"after":{"key":1,"record":"…"}}`,
//! its key and the digest of its JSON, or `{"after":null}` where it is the first.
//!
//! A chain of records in which each needs the one before is made anew behind one that
//! changed. Interrupted there, the rest is of the old one; the links tell.

use serde_json::{Value, json};

use super::super::encode::{decode_meta, encode};
use super::super::key_bytes::key_bytes;
use super::super::{Found, Known, Meta, Write, fnv, meta};
use super::Store;
use crate::record::Key;
use crate::{Error, ErrorKind, Extant};

/// The record that another was made of; `None` where it was made of none.
pub(crate) type Link<K> = Option<(K, u64)>;

fn to_json<K: Key>(link: &Link<K>) -> Result<Vec<u8>, Error> {
    let after = match link {
        Some((key, digest)) => {
            let key = serde_json::to_value(key);
            let key = key.map_err(|error| Error::of(ErrorKind::Key, error))?;
            json!({ "key": key, "record": format!("{digest:016x}") })
        }
        None => Value::Null,
    };
    Ok(json!({ "after": after }).to_string().into_bytes())
}

/// Reads a link in what is kept beside a record; `None` where there is none, or it is of
/// keys that the record had in an earlier release of the program.
fn from_json<K: Key>(kept: &[u8]) -> Option<Link<K>> {
    if meta::says_nothing(kept) {
        return None;
    }
    let fields: Value = serde_json::from_slice(kept).ok()?;
    let after = fields.get("after")?;
    if after.is_null() {
        return Some(None);
    }
    let digest = u64::from_str_radix(after.get("record")?.as_str()?, 16).ok()?;
    let key = K::deserialize(after.get("key")?).ok()?;
    Some(Some((key, digest)))
}

impl<R: Extant> Store<R> {
    /// Returns what is known of the key, and the record that its own was made of.
    pub(crate) async fn look_up_linked(
        &self,
        key: &R::Key,
    ) -> Result<(Known, Option<Link<R::Key>>), Error> {
        let Found {
            is_extant, meta, ..
        } = self.shared.storage.look_up(&key_bytes(key)?).await?;
        let link = from_json(&meta);
        Ok((Known::new(is_extant, decode_meta(key, &meta)?), link))
    }

    /// Keeps a record, with the one that it was made of. Gives its digest.
    pub(crate) async fn put_linked(&self, record: &R, after: &Link<R::Key>) -> Result<u64, Error> {
        let mut write = encode(record, Meta::default())?;
        let mut digest = fnv::EMPTY;
        if let Write::Put { record, meta, .. } = &mut write {
            digest = fnv::add(digest, record);
            *meta = to_json(after)?;
        }
        self.shared.writer.write(write).await?;
        Ok(digest)
    }

    /// The digest of the record under the key.
    pub(crate) async fn digest(&self, key: &R::Key) -> Result<Option<u64>, Error> {
        let record = self.shared.storage.get(&key_bytes(key)?).await?;
        Ok(record.map(|record| fnv::add(fnv::EMPTY, &record)))
    }
}
