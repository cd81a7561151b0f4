//! What `flow!` gives back: a value to drive.

mod asynchronous;
pub(crate) mod emitter;
mod lazy;
pub(crate) mod mailbox;
pub(crate) mod misuse;
mod open;
mod open_async;
pub(crate) mod outbox;
mod pictured;
mod piece;
pub(crate) mod remote;
mod run_until;
mod stop;
mod stream;
mod synchronous;

pub use asynchronous::AsyncFlow;
pub use emitter::{EmitError, Emitter, TryEmitError};
pub use lazy::LazyFlow;
pub use open::OpenFlow;
pub use open_async::{AsyncOpenFlow, Work};
pub use piece::PieceFlow;
pub use run_until::{RunUntil, RunUntilDeadline};
pub use stream::StreamFlow;
pub use synchronous::Flow;
