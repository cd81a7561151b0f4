//! A flow with an inlet, in which something is awaited.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};
use std::{convert::Infallible, future::poll_fn, pin::Pin, task::Poll, thread};

use tokio::task::JoinHandle;

use super::{
    emitter::{Emitter, emitter, line},
    mailbox::Mailbox,
    remote::{Remote, remote},
};

/// The future of a flow that is driven item by item.
pub struct Work<F: Future> {
    /// Boxed once, so that the flow may be moved between two items.
    future: Pin<Box<F>>,
    /// What it gave, where all its branches ended early.
    result: Option<F::Output>,
}

impl<F: Future> Work<F> {
    /// A flow that has not begun.
    pub fn new(future: F) -> Self {
        Self {
            future: Box::pin(future),
            result: None,
        }
    }

    /// Carries one item through everything it can reach.
    ///
    /// # Errors
    ///
    /// The first error since the last call.
    ///
    /// # Cancel safety
    ///
    /// An item whose `emit` is dropped goes on at the next one.
    pub async fn emit<T, E>(&mut self, mailbox: &Mailbox<T, E>, item: T) -> Result<(), E> {
        self.until_idle(mailbox).await;
        if self.result.is_none() {
            mailbox.put(item);
            self.until_idle(mailbox).await;
        }
        mailbox.fault()
    }

    async fn until_idle<T, E>(&mut self, mailbox: &Mailbox<T, E>) {
        poll_fn(|cx| {
            if !mailbox.is_busy() || self.result.is_some() {
                return Poll::Ready(());
            }
            if let Poll::Ready(result) = self.future.as_mut().poll(cx) {
                self.result = Some(result);
            }
            let idle = !mailbox.is_busy() || self.result.is_some();
            if idle { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Runs to the end, once every mailbox is closed.
    pub async fn finish(self) -> F::Output {
        match self.result {
            Some(result) => result,
            None => self.future.await,
        }
    }
}

/// An asynchronous flow with an inlet `<T>`: [`emit`](AsyncOpenFlow::emit)
/// pushes an item through it, [`finish`](AsyncOpenFlow::finish) ends the input
/// and gives the result.
///
/// `FAILS` says whether a bare `?` may end it.
#[must_use = "a flow that is never finished never gives its result"]
pub struct AsyncOpenFlow<T, E, F: Future, const FAILS: bool> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: Work<F>,
    mailbox: Mailbox<T, E>,
}

pictured!([T, E, F: Future, const FAILS: bool] AsyncOpenFlow<T, E, F, FAILS>);

impl<T, E, F: Future, const FAILS: bool> AsyncOpenFlow<T, E, F, FAILS> {
    /// A flow that takes its items from `mailbox`.
    pub fn new(mailbox: Mailbox<T, E>, future: F) -> Self {
        Self {
            graph: &NONE,
            work: Work::new(future),
            mailbox,
        }
    }

    /// Ends the input: flushes what is held, in the order of the graph, and
    /// gives the result.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the flow.
    pub async fn finish(self) -> F::Output {
        self.mailbox.close();
        self.work.finish().await
    }

    /// Puts the flow on tokio, to be fed from elsewhere: gives an emitter, which
    /// may be cloned, and the handle of the task, which gives the result. When
    /// the last emitter is dropped, the input ends.
    ///
    /// A panic in the flow is an error of the handle, as of any task. Dropping
    /// the handle lets the flow go on; `abort` cancels it.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn(self) -> (Emitter<T, E>, JoinHandle<F::Output>)
    where
        T: 'static,
        E: 'static,
        F: Send + 'static,
        F::Output: Send + 'static,
    {
        let (emitter, remote) = self.remote();
        (emitter, remote.spawn())
    }

    /// Runs the flow on a thread of its own, in a tokio runtime there. The thread
    /// ends when the last emitter is dropped:
    /// [`emit_blocking`](Emitter::emit_blocking) waits for it.
    ///
    /// # Panics
    ///
    /// Where the system gives no thread or no runtime.
    #[track_caller]
    pub fn spawn_thread(self) -> (Emitter<T, E>, thread::JoinHandle<F::Output>)
    where
        T: 'static,
        E: 'static,
        F: Send + 'static,
        F::Output: Send + 'static,
    {
        let (emitter, remote) = self.remote();
        (emitter, remote.spawn_thread(true))
    }

    fn remote(self) -> (Emitter<T, E>, Remote<impl Future<Output = F::Output>>) {
        let line = line();
        let emitter = emitter(self.mailbox, &line);
        (emitter, remote(&line, self.work.finish()))
    }
}

impl<T, F: Future> AsyncOpenFlow<T, Infallible, F, false> {
    /// Carries one item through everything it can reach without waiting in a
    /// buffer.
    ///
    /// # Cancel safety
    ///
    /// An item whose `emit` is dropped goes on at the next `emit` or `finish`.
    pub async fn emit(&mut self, item: T) {
        let Ok(()) = self.work.emit(&self.mailbox, item).await;
    }
}

impl<T, E, F: Future> AsyncOpenFlow<T, E, F, true> {
    /// Carries one item through everything it can reach without waiting in a
    /// buffer.
    ///
    /// # Errors
    ///
    /// What a bare `?` raised; the flow stays usable for the next item.
    ///
    /// # Cancel safety
    ///
    /// An item whose `emit` is dropped goes on at the next `emit` or `finish`.
    pub async fn emit(&mut self, item: T) -> Result<(), E> {
        self.work.emit(&self.mailbox, item).await
    }
}
