//! The future of an asynchronous flow that runs.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

/// Names the future of a flow that runs: `F::Running` is [`Running<F>`](Running) for every
/// [`AsyncFlow`](super::forms::AsyncFlow).
///
/// ```
/// use flow_runtime::running::AsyncFlow;
///
/// /// A job that is on its way.
/// struct Job<F: AsyncFlow> {
///     name: &'static str,
///     running: F::Running,
/// }
///
/// fn begin<F: AsyncFlow>(name: &'static str, flow: F) -> Job<F> {
///     Job { name, running: flow.run() }
/// }
/// ```
pub trait Runs {
    /// The future of the flow, which gives its result.
    type Running;
}

impl<F> Runs for F {
    type Running = Running<F>;
}

/// A flow that can be polled: the part of [`AsyncFlow`](super::forms::AsyncFlow) that futures of it are made of.
/// Nothing has to be called here.
///
/// ```
/// use flow_runtime::running::{AsyncFlow, Driven};
///
/// fn is_driven<F: AsyncFlow>(flow: F) -> impl Driven {
///     flow
/// }
/// ```
pub trait Driven: IntoFuture {
    /// Goes on as far as it can.
    #[doc(hidden)]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output>;
}

/// An asynchronous flow that runs: what [`AsyncFlow::run`](super::forms::AsyncFlow::run) gives, and what `.await` on a
/// flow awaits.
///
/// It is `Send` where the flow is. Dropping it cancels the flow.
///
/// ```
/// use flow_runtime::{flow, running::{AsyncFlow, Running}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let flow = flow! { from([1, 2]) -> then(async |x: u8| x) -> count() };
/// let running: Running<_> = AsyncFlow::run(flow);
/// assert_eq!(running.await, 2);
/// # }
/// ```
#[must_use = "nothing runs until it is awaited"]
pub struct Running<F> {
    flow: F,
}

/// The flow, to be awaited.
#[inline]
pub fn running<F>(flow: F) -> Running<F> {
    Running { flow }
}

// A flow keeps its future in a box: nothing in here is pinned.
impl<F> Unpin for Running<F> {}

impl<F: Driven> Future for Running<F> {
    type Output = <F as IntoFuture>::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.flow.poll(cx)
    }
}

impl<F> fmt::Debug for Running<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").finish_non_exhaustive()
    }
}
