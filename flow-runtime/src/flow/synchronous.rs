//! A flow in which nothing is awaited.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};

/// A flow of synchronous operators; [`run`](Flow::run) drives it.
#[must_use = "nothing runs until the flow is run"]
pub struct Flow<F> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: F,
}

pictured!([F] Flow<F>);

impl<F: FnOnce() -> R, R> Flow<F> {
    /// A flow that does `work`.
    #[inline]
    pub fn new(work: F) -> Self {
        Self { graph: &NONE, work }
    }

    /// Carries every item through, flushes what is held at the end of input, and
    /// gives the result: the sink's value, a tuple of several, or `()`.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: its first error, which names the
    /// stage.
    #[inline]
    pub fn run(self) -> R {
        (self.work)()
    }
}
