//! Pushing items into a flow that runs elsewhere.
//!
//! An emitter and the flow hand items over one at a time, in a place that is
//! used again and again. Emitters of one inlet take turns in the order in which they
//! came, and where the flow awaits nothing those of all its inlets; so an error is that of
//! the item whose emitter has the turn, of one before it that still waited in the flow, or
//! of one that another inlet of a flow that awaits took meanwhile.

mod buffered;
mod errors;
#[cfg(all(loom, test))]
mod model;

pub use buffered::BufferedEmitter;
pub use errors::{EmitError, TryEmitError};

use std::{
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use super::{
    arisen::cast,
    line::{Line, Turn},
    mailbox::{Interrupted, Left, Mailbox},
    place::{Closed, Place},
};
use crate::block_on::block_on;
use crate::error::{Error, ErrorKind};
use crate::sync::atomic::Ordering;

/// An emitter for an inlet of the flow with this line.
#[must_use]
pub fn emitter<T, E: 'static>(mailbox: Mailbox<T, E>, line: &Arc<Line>) -> Emitter<T, E> {
    emitter_of(mailbox, line, 0)
}

/// As [`emitter`], with this one of the turns of the line.
#[must_use]
pub fn emitter_of<T, E: 'static>(
    mailbox: Mailbox<T, E>,
    line: &Arc<Line>,
    turn: usize,
) -> Emitter<T, E> {
    Emitter(Arc::new(Port {
        mailbox,
        line: line.clone(),
        turn,
        interrupted: cast,
    }))
}

/// Pushes items into a flow that was spawned: what `spawn` and `spawn_thread` give
/// beside the handle of its result.
///
/// It may be cloned. When the last one is dropped, or one of them is
/// [closed](Emitter::close), the input of the flow ends. `E` is what a bare `?`
/// in the flow raises.
///
/// ```
/// use flow_runtime::{Emitter, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (emitter, sum) = flow! { <u64> -> map(|x| x * x) -> sum::<u64>() }.spawn();
/// let other: Emitter<u64> = emitter.clone();
/// emitter.emit(1).await.unwrap();
/// other.emit(2).await.unwrap();
/// drop((emitter, other));
/// assert_eq!(sum.await.unwrap(), 5);
/// # }
/// ```
pub struct Emitter<T, E = Error>(Arc<Port<T, E>>);

/// The program's end of an inlet.
struct Port<T, E> {
    mailbox: Mailbox<T, E>,
    line: Arc<Line>,
    /// The turns of its emitters.
    turn: usize,
    /// Makes an error of the flow's type, where that is the library's.
    interrupted: fn(Error) -> Option<E>,
}

impl<T, E> Port<T, E> {
    fn turn(&self) -> &Turn {
        self.line.turn(self.turn)
    }

    fn close(&self) {
        self.mailbox.close();
        self.line.flow.wake();
        // Who has the turn may wait for room.
        self.turn().emitter.wake();
    }

    fn is_closed(&self) -> bool {
        self.line.over.load(Ordering::Acquire) || self.mailbox.is_closed()
    }
}

impl<T, E> Drop for Port<T, E> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<T, E> Clone for Emitter<T, E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T, E> Emitter<T, E> {
    /// Pushes one item, and waits until it has gone through everything it can
    /// reach without waiting in a buffer. That is the backpressure. With `concurrency`,
    /// `buffer` or `partition` on its way, what is told says nothing about this item: one that
    /// wants to know of it [takes the answer along][recipe].
    ///
    /// [recipe]: crate::docs::recipes#a-web-handler-that-feeds-a-flow
    ///
    /// A function that runs within the flow must not wait for an emitter of the
    /// same flow: it would wait for itself.
    ///
    /// # Errors
    ///
    /// - [`Failed`](EmitError::Failed) with what a bare `?` raised: the oldest
    ///   error that nobody was told of, of this item or of one before it that
    ///   waited in the flow. The flow stays usable, and every error is told once.
    /// - [`Closed`](EmitError::Closed) with the item where the flow has ended, its
    ///   input was [closed](Self::close), or nothing in it wants more.
    ///
    /// A flow that is dropped, or panics, while it works on the item gives
    /// `Failed` with an [`Error`] of kind [`Interrupted`](ErrorKind::Interrupted).
    ///
    /// # Panics
    ///
    /// In that last case, where the errors of the flow are of a type of one's own.
    ///
    /// # Cancel safety
    ///
    /// The item is in as soon as the flow has a place for it, which is when those
    /// before it have gone through. Dropped before that, `emit` drops its item with
    /// it; dropped after it, it loses nothing: the flow goes on with the item.
    /// [`try_emit`](Self::try_emit) and [`reserve`](Self::reserve) never drop an
    /// item that was not taken.
    ///
    /// ```
    /// use flow_runtime::{EmitError, flow};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = flow! { <&str> -> map(str::parse::<u8>)? -> sum::<u8>() }.spawn();
    /// assert!(matches!(emitter.emit("x").await, Err(EmitError::Failed(_))));
    /// emitter.emit("3").await.unwrap();
    /// drop(emitter);
    /// assert_eq!(sum.await.unwrap().unwrap(), 3);
    /// # }
    /// ```
    pub async fn emit(&self, item: T) -> Result<(), EmitError<T, E>> {
        let _turn = self.0.turn().queue.lock().await;
        self.push(item).await
    }

    /// Pushes one item as [`emit`](Self::emit) does, from a thread that may block.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let (emitter, handle) = flow! { <u32> -> map(|x| x + 1) -> sum::<u32>() }.spawn_thread();
    /// emitter.emit_blocking(1).unwrap();
    /// emitter.close();
    /// assert_eq!(handle.join().unwrap(), 2);
    /// ```
    ///
    /// # Errors
    ///
    /// As `emit`.
    ///
    /// # Panics
    ///
    /// As `emit`; and in an asynchronous function, whose thread must not block.
    pub fn emit_blocking(&self, item: T) -> Result<(), EmitError<T, E>> {
        let _turn = self.0.turn().queue.blocking_lock();
        block_on(self.push(item))
    }

    /// Hands over one item, if the flow has a place for it, and does not wait for
    /// it to go through. An error it causes is that of a later `emit`, or of the
    /// flow.
    ///
    /// A flow takes one item at a time: `buffer(n)` inside it is no room at the inlet,
    /// [`emitter.buffered(n)`](Self::buffered) is.
    ///
    /// ```
    /// use flow_runtime::{TryEmitError, flow};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, count) = flow! { <u8> -> count() }.spawn();
    /// emitter.try_emit(1).unwrap();
    /// assert!(matches!(emitter.try_emit(2), Err(TryEmitError::Full(2))));
    /// emitter.close();
    /// assert!(matches!(emitter.try_emit(3), Err(TryEmitError::Closed(3))));
    /// assert_eq!(count.await.unwrap(), 1);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The item, in [`Full`](TryEmitError::Full) or
    /// [`Closed`](TryEmitError::Closed).
    pub fn try_emit(&self, item: T) -> Result<(), TryEmitError<T>> {
        if self.is_closed() {
            return Err(TryEmitError::Closed(item));
        }
        let Port { mailbox, line, .. } = &*self.0;
        let Ok(_turn) = self.0.turn().queue.try_lock() else {
            return Err(TryEmitError::Full(item));
        };
        if mailbox.is_busy() {
            return Err(TryEmitError::Full(item));
        }
        // Held, so that a flow that sees the input closed waits for the item.
        let put = match mailbox.slot().hold() {
            true => mailbox.slot().put_held(item),
            false => Err(item),
        };
        // Also where it was refused: the flow may have waited for it.
        line.flow.wake();
        put.map_err(|item| match self.is_closed() {
            true => TryEmitError::Closed(item),
            false => TryEmitError::Full(item),
        })
    }

    /// Waits until the flow has a place for an item, and holds it. While a place
    /// is held no other emitter of the inlet has its turn, nor one of another inlet where the
    /// flow awaits nothing: use it, or drop it.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = flow! { <u64> -> sum::<u64>() }.spawn();
    /// emitter.reserve().await.unwrap().emit(3);
    /// emitter.close();
    /// assert!(emitter.reserve().await.is_err());
    /// assert_eq!(sum.await.unwrap(), 3);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Closed`] where the flow has ended, its input was closed, or nothing in it
    /// wants more.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing until it is done; the place that it gives is given back
    /// when it is dropped.
    pub async fn reserve(&self) -> Result<Place<'_, T>, Closed> {
        let Port { mailbox, line, .. } = &*self.0;
        let turn = self.0.turn().queue.lock().await;
        poll_fn(|cx| {
            self.0.turn().emitter.register(cx.waker());
            let waits = mailbox.is_busy() && !self.is_closed();
            if waits {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        if self.is_closed() {
            return Err(Closed);
        }
        if !mailbox.slot().hold() {
            line.flow.wake();
            return Err(Closed);
        }
        Ok(Place::elsewhere(mailbox.slot(), line, turn))
    }

    /// Ends this input of the flow, for all clones: what is in goes through,
    /// whoever waits with an item gets it back, and so does whoever comes later.
    /// Where there is no other inlet, the flow ends and its handle gives the
    /// result. A [`Place`] that is held may still be used.
    ///
    /// ```
    /// use flow_runtime::{EmitError, flow};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, count) = flow! { <u8> -> count() }.spawn();
    /// let forgotten = emitter.clone();
    /// emitter.emit(1).await.unwrap();
    /// emitter.close();
    /// assert_eq!(count.await.unwrap(), 1);
    /// assert!(matches!(forgotten.emit(2).await, Err(EmitError::Closed(2))));
    /// # }
    /// ```
    pub fn close(&self) {
        self.0.close();
    }

    /// Returns whether the flow takes nothing more: it has ended, its input was
    /// closed, or nothing in it wants more. It stays so.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, two) = flow! { <u8> -> take(2) -> collect::<Vec<_>>() }.spawn();
    /// emitter.emit(1).await.unwrap();
    /// assert!(!emitter.is_closed());
    /// emitter.emit(2).await.unwrap();
    /// assert!(emitter.is_closed());
    /// assert_eq!(two.await.unwrap(), [1, 2]);
    /// # }
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
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
        let Port { mailbox, line, .. } = &*self.0;
        // Before anything is looked at: what happens later wakes this task.
        self.0.turn().emitter.register(cx.waker());
        let over = line.over.load(Ordering::Acquire);
        if let Some(item) = waiting.take() {
            if self.is_closed() {
                return Poll::Ready(Err(EmitError::Closed(item)));
            }
            if mailbox.is_busy() {
                // With an item whose emit was dropped.
                *waiting = Some(item);
                return Poll::Pending;
            }
            match mailbox.offer(item) {
                Ok(()) => line.flow.wake(),
                Err(item) if mailbox.is_closed() => {
                    return Poll::Ready(Err(EmitError::Closed(item)));
                }
                Err(item) => *waiting = Some(item),
            }
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
            Left::Interrupted(Interrupted::Panic) => Err(self.interrupted(PANICKED)),
            // Before it drops the inlet, the flow says so.
            Left::Interrupted(_) if line.cut_off.load(Ordering::Acquire) => {
                Err(self.interrupted(DROPPED))
            }
            Left::Interrupted(_) | Left::Through => Ok(()),
        })
    }

    /// Returns what is told of an item that a flow worked on which is gone.
    fn interrupted(&self, text: &str) -> EmitError<T, E> {
        let error = Error::new(ErrorKind::Interrupted, text);
        match (self.0.interrupted)(error) {
            Some(error) => EmitError::Failed(error),
            None => panic!("{text}"),
        }
    }
}

const PANICKED: &str = "the flow panicked while it worked on the item";
const DROPPED: &str = "the flow was dropped while it worked on the item";

impl<T, E> fmt::Debug for Emitter<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitter")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
