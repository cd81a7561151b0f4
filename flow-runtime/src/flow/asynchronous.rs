//! A flow in which something is awaited.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};
use std::{
    future::poll_fn,
    marker::PhantomData,
    pin::pin,
    task::{Context, Poll, Waker},
};

use tokio::task::JoinHandle;

use super::{
    run_until::RunUntil,
    stop::{Planned, Running, RunsAlone, RunsAwaiting, Signal, Stop, ToTheEnd, UntilStopped},
};
use crate::artifact::plan::{Plan, Tally};
use crate::error::Error;
use crate::operators::send::{Later, Now, Wait};

/// A flow with an asynchronous operator; `.run().await` drives it, as does
/// `.await` alone.
///
/// Nothing is spawned: everything runs in the task that awaits it, and the flow
/// may borrow. `W` says whether it waits at all: where the type of an outlet
/// decides that, a flow that never waits is run without `.await`.
#[must_use = "nothing runs until the flow is run"]
pub struct AsyncFlow<F, W = Later> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: F,
    waits: PhantomData<fn() -> W>,
}

pictured!([F, W] AsyncFlow<F, W>);

impl<F, W> AsyncFlow<F, W> {
    /// A flow that does `work`. The number is how it is run: which one, the
    /// method that starts it decides, so it is a literal.
    #[inline]
    pub fn new<M: RunsAlone, R: Future>(wait: Wait<W>, how: M, work: F) -> Self
    where
        F: FnOnce(Stop<M>) -> R,
    {
        Self::ensuring(wait, how, work)
    }

    /// The same with an `ensure`, behind what nobody can plan.
    #[inline]
    pub fn awaiting<M: RunsAwaiting, R: Future>(wait: Wait<W>, how: M, work: F) -> Self
    where
        F: FnOnce(Stop<M>) -> R,
    {
        Self::ensuring(wait, how, work)
    }

    /// The same with an `ensure`: `work` counts where it is planned.
    #[inline]
    pub fn ensuring<M: Running, R: Future>(_: Wait<W>, _: M, work: F) -> Self
    where
        F: FnOnce(Stop<M>) -> R,
    {
        Self {
            graph: &NONE,
            work,
            waits: PhantomData,
        }
    }
}

impl<F> AsyncFlow<F, Later> {
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
    #[inline]
    pub fn run<R: Future>(self) -> R
    where
        F: FnOnce(Stop<ToTheEnd>) -> R,
    {
        (self.work)(Stop::never())
    }

    /// As [`run`](Self::run), but stops pulling from the sources when `until`
    /// resolves: then the items inside go on to the end, what is held is
    /// flushed, and there is a result as at the end of input.
    /// [`deadline`](RunUntil::deadline) limits how long that may take.
    ///
    /// No attempt is begun anew: a `retry` that waits for its next attempt, or whose
    /// attempt fails after that, gives its last error at once. In a cycle, what
    /// has come back by then is worked off, and nothing goes round once more. What
    /// would have gone round is dropped; behind a source that acknowledges it is not
    /// acknowledged, so it comes again.
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
    pub fn run_until<U: Future, R: Future>(self, until: U) -> RunUntil<U, R>
    where
        F: FnOnce(Stop<UntilStopped>) -> R,
    {
        let signal = Signal::default();
        let work = (self.work)(Stop::on(&signal));
        RunUntil::new(until, signal, work)
    }

    /// Says what a run would do with the artifacts that come to the `ensure` of the flow:
    /// which are stored, stale, or missing, and what it would cost to make them. Nothing
    /// is made, written or acknowledged, and no item comes to anything but the `ensure`
    /// and what leads to it.
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
    /// See [`Plan`].
    pub async fn plan<R, T, E>(self) -> Result<Plan, E>
    where
        F: FnOnce(Stop<Planned>) -> R,
        R: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let tally = Tally::default();
        let mut work = pin!((self.work)(Stop::planned(&tally)));
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending if !tally.is_done() => Poll::Pending,
            Poll::Ready(Ok(_)) | Poll::Pending => Poll::Ready(Ok(())),
        })
        .await?;
        Ok(tally.plan()?)
    }

    /// Puts the flow on tokio, where it runs while others do. The handle gives
    /// its result; dropping the handle lets the flow go on, `abort` cancels it.
    ///
    /// A panic in the flow is an error of the handle, as of any task.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn<R>(self) -> JoinHandle<R::Output>
    where
        F: FnOnce(Stop<ToTheEnd>) -> R,
        R: Future<Output: Send + 'static> + Send + 'static,
    {
        tokio::spawn(self.run())
    }
}

impl<F> AsyncFlow<F, Now> {
    /// As [`Flow::run`](super::Flow::run).
    pub fn run<R: Future>(self) -> R::Output
    where
        F: FnOnce(Stop<ToTheEnd>) -> R,
    {
        let mut work = pin!((self.work)(Stop::never()));
        loop {
            // It never waits, though it may offer the thread to others.
            if let Poll::Ready(result) = work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return result;
            }
        }
    }
}

impl<F, R: Future> IntoFuture for AsyncFlow<F, Later>
where
    F: FnOnce(Stop<ToTheEnd>) -> R,
{
    type Output = R::Output;
    type IntoFuture = R;

    #[inline]
    fn into_future(self) -> R {
        self.run()
    }
}
