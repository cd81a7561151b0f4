//! The traits of flows that can be watched.

use super::Watch;

/// A flow with `#![observe]`, of any form.
pub trait Watched {
    /// Returns a view of the flow. It may be asked for at any time before the flow is driven.
    fn watch(&self) -> Watch;
}

/// A flow with `#![observe]` that is driven to its end by itself: one without inlets and
/// without an open end.
pub trait WatchedJob: Watched + Sized {
    /// The result: the sink's value, a tuple of several, or `()`. A `Result` of it in a
    /// flow with a bare `?`.
    type Output;

    /// The future of the running flow.
    type Driving: Future<Output = Self::Output>;

    /// Drives the flow to its end, in the task that awaits it. A flow in which nothing is
    /// awaited runs when the future is polled first.
    fn drive(self) -> Self::Driving;
}
