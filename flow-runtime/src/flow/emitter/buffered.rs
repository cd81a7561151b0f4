//! An emitter that does not wait for what it emits to go through.

use std::{fmt, future::poll_fn, sync::Arc, task::Poll};

use super::{EmitError, Emitter, Port, TryEmitError};
use crate::block_on::block_on;
use crate::error::Error;
use crate::flow::{
    mailbox::{Mailbox, Refused},
    place::{Closed, Place},
};

/// Pushes items into a flow that was spawned, as an [`Emitter`] does, and lets some wait at
/// its inlet: what [`Emitter::buffered`] gives.
///
/// The flow takes them one by one when it comes to run, so that the two tasks take turns
/// once for many items. It may be cloned. When the last one is dropped, with all other
/// emitters of the inlet, or one of them is [closed](BufferedEmitter::close), the input of
/// the flow ends behind what waits.
///
/// ```
/// use flow_runtime::{BufferedEmitter, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (emitter, sum) = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }.spawn();
/// let emitter: BufferedEmitter<u64> = emitter.buffered(64);
/// for x in 1..=100 {
///     emitter.emit(x).await.unwrap();
/// }
/// drop(emitter);
/// assert_eq!(sum.await.unwrap(), 338_350);
/// # }
/// ```
pub struct BufferedEmitter<T, E = Error> {
    port: Arc<Port<T, E>>,
    /// Says how many items may wait.
    room: usize,
}

impl<T, E> Emitter<T, E> {
    /// Lets `room` items wait at the inlet: pushing one waits for a place and no longer.
    ///
    /// Emitters of one inlet with several bounds see the items of all of them.
    ///
    /// # Panics
    ///
    /// When `room` is zero.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, count) = flow! { <u8> -> count() }.spawn();
    /// let emitter = emitter.buffered(2);
    /// emitter.emit(1).await.unwrap(); // the flow has not run yet
    /// emitter.close();
    /// assert_eq!(count.await.unwrap(), 1);
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn buffered(self, room: usize) -> BufferedEmitter<T, E> {
        assert!(room > 0, "an emitter needs room for at least one item");
        self.0.mailbox.let_wait();
        BufferedEmitter { port: self.0, room }
    }
}

impl<T, E> BufferedEmitter<T, E> {
    /// Pushes one item, and waits until there is a place for it. It goes through the flow
    /// later; where the flow ends before that, the item ends with it.
    ///
    /// A function that runs within the flow must not wait for an emitter of the same
    /// flow: it would wait for itself.
    ///
    /// # Errors
    ///
    /// - [`Failed`](EmitError::Failed) with what a bare `?` raised at an item before, the
    ///   oldest that nobody was told of. This item is in, and the flow stays usable.
    /// - [`Closed`](EmitError::Closed) with the item where the flow has ended, its input
    ///   was [closed](Self::close), or nothing in it wants more.
    ///
    /// # Cancel safety
    ///
    /// Dropped before there was a place, `emit` drops its item with it.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = flow! { <&str> -> map(str::parse::<u8>)? -> sum::<u8>() }.spawn();
    /// let emitter = emitter.buffered(8);
    /// emitter.emit("x").await.unwrap(); // its error is told later
    /// emitter.emit("3").await.unwrap();
    /// emitter.close();
    /// assert!(sum.await.unwrap().is_err());
    /// # }
    /// ```
    pub async fn emit(&self, item: T) -> Result<(), EmitError<T, E>> {
        match self.put(item, false) {
            Ok(()) => self.told(),
            Err(Refused::Closed(item)) => Err(EmitError::Closed(item)),
            Err(Refused::Full(item)) => self.wait(item).await,
        }
    }

    /// Pushes one item as [`emit`](Self::emit) does, from a thread that may block.
    ///
    /// # Errors
    ///
    /// As `emit`.
    ///
    /// # Panics
    ///
    /// In an asynchronous function, whose thread must not block, where it has to wait.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let (emitter, handle) = flow! { <u32> -> map(|x| x + 1) -> sum::<u32>() }.spawn_thread();
    /// let emitter = emitter.buffered(16);
    /// for x in 0..100 {
    ///     emitter.emit_blocking(x).unwrap();
    /// }
    /// emitter.close();
    /// assert_eq!(handle.join().unwrap(), 5050);
    /// ```
    pub fn emit_blocking(&self, item: T) -> Result<(), EmitError<T, E>> {
        match self.put(item, false) {
            Ok(()) => self.told(),
            Err(Refused::Closed(item)) => Err(EmitError::Closed(item)),
            Err(Refused::Full(item)) => {
                let _turn = self.port.turn().queue.blocking_lock();
                block_on(self.wait_in_turn(item))
            }
        }
    }

    /// Waits for a place behind the items that wait, and holds it: it is one of the `room`, and
    /// several may be held. Whoever finds no other waits until one is used or dropped.
    ///
    /// The item comes behind all that were pushed before the place is used.
    ///
    /// # Errors
    ///
    /// [`Closed`] where the flow has ended, its input was [closed](Self::close), or nothing in
    /// it wants more.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing until it is done; the place that it gives is given back when it is
    /// dropped.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, all) = flow! { <u8> -> collect::<Vec<_>>() }.spawn();
    /// let emitter = emitter.buffered(2);
    /// let place = emitter.reserve().await.unwrap();
    /// emitter.try_emit(1).unwrap();
    /// assert!(emitter.try_emit(3).is_err()); // the place is one of the two
    /// place.emit(2); // never waits
    /// emitter.close();
    /// assert!(emitter.reserve().await.is_err());
    /// assert_eq!(all.await.unwrap(), [1, 2]);
    /// # }
    /// ```
    pub async fn reserve(&self) -> Result<Place<'_, T>, Closed> {
        let Port { mailbox, line, .. } = &*self.port;
        let turn = self.port.turn().queue.lock().await;
        let waits = Waits(mailbox);
        let held = poll_fn(|cx| {
            // Before it is looked: what happens later wakes this task.
            self.port.turn().emitter.register(cx.waker());
            mailbox
                .hold_behind(self.room)
                .map_or(Poll::Pending, Poll::Ready)
        })
        .await;
        drop((waits, turn));
        match held {
            true => Ok(Place::behind(mailbox.slot(), line)),
            false => {
                // It may have waited for whoever held a place for a moment.
                line.wake_flow();
                Err(Closed)
            }
        }
    }

    /// Pushes one item if there is a place for it now. An error it causes is that of a
    /// later `emit`, or of the flow.
    ///
    /// # Errors
    ///
    /// The item, in [`Full`](TryEmitError::Full) or [`Closed`](TryEmitError::Closed).
    ///
    /// ```
    /// use flow_runtime::{TryEmitError, flow};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, count) = flow! { <u8> -> count() }.spawn();
    /// let emitter = emitter.buffered(1);
    /// emitter.try_emit(1).unwrap();
    /// assert_eq!(emitter.try_emit(2), Err(TryEmitError::Full(2)));
    /// drop(emitter);
    /// assert_eq!(count.await.unwrap(), 1);
    /// # }
    /// ```
    pub fn try_emit(&self, item: T) -> Result<(), TryEmitError<T>> {
        self.put(item, false).map_err(|refused| match refused {
            Refused::Full(item) => TryEmitError::Full(item),
            Refused::Closed(item) => TryEmitError::Closed(item),
        })
    }

    /// Ends this input of the flow, for all emitters: what waits goes through, whoever waits
    /// with an item gets it back, and so does whoever comes later.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, count) = flow! { <u8> -> count() }.spawn();
    /// let emitter = emitter.buffered(4);
    /// emitter.emit(1).await.unwrap();
    /// emitter.close();
    /// assert!(emitter.emit(2).await.is_err());
    /// assert_eq!(count.await.unwrap(), 1);
    /// # }
    /// ```
    pub fn close(&self) {
        self.port.close();
    }

    /// Returns whether the flow takes nothing more: it has ended, its input was closed, or
    /// nothing in it wants more. It stays so.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, _) = flow! { <u8> -> count() }.spawn();
    /// let emitter = emitter.buffered(4);
    /// assert!(!emitter.is_closed());
    /// emitter.close();
    /// assert!(emitter.is_closed());
    /// # }
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.port.is_closed()
    }

    /// Waits for a place, behind those who came before.
    #[cold]
    async fn wait(&self, item: T) -> Result<(), EmitError<T, E>> {
        let _turn = self.port.turn().queue.lock().await;
        self.wait_in_turn(item).await
    }

    /// Has the turn.
    async fn wait_in_turn(&self, item: T) -> Result<(), EmitError<T, E>> {
        let _waits = Waits(&self.port.mailbox);
        let mut waiting = Some(item);
        poll_fn(|cx| {
            // Before it is looked: what happens later wakes this task.
            self.port.turn().emitter.register(cx.waker());
            let Some(item) = waiting.take() else {
                return Poll::Ready(self.told());
            };
            match self.put(item, true) {
                Ok(()) => Poll::Ready(self.told()),
                Err(Refused::Closed(item)) => Poll::Ready(Err(EmitError::Closed(item))),
                Err(Refused::Full(item)) => {
                    waiting = Some(item);
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Puts an item to those that wait; `has_turn`: nobody came before.
    fn put(&self, item: T, has_turn: bool) -> Result<(), Refused<T>> {
        let rests = self.port.mailbox.queue(item, self.room, has_turn)?;
        if rests {
            self.port.line.wake_flow();
        }
        Ok(())
    }

    fn told(&self) -> Result<(), EmitError<T, E>> {
        self.port.mailbox.fault().map_err(EmitError::Failed)
    }
}

/// Says, when it is dropped, that who had the turn waits no longer: else whoever is not to wait
/// would find no place for ever.
struct Waits<'a, T, E>(&'a Mailbox<T, E>);

impl<T, E> Drop for Waits<'_, T, E> {
    fn drop(&mut self) {
        self.0.waits_no_more();
    }
}

impl<T, E> Clone for BufferedEmitter<T, E> {
    fn clone(&self) -> Self {
        Self {
            port: Arc::clone(&self.port),
            room: self.room,
        }
    }
}

impl<T, E> fmt::Debug for BufferedEmitter<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferedEmitter")
            .field("room", &self.room)
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
