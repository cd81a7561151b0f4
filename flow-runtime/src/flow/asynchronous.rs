//! A flow in which something is awaited.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};
use std::{
    marker::PhantomData,
    pin::pin,
    task::{Context, Poll, Waker},
};

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

impl<F: Future, W> AsyncFlow<F, W> {
    /// A flow that does `work`.
    #[inline]
    pub fn new(_: Wait<W>, work: F) -> Self {
        Self {
            graph: &NONE,
            work,
            waits: PhantomData,
        }
    }
}

impl<F: Future> AsyncFlow<F, Later> {
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
    pub fn run(self) -> F {
        self.work
    }
}

impl<F: Future> AsyncFlow<F, Now> {
    /// As [`Flow::run`](super::Flow::run).
    pub fn run(self) -> F::Output {
        let mut work = pin!(self.work);
        loop {
            // It never waits, though it may offer the thread to others.
            if let Poll::Ready(result) = work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            {
                return result;
            }
        }
    }
}

impl<F: Future> IntoFuture for AsyncFlow<F, Later> {
    type Output = F::Output;
    type IntoFuture = F;

    #[inline]
    fn into_future(self) -> F {
        self.work
    }
}
