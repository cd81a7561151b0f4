//! The trait of synchronous flows with one inlet.

use std::thread;

use tokio::task::JoinHandle;

use super::Sealed;
use crate::flow::{
    CompiledOpenFlow, Emitter,
    arisen::faults,
    emitter::emitter,
    line::line,
    mailbox::inlet,
    remote::{self, Remote, Verdict},
};
use crate::{graph::Graph, region::next, ty::Ty};

/// The error that emitters of an [`OpenFlow`] give.
pub type ErrorOf<F, T> =
    <<F as OpenFlow<T>>::Emitted as Verdict<<F as OpenFlow<T>>::Output>>::Error;

/// A synchronous flow with one inlet for items of type `T`: `emit` pushes an item through
/// it, `finish` ends the input and gives the result.
///
/// `flow!` gives one where a chain starts with `<T>` and nothing is awaited. With this
/// trait a function returns it:
///
/// ```
/// use flow_runtime::{Error, flow, running::OpenFlow};
///
/// fn squares() -> impl OpenFlow<u64, Output = u64, Emitted = ()> {
///     flow! { <u64> -> map(|x| x * x) -> sum::<u64>() }
/// }
///
/// /// With a bare `?`, `emit` and `finish` give a `Result`.
/// fn parsed() -> impl OpenFlow<&'static str, Output = Result<u64, Error>, Emitted = Result<(), Error>> {
///     flow! { <&'static str> -> map(str::parse::<u64>)? -> sum::<u64>() }
/// }
///
/// let mut flow = squares();
/// flow.emit(2);
/// flow.emit(3);
/// assert_eq!(flow.finish(), 13);
///
/// let mut flow = parsed();
/// assert!(flow.emit("x").is_err());
/// flow.emit("2").unwrap();
/// assert_eq!(flow.finish().unwrap(), 2);
/// ```
///
/// In a struct it is a type parameter, or a box, which is an `OpenFlow` as well:
///
/// ```
/// # use flow_runtime::{flow, running::OpenFlow};
/// struct Meter {
///     readings: Box<dyn OpenFlow<f64, Output = Option<f64>, Emitted = ()> + Send>,
/// }
///
/// impl Meter {
///     fn new() -> Self {
///         Self { readings: Box::new(flow! { <f64> -> max(order = f64::total_cmp) }) }
///     }
///
///     fn read(&mut self, celsius: f64) {
///         self.readings.emit(celsius);
///     }
///
///     fn highest(self) -> Option<f64> {
///         self.readings.finish()
///     }
/// }
///
/// let mut meter = Meter::new();
/// meter.read(20.5);
/// meter.read(91.0);
/// assert_eq!(meter.highest(), Some(91.0));
/// ```
///
/// A flow with several inlets has a method for each, `emit_left`, and no trait; keep it
/// where it is written, or spawn it: its emitter has a field for each inlet, an
/// [`Emitter`] that can be passed on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a synchronous flow with one inlet for `{T}`",
    note = "a flow with an inlet that awaits is an `AsyncOpenFlow`; one without inlets a `Flow` or an `AsyncFlow`; one with several inlets has no trait"
)]
pub trait OpenFlow<T>: Sealed {
    /// The result: the sink's value, a tuple of several, or `()`. A `Result` of it in a
    /// flow with a bare `?`.
    type Output;

    /// The type that `emit` gives: `()`, or `Result<(), E>` in a flow with a bare `?`.
    type Emitted: Verdict<Self::Output>;

    /// Carries one item through everything it can reach. Where nothing wants more, the
    /// item is dropped.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: the first error of the item, with the
    /// [others](crate::Error::others) behind it. An error ends nothing: the flow stays
    /// usable for the next item.
    ///
    /// ```
    /// use flow_runtime::{flow, running::OpenFlow};
    ///
    /// fn feed<F: OpenFlow<u8, Emitted = ()>>(mut flow: F) -> F::Output {
    ///     for item in [1, 2, 3] {
    ///         flow.emit(item);
    ///     }
    ///     flow.finish()
    /// }
    /// assert_eq!(feed(flow! { <u8> -> count() }), 3);
    /// ```
    fn emit(&mut self, item: T) -> Self::Emitted;

    /// Ends the input: flushes what is held, in the order of the graph, and gives the
    /// result. What `emit` has told is not told again.
    ///
    /// ```
    /// use flow_runtime::{flow, running::OpenFlow};
    ///
    /// fn batches() -> impl OpenFlow<u8, Output = usize, Emitted = ()> {
    ///     flow! { <u8> -> partition(2) -> count() }
    /// }
    /// let mut flow = batches();
    /// (0..3).for_each(|item| flow.emit(item));
    /// assert_eq!(flow.finish(), 2);
    /// ```
    fn finish(self) -> Self::Output
    where
        Self: Sized;

    /// Puts the flow on tokio, to be fed from elsewhere: gives an emitter, which may be
    /// cloned, and the handle of the task, which gives the result. When the last emitter
    /// is dropped, or one is [closed](Emitter::close), the input ends.
    ///
    /// ```
    /// use flow_runtime::{flow, running::OpenFlow};
    ///
    /// fn total() -> impl OpenFlow<u64, Output = u64, Emitted = ()> + Send {
    ///     flow! { <u64> -> sum::<u64>() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = total().spawn();
    /// emitter.emit(2).await.unwrap();
    /// emitter.close();
    /// assert_eq!(sum.await.unwrap(), 2);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    fn spawn(self) -> (Emitter<T, ErrorOf<Self, T>>, JoinHandle<Self::Output>)
    where
        Self: Sized + Send + 'static,
        Self::Output: Send + 'static,
        ErrorOf<Self, T>: Send,
        T: Send + 'static,
    {
        let (emitter, remote) = remote(self);
        (emitter, remote.spawn())
    }

    /// Runs the flow on a thread of its own, which ends as a [spawned](Self::spawn) flow
    /// does. [`emit_blocking`](Emitter::emit_blocking) waits for it.
    ///
    /// ```
    /// use flow_runtime::{flow, running::OpenFlow};
    ///
    /// fn total() -> impl OpenFlow<u64, Output = u64, Emitted = ()> + Send {
    ///     flow! { <u64> -> sum::<u64>() }
    /// }
    ///
    /// let (emitter, sum) = total().spawn_thread();
    /// emitter.emit_blocking(2).unwrap();
    /// emitter.close();
    /// assert_eq!(sum.join().unwrap(), 2);
    /// ```
    ///
    /// # Panics
    ///
    /// Where the system gives no thread.
    #[track_caller]
    fn spawn_thread(
        self,
    ) -> (
        Emitter<T, ErrorOf<Self, T>>,
        thread::JoinHandle<Self::Output>,
    )
    where
        Self: Sized + Send + 'static,
        Self::Output: Send + 'static,
        ErrorOf<Self, T>: Send,
        T: Send + 'static,
    {
        let (emitter, remote) = remote(self);
        (emitter, remote.spawn_thread(false))
    }

    /// Returns its operators and what flows between them, to be drawn.
    ///
    /// ```
    /// use flow_runtime::{flow, running::OpenFlow};
    ///
    /// fn stages(flow: &impl OpenFlow<u8>) -> usize {
    ///     flow.graph().nodes().len()
    /// }
    /// assert_eq!(stages(&flow! { <u8> -> count() }), 2);
    /// ```
    fn graph(&self) -> Graph;

    /// Returns whether anything still wants an item.
    #[doc(hidden)]
    fn wants(&mut self) -> bool;

    /// As `finish`, of a flow in a box.
    #[doc(hidden)]
    fn finish_boxed(self: Box<Self>) -> Self::Output;
}

/// A flow that is to be run elsewhere, and its emitter.
pub fn remote<T, F: OpenFlow<T>>(
    mut flow: F,
) -> (
    Emitter<T, ErrorOf<F, T>>,
    Remote<impl Future<Output = F::Output> + use<T, F>>,
) {
    let (faults, line) = (faults(), line());
    let (mailbox, mut inlet) = inlet(Ty::new(), &faults);
    let work = async move {
        while flow.wants()
            && let Some(item) = next(&mut inlet).await
        {
            flow.emit(item).tell(&faults);
        }
        inlet.close();
        <F::Emitted as Verdict<F::Output>>::end(flow.finish(), &faults)
    };
    (emitter(mailbox, &line), remote::remote(&line, work))
}

impl<T, State, Step, Wants, Finish, O> Sealed
    for CompiledOpenFlow<T, State, Step, Wants, Finish, O>
{
}

impl<T, State, Step, Wants, Finish, R, Out, O> OpenFlow<T>
    for CompiledOpenFlow<T, State, Step, Wants, Finish, O>
where
    Step: FnMut(&mut State, T) -> R,
    Wants: FnMut(&mut State) -> bool,
    Finish: FnOnce(State) -> Out,
    R: Verdict<Out>,
{
    type Output = Out;
    type Emitted = R;

    #[inline]
    fn emit(&mut self, item: T) -> R {
        Self::emit(self, item)
    }

    #[inline]
    fn finish(self) -> Out {
        Self::finish(self)
    }

    fn graph(&self) -> Graph {
        Self::graph(self)
    }

    #[inline]
    fn wants(&mut self) -> bool {
        self.wants_more()
    }

    fn finish_boxed(self: Box<Self>) -> Out {
        Self::finish(*self)
    }
}

impl<T, F: OpenFlow<T> + ?Sized> OpenFlow<T> for Box<F> {
    type Output = F::Output;
    type Emitted = F::Emitted;

    fn emit(&mut self, item: T) -> F::Emitted {
        (**self).emit(item)
    }

    fn finish(self) -> F::Output {
        self.finish_boxed()
    }

    fn graph(&self) -> Graph {
        (**self).graph()
    }

    fn wants(&mut self) -> bool {
        (**self).wants()
    }

    fn finish_boxed(self: Box<Self>) -> F::Output {
        (*self).finish_boxed()
    }
}
