//! A flow with an open end, in which something is awaited: a stream.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::outlet::{Given, Outlet};

/// An asynchronous flow whose result chain ends in no sink: a stream of what
/// leaves it.
///
/// It is lazy: its sources are pulled only while the stream is polled and has
/// nothing to give. In a flow with a bare `?` the items are `Result`s, and an
/// `Err` is the last.
///
/// ```
/// use flow_runtime::flow;
/// use futures::StreamExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut squares = flow! { from(1..) -> then(async |n: u64| n * n) };
/// assert_eq!(squares.next().await, Some(1));
/// assert_eq!(squares.next().await, Some(4));
/// # }
/// ```
#[must_use = "nothing runs until the stream is polled"]
pub struct StreamFlow<T, F, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    given: Given<T>,
    /// Boxed once, so that the stream may be moved between two items; gone when
    /// it is over.
    work: Option<Pin<Box<F>>>,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([T, F, O] StreamFlow<T, F, O>);
observed!([T, F] StreamFlow<T, F>: given, work);

impl<T, F: Future<Output = ()>> StreamFlow<T, F> {
    /// A flow that gives its items to `outlet`.
    #[doc(hidden)]
    pub fn new(outlet: Outlet<T>, work: F) -> Self {
        Self {
            graph: &NONE,
            given: outlet.given(),
            work: Some(Box::pin(work)),
            observed: (),
        }
    }
}

// The future is boxed: nothing in here is pinned.
impl<T, F, O> Unpin for StreamFlow<T, F, O> {}

impl<T, F: Future<Output = ()>, O> Stream for StreamFlow<T, F, O> {
    type Item = T;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let flow = &mut *self;
        let Some(work) = &mut flow.work else {
            return Poll::Ready(None);
        };
        let (polled, item) = flow.given.resume(|| work.as_mut().poll(cx));
        let over = polled.is_ready();
        if over {
            flow.work = None;
        }
        match item {
            Some(item) => Poll::Ready(Some(item)),
            None if over => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
