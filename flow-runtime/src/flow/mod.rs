//! What `flow!` gives back: a value to drive.

mod asynchronous;
mod synchronous;

pub use asynchronous::AsyncFlow;
pub use synchronous::Flow;
