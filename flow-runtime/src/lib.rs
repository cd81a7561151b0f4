//! Data pipelines compiled into the loop you would have written, and expensive
//! work that resumes.

// Attributes reach the crate by the name that the user's manifest gives it,
// which inside this crate is this.
extern crate self as flow_runtime;

#[doc(hidden)]
pub mod __private;
pub mod artifact;
mod attempts;
mod error;
mod flow;
mod operators;
mod region;
mod store;
mod ty;

pub use artifact::{Artifact, Either, Ensured, Extant, Keyed, KeyedItem, Outcome};
pub use attempts::Retry;
pub use error::{BoxError, Error, ErrorKind};
pub use flow_macros::{derived, extant};
pub use store::{Entry, Recovered, Storage, StorageFuture, Store, Write};
