//! A flow in which something is awaited.

#[cfg(rust_analyzer)]
mod editor;

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{
    future::poll_fn,
    marker::PhantomData,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use tokio::task::JoinHandle;

use super::{
    driven::{Driven, Running, running},
    run_until::RunUntil,
    stop::{Mode, Planned, RunsAlone, RunsAwaiting, Signal, Stop, Stops, Unplanned},
};
use crate::artifact::plan::{Plan, Tally};
use crate::error::Error;
use crate::flow::awaits::{Later, Now, Wait};

/// A flow with an asynchronous operator or source: [`run`](Self::run) drives it, as does
/// `.await` alone.
///
/// Nothing is spawned: everything runs in the task that awaits it, and the flow may
/// borrow. A function returns one as `impl AsyncFlow<Output = …>`, a trait with the same
/// methods.
///
/// ```
/// use flow_runtime::flow;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let squares = flow! { from(1..4_u64) -> then(async |x| x * x) -> sum::<u64>() };
/// assert_eq!(squares.run().await, 14);
/// # }
/// ```
///
/// The parameters are the compiler's: the code of the flow, whether it waits at all, how
/// it is run, and the future that it is then. Where the type of an outlet says that a flow
/// never waits (`send` into a channel without a bound), it is run without `.await`.
#[must_use = "nothing runs until the flow is run: call `.run()`, and await it"]
pub struct UnrunAsyncFlow<F, W, M, R, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: Work<F, R>,
    form: PhantomData<fn() -> (W, M)>,
    /// The view of it, where it is observed.
    observed: O,
}

/// The future is kept here, so that whoever may send the flow may send it running.
enum Work<F, R> {
    Described(F),
    /// Boxed once, so that the flow may be moved.
    Running(Pin<Box<R>>),
    Over,
}

pictured!([F, W, M, R, O] UnrunAsyncFlow<F, W, M, R, O>);
observed!([F, W, M, R] UnrunAsyncFlow<F, W, M, R>: work, form);

// The future is boxed: nothing in here is pinned.
impl<F, W, M, R, O> Unpin for UnrunAsyncFlow<F, W, M, R, O> {}

impl<F, W, M, R> UnrunAsyncFlow<F, W, M, R> {
    /// Builds a flow that does `work`. The number is how it is run: which one, the
    /// method that starts it decides, so it is a literal.
    #[doc(hidden)]
    #[inline]
    pub fn new(wait: Wait<W>, how: M, work: F) -> Self
    where
        M: RunsAlone,
        R: Future,
        F: FnOnce(Stop<M>) -> R,
    {
        Self::ensuring(wait, how, work)
    }

    /// The same with an `ensure`, behind what nobody can plan.
    #[doc(hidden)]
    #[inline]
    pub fn awaiting(wait: Wait<W>, how: M, work: F) -> Self
    where
        M: RunsAwaiting,
        R: Future,
        F: FnOnce(Stop<M>) -> R,
    {
        Self::ensuring(wait, how, work)
    }

    /// The same with an `ensure`: `work` counts where it is planned.
    #[doc(hidden)]
    #[inline]
    pub fn ensuring(_: Wait<W>, _: M, work: F) -> Self
    where
        M: Mode,
        R: Future,
        F: FnOnce(Stop<M>) -> R,
    {
        Self {
            graph: &NONE,
            work: Work::Described(work),
            form: PhantomData,
            observed: (),
        }
    }
}

impl<F, W, M, R, O> UnrunAsyncFlow<F, W, M, R, O> {
    /// Begins it.
    #[inline]
    fn begin(self, stop: Stop<M>) -> R
    where
        M: Mode,
        F: FnOnce(Stop<M>) -> R,
    {
        match self.work {
            Work::Described(work) => work(stop),
            // One that runs is within a `Running`, which nobody takes it out of.
            Work::Running(_) | Work::Over => unreachable!("a flow is begun once"),
        }
    }
}

impl<F, M: Mode, R: Future, O> UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    /// Carries every item through, flushes what is held at the end of input, and
    /// gives the result: the sink's value, a tuple of several, or `()`.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: its first error, which names the
    /// stage.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the flow: running functions are dropped where
    /// they wait. What was reported as durable stays so.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let words = ["1", "x"];
    /// let flow = flow! { from(words) -> then(async |word| word.parse::<u8>())? -> count() };
    /// assert!(flow.run().await.is_err());
    /// # }
    /// ```
    #[inline]
    pub fn run(self) -> R {
        self.begin(Stop::never())
    }

    /// Puts the flow on tokio, where it runs while others do. The handle gives
    /// its result; dropping the handle lets the flow go on, `abort` cancels it.
    ///
    /// A panic in the flow is an error of the handle, as of any task.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let sum = flow! { from(1..4_u64) -> then(async |x| x * x) -> sum::<u64>() }.spawn();
    /// assert_eq!(sum.await.unwrap(), 14);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<R::Output>
    where
        R: Future<Output: Send + 'static> + Send + 'static,
    {
        tokio::spawn(self.run())
    }
}

#[cfg(not(rust_analyzer))]
impl<F, M: Stops, R: Future, O> UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    /// As [`run`](Self::run), but stops pulling from the sources when `until`
    /// resolves: then the items inside go on to the end, what is held is
    /// flushed, and there is a result as at the end of input.
    /// [`deadline`](RunUntil::deadline) limits how long that may take.
    ///
    /// No attempt is begun anew: a `retry` that waits for its next attempt, or whose
    /// attempt fails after that, gives its last error at once. In a cycle, what
    /// has come back by then is worked off, and nothing goes round once more. What
    /// would have gone round is dropped; behind a source that acknowledges it is not
    /// acknowledged, so it comes again. What waits for its turn in
    /// front of an `ensure` or under the `limit` of an `ensure`, `get` or `store` is not begun:
    /// it leaves as an error of the kind [`Interrupted`](crate::ErrorKind::Interrupted), through
    /// `? else` where there is one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use flow_runtime::flow;
    /// use tokio::time::sleep;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let ticks = flow! { interval(Duration::from_secs(1)) -> count() };
    /// assert_eq!(ticks.run_until(sleep(Duration::from_millis(3500))).await, 3);
    /// # }
    /// ```
    ///
    /// Operators see the same as at the end of input: `merge_keyed` and
    /// `cogroup` give the item of one input that is inside already without
    /// knowing whether another input would have had its key.
    ///
    /// # Errors
    ///
    /// As `run`.
    ///
    /// # Cancel safety
    ///
    /// As `run`: dropping it cancels the flow at once.
    pub fn run_until<U: Future>(self, until: U) -> RunUntil<U, R> {
        let signal = Signal::default();
        let work = self.begin(Stop::on(&signal));
        RunUntil::new(until, signal, work)
    }

    /// Begins it, to be stopped by `signal`.
    pub(super) fn begin_on(&mut self, signal: &Signal) {
        if let Work::Described(work) = std::mem::replace(&mut self.work, Work::Over) {
            self.work = Work::Running(Box::pin(work(Stop::on(signal))));
        }
    }
}

#[cfg(not(rust_analyzer))]
impl<F, R: Future, O> UnrunAsyncFlow<F, Later, Planned, R, O>
where
    F: FnOnce(Stop<Planned>) -> R,
{
    /// Returns what a run would do with the artifacts that come to the `ensure` of the
    /// flow: how many are stored, stale, or missing, and what it would cost to make them.
    /// Nothing is made, written or acknowledged, and no item comes to anything but the
    /// `ensure` and what leads to it.
    ///
    /// Of a flow in which something else than a store's look-up is awaited before the
    /// `ensure` there is no plan, which is an error of the compiler.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read, and of a bare `?` before the `ensure`; under
    /// `#![error = E]` that is an `E`.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    ///
    /// # Examples
    ///
    /// ```
    /// # use flow_runtime::{Store, derived, extant, flow};
    /// # #[extant(key = id)]
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Answer { id: u32 }
    /// #[derived(key = id, version = 1)]
    /// async fn answer(id: u32) -> Answer {
    ///     Answer { id }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), flow_runtime::Error> {
    /// let store = Store::<Answer>::memory();
    /// let job = flow! { from(0..10) -> map(DerivedAnswer::new) -> ensure(&store)? -> count() };
    /// assert_eq!(job.plan().await?.to_make, 10);
    /// assert!(store.is_empty().await?, "nothing was made");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn plan<T, E>(self) -> Result<Plan, E>
    where
        R: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let tally = Tally::default();
        let mut work = pin!(self.begin(Stop::planned(&tally)));
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending if !tally.is_done() => Poll::Pending,
            Poll::Ready(Ok(_)) | Poll::Pending => Poll::Ready(Ok(())),
        })
        .await?;
        Ok(tally.plan()?)
    }
}

#[cfg(not(rust_analyzer))]
impl<F, R: Future, O> UnrunAsyncFlow<F, Later, Unplanned, R, O>
where
    F: FnOnce(Stop<Unplanned>) -> R,
{
    /// There is no plan, and no flow that is of this type: rustc says why, whatever the flow
    /// gives.
    #[doc(hidden)]
    pub async fn plan<E>(self) -> Result<Plan, E> {
        unreachable!("no flow is built to be asked for a plan that it has not")
    }
}

impl<F, M: Mode, R: Future, O> UnrunAsyncFlow<F, Now, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    /// As [`UnrunFlow::run`](super::UnrunFlow::run).
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let (items, received) = std::sync::mpsc::channel();
    /// flow! { from([1, 2]) -> send(items) }.run();
    /// assert_eq!(received.iter().collect::<Vec<_>>(), [1, 2]);
    /// ```
    pub fn run(self) -> R::Output {
        let mut work = pin!(self.begin(Stop::never()));
        loop {
            // It never waits, though it may offer the thread to others.
            if let Poll::Ready(result) = work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return result;
            }
        }
    }
}

impl<F, M: Mode, R: Future, O> Driven for UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<R::Output> {
        self.work = match std::mem::replace(&mut self.work, Work::Over) {
            Work::Described(work) => Work::Running(Box::pin(work(Stop::never()))),
            begun => begun,
        };
        let Work::Running(work) = &mut self.work else {
            panic!("a flow is polled after it has ended");
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_ready() {
            self.work = Work::Over;
        }
        polled
    }
}

impl<F, M: Mode, R: Future, O> IntoFuture for UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    type Output = R::Output;
    type IntoFuture = Running<Self>;

    #[inline]
    fn into_future(self) -> Running<Self> {
        running(self)
    }
}
