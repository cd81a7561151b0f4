//! The traits of flows: one for each form that `flow!` gives back, so that a flow can be
//! returned by a function, taken by one, and kept in a struct.
//!
//! A future that one of their methods gives holds the flow itself, not something made of
//! it. So rustc sees that it is `Send` wherever the flow is: behind `impl AsyncFlow + Send`
//! there is nothing else to go by.

mod async_flow;
#[allow(
    clippy::type_complexity,
    reason = "`spawn` gives a pair, and a name would hide it"
)]
mod async_open_flow;
mod async_open_flows;
#[allow(
    clippy::type_complexity,
    reason = "`spawn` gives a pair, and a name would hide it"
)]
mod open_flow;
mod sync_flow;
mod watched;

pub use async_flow::{AsyncFlow, BoxAsyncFlow};
pub use async_open_flow::{AsyncOpenFlow, Emitting, ErrorOfAsync, Finishing, Reserving};
pub use open_flow::{ErrorOf, OpenFlow, remote};
pub use sync_flow::Flow;
pub use watched::AtOnce;

/// Implemented by what `flow!` gives back, and by boxes of it. Nobody else has to, so the
/// traits may gain methods.
pub trait Sealed {}

impl<F: Sealed + ?Sized> Sealed for Box<F> {}
