//! Pushing items into a flow that runs elsewhere.
//!
//! An emitter and the flow hand items over one at a time, in a place that is
//! used again and again. Emitters of one flow, whatever their inlets, take turns
//! in the order in which they came; so an error is that of the item whose
//! emitter has the turn, or of one before it that still waited in the flow.

#[cfg(all(loom, test))]
mod model;

use std::{
    convert::Infallible,
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::sync::Mutex;

use super::mailbox::{Interrupted, Left, Mailbox};
use crate::block_on::block_on;
use crate::sync::AtomicWaker;
use crate::sync::atomic::{AtomicBool, Ordering};

/// What the emitters of one flow share with it.
#[derive(Default)]
pub struct Line {
    /// Who has it emits; the others queue for it.
    turn: Mutex<()>,
    /// Whoever has the turn, and waits for the flow.
    emitter: AtomicWaker,
    /// The flow, which waits for an item.
    flow: AtomicWaker,
    /// The flow has ended or is gone.
    over: AtomicBool,
    /// The flow is dropped before it has ended.
    cut_off: AtomicBool,
}

/// The line to a flow.
#[must_use]
pub fn line() -> Arc<Line> {
    Arc::default()
}

/// An emitter for an inlet of the flow with this line.
#[must_use]
pub fn emitter<T, E>(mailbox: Mailbox<T, E>, line: &Arc<Line>) -> Emitter<T, E> {
    let line = line.clone();
    Emitter(Arc::new(Port { mailbox, line }))
}

impl Line {
    /// The flow looks whether there is something to do.
    pub(super) fn listen(&self, cx: &Context<'_>) {
        self.flow.register(cx.waker());
    }

    /// The flow has done something.
    pub(super) fn tell(&self) {
        self.emitter.wake();
    }

    /// The flow has not ended, and is about to be dropped.
    pub(super) fn cut_off(&self) {
        self.cut_off.store(true, Ordering::Release);
    }

    /// The flow has been dropped.
    pub(super) fn hang_up(&self) {
        self.over.store(true, Ordering::Release);
        self.emitter.wake();
    }
}

/// Pushes items into a flow that was spawned. It may be cloned; when the last
/// one is dropped, the input of the flow ends.
pub struct Emitter<T, E = Infallible>(Arc<Port<T, E>>);

/// The program's end of an inlet.
struct Port<T, E> {
    mailbox: Mailbox<T, E>,
    line: Arc<Line>,
}

impl<T, E> Drop for Port<T, E> {
    fn drop(&mut self) {
        self.mailbox.close();
        self.line.flow.wake();
    }
}

impl<T, E> Clone for Emitter<T, E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T, E> Emitter<T, E> {
    /// Pushes one item, and waits until it has gone through everything it can
    /// reach without waiting in a buffer. That is the backpressure.
    ///
    /// A function that runs within the flow must not wait for an emitter of the
    /// same flow: it would wait for itself.
    ///
    /// # Errors
    ///
    /// [`Failed`](EmitError::Failed) with what a bare `?` raised; the flow stays
    /// usable. [`Closed`](EmitError::Closed) with the item where the flow has
    /// ended, or nothing in it wants more. [`Interrupted`](EmitError::Interrupted)
    /// where the flow was dropped, or panicked, while it worked on the item.
    ///
    /// # Cancel safety
    ///
    /// An item whose `emit` is dropped was either not pushed, or goes on; which
    /// of the two cannot be told.
    pub async fn emit(&self, item: T) -> Result<(), EmitError<T, E>> {
        let _turn = self.0.line.turn.lock().await;
        self.push(item).await
    }

    /// As [`emit`](Self::emit), from a thread that may block.
    ///
    /// # Errors
    ///
    /// As `emit`.
    ///
    /// # Panics
    ///
    /// In an asynchronous function, whose thread must not block.
    pub fn emit_blocking(&self, item: T) -> Result<(), EmitError<T, E>> {
        let _turn = self.0.line.turn.blocking_lock();
        block_on(self.push(item))
    }

    /// Hands over one item, if the flow is idle, and does not wait for it to go
    /// through. An error it causes is that of a later `emit`, or of the flow.
    ///
    /// # Errors
    ///
    /// [`Busy`](TryEmitError::Busy) or [`Closed`](TryEmitError::Closed), with the
    /// item.
    pub fn try_emit(&self, item: T) -> Result<(), TryEmitError<T>> {
        let Port { mailbox, line } = &*self.0;
        let Ok(_turn) = line.turn.try_lock() else {
            return Err(TryEmitError::Busy(item));
        };
        if line.over.load(Ordering::Acquire) {
            return Err(TryEmitError::Closed(item));
        }
        if mailbox.is_busy() {
            return Err(TryEmitError::Busy(item));
        }
        mailbox.offer(item).map_err(TryEmitError::Closed)?;
        line.flow.wake();
        Ok(())
    }

    /// Whether the flow takes nothing more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.line.over.load(Ordering::Acquire) || self.0.mailbox.is_unread()
    }

    /// Has the turn.
    async fn push(&self, item: T) -> Result<(), EmitError<T, E>> {
        let mut item = Some(item);
        poll_fn(|cx| self.poll_push(&mut item, cx)).await
    }

    fn poll_push(
        &self,
        waiting: &mut Option<T>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), EmitError<T, E>>> {
        let Port { mailbox, line } = &*self.0;
        // Before anything is looked at: what happens later wakes this task.
        line.emitter.register(cx.waker());
        let over = line.over.load(Ordering::Acquire);
        if let Some(item) = waiting.take() {
            if over {
                return Poll::Ready(Err(EmitError::Closed(item)));
            }
            if mailbox.is_busy() {
                // With an item whose emit was dropped.
                *waiting = Some(item);
                return Poll::Pending;
            }
            if let Err(item) = mailbox.offer(item) {
                return Poll::Ready(Err(EmitError::Closed(item)));
            }
            line.flow.wake();
            return Poll::Pending;
        }
        if mailbox.is_busy() && !over {
            return Poll::Pending;
        }
        if let Err(error) = mailbox.fault() {
            return Poll::Ready(Err(EmitError::Failed(error)));
        }
        Poll::Ready(match mailbox.left() {
            Left::Untouched(item) => Err(EmitError::Closed(item)),
            Left::Interrupted(Interrupted::Panic) => Err(EmitError::Interrupted),
            // Before it drops the inlet, the flow says so.
            Left::Interrupted(_) if line.cut_off.load(Ordering::Acquire) => {
                Err(EmitError::Interrupted)
            }
            Left::Interrupted(_) | Left::Through => Ok(()),
        })
    }
}

impl<T, E> fmt::Debug for Emitter<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitter")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

/// Why an item did not go through a flow that runs elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub enum EmitError<T, E = Infallible> {
    /// A bare `?` raised this. The flow stays usable for the next item.
    Failed(E),
    /// The flow has ended, or nothing in it wants more: the item was not taken.
    Closed(T),
    /// The flow was dropped, or panicked, while it worked on the item. Its
    /// handle tells more.
    Interrupted,
}

impl<T, E: fmt::Debug> fmt::Debug for EmitError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            Self::Closed(_) => f.write_str("Closed(..)"),
            Self::Interrupted => f.write_str("Interrupted"),
        }
    }
}

impl<T, E: fmt::Display> fmt::Display for EmitError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Closed(_) => f.write_str(CLOSED),
            Self::Interrupted => f.write_str("the flow was dropped while it worked on the item"),
        }
    }
}

impl<T, E: std::error::Error + 'static> std::error::Error for EmitError<T, E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Closed(_) | Self::Interrupted => None,
        }
    }
}

/// Why an item was not handed over at once. Both give it back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TryEmitError<T> {
    /// The flow works on another item, or another emitter has its turn.
    Busy(T),
    /// The flow has ended, or nothing in it wants more.
    Closed(T),
}

const CLOSED: &str = "the flow takes nothing more";

impl<T> TryEmitError<T> {
    /// The item.
    pub fn into_inner(self) -> T {
        match self {
            Self::Busy(item) | Self::Closed(item) => item,
        }
    }
}

impl<T> fmt::Debug for TryEmitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy(_) => "Busy(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for TryEmitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy(_) => "the flow is busy",
            Self::Closed(_) => CLOSED,
        })
    }
}

impl<T> std::error::Error for TryEmitError<T> {}
