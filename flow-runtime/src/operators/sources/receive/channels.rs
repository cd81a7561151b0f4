//! The channels of tokio.

use core::{
    borrow::BorrowMut,
    pin::Pin,
    task::{Context, Poll, ready},
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
            type Items = Polled<Self>;

            #[inline]
            fn items(self) -> Polled<Self> {
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

/// The next item, and the receiver; `None` at the end.
type Next<'r, R, T> = Pin<Box<dyn Future<Output = Option<(T, R)>> + Send + 'r>>;

/// The items of a channel whose receiver can only be awaited: `next` takes the receiver
/// and gives it back with the item.
pub struct Awaited<'r, R, T> {
    next: fn(R) -> Next<'r, R, T>,
    /// There until the first pull.
    receiver: Option<R>,
    /// Waits for the next item: gone at the end.
    waiting: Option<Next<'r, R, T>>,
}

impl<'r, R, T> Awaited<'r, R, T> {
    fn new(receiver: R, next: fn(R) -> Next<'r, R, T>) -> Self {
        Self {
            next,
            receiver: Some(receiver),
            waiting: None,
        }
    }
}

// The future is pinned in its box.
impl<R, T> Unpin for Awaited<'_, R, T> {}

impl<R, T> Stream for Awaited<'_, R, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = &mut *self;
        if let Some(receiver) = this.receiver.take() {
            this.waiting = Some((this.next)(receiver));
        }
        let Some(waiting) = &mut this.waiting else {
            return Poll::Ready(None);
        };
        let next = ready!(waiting.as_mut().poll(cx));
        let Some((item, receiver)) = next else {
            this.waiting = None;
            return Poll::Ready(None);
        };
        this.waiting = Some((this.next)(receiver));
        Poll::Ready(Some(item))
    }
}

macro_rules! awaited {
    ($([$($lifetime:lifetime)?] $receiver:ty, $place:lifetime: $item:ty, $next:ident, [$($bound:tt)+];)+) => {$(
        impl<$($lifetime,)? T: Clone + $($bound)+ + $place> Receive for $receiver {
            type Item = $item;
            type Items = Awaited<$place, Self, $item>;

            #[inline]
            fn items(self) -> Self::Items {
                Awaited::new(self, |receiver| Box::pin($next(receiver)))
            }
        }
    )+};
}

awaited! {
    [] broadcast::Receiver<T>, 'static: Result<T, Missed>, broadcasted, [Send];
    ['r] &'r mut broadcast::Receiver<T>, 'r: Result<T, Missed>, broadcasted, [Send];
    [] watch::Receiver<T>, 'static: T, watched, [Send + Sync];
    ['r] &'r mut watch::Receiver<T>, 'r: T, watched, [Send + Sync];
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
