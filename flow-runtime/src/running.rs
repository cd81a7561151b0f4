#![doc = include_str!("docs/running.md")]

pub use crate::flow::{
    AsyncPieceFlow, BufferedEmitter, Closed, CompiledAsyncOpenFlow, CompiledOpenFlow, EmitError,
    Emitter, LazyFlow, PieceFlow, Place, RunUntil, RunUntilDeadline, StreamFlow, TryEmitError,
    UnrunAsyncFlow, UnrunFlow,
    driven::{Driven, Running, Runs},
    forms::{
        AsyncFlow, AsyncOpenFlow, AtOnce, BoxAsyncFlow, Emitting, ErrorOf, ErrorOfAsync, Finishing,
        Flow, OpenFlow, Reserving,
    },
    piece::Leaving,
    remote::Verdict,
};
pub use crate::operator::Leaves;
