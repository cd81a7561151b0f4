//! The futures of an asynchronous flow with an inlet.
//!
//! Each holds the flow, or borrows it, and asks it when it is polled.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::AsyncOpenFlow;
use crate::flow::place::{Closed, Place};

/// An item on its way into a flow: what [`AsyncOpenFlow::emit`] gives, to be awaited.
///
/// ```
/// use flow_runtime::{flow, running::{AsyncOpenFlow, Emitting}};
///
/// fn twice<F: AsyncOpenFlow<u8>>(flow: &mut F, item: u8) -> Emitting<'_, u8, F> {
///     flow.emit(2 * item)
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut flow = flow! { <u8> -> then(async |x: u8| x) -> sum::<u8>() };
/// twice(&mut flow, 4).await;
/// assert_eq!(flow.finish().await, 8);
/// # }
/// ```
#[must_use = "nothing is emitted until it is awaited"]
pub struct Emitting<'a, T, F> {
    flow: &'a mut F,
    /// Gone once the flow has it.
    item: Option<T>,
}

pub(super) fn emitting<T, F>(flow: &mut F, item: T) -> Emitting<'_, T, F> {
    let item = Some(item);
    Emitting { flow, item }
}

// The item is moved into the flow: nothing in here is pinned.
impl<T, F> Unpin for Emitting<'_, T, F> {}

impl<T, F: AsyncOpenFlow<T>> Future for Emitting<'_, T, F> {
    type Output = F::Emitted;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Emitted> {
        let Self { flow, item } = &mut *self;
        flow.poll_emit(item, cx)
    }
}

/// A wait for a place in a flow: what [`AsyncOpenFlow::reserve`] gives, to be awaited. It
/// gives a `Result<Place, Closed>`.
///
/// ```
/// use flow_runtime::{flow, running::{AsyncOpenFlow, Reserving}};
///
/// fn place<F: AsyncOpenFlow<u8>>(flow: &mut F) -> Reserving<'_, u8, F> {
///     flow.reserve()
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut flow = flow! { <u8> -> then(async |x: u8| x) -> sum::<u8>() };
/// place(&mut flow).await.unwrap().emit(8);
/// assert_eq!(flow.finish().await, 8);
/// # }
/// ```
#[must_use = "no place is held until it is awaited"]
pub struct Reserving<'a, T, F> {
    /// Gone once there is a place.
    flow: Option<&'a mut F>,
    items: PhantomData<fn(T)>,
}

pub(super) fn reserving<T, F>(flow: &mut F) -> Reserving<'_, T, F> {
    Reserving {
        flow: Some(flow),
        items: PhantomData,
    }
}

impl<'a, T: 'a, F: AsyncOpenFlow<T>> Future for Reserving<'a, T, F> {
    type Output = Result<Place<'a, T>, Closed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let flow = self.flow.as_mut().expect("it is polled until it is done");
        if !ready!(flow.poll_reserve(cx)) {
            return Poll::Ready(Err(Closed));
        }
        let flow: Option<&'a F> = self.flow.take().map(|flow| &*flow);
        let flow = flow.expect("it has just been asked");
        Poll::Ready(Ok(Place::here(flow.slot())))
    }
}

/// A flow on its way to the end: what [`AsyncOpenFlow::finish`] gives, to be awaited.
/// Dropping it cancels the flow.
///
/// ```
/// use flow_runtime::{flow, running::{AsyncOpenFlow, Finishing}};
///
/// fn end<F: AsyncOpenFlow<u8>>(flow: F) -> Finishing<u8, F> {
///     flow.finish()
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(end(flow! { <u8> -> then(async |x: u8| x) -> count() }).await, 0);
/// # }
/// ```
#[must_use = "nothing is flushed until it is awaited"]
pub struct Finishing<T, F> {
    flow: F,
    items: PhantomData<fn(T)>,
}

pub(super) fn finishing<T, F>(flow: F) -> Finishing<T, F> {
    Finishing {
        flow,
        items: PhantomData,
    }
}

// A flow keeps its future in a box: nothing in here is pinned.
impl<T, F> Unpin for Finishing<T, F> {}

impl<T, F: AsyncOpenFlow<T>> Future for Finishing<T, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.flow.poll_finish(cx)
    }
}

impl<T, F> fmt::Debug for Emitting<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let emitted = self.item.is_none();
        f.debug_struct("Emitting")
            .field("emitted", &emitted)
            .finish_non_exhaustive()
    }
}

impl<T, F> fmt::Debug for Reserving<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reserving").finish_non_exhaustive()
    }
}

impl<T, F> fmt::Debug for Finishing<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finishing").finish_non_exhaustive()
    }
}
