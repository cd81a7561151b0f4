#![doc = include_str!("front.md")]

// Attributes reach the crate by the name that the user's manifest gives it,
// which inside this crate is this.
extern crate self as flow_runtime;

#[doc(hidden)]
pub mod __private;
pub mod artifact;
mod attempts;
mod block_on;
mod blocking;
mod cause;
mod checkpoint;
mod error;
mod flow;
mod flow_macro;
pub mod graph;
mod hub;
pub mod mesh;
mod operator;
mod operators;
mod region;
mod store;
mod sync;
mod ty;

#[doc = include_str!("reference.md")]
pub mod reference {}

pub use artifact::{Artifact, Either, Ensured, Extant, Keyed, KeyedItem, Outcome};
pub use attempts::Retry;
pub use blocking::{Blocking, blocking};
pub use checkpoint::{Acked, Offsets, Position};
pub use error::{BoxError, Error, ErrorKind};
pub use flow::{
    AsyncPiece, Closed, EmitError, Emitter, Place, RunUntil, RunUntilDeadline, TryEmitError,
};
#[doc = include_str!("artifact/derived.md")]
pub use flow_macros::derived;
#[doc = include_str!("artifact/extant.md")]
pub use flow_macros::extant;
pub use hub::{Everything, Hub, Missed, Subscription};
pub use operator::Operator;
pub use operators::{batch::Batch, inline_batch::InlineBatch, send::SendError, window::Window};
pub use store::{Entry, Found, Recovered, Storage, StorageFuture, Store, Write};

/// The README's code, which has to compile and to hold.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
