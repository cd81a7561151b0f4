//! The trait of asynchronous flows with one inlet.

mod waiting;

use std::{
    task::{Context, Poll},
    thread,
};

use tokio::task::JoinHandle;

pub use self::waiting::{Emitting, Finishing, Reserving};
use super::Sealed;
use crate::flow::{
    Emitter, TryEmitError,
    emitter::emitter,
    line::line,
    mailbox::{Mailbox, Slot},
    remote::{Remote, Verdict, remote},
};
use crate::graph::Graph;

/// The error that emitters of an [`AsyncOpenFlow`] give.
pub type ErrorOfAsync<F, T> =
    <<F as AsyncOpenFlow<T>>::Emitted as Verdict<<F as AsyncOpenFlow<T>>::Output>>::Error;

/// An asynchronous flow with one inlet for items of type `T`: `emit` pushes an item
/// through it, `finish` ends the input and gives the result; both are awaited.
///
/// `flow!` gives one where a chain starts with `<T>` and something is awaited. With this
/// trait a function returns it:
///
/// ```
/// use flow_runtime::{Error, flow, running::AsyncOpenFlow};
///
/// fn total() -> impl AsyncOpenFlow<u64, Output = u64, Emitted = ()> {
///     flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }
/// }
///
/// /// With a bare `?`, `emit` and `finish` give a `Result`.
/// fn parsed() -> impl AsyncOpenFlow<&'static str, Output = Result<u64, Error>, Emitted = Result<(), Error>> {
///     flow! { <&'static str> -> then(async |s| s.parse::<u64>())? -> sum::<u64>() }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut flow = total();
/// flow.emit(2).await;
/// assert_eq!(flow.finish().await, 4);
///
/// let mut flow = parsed();
/// assert!(flow.emit("x").await.is_err());
/// flow.emit("2").await.unwrap();
/// assert_eq!(flow.finish().await.unwrap(), 2);
/// # }
/// ```
///
/// The futures of its methods hold the flow itself, so they are `Send` where the flow and
/// its items are. In a struct it is a type parameter, or a box, which is an
/// `AsyncOpenFlow` as well:
///
/// ```
/// # use flow_runtime::{flow, running::AsyncOpenFlow};
/// struct Journal {
///     lines: Box<dyn AsyncOpenFlow<String, Output = usize, Emitted = ()> + Send>,
/// }
///
/// impl Journal {
///     async fn write(&mut self, line: &str) {
///         self.lines.emit(line.to_string()).await;
///     }
///
///     async fn end(self) -> usize {
///         self.lines.finish().await
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lines = flow! { <String> -> then(async |line: String| line.len()) -> sum::<usize>() };
/// let mut journal = Journal { lines: Box::new(lines) };
/// let written = tokio::spawn(async move {
///     journal.write("one").await;
///     journal.write("three").await;
///     journal.end().await
/// });
/// assert_eq!(written.await.unwrap(), 8);
/// # }
/// ```
///
/// A flow with several inlets has a method for each, `emit_left`, and no trait; keep it
/// where it is written, or spawn it: its emitter has a field for each inlet, an
/// [`Emitter`] that can be passed on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an asynchronous flow with one inlet for `{T}`",
    note = "a flow with an inlet in which nothing is awaited is an `OpenFlow`; one without inlets a `Flow` or an `AsyncFlow`; one with several inlets has no trait"
)]
pub trait AsyncOpenFlow<T>: Sealed {
    /// The result: the sink's value, a tuple of several, or `()`. A `Result` of it in a
    /// flow with a bare `?`.
    type Output;

    /// The type that `emit` gives: `()`, or `Result<(), E>` in a flow with a bare `?`.
    type Emitted: Verdict<Self::Output>;

    /// Carries one item through everything it can reach without waiting in a buffer.
    /// Where nothing wants more, the item is dropped.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: the oldest error that has not been told,
    /// of this item or of one before it that waited in the flow. An error ends nothing.
    ///
    /// # Cancel safety
    ///
    /// The item is in as soon as the flow has a place for it, which is when the one
    /// before has gone through. Dropped before that, `emit` drops its item with it;
    /// dropped after it, it loses nothing: the item goes on at the next call.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncOpenFlow};
    ///
    /// async fn feed<F: AsyncOpenFlow<u8, Emitted = ()>>(mut flow: F) -> F::Output {
    ///     flow.emit(1).await;
    ///     flow.finish().await
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(feed(flow! { <u8> -> then(async |x: u8| x) -> count() }).await, 1);
    /// # }
    /// ```
    fn emit(&mut self, item: T) -> Emitting<'_, T, Self>
    where
        Self: Sized,
    {
        waiting::emitting(self, item)
    }

    /// Puts one item in, if the flow has a place for it now, and does not wait for it to
    /// go through: it goes on at the next call.
    ///
    /// ```
    /// use flow_runtime::{TryEmitError, flow, running::AsyncOpenFlow};
    /// use tokio::time::{Duration, sleep};
    ///
    /// fn slow() -> impl AsyncOpenFlow<u64, Output = u64, Emitted = ()> {
    ///     flow! { <u64> -> delay(Duration::from_secs(1), capacity = 1) -> sum::<u64>() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let mut flow = slow();
    /// let taken = (1..=9).take_while(|item| flow.try_emit(*item).is_ok()).count();
    /// assert!(taken < 9);
    /// assert_eq!(flow.try_emit(9), Err(TryEmitError::Full(9)));
    /// assert_eq!(flow.finish().await, (1..=taken as u64).sum::<u64>());
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The item: [`Full`](TryEmitError::Full) while the flow works on another,
    /// [`Closed`](TryEmitError::Closed) where nothing in it wants more.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime, where the flow needs one.
    fn try_emit(&mut self, item: T) -> Result<(), TryEmitError<T>>;

    /// Waits until the flow has a place for an item, and holds it:
    /// [`Place::emit`](crate::Place::emit) puts the item there.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncOpenFlow};
    ///
    /// fn one() -> impl AsyncOpenFlow<u64, Output = u64, Emitted = ()> {
    ///     flow! { <u64> -> then(async |x| x * x) -> take(1) -> sum::<u64>() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut flow = one();
    /// flow.reserve().await.unwrap().emit(3);
    /// assert!(flow.reserve().await.is_err());
    /// assert_eq!(flow.finish().await, 9);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::Closed) where nothing in the flow wants more.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing until it is done; the place that it gives is given back when it
    /// is dropped.
    fn reserve(&mut self) -> Reserving<'_, T, Self>
    where
        Self: Sized,
    {
        waiting::reserving(self)
    }

    /// Ends the input: flushes what is held, in the order of the graph, and gives the
    /// result.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: the value, where every error has been
    /// told by `emit`, else the first of those that are left.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the flow.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncOpenFlow};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let flow = flow! { <u8> -> then(async |x: u8| x) -> count() };
    /// assert_eq!(AsyncOpenFlow::finish(flow).await, 0);
    /// # }
    /// ```
    fn finish(self) -> Finishing<T, Self>
    where
        Self: Sized,
    {
        self.close();
        waiting::finishing(self)
    }

    /// Puts the flow on tokio, to be fed from elsewhere: gives an emitter, which may be
    /// cloned, and the handle of the task, which gives the result. When the last emitter
    /// is dropped, or one is [closed](Emitter::close), the input ends.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncOpenFlow};
    ///
    /// fn total() -> impl AsyncOpenFlow<u64, Output = u64, Emitted = ()> + Send {
    ///     flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = total().spawn();
    /// emitter.emit(2).await.unwrap();
    /// emitter.close();
    /// assert_eq!(sum.await.unwrap(), 4);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    fn spawn(self) -> (Emitter<T, ErrorOfAsync<Self, T>>, JoinHandle<Self::Output>)
    where
        Self: Sized + Send + 'static,
        Self::Output: Send + 'static,
        T: 'static,
    {
        let (emitter, remote) = elsewhere(self);
        (emitter, remote.spawn())
    }

    /// Runs the flow on a thread of its own, in a tokio runtime there.
    /// [`emit_blocking`](Emitter::emit_blocking) waits for it.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncOpenFlow};
    ///
    /// fn total() -> impl AsyncOpenFlow<u64, Output = u64, Emitted = ()> + Send {
    ///     flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }
    /// }
    ///
    /// let (emitter, sum) = total().spawn_thread();
    /// emitter.emit_blocking(2).unwrap();
    /// emitter.close();
    /// assert_eq!(sum.join().unwrap(), 4);
    /// ```
    ///
    /// # Panics
    ///
    /// Where the system gives no thread or no runtime.
    #[track_caller]
    fn spawn_thread(
        self,
    ) -> (
        Emitter<T, ErrorOfAsync<Self, T>>,
        thread::JoinHandle<Self::Output>,
    )
    where
        Self: Sized + Send + 'static,
        Self::Output: Send + 'static,
        T: 'static,
    {
        let (emitter, remote) = elsewhere(self);
        (emitter, remote.spawn_thread(true))
    }

    /// Returns its operators and what flows between them, to be drawn.
    ///
    /// ```
    /// use flow_runtime::{flow, running::AsyncOpenFlow};
    ///
    /// fn stages(flow: &impl AsyncOpenFlow<u8>) -> usize {
    ///     flow.graph().nodes().len()
    /// }
    /// assert_eq!(stages(&flow! { <u8> -> then(async |x: u8| x) -> count() }), 3);
    /// ```
    fn graph(&self) -> Graph;

    /// Carries the item through, where there still is one, and all that is before it.
    #[doc(hidden)]
    fn poll_emit(&mut self, item: &mut Option<T>, cx: &mut Context<'_>) -> Poll<Self::Emitted>;

    /// Waits for a place and holds it; `false` where there will be none.
    #[doc(hidden)]
    fn poll_reserve(&mut self, cx: &mut Context<'_>) -> Poll<bool>;

    /// Runs to the end.
    #[doc(hidden)]
    fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output>;

    /// The place of the inlet.
    #[doc(hidden)]
    fn slot(&self) -> &Slot<T>;

    /// The program's side of the inlet.
    #[doc(hidden)]
    fn mailbox(&self) -> Mailbox<T, <Self::Emitted as Verdict<Self::Output>>::Error>;

    /// Ends the input.
    #[doc(hidden)]
    fn close(&self);
}

/// A flow that is to be run elsewhere, and its emitter.
fn elsewhere<T, F: AsyncOpenFlow<T>>(
    flow: F,
) -> (Emitter<T, ErrorOfAsync<F, T>>, Remote<Finishing<T, F>>) {
    let line = line();
    let emitter = emitter(flow.mailbox(), &line);
    (emitter, remote(&line, waiting::finishing(flow)))
}
