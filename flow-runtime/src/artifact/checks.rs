//! The demands of `#[extant]` on a record and on its key, said once.
//!
//! A bound that does not hold would be reported for every item of the expansion
//! that relies on it, and by the names of serde's traits. So the expansion
//! calls [`record`] and [`key`], each with a message of its own, and its impls
//! assume what was checked there: `where for<'once> u32: KeyOnce<'once>`. The
//! lifetime has no meaning but that rustc does not look at such a bound before
//! it is used.

use serde_core::{Serialize, de::DeserializeOwned};

/// The demands on a key, assumed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a record",
    label = "a key must be `Ord + Clone + Serialize + DeserializeOwned`"
)]
pub trait KeyOnce<'once>: Ord + Clone + Serialize + DeserializeOwned + 'static {}

#[diagnostic::do_not_recommend]
impl<K: Ord + Clone + Serialize + DeserializeOwned + 'static> KeyOnce<'_> for K {}

/// The demands on a record, assumed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored",
    label = "a record must be `Serialize + DeserializeOwned`",
    note = "put `#[derive(serde::Serialize, serde::Deserialize)]` on the struct"
)]
pub trait RecordOnce<'once>: Serialize + DeserializeOwned + 'static {}

#[diagnostic::do_not_recommend]
impl<R: Serialize + DeserializeOwned + 'static> RecordOnce<'_> for R {}

/// That this can be a key.
pub const fn key<K: for<'once> KeyOnce<'once>>() {}

/// That this can be a record.
pub const fn record<R: for<'once> RecordOnce<'once>>() {}
