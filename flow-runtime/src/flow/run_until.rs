//! Running a flow until something happens.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Sleep, sleep};

use super::stop::Signal;
use crate::error::{Error, ErrorKind};

/// A flow that runs until a future resolves, or to the end of its input: what
/// [`run_until`](super::UnrunAsyncFlow::run_until) gives, to be awaited.
///
/// ```
/// use flow_runtime::{RunUntil, flow};
/// use tokio::time::{Duration, sleep};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let ticks = flow! { interval(Duration::from_secs(1)) -> count() };
/// let run: RunUntil<_, _> = ticks.run_until(sleep(Duration::from_millis(10_500)));
/// assert_eq!(run.await, 10);
/// # }
/// ```
#[must_use = "nothing runs until it is awaited"]
pub struct RunUntil<U, F> {
    /// Gone once it has resolved. Both are boxed once a run, so that they may
    /// be moved.
    until: Option<Pin<Box<U>>>,
    signal: Signal,
    work: Pin<Box<F>>,
}

impl<U: Future, F: Future> RunUntil<U, F> {
    pub(super) fn new(until: U, signal: Signal, work: F) -> Self {
        Self {
            until: Some(Box::pin(until)),
            signal,
            work: Box::pin(work),
        }
    }

    /// Gives up what is still inside when this much time has passed since the
    /// flow was told to stop. Needs a tokio runtime with time.
    ///
    /// ```
    /// use flow_runtime::{ErrorKind, flow};
    /// use tokio::time::{Duration, sleep};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let stuck = flow! { from([1]) -> then(async |_| std::future::pending::<u8>().await) -> count() };
    /// let run = stuck.run_until(sleep(Duration::from_secs(1))).deadline(Duration::from_secs(5));
    /// assert_eq!(run.await.unwrap_err().kind(), ErrorKind::Timeout);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What is awaited is a `Result`: an [`Error`] of kind
    /// [`Timeout`](ErrorKind::Timeout) where the flow was given up.
    ///
    /// # Cancel safety
    ///
    /// As without a deadline.
    pub fn deadline(self, after: Duration) -> RunUntilDeadline<U, F> {
        RunUntilDeadline {
            run: self,
            after,
            passing: None,
        }
    }
}

impl<U: Future, F: Future> Future for RunUntil<U, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if let Some(until) = &mut self.until
            && until.as_mut().poll(cx).is_ready()
        {
            self.until = None;
            self.signal.stop();
        }
        let Self { signal, work, .. } = &mut *self;
        signal.poll(|| work.as_mut().poll(cx))
    }
}

/// As [`RunUntil`], with a deadline for what is inside when the flow is told to
/// stop: what [`RunUntil::deadline`] gives.
///
/// ```
/// use flow_runtime::{RunUntilDeadline, flow};
/// use tokio::time::{Duration, sleep};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let flow = flow! { from([1, 2]) -> then(async |n: u8| n) -> count() };
/// let run: RunUntilDeadline<_, _> = flow.run_until(sleep(Duration::from_secs(1))).deadline(Duration::from_secs(1));
/// assert_eq!(run.await.unwrap(), 2);
/// # }
/// ```
#[must_use = "nothing runs until it is awaited"]
pub struct RunUntilDeadline<U, F> {
    run: RunUntil<U, F>,
    after: Duration,
    /// Holds what is left of it, once the flow is told to stop.
    passing: Option<Pin<Box<Sleep>>>,
}

impl<U: Future, F: Future> Future for RunUntilDeadline<U, F> {
    type Output = Result<F::Output, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Poll::Ready(result) = Pin::new(&mut this.run).poll(cx) {
            return Poll::Ready(Ok(result));
        }
        if this.run.until.is_some() {
            return Poll::Pending;
        }
        let after = this.after;
        let passing = this.passing.get_or_insert_with(|| Box::pin(sleep(after)));
        passing.as_mut().poll(cx).map(|()| {
            let message = format!("the flow did not end within {after:?} of being stopped");
            Err(Error::new(ErrorKind::Timeout, message))
        })
    }
}

impl<U, F> fmt::Debug for RunUntil<U, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stopping = self.until.is_none();
        f.debug_struct("RunUntil")
            .field("stopping", &stopping)
            .finish_non_exhaustive()
    }
}

impl<U, F> fmt::Debug for RunUntilDeadline<U, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunUntilDeadline")
            .field("run", &self.run)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}
