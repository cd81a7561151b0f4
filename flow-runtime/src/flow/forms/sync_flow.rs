//! The trait of synchronous flows without inlets.

use super::Sealed;
use crate::flow::awaits::Now;
use crate::flow::{
    UnrunAsyncFlow, UnrunFlow,
    stop::{Mode, Stop},
};
use crate::graph::Graph;

/// A synchronous flow without inlets: `run` drives it and gives the result.
///
/// `flow!` gives one where nothing is awaited. With this trait a function returns it:
///
/// ```
/// use flow_runtime::{flow, running::Flow};
///
/// /// Sums the squares below `n`.
/// fn squares(n: u64) -> impl Flow<Output = u64> {
///     flow! { from(0..n) -> map(|x| x * x) -> sum::<u64>() }
/// }
///
/// assert_eq!(squares(4).run(), 14);
/// ```
///
/// In a struct it is a type parameter, or a box, which is a `Flow` as well:
///
/// ```
/// # use flow_runtime::{flow, running::Flow};
/// struct Report<F> {
///     title: &'static str,
///     body: F,
/// }
///
/// struct Reports(Vec<Report<Box<dyn Flow<Output = usize> + Send>>>);
///
/// let words = flow! { from(["a", "b"]) -> count() };
/// let reports = Reports(vec![Report { title: "words", body: Box::new(words) }]);
/// for report in reports.0 {
///     assert_eq!((report.title, report.body.run()), ("words", 2));
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a synchronous flow without inlets",
    note = "a flow that awaits is an `AsyncFlow`; one with an inlet an `OpenFlow` or an `AsyncOpenFlow`; one with an open end an `Iterator` or a `Stream`"
)]
pub trait Flow: Sealed {
    /// The result: the sink's value, a tuple of several, or `()`. A `Result` of it in a
    /// flow with a bare `?`.
    type Output;

    /// Carries every item through, flushes what is held at the end of input, and gives
    /// the result.
    ///
    /// ```
    /// use flow_runtime::{flow, running::Flow};
    ///
    /// fn length(flow: impl Flow<Output = Vec<u8>>) -> usize {
    ///     flow.run().len()
    /// }
    /// assert_eq!(length(flow! { from([1, 2]) -> collect() }), 2);
    /// ```
    fn run(self) -> Self::Output
    where
        Self: Sized;

    /// Returns its operators and what flows between them, to be drawn.
    ///
    /// ```
    /// use flow_runtime::{flow, running::Flow};
    ///
    /// fn stages(flow: &impl Flow) -> usize {
    ///     flow.graph().nodes().len()
    /// }
    /// assert_eq!(stages(&flow! { from([1, 2]) -> count() }), 2);
    /// ```
    fn graph(&self) -> Graph;

    /// As `run`, of a flow in a box.
    #[doc(hidden)]
    fn run_boxed(self: Box<Self>) -> Self::Output;
}

impl<F, O> Sealed for UnrunFlow<F, O> {}

impl<F: FnOnce() -> R, R, O> Flow for UnrunFlow<F, O> {
    type Output = R;

    #[inline]
    fn run(self) -> R {
        Self::run(self)
    }

    fn graph(&self) -> Graph {
        Self::graph(self)
    }

    fn run_boxed(self: Box<Self>) -> R {
        Self::run(*self)
    }
}

impl<F, W, M, R, O> Sealed for UnrunAsyncFlow<F, W, M, R, O> {}

/// A flow that never waits, as the type of an outlet says.
impl<F, M: Mode, R: Future, O> Flow for UnrunAsyncFlow<F, Now, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    type Output = R::Output;

    fn run(self) -> R::Output {
        Self::run(self)
    }

    fn graph(&self) -> Graph {
        Self::graph(self)
    }

    fn run_boxed(self: Box<Self>) -> R::Output {
        Self::run(*self)
    }
}

impl<F: Flow + ?Sized> Flow for Box<F> {
    type Output = F::Output;

    fn run(self) -> F::Output {
        self.run_boxed()
    }

    fn graph(&self) -> Graph {
        (**self).graph()
    }

    fn run_boxed(self: Box<Self>) -> F::Output {
        (*self).run_boxed()
    }
}
