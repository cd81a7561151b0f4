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
mod budget;
mod checkpoint;
#[cfg(feature = "cli")]
mod cli;
mod copies;
pub mod docs;
mod error;
mod failed;
mod flow;
mod flow_macro;
pub mod graph;
mod hub;
pub mod inspect;
pub mod jsonl;
mod knobs;
mod limit;
pub mod mesh;
mod observe;
mod operator;
mod operators;
mod record;
mod refusal;
mod region;
pub mod running;
pub mod store;
mod sync;
mod terminal;
mod ty;
mod unsorted;
mod waits;
#[cfg(not(doctest))]
mod words;

#[doc = include_str!("reference.md")]
pub mod reference {}

pub use artifact::{Artifact, Ensured, Extant, Keyed, KeyedItem, Plan};
pub use attempts::Retry;
pub use blocking::{Blocking, blocking};
pub use budget::Budget;
pub use checkpoint::{Acked, Offsets, Position, Snapshots};
pub use error::{BoxError, Error, ErrorKind};
pub use failed::Failed;
pub use flow::{
    AsyncPiece, BufferedEmitter, Closed, EmitError, Emitter, Place, RunUntil, RunUntilDeadline,
    TryEmitError,
};
#[doc = include_str!("artifact/derived.md")]
pub use flow_macros::derived;
#[doc = include_str!("artifact/extant.md")]
pub use flow_macros::extant;
pub use hub::{Everything, Hub, Missed, Subscription};
pub use limit::Limit;
pub use operator::{DynOperator, Operator};
pub use operators::{
    aggregate::Aggregate,
    batch::Batch,
    event_time::late::{Late, Span},
    inline_batch::InlineBatch,
    send::SendError,
    window::Window,
};
pub use store::{Failure, Recovered, Storage, StorageFuture, Store};
pub use unsorted::Unsorted;

/// The README's code, which has to compile and to hold.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
