//! A flow with an inlet, in which something is awaited.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{future::poll_fn, thread};

use tokio::task::JoinHandle;

use super::{
    emitter::{Emitter, TryEmitError, emitter},
    line::line,
    mailbox::Mailbox,
    place::{Closed, Place},
    remote::{Remote, remote},
    work::Work,
};

/// An asynchronous flow with an inlet `<T>`: [`emit`](CompiledAsyncOpenFlow::emit)
/// pushes an item through it, [`finish`](CompiledAsyncOpenFlow::finish) ends the input
/// and gives the result.
///
/// `FAILS` says whether there is a bare `?` in it.
///
/// ```
/// use flow_runtime::flow;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut squares = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() };
/// squares.emit(2).await;
/// squares.emit(3).await;
/// assert_eq!(squares.finish().await, 13);
/// # }
/// ```
#[must_use = "a flow that is never finished never gives its result"]
pub struct CompiledAsyncOpenFlow<T, E, F: Future, const FAILS: bool, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: Work<F, E>,
    mailbox: Mailbox<T, E>,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([T, E, F: Future, const FAILS: bool, O] CompiledAsyncOpenFlow<T, E, F, FAILS, O>);
observed!([T, E, F: Future, const FAILS: bool] CompiledAsyncOpenFlow<T, E, F, FAILS>: work, mailbox);

impl<T, E, F: Future, const FAILS: bool> CompiledAsyncOpenFlow<T, E, F, FAILS> {
    /// Builds a flow that takes its items from `mailbox`.
    #[doc(hidden)]
    pub fn new(mailbox: Mailbox<T, E>, work: Work<F, E>) -> Self {
        Self {
            graph: &NONE,
            work,
            mailbox,
            observed: (),
        }
    }
}

impl<T, E, F: Future, const FAILS: bool, O> CompiledAsyncOpenFlow<T, E, F, FAILS, O> {
    /// Puts one item in, if the flow has a place for it now, and does not wait for
    /// it to go through: it goes on at the next call. An error it causes is that
    /// of a later `emit`, or of `finish`.
    ///
    /// ```
    /// use flow_runtime::{TryEmitError, flow};
    /// use tokio::time::{Duration, sleep};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let slow = async |x: u64| { sleep(Duration::from_millis(50)).await; x };
    /// let mut sum = flow! { <u64> -> then(slow) -> sum::<u64>() };
    /// sum.try_emit(1).unwrap();
    /// assert_eq!(sum.try_emit(2), Err(TryEmitError::Full(2)));
    /// assert_eq!(sum.finish().await, 1);
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
    pub fn try_emit(&mut self, item: T) -> Result<(), TryEmitError<T>> {
        self.work.try_emit(&self.mailbox, item)
    }

    /// Waits until the flow has a place for an item, and holds it:
    /// [`emit`](Place::emit) puts the item there.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut sum = flow! { <u64> -> then(async |x| x * x) -> take(1) -> sum::<u64>() };
    /// sum.reserve().await.unwrap().emit(3);
    /// assert!(sum.reserve().await.is_err());
    /// assert_eq!(sum.finish().await, 9);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Closed`] where nothing in the flow wants more.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing until it is done; the place that it gives is given back
    /// when it is dropped.
    pub async fn reserve(&mut self) -> Result<Place<'_, T>, Closed> {
        self.work.reserve(&self.mailbox).await
    }

    /// Ends the input: flushes what is held, in the order of the graph, and
    /// gives the result.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut pairs = flow! { <u8> -> partition(2) -> then(async |pair| pair.len()) -> sum::<usize>() };
    /// pairs.emit(1).await;
    /// assert_eq!(pairs.finish().await, 1);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: the value, where every error has
    /// been told by `emit`, else the first of those that are left, with the
    /// [others](crate::Error::others) behind it. With `#![error = …]` the others
    /// are `tracing` events.
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
    /// the last emitter is dropped, or one is [closed](Emitter::close), the input
    /// ends. The flow also ends when nothing in it wants more.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }.spawn();
    /// emitter.emit(3).await.unwrap();
    /// drop(emitter);
    /// assert_eq!(sum.await.unwrap(), 9);
    /// # }
    /// ```
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
        E: Send + 'static,
        F: Send + 'static,
        F::Output: Send + 'static,
        O: 'static,
    {
        let (emitter, remote) = self.remote();
        (emitter, remote.spawn())
    }

    /// Runs the flow on a thread of its own, in a tokio runtime there. It ends as a
    /// [spawned](Self::spawn) flow does. [`emit_blocking`](Emitter::emit_blocking)
    /// waits for it.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let (emitter, sum) = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }.spawn_thread();
    /// emitter.emit_blocking(3).unwrap();
    /// drop(emitter);
    /// assert_eq!(sum.join().unwrap(), 9);
    /// ```
    ///
    /// # Panics
    ///
    /// Where the system gives no thread or no runtime.
    #[track_caller]
    pub fn spawn_thread(self) -> (Emitter<T, E>, thread::JoinHandle<F::Output>)
    where
        T: 'static,
        E: Send + 'static,
        F: Send + 'static,
        F::Output: Send + 'static,
        O: 'static,
    {
        let (emitter, remote) = self.remote();
        (emitter, remote.spawn_thread(true))
    }

    fn remote(self) -> (Emitter<T, E>, Remote<impl Future<Output = F::Output>>)
    where
        E: 'static,
    {
        let line = line();
        let emitter = emitter(self.mailbox, &line);
        (emitter, remote(&line, self.work.finish()))
    }

    /// The future that runs it, and its inlet.
    pub(super) fn parts(&mut self) -> (&mut Work<F, E>, &Mailbox<T, E>) {
        (&mut self.work, &self.mailbox)
    }

    /// The program's side of its inlet.
    pub(super) fn inlet(&self) -> &Mailbox<T, E> {
        &self.mailbox
    }
}

impl<T, E, F: Future, O> CompiledAsyncOpenFlow<T, E, F, false, O> {
    /// Carries one item through everything it can reach without waiting in a
    /// buffer. Where nothing wants more, the item is dropped.
    ///
    /// # Cancel safety
    ///
    /// The item is in as soon as the flow has a place for it, which is when the one
    /// before has gone through. Dropped before that, `emit` drops its item with it;
    /// dropped after it, it loses nothing: the item goes on at the next call.
    /// [`try_emit`](Self::try_emit) and [`reserve`](Self::reserve) never drop an
    /// item that was not taken.
    ///
    /// # Panics
    ///
    /// Where the flow has panicked at an item before. `try_emit` and `reserve` say that
    /// it is closed then.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut sum = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() };
    /// sum.emit(3).await;
    /// assert_eq!(sum.finish().await, 9);
    /// # }
    /// ```
    #[inline]
    pub fn emit(&mut self, item: T) -> impl Future<Output = ()> {
        let Self { work, mailbox, .. } = self;
        let mut item = Some(item);
        // Nothing raises an error.
        poll_fn(move |cx| work.poll_emit(mailbox, &mut item, cx).map(drop))
    }
}

impl<T, E, F: Future, O> CompiledAsyncOpenFlow<T, E, F, true, O> {
    /// Carries one item through everything it can reach without waiting in a
    /// buffer. Where nothing wants more, the item is dropped.
    ///
    /// # Errors
    ///
    /// What a bare `?` raised: the oldest error that has not been told, of this item
    /// or of one before it that waited in the flow. An error ends nothing: what else
    /// the item became goes on, and the flow stays usable for the next one.
    ///
    /// # Cancel safety
    ///
    /// The item is in as soon as the flow has a place for it, which is when the one
    /// before has gone through. Dropped before that, `emit` drops its item with it;
    /// dropped after it, it loses nothing: the item goes on at the next call.
    /// [`try_emit`](Self::try_emit) and [`reserve`](Self::reserve) never drop an
    /// item that was not taken.
    ///
    /// # Panics
    ///
    /// Where the flow has panicked at an item before. `try_emit` and `reserve` say that
    /// it is closed then.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut sum = flow! { <&str> -> then(async |x: &str| x.parse::<u8>())? -> sum::<u8>() };
    /// assert!(sum.emit("x").await.is_err());
    /// sum.emit("3").await.unwrap();
    /// assert_eq!(sum.finish().await.unwrap(), 3);
    /// # }
    /// ```
    #[inline]
    pub fn emit(&mut self, item: T) -> impl Future<Output = Result<(), E>> {
        self.work.emit(&self.mailbox, item)
    }
}
