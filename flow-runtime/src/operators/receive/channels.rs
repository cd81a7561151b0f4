//! The channels of tokio.

use core::{
    borrow::BorrowMut,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use tokio::sync::{broadcast, broadcast::error::RecvError, mpsc, watch};

use super::Receive;
use crate::Missed;

/// The items of a channel whose receiver can be polled.
pub struct Polled<R>(R);

macro_rules! polled {
    ($($receiver:ty),+) => {$(
        impl<T> Receive for $receiver {
            type Item = T;

            #[inline]
            fn items(self) -> impl Stream<Item = T> {
                Polled(self)
            }
        }

        impl<T> Stream for Polled<$receiver> {
            type Item = T;

            #[inline]
            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.0.poll_recv(cx)
            }
        }
    )+};
}

polled! {
    mpsc::Receiver<T>,
    &mut mpsc::Receiver<T>,
    mpsc::UnboundedReceiver<T>,
    &mut mpsc::UnboundedReceiver<T>
}

/// The items of a channel whose receiver can only be awaited: `next` takes the receiver
/// and gives it back with the item.
pub struct Awaited<R, F> {
    next: fn(R) -> F,
    /// There until the first pull.
    receiver: Option<R>,
    /// What waits for the next item: one allocation serves all of them.
    waiting: Option<Pin<Box<F>>>,
}

impl<R, F> Awaited<R, F> {
    fn new(receiver: R, next: fn(R) -> F) -> Self {
        Self {
            next,
            receiver: Some(receiver),
            waiting: None,
        }
    }
}

// The future is pinned in its box.
impl<R, F> Unpin for Awaited<R, F> {}

impl<R, F: Future<Output = Option<(T, R)>>, T> Stream for Awaited<R, F> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = &mut *self;
        let future = match (&mut this.waiting, this.receiver.take()) {
            (Some(waiting), _) => waiting,
            (none, Some(receiver)) => none.insert(Box::pin((this.next)(receiver))),
            (None, None) => return Poll::Ready(None),
        };
        match future.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) => {
                this.waiting = None;
                Poll::Ready(None)
            }
            Poll::Ready(Some((item, receiver))) => {
                future.set((this.next)(receiver));
                Poll::Ready(Some(item))
            }
        }
    }
}

macro_rules! awaited {
    ($($receiver:ty: $item:ty, $next:ident;)+) => {$(
        impl<T: Clone> Receive for $receiver {
            type Item = $item;

            #[inline]
            fn items(self) -> impl Stream<Item = $item> {
                Awaited::new(self, $next)
            }
        }
    )+};
}

awaited! {
    broadcast::Receiver<T>: Result<T, Missed>, broadcasted;
    &mut broadcast::Receiver<T>: Result<T, Missed>, broadcasted;
    watch::Receiver<T>: T, watched;
    &mut watch::Receiver<T>: T, watched;
}

/// The next item of a broadcast, or how many were missed before it.
async fn broadcasted<T, R>(mut receiver: R) -> Option<(Result<T, Missed>, R)>
where
    T: Clone,
    R: BorrowMut<broadcast::Receiver<T>>,
{
    let item = match receiver.borrow_mut().recv().await {
        Ok(item) => Ok(item),
        Err(RecvError::Lagged(missed)) => Err(Missed(missed)),
        Err(RecvError::Closed) => return None,
    };
    Some((item, receiver))
}

/// The value of a watch, once there is one that was not seen.
async fn watched<T, R>(mut receiver: R) -> Option<(T, R)>
where
    T: Clone,
    R: BorrowMut<watch::Receiver<T>>,
{
    receiver.borrow_mut().changed().await.ok()?;
    let value = receiver.borrow_mut().borrow_and_update().clone();
    Some((value, receiver))
}
