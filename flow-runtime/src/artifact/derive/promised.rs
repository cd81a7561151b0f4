//! The promise of an expansion: the record that it makes.
//!
//! All of it is of [`Extant`]. It goes through one trait without supertraits,
//! named in few ways, so that a return type that is no record is one error and
//! not one for every place where the record is named.

use crate::Error;
use crate::artifact::{Extant, Key, memo};

/// A record that an artifact promises.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extant record",
    label = "nothing says how this is kept",
    note = "put `#[extant(key = …)]` on the struct; where this is an alias, `#[derived(into = …)]` names the record"
)]
pub trait Promised: Sized {
    /// The type of the key.
    type Key: Key;

    /// The record, as the expansion describes it to the runtime.
    const RECORD: Kind<Self, Self::Key>;
}

#[diagnostic::do_not_recommend]
impl<R: Extant> Promised for R {
    type Key = R::Key;

    const RECORD: Kind<R, R::Key> = Kind {
        name: R::KIND,
        key: R::key,
    };
}

/// A kind of record: its name, and how its key is found.
pub struct Kind<R, K> {
    pub(super) name: &'static str,
    pub(super) key: fn(&R) -> K,
}

impl<R, K: Key> Kind<R, K> {
    /// The name of the kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The error that there is no record for the key.
    #[must_use]
    pub fn none(self, key: &K) -> Error {
        memo::none(self.name, key)
    }
}

impl<R, K> Clone for Kind<R, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, K> Copy for Kind<R, K> {}
