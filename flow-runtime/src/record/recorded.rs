//! Records, with the proof that they are: where a type is none, nothing else is said.

use super::Extant;
use crate::ty::{When, proven};

proven! {
    /// An [`Extant`] record, with the proof of it.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not an extant record",
        label = "nothing says how this is kept",
        note = "put `#[extant(key = …)]` on the struct, and `#[derive(serde::Serialize, serde::Deserialize)]`; \
                where this is an alias, `#[derived(into = …)]` names the record"
    )]
    pub trait Recorded: Extant;
}

/// The key of a record, known where that [is one](Recorded).
pub type KeyOf<R, P> = <When<P, R> as Extant>::Key;
