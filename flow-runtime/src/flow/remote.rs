//! Running a flow with inlets elsewhere: in a task, or on a thread.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    thread,
};

use tokio::{runtime::Builder, task::JoinHandle};

use super::{
    arisen::{Faults, end_any},
    line::Line,
};
use crate::block_on::block_on;
use crate::error::Error;

/// A flow, and the line to its emitters.
pub struct Remote<F> {
    /// Boxed once, so that it may be moved; there until it has ended.
    work: Option<Pin<Box<F>>>,
    line: Arc<Line>,
}

/// A flow that is fed by emitters on `line`.
pub fn remote<F: Future>(line: &Arc<Line>, work: F) -> Remote<F> {
    Remote {
        work: Some(Box::pin(work)),
        line: line.clone(),
    }
}

impl<F> Remote<F> {
    /// Drops the flow and says so: it has to be gone before anybody asks what
    /// became of an item.
    fn hang_up(&mut self) {
        self.work = None;
        self.line.hang_up();
    }
}

impl<F: Future> Future for Remote<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.line.listen(cx);
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_ready() {
            self.hang_up();
        } else {
            self.line.tell();
        }
        polled
    }
}

impl<F> Drop for Remote<F> {
    fn drop(&mut self) {
        if self.work.is_some() {
            self.line.cut_off();
            self.hang_up();
        }
    }
}

impl<F: Future<Output: Send + 'static> + Send + 'static> Remote<F> {
    /// Puts it on tokio.
    #[track_caller]
    pub fn spawn(self) -> JoinHandle<F::Output> {
        tokio::spawn(self)
    }

    /// Runs it on a thread of its own; where it `awaits`, in a runtime there.
    ///
    /// # Panics
    ///
    /// Where the system gives no thread or no runtime.
    #[track_caller]
    pub fn spawn_thread(self, awaits: bool) -> thread::JoinHandle<F::Output> {
        let runtime = awaits.then(|| {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.expect("the system gives a runtime")
        });
        let thread = thread::Builder::new().name("flow".to_string());
        let work = move || match runtime {
            Some(runtime) => runtime.block_on(self),
            None => block_on(self),
        };
        thread.spawn(work).expect("the system gives a thread")
    }
}

/// The types that `emit` gives: `()`, or a `Result<(), E>` in a flow with a bare `?`.
/// `Out` is what the flow gives at its end.
///
/// Functions that take any flow with an inlet name it where they spawn one: its `Error` is
/// that of the emitters. Nothing has to be called here.
///
/// ```
/// use flow_runtime::{Emitter, running::{OpenFlow, Verdict}};
/// use tokio::task::JoinHandle;
///
/// fn start<F>(flow: F) -> (Emitter<u8, F::Error>, JoinHandle<F::Output>)
/// where
///     F: Fed + Send + 'static,
///     F::Output: Send,
///     F::Error: Send,
/// {
///     flow.spawn()
/// }
///
/// /// What this program feeds with bytes.
/// trait Fed: OpenFlow<u8, Emitted: Verdict<Self::Output, Error = Self::Error>> {
///     type Error;
/// }
/// ```
pub trait Verdict<Out> {
    /// The error that a bare `?` raises; where there is none, the library's.
    type Error: 'static;

    /// Keeps the error for who emitted the item.
    #[doc(hidden)]
    fn tell(self, faults: &Faults<Self::Error>);

    /// Returns what the flow gives, where nobody asked for an error before.
    #[doc(hidden)]
    fn end(out: Out, faults: &Faults<Self::Error>) -> Out;
}

/// Nothing raises anything.
impl<Out> Verdict<Out> for () {
    type Error = Error;

    fn tell(self, _: &Faults<Error>) {}

    fn end(out: Out, _: &Faults<Error>) -> Out {
        out
    }
}

impl<V, E: 'static> Verdict<Result<V, E>> for Result<(), E> {
    type Error = E;

    fn tell(self, faults: &Faults<E>) {
        if let Err(error) = self {
            faults.fail(error);
        }
    }

    fn end(out: Result<V, E>, faults: &Faults<E>) -> Result<V, E> {
        end_any(faults.arisen(), out)
    }
}
