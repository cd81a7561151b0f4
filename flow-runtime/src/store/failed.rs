//! The list of failures: of keys that could not be made.
//!
//! On disk a failure is a JSON object, read as [metadata](super::meta) is: fields are
//! only ever added, and those that are unknown are passed over.
//!
//! A failure is void once the key is stored by its version, or by a later one, or by
//! nobody knows which. A record of an earlier version is no answer: the failure is of
//! the attempt to replace it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::value::RawValue;

use super::meta::{Meta, fields, read, written};
use crate::record::Origin;

/// The longest text of an error that is kept, in bytes. Some errors hold a whole page.
const LONGEST: usize = 4096;

/// A key that could not be made, and was not made since: of
/// [`Store::failures`](crate::Store::failures).
///
/// ```
/// # use flow_runtime::{Store, derived, extant, flow};
/// # #[extant(key = id)]
/// # #[derive(serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32 }
/// #[derived(key = id, version = 1)]
/// async fn answer(id: u32) -> Result<Answer, std::io::Error> {
///     if id == 2 {
///         return Err(std::io::Error::other("the model is overloaded"));
///     }
///     Ok(Answer { id })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let store = Store::<Answer>::memory();
/// flow! { from(0..4) -> map(DerivedAnswer::new) -> ensure(&store)? else drop -> drain(); }.run().await?;
///
/// let failures = store.failures().await?;
/// assert_eq!((failures[0].key, failures[0].attempts), (2, 1));
/// assert!(failures[0].error.contains("overloaded"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure<K> {
    /// The key.
    pub key: K,
    /// The number of times its making was tried in vain, over all runs with this
    /// version, those of `retry` included.
    pub attempts: u32,
    /// The text of the last error, with what is behind it, cut off after 4 KiB.
    pub error: String,
    /// The time of the last attempt, by the clock of the system, in milliseconds.
    pub when: SystemTime,
    /// It may succeed when it is tried again: `retry_if` said so, or the time was over.
    pub transient: bool,
}

/// The same without its key, and what failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) attempts: u32,
    pub(crate) error: String,
    pub(crate) when: SystemTime,
    pub(crate) transient: bool,
    /// The origin that the record would have had.
    pub(crate) origin: Origin,
}

impl Failed {
    /// The failure as one of a key.
    pub(crate) fn of<K>(self, key: K) -> Failure<K> {
        Failure {
            key,
            attempts: self.attempts,
            error: self.error,
            when: self.when,
            transient: self.transient,
        }
    }

    /// The JSON object that is written.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let when = self.when.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut json = format!(
            r#"{{"attempts":{},"error":{},"when":{},"transient":{}"#,
            self.attempts,
            serde_json::Value::from(shortened(&self.error)),
            when.as_millis(),
            self.transient
        );
        for field in written(self.origin) {
            json.push(',');
            json.push_str(&field);
        }
        json.push('}');
        json.into_bytes()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// Where it is something else.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        fn known<'de, T>(field: Option<&&'de RawValue>, none: T) -> Result<T, serde_json::Error>
        where
            T: serde_core::Deserialize<'de>,
        {
            field.map_or(Ok(none), |value| serde_json::from_str(value.get()))
        }
        let fields = fields(json)?;
        let when = Duration::from_millis(known(fields.get("when"), 0)?);
        Ok(Self {
            attempts: known(fields.get("attempts"), 1)?,
            error: known(fields.get("error"), String::new())?,
            when: UNIX_EPOCH.checked_add(when).unwrap_or(UNIX_EPOCH),
            transient: known(fields.get("transient"), false)?,
            origin: read(&fields)?,
        })
    }
}

/// The text, cut off where it is too long.
fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let ends = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end));
    let end = ends.unwrap_or_default();
    format!("{}…", &text[..end])
}

/// Returns whether a failure is void when its key is written with this metadata. One
/// that cannot be read is.
pub(super) fn ends(meta: &[u8], failure: &[u8]) -> bool {
    let (Ok(meta), Ok(failed)) = (Meta::from_json(meta), Failed::from_json(failure)) else {
        return true;
    };
    let (made_by, failed) = (meta.origin.version, failed.origin.version);
    !matches!((made_by, failed), (Some(made_by), Some(failed)) if made_by < failed)
}

/// Returns whether a failure is void where its key lies in the store with this
/// metadata, and nobody knows which of them came first.
pub(super) fn outweighs(meta: &[u8], failure: &[u8]) -> bool {
    let (Ok(meta), Ok(failed)) = (Meta::from_json(meta), Failed::from_json(failure)) else {
        return true;
    };
    let (made_by, failed) = (meta.origin, failed.origin);
    !made_by.is_stale(failed) || made_by.version > failed.version
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(version: Option<u32>, fingerprint: Option<u64>) -> Failed {
        Failed {
            attempts: 3,
            error: "no \"luck\"\n".to_owned(),
            when: UNIX_EPOCH + Duration::from_millis(1_767_225_600_123),
            transient: true,
            origin: Origin {
                version,
                fingerprint,
            },
        }
    }

    #[test]
    fn is_a_json_object_that_comes_back() {
        let failed = failed(Some(2), Some(7));
        let json = failed.to_json();
        let text = r#"{"attempts":3,"error":"no \"luck\"\n","when":1767225600123,"transient":true,"version":2,"fingerprint":"0000000000000007"}"#;
        assert_eq!(str::from_utf8(&json).unwrap(), text);
        assert_eq!(Failed::from_json(&json).unwrap(), failed);
        let later = r#"{"attempts":3,"more":[1]}"#;
        assert_eq!(Failed::from_json(later.as_bytes()).unwrap().attempts, 3);
        assert!(Failed::from_json(br#"{"attempts":"3"}"#).is_err());
    }

    #[test]
    fn a_page_of_text_is_cut_off_between_characters() {
        let mut long = failed(None, None);
        long.error = "é".repeat(LONGEST);
        let kept = Failed::from_json(&long.to_json()).unwrap().error;
        assert_eq!(kept, format!("{}…", "é".repeat(LONGEST / 2)));
    }

    #[test]
    fn what_is_stored_by_an_earlier_version_ends_nothing() {
        let meta = |version, fingerprint| {
            Meta::of_record(Origin {
                version,
                fingerprint,
            })
            .to_json()
        };
        let failure = failed(Some(2), Some(7)).to_json();
        for (version, fingerprint, ended, outweighed) in [
            (Some(2), Some(7), true, true),
            (None, None, true, true),
            (Some(3), Some(8), true, true),
            (Some(1), Some(7), false, false),
            // Written now, it is the answer; found, it may have been there before.
            (Some(2), Some(8), true, false),
        ] {
            let meta = meta(version, fingerprint);
            assert_eq!(ends(&meta, &failure), ended, "{version:?}");
            assert_eq!(outweighs(&meta, &failure), outweighed, "{version:?}");
        }
    }
}
