//! Two branches of one item, at the same time.

use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;

/// Runs both to their ends, in this task, and gives what they gave.
///
/// # Cancel safety
///
/// Dropped, it drops both where they are.
#[inline]
pub async fn join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut left, mut right) = (None, None);
    poll_fn(move |cx| {
        if left.is_none()
            && let Poll::Ready(output) = a.as_mut().poll(cx)
        {
            left = Some(output);
        }
        if right.is_none()
            && let Poll::Ready(output) = b.as_mut().poll(cx)
        {
            right = Some(output);
        }
        if left.is_none() || right.is_none() {
            return Poll::Pending;
        }
        match (left.take(), right.take()) {
            (Some(left), Some(right)) => Poll::Ready((left, right)),
            _ => Poll::Pending,
        }
    })
    .await
}
