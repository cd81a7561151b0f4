//! The hash of `fingerprint = expr`: what else, beside the version, a record was made
//! of.
//!
//! The value is written in a form of its own, and the fingerprint is the 64-bit FNV-1a
//! of that. Both are frozen: fingerprints lie on disk.
//!
//! | value | bytes |
//! |---|---|
//! | unit, a unit struct | `u` |
//! | `None`, `Some(x)` | `n`, `s` x |
//! | `false`, `true` | `f`, `t` |
//! | an integer of any width | `i`, the sign (`00`, or `01` below zero), the magnitude in 16 bytes |
//! | a float of either width | `d`, the bits of the `f64`; every NaN is one |
//! | `char`, `str` | `"`, the length in 8 bytes, the UTF-8 |
//! | bytes | `b`, the length in 8 bytes, the bytes |
//! | a sequence, a tuple, a tuple struct | `[`, the elements, `]` |
//! | a map, a struct with names | `{`, the pairs in the order of their bytes, `}` |
//! | an enum variant | `v`, its name as a `str`, its content |
//!
//! Numbers are big-endian. A newtype is what it wraps. Types are asked for their
//! readable form. A set is a sequence to serde: one without an order of its own, such
//! as a `HashSet`, has another fingerprint in every run.

mod serializer;

use serde_core::{Serialize, ser::Error as _};

use self::serializer::Bytes;
use crate::store::fnv;
use crate::{Error, ErrorKind, refusal::Refusal};

/// A fingerprint, or why there is none.
#[derive(Clone, Debug)]
pub struct Fingerprint(Result<u64, Refusal>);

impl Fingerprint {
    /// The fingerprint of a value.
    #[must_use]
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        let mut bytes = Vec::new();
        let written = value.serialize(Bytes(&mut bytes));
        Self(written.map(|()| fnv::add(fnv::EMPTY, &bytes)))
    }

    /// The fingerprint of what sources tell, where these passed their checks.
    pub fn told(sources: &Result<(), Error>, fingerprint: impl FnOnce() -> Self) -> Self {
        match sources {
            Ok(()) => fingerprint(),
            Err(error) => Self(Err(Refusal::custom(error))),
        }
    }

    /// The hash, where there is one.
    #[must_use]
    pub fn hash(&self) -> Option<u64> {
        self.0.as_ref().ok().copied()
    }

    /// Sees that there is one; `kind` and `key` are of the record.
    ///
    /// # Errors
    ///
    /// Why there is none: the value does not serialize.
    pub fn check(&self, kind: &str, key: &str) -> Result<(), Error> {
        let Err(refusal) = &self.0 else { return Ok(()) };
        let message = format!("`{kind}` {key} has no fingerprint");
        Err(Error::with_source(
            ErrorKind::Derive,
            message,
            refusal.clone(),
        ))
    }
}

#[cfg(test)]
mod tests;
