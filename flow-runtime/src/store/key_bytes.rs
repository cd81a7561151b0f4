//! Keys as bytes whose order is the order of the keys.
//!
//! A storage compares bytes and knows nothing else, yet scans have to ascend as
//! `Ord` does. So a key is written so that comparing two encodings byte by byte
//! gives what comparing the values gives:
//!
//! | value | bytes |
//! |---|---|
//! | unit | `01` |
//! | `None`, a skipped field | `02` |
//! | `Some(x)` | `03` x |
//! | `false`, `true` | `04`, `05` |
//! | an integer of any width | `20` + sign × length, then the magnitude in big-endian, inverted where negative |
//! | `char`, `str` | `40`, the UTF-8 with `00` written as `00 ff`, `00` |
//! | bytes | `41`, escaped and ended in the same way |
//! | a sequence | `42`, the elements, `00` |
//! | a tuple, a struct | `43`, the fields |
//! | an enum variant | `44`, its index in four bytes, its content |
//!
//! A newtype is what it wraps. Nothing but an end begins with `00` and nothing at
//! all with `ff`: a prefix sorts first. Every value begins with its type, so 1
//! and `"1"` differ; integers share one form, so that a field can grow from
//! `u32` to `u64` and every key stays what it was. Enum variants go by index:
//! new ones are added at the end.
//!
//! Floats and maps are refused: their order is not that of their bytes, and a
//! key that is nearly equal is a trap.
//!
//! Types are asked for their compact form (`is_human_readable` is false), since
//! that is the one that keeps the order: an address as four numbers, not as text.
//! The form is frozen: stores on disk hold it.

use serde_core::Serialize;

use super::key_serializer::KeySerializer;
use crate::{Error, ErrorKind};

/// The bytes of a key.
///
/// # Errors
///
/// Of kind [`ErrorKind::Key`], for a key with a float or a map in it.
pub(super) fn key_bytes<K: Serialize + ?Sized>(key: &K) -> Result<Vec<u8>, Error> {
    // Most keys are numbers or short texts.
    let mut bytes = Vec::with_capacity(24);
    write_key(key, &mut bytes)?;
    Ok(bytes)
}

/// Adds the bytes of a key to others.
///
/// # Errors
///
/// As those of [`key_bytes`].
pub(super) fn write_key<K: Serialize + ?Sized>(key: &K, bytes: &mut Vec<u8>) -> Result<(), Error> {
    key.serialize(KeySerializer(bytes))
        .map_err(|refusal| Error::with_source(ErrorKind::Key, "not a key", refusal))
}

#[cfg(test)]
mod tests;
