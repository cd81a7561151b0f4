//! The words of flows, as items: an editor shows them, and offers them. Nothing calls them.
//!
//! `BLESS=1 cargo test -p flow-macros` writes the operators and their options from the
//! reference.

#![allow(non_upper_case_globals, unused_variables)]

mod artifacts;
mod event_time;
mod fan_in;
mod items;
mod many;
mod sinks;
mod sources;
mod time;

use core::marker::PhantomData;

pub use self::{behind::*, head::*};
use crate::ty::Ty;

/// The items of a stage.
pub struct Items<T>(PhantomData<T>);

/// Shows a stage where only its name is known.
pub struct Stage;

/// The items that a witness is of.
#[must_use]
pub fn items<T>(_: Ty<T>) -> Items<T> {
    Items(PhantomData)
}

/// The operators that begin chains.
pub mod head {
    #[allow(unused_imports)]
    pub use super::{
        artifacts::head::*, event_time::head::*, fan_in::head::*, items::head::*, many::head::*,
        sinks::head::*, sources::head::*, time::head::*,
    };
}

/// The operators that stand behind `->`.
pub mod behind {
    #[allow(unused_imports)]
    pub use super::{
        artifacts::behind::*, event_time::behind::*, fan_in::behind::*, items::behind::*,
        many::behind::*, sinks::behind::*, sources::behind::*, time::behind::*,
    };

    /// Routes items by patterns, checked for exhaustiveness.
    ///
    /// `match { pattern if guard => chain, … }`
    ///
    /// An arm is a chain, the name of a segment, or `drop`; open ones join behind it.
    pub fn r#match() {}
}

/// The options, each in the module of its operator.
pub mod options {
    #[allow(unused_imports)]
    pub use super::{
        artifacts::options::*, event_time::options::*, fan_in::options::*, items::options::*,
        many::options::*, sinks::options::*, sources::options::*, time::options::*,
    };
}
