//! The operators that move artifacts and records through a flow, one a file.
//!
//! Each has a constructor that takes the witness of what flows in and gives the
//! operator with the witness of what flows out.

#![allow(
    clippy::type_complexity,
    reason = "what a constructor gives is spelled out: it is what a reader wants to know"
)]

mod ensure;
mod ensuring;
mod failing;
mod get;
mod missing;
mod planner;
mod stale;
mod store;
mod stored;

pub use ensure::{ensure, ensure_with};
pub use ensuring::ensuring;
pub use failing::Rerun;
pub use get::get;
pub use missing::{missing, missing_stale};
pub use stale::Stale;
pub use store::store;
pub use stored::stored;

use super::{Key, describe};
use crate::{Error, ErrorKind};

/// Puts the key into a time-out of the operator's. Other errors of artifacts, the
/// time-outs of derivers among them, name it already.
fn with_key<K: Key>(tried: &str, key: &K, error: Error) -> Error {
    if error.kind() != ErrorKind::Timeout || error.behind().is_some() {
        return error;
    }
    let message = format!("cannot {tried} {}", describe(key));
    Error::with_source(ErrorKind::Timeout, message, error)
}
