//! The steps of an artifact as `tracing` events, each with `kind` and `key`.
//!
//! Without the feature `tracing` these functions are empty.

use super::Key;
use crate::Error;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name<K: Key>(kind: &'static str, key: &K) {
            #[cfg(feature = "tracing")]
            tracing::debug!(kind, key = %super::describe(key), stringify!($name));
            #[cfg(not(feature = "tracing"))]
            let _ = (kind, key);
        }
    )*};
}

events! {
    /// A deriver begins: once for every attempt.
    deriving
    /// A deriver gave a record, or said that there is none.
    derived
    /// A record was read from its store.
    retrieved
    /// A record is known to be durable.
    ensured
}

/// Reading, making or writing an artifact gave an error.
pub(crate) fn failed<K: Key>(kind: &'static str, key: &K, error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(kind, key = %super::describe(key), %error, "failed");
    #[cfg(not(feature = "tracing"))]
    let _ = (kind, key, error);
}
