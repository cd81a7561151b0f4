//! The operators that move artifacts and records through a flow, one a file.
//!
//! Each has a constructor that takes the witness of what flows in and gives the
//! operator with the witness of what flows out.

#![allow(
    clippy::type_complexity,
    reason = "what a constructor gives is spelled out: it is what a reader wants to know"
)]

mod assemble;
mod ensure;
mod ensure_batch;
mod ensuring;
mod failing;
mod get;
mod missing;
mod planner;
mod stale;
mod store;
mod stored;

pub use assemble::{Holes, assemble};
pub use ensure::{ensure, ensure_with};
pub use ensure_batch::{ensure_batch, ensure_batch_again};
pub use ensuring::ensuring;
pub use failing::Rerun;
pub use get::{get, value_of};
pub use missing::{missing, missing_stale};
pub use stale::Stale;
pub use store::store;
pub use stored::stored;

use super::{Artifact, Key, describe};
use crate::attempts::Attempts;
use crate::{Error, ErrorKind};

/// Puts the key into an error of the operator's: a time-out, or that it was stopped.
/// Other errors of artifacts, the time-outs of derivers among them, name it already.
fn with_key<K: Key>(tried: &str, key: &K, error: Error) -> Error {
    let own = matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Interrupted);
    if !own || error.behind().is_some() {
        return error;
    }
    let message = format!("cannot {tried} {}", describe(key));
    Error::with_source(error.kind(), message, error)
}

/// Returns whether an artifact's value is there without any making: it is not held up
/// by a limit, and costs nothing.
async fn is_free<J>(attempts: &Attempts<J>, artifact: &impl Artifact) -> bool {
    // Where that cannot be told, nothing is made either: the reading says why.
    attempts.is_held_up() && artifact.exists().await.unwrap_or(true)
}
