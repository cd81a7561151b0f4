//! Defines what `flow!` gives back: a value to drive.

pub(crate) mod arisen;
mod asynchronous;
pub(crate) mod emitter;
pub(crate) mod forms;
mod lazy;
pub(crate) mod mailbox;
pub(crate) mod misuse;
mod observed;
mod open;
mod open_async;
pub(crate) mod outbox;
pub(crate) mod outlet;
mod pictured;
pub(crate) mod piece;
mod piece_async;
mod place;
pub(crate) mod remote;
mod run_until;
mod stop;
mod stream;
mod synchronous;
mod work;

pub use asynchronous::UnrunAsyncFlow;
pub use emitter::{BufferedEmitter, EmitError, Emitter, TryEmitError};
pub use lazy::LazyFlow;
pub use open::CompiledOpenFlow;
pub use open_async::CompiledAsyncOpenFlow;
pub use piece::PieceFlow;
pub use piece_async::{AsyncPiece, AsyncPieceFlow};
pub use place::{Closed, Place};
pub use run_until::{RunUntil, RunUntilDeadline};
pub use stream::StreamFlow;
pub use synchronous::UnrunFlow;
pub use work::Work;
