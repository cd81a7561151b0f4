//! Waiting for a stream, for one of several, for anything.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::Poll;
use futures_core::Stream;

/// The next item of `source`; `None` when it has ended.
///
/// # Cancel safety
///
/// No item is lost: one is taken only when it is given.
#[inline]
pub fn next<S: Stream + Unpin + ?Sized>(source: &mut S) -> impl Future<Output = Option<S::Item>> {
    // No `async` function: its body would be one that is called for every item.
    poll_fn(|cx| Pin::new(&mut *source).poll_next(cx))
}

/// As [`next`], while something is `needed`: `None` as soon as nothing is, also
/// where that happens while it waits.
///
/// # Cancel safety
///
/// No item is lost: one is taken only when it is given.
#[inline]
pub fn next_while<S: Stream + Unpin + ?Sized>(
    source: &mut S,
    mut needed: impl FnMut() -> bool,
) -> impl Future<Output = Option<S::Item>> {
    poll_fn(move |cx| {
        if needed() {
            Pin::new(&mut *source).poll_next(cx)
        } else {
            Poll::Ready(None)
        }
    })
}

/// Polls `source` once and returns what it says. A source that is pending has
/// registered the region: see [`pause`].
///
/// # Cancel safety
///
/// It never waits.
#[inline]
pub async fn poll_now<S: Stream + Unpin + ?Sized>(source: &mut S) -> Poll<Option<S::Item>> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *source).poll_next(cx))).await
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
