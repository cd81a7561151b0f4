//! The traits of flows that can be watched.

use super::Watch;

/// A flow with `#![observe]`, of any form.
///
/// ```
/// use flow_runtime::{flow, inspect::Watched};
///
/// fn name(flow: &impl Watched) -> String {
///     flow.watch().name().to_owned()
/// }
/// assert_eq!(name(&flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() }), "sums");
/// ```
#[diagnostic::on_unimplemented(
    message = "this flow is not observed",
    label = "nothing in it is counted",
    note = "write `#![observe = \"name\"]` at the top of the flow"
)]
pub trait Watched {
    /// Returns a view of the flow. It may be asked for at any time before the flow is driven.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::Watched};
    ///
    /// let flow = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
    /// assert_eq!(Watched::watch(&flow).snapshot().ended, None);
    /// ```
    fn watch(&self) -> Watch;
}

/// A flow with `#![observe]` that is driven to its end by itself: one without inlets and
/// without an open end.
///
/// ```
/// use flow_runtime::{flow, inspect::WatchedJob};
///
/// async fn watched<F: WatchedJob>(job: F) -> (F::Output, Option<String>) {
///     let watch = job.watch();
///     let output = job.drive().await;
///     (output, watch.snapshot().ended)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let job = flow! { #![observe = "sums"] from([1, 2]) -> then(async |n: u8| n) -> sum::<u8>() };
/// assert_eq!(watched(job).await, (3, Some("done".to_owned())));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "this is no observed flow that runs to its end by itself",
    note = "write `#![observe = \"name\"]` at the top of a flow that has no inlet and no open end"
)]
pub trait WatchedJob: Watched + Sized {
    /// The result: the sink's value, a tuple of several, or `()`. A `Result` of it in a
    /// flow with a bare `?`.
    type Output;

    /// The future of the running flow.
    type Driving: Future<Output = Self::Output>;

    /// Drives the flow to its end, in the task that awaits it. A flow in which nothing is
    /// awaited runs when the future is polled first.
    ///
    /// ```
    /// use flow_runtime::{flow, inspect::WatchedJob};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let job = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
    /// assert_eq!(job.drive().await, 3);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the flow.
    fn drive(self) -> Self::Driving;
}

/// Implemented by what a flow has where it is observed: a view of it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this flow is not observed, so it has no `watch`",
    label = "nothing in it is counted",
    note = "write `#![observe = \"name\"]` at the top of the flow"
)]
pub trait Observed {
    /// Returns the view.
    fn view(&self) -> Watch;
}

impl Observed for Watch {
    fn view(&self) -> Watch {
        self.clone()
    }
}
