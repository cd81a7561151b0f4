//! The trait of asynchronous flows without inlets.

mod boxed;

use tokio::task::JoinHandle;

pub use self::boxed::BoxAsyncFlow;
use super::Sealed;
use crate::flow::awaits::Later;
use crate::flow::{
    RunUntil, UnrunAsyncFlow,
    driven::{Driven, Running, Runs, running},
    stop::{Signal, Stop, Stops},
};
use crate::graph::Graph;

/// An asynchronous flow without inlets: `run().await` drives it, as does `.await` alone.
///
/// `flow!` gives one where something is awaited. With this trait a function returns it
/// with all its methods, and what it borrows:
///
/// ```
/// use flow_runtime::{Error, flow, running::AsyncFlow};
///
/// fn lengths(words: &[String]) -> impl AsyncFlow<Output = Result<usize, Error>> + use<'_> {
///     flow! { from(words) -> then(async |w| w.parse::<usize>())? -> sum::<usize>() }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Error> {
/// let words = ["4".to_string(), "5".to_string()];
/// assert_eq!(lengths(&words).run().await?, 9);
/// assert_eq!(lengths(&words).await?, 9);
/// let stopped = lengths(&words).run_until(std::future::ready(()));
/// assert_eq!(stopped.await?, 0);
/// # Ok(())
/// # }
/// ```
///
/// The result is the `Output` of [`IntoFuture`]: `F::Output`. The future of the running
/// flow is [`Running<F>`](Running), also named `F::Running` and `F::IntoFuture`; it is
/// `Send` where the flow is. So `impl AsyncFlow<Output = …> + Send` can be spawned:
///
/// ```
/// use flow_runtime::{flow, running::AsyncFlow};
///
/// fn job(n: u64) -> impl AsyncFlow<Output = u64> + Send {
///     flow! { from(0..n) -> then(async |x| x * x, concurrency = 4) -> sum::<u64>() }
/// }
///
/// /// Starts any job, and gives its handle.
/// fn start<F>(job: F) -> tokio::task::JoinHandle<F::Output>
/// where
///     F: AsyncFlow<Output: Send> + Send + 'static,
/// {
///     job.spawn()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(start(job(4)).await.unwrap(), 14);
/// let both = tokio::spawn(async { job(3).await + job(2).run().await });
/// assert_eq!(both.await.unwrap(), 6);
/// # }
/// ```
///
/// In a struct it is a type parameter, a box made by [`boxed`](Self::boxed), or, where it
/// runs already, the handle that `spawn` gives.
///
/// One with `#![observe]` is `impl AsyncFlow<…> + `[`Watched`](crate::inspect::Watched), which
/// has `watch`; [`plan`](UnrunAsyncFlow::plan) is asked where the flow is written.
///
/// A flow that is returned can be stopped, so it looks whether it is to be before it takes
/// an item from a source; one that is run where it is written does not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an asynchronous flow without inlets",
    note = "a flow in which nothing is awaited is a `Flow`; one with an inlet an `OpenFlow` or an `AsyncOpenFlow`; one with an open end an `Iterator` or a `Stream`"
)]
pub trait AsyncFlow:
    Driven + Runs<Running = Running<Self>> + IntoFuture<IntoFuture = Running<Self>> + Sealed + Sized
{
    /// Carries every item through, flushes what is held at the end of input, and gives
    /// the result.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: its first error, which names the stage.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the flow: running functions are dropped where they
    /// wait. What was reported as durable stays so.
    ///
    /// ```
    /// use flow_runtime::running::AsyncFlow;
    ///
    /// async fn in_time<F: AsyncFlow>(flow: F) -> Option<F::Output> {
    ///     tokio::time::timeout(std::time::Duration::from_secs(1), flow.run()).await.ok()
    /// }
    /// ```
    fn run(self) -> Running<Self> {
        running(self)
    }

    /// As [`run`](Self::run), but stops pulling from the sources when `until` resolves:
    /// then the items inside go on to the end, what is held is flushed, and there is a
    /// result as at the end of input. [`UnrunAsyncFlow::run_until`] tells the rest.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncFlow};
    /// use tokio::time::{Duration, sleep};
    ///
    /// fn ticks() -> impl AsyncFlow<Output = usize> {
    ///     flow! { interval(Duration::from_secs(1)) -> count() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// assert_eq!(ticks().run_until(sleep(Duration::from_millis(3500))).await, 3);
    /// # }
    /// ```
    fn run_until<U: Future>(self, until: U) -> RunUntil<U, Running<Self>> {
        let mut flow = self;
        let signal = Signal::default();
        flow.begin(&signal);
        RunUntil::new(until, signal, running(flow))
    }

    /// Puts the flow on tokio, where it runs while others do. The handle gives its
    /// result; dropping the handle lets the flow go on, `abort` cancels it.
    ///
    /// A panic in the flow is an error of the handle, as of any task.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncFlow};
    ///
    /// fn one() -> impl AsyncFlow<Output = u8> + Send {
    ///     flow! { from([1]) -> then(async |x: u8| x) -> sum::<u8>() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(one().spawn().await.unwrap(), 1);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    fn spawn(self) -> JoinHandle<Self::Output>
    where
        Self: Send + 'static,
        Self::Output: Send + 'static,
    {
        tokio::spawn(self.run())
    }

    /// Boxes the flow, so that flows of one result are of one type.
    ///
    /// ```
    /// use flow_runtime::{flow, running::{AsyncFlow, BoxAsyncFlow}};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let jobs: Vec<BoxAsyncFlow<'static, usize>> = vec![
    ///     flow! { from([1, 2]) -> then(async |x: u8| x) -> count() }.boxed(),
    ///     flow! { from([3]) -> then(async |x: u8| x) -> count() }.boxed(),
    /// ];
    /// let mut all = 0;
    /// for job in jobs {
    ///     all += job.run().await;
    /// }
    /// assert_eq!(all, 3);
    /// # }
    /// ```
    fn boxed<'a>(self) -> BoxAsyncFlow<'a, Self::Output>
    where
        Self: Send + 'a,
    {
        BoxAsyncFlow::new(self)
    }

    /// Returns its operators and what flows between them, to be drawn.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncFlow};
    ///
    /// fn picture(flow: &impl AsyncFlow) -> String {
    ///     flow.graph().to_mermaid()
    /// }
    /// assert!(picture(&flow! { from([1]) -> then(async |x: u8| x) -> count() }).contains("then"));
    /// ```
    fn graph(&self) -> Graph;

    /// Begins it, to be stopped by `signal`.
    #[doc(hidden)]
    fn begin(&mut self, signal: &Signal);
}

impl<F, M: Stops, R: Future, O> AsyncFlow for UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    fn graph(&self) -> Graph {
        Self::graph(self)
    }

    fn begin(&mut self, signal: &Signal) {
        self.begin_on(signal);
    }
}
