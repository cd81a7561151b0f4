//! A flow with an open end, in which something is awaited: a stream.
//!
//! It goes on by turns where a source item never means several that leave, and nothing else
//! becomes of it:
//!
//! - A turn is polled, and remembers nothing itself, where nothing but the source is awaited
//!   (`polls.rs`).
//! - It is a function in front of the future of each operator that awaits, and one behind
//!   the last, where futures borrow nothing from their operators (`parts.rs`).
//! - Else it is a future that takes what the flow remembers, carries one item through, and
//!   gives both back (`turns.rs`).
//!
//! Any other flow is one future, which stands still wherever an item leaves.

mod parts;
mod polls;
mod turns;

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::outlet::{Given, Outlet};

pub use parts::Stopped;
pub use polls::{next, pinned, poll_next};

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
pub struct StreamFlow<W, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: W,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([W, O] StreamFlow<W, O>);
observed!([W] StreamFlow<W>: work);

// The futures are boxed: nothing in here is pinned.
impl<W, O> Unpin for StreamFlow<W, O> {}

impl<W: Polled, O> Stream for StreamFlow<W, O> {
    type Item = W::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<W::Item>> {
        self.work.poll_next(cx)
    }
}

/// Implemented by what runs until an item leaves.
pub trait Polled {
    /// The type of what leaves.
    type Item;

    /// Runs until an item leaves; `None` when none is left.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Self::Item>>;
}

/// A flow that is one future.
pub struct Whole<T, F> {
    given: Given<T>,
    /// Boxed once, so that the stream may be moved between two items; gone when
    /// it is over.
    work: Option<Pin<Box<F>>>,
}

impl<T, F: Future<Output = ()>> StreamFlow<Whole<T, F>> {
    /// A flow that gives its items to `outlet`.
    #[doc(hidden)]
    pub fn new(outlet: Outlet<T>, work: F) -> Self {
        Self {
            graph: &NONE,
            work: Whole {
                given: outlet.given(),
                work: Some(Box::pin(work)),
            },
            observed: (),
        }
    }
}

impl<T, F: Future<Output = ()>> Polled for Whole<T, F> {
    type Item = T;

    #[inline]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(work) = &mut self.work else {
            return Poll::Ready(None);
        };
        let (polled, item) = self.given.resume(|| work.as_mut().poll(cx));
        let over = polled.is_ready();
        if over {
            self.work = None;
        }
        match item {
            Some(item) => Poll::Ready(Some(item)),
            None if over => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

/// Keeps what is done once out of the way of what is done for every item.
#[cold]
fn over<State>(state: State) {
    drop(state);
}
