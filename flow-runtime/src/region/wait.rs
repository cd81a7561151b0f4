//! Waiting for a stream, for one of several, for anything.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};
use futures_core::Stream;

/// The next item of `source`; `None` when it has ended.
///
/// # Cancel safety
///
/// No item is lost: one is taken only when it is given.
#[inline]
pub fn next<S: Stream + Unpin + ?Sized>(source: &mut S) -> Next<'_, S> {
    Next { source }
}

/// See [`next`].
///
/// It has a name, as all that is awaited for items: the type of a closure holds what the
/// closure gives, an `S::Item`, and rustc could not tell that a flow of borrowed items is
/// `Send`.
#[must_use = "a future does nothing until it is awaited"]
pub struct Next<'s, S: ?Sized> {
    source: &'s mut S,
}

impl<S: Stream + Unpin + ?Sized> Future for Next<'_, S> {
    type Output = Option<S::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.source).poll_next(cx)
    }
}

/// As [`next`], while something is `needed`: `None` as soon as nothing is, also
/// where that happens while it waits.
///
/// # Cancel safety
///
/// No item is lost: one is taken only when it is given.
#[inline]
pub fn next_while<S: Stream + Unpin + ?Sized, N: FnMut() -> bool>(
    source: &mut S,
    needed: N,
) -> NextWhile<'_, S, N> {
    NextWhile { source, needed }
}

/// See [`next_while`].
#[must_use = "a future does nothing until it is awaited"]
pub struct NextWhile<'s, S: ?Sized, N> {
    source: &'s mut S,
    needed: N,
}

// The question is never pinned.
impl<S: ?Sized, N> Unpin for NextWhile<'_, S, N> {}

impl<S: Stream + Unpin + ?Sized, N: FnMut() -> bool> Future for NextWhile<'_, S, N> {
    type Output = Option<S::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if (self.needed)() {
            Pin::new(&mut *self.source).poll_next(cx)
        } else {
            Poll::Ready(None)
        }
    }
}

/// Polls `source` once and returns what it says. A source that is pending has
/// registered the region: see [`pause`].
///
/// # Cancel safety
///
/// It never waits.
#[inline]
pub fn poll_now<S: Stream + Unpin + ?Sized>(source: &mut S) -> PollNow<'_, S> {
    PollNow { source }
}

/// See [`poll_now`].
#[must_use = "a future does nothing until it is awaited"]
pub struct PollNow<'s, S: ?Sized> {
    source: &'s mut S,
}

impl<S: Stream + Unpin + ?Sized> Future for PollNow<'_, S> {
    type Output = Poll<Option<S::Item>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Pin::new(&mut *self.source).poll_next(cx))
    }
}

/// Waits until the region is polled again, which is when any of the sources it
/// has polled has something, or something moved in the flow.
///
/// # Cancel safety
///
/// It holds nothing.
#[inline]
pub async fn pause() {
    let mut paused = false;
    poll_fn(|_| {
        if core::mem::replace(&mut paused, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
