//! A flow in which nothing is awaited.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};

/// A flow of synchronous operators with all its inputs closed: [`run`](Self::run) drives it.
///
/// A function returns one as `impl Flow<Output = …>`, a trait with the same methods. Where rustc finds an `UnrunFlow`
/// in place of a value, `.run()` was forgotten.
///
/// ```
/// use flow_runtime::flow;
///
/// let squares = flow! { from(1..4_u64) -> map(|x| x * x) -> sum::<u64>() };
/// assert_eq!(squares.run(), 14);
/// ```
#[must_use = "nothing runs until the flow is run: call `.run()`"]
pub struct UnrunFlow<F, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: F,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([F, O] UnrunFlow<F, O>);
observed!([F] UnrunFlow<F>: work);

impl<F: FnOnce() -> R, R> UnrunFlow<F> {
    /// Builds a flow that does `work`.
    #[doc(hidden)]
    #[inline]
    pub fn new(work: F) -> Self {
        Self {
            graph: &NONE,
            work,
            observed: (),
        }
    }
}

impl<F: FnOnce() -> R, R, O> UnrunFlow<F, O> {
    /// Carries every item through, flushes what is held at the end of input, and
    /// gives the result: the sink's value, a tuple of several, or `()`.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: its first error, which names the
    /// stage.
    ///
    /// ```
    /// use flow_runtime::{Error, flow};
    ///
    /// let parsed = flow! { from(["1", "x"]) -> map(str::parse::<u8>)? -> count() };
    /// let error: Error = parsed.run().unwrap_err();
    /// assert!(error.is::<std::num::ParseIntError>());
    /// ```
    #[inline]
    pub fn run(self) -> R {
        (self.work)()
    }
}
