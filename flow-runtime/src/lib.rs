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

pub use artifact::{Artifact, Extant};
pub use error::{BoxError, Error, ErrorKind};
pub use flow_macros::{derived, extant};
pub use operators::{batch::Batch, inline_batch::InlineBatch, send::SendError, window::Window};
