//! A flow with an open end, in which something is awaited: a stream.
//!
//! Each turn is a future where a source item never means several that leave, and nothing else
//! becomes of it: it takes what the flow remembers, carries one item through, and gives
//! both back. Else the flow is one future, which stands still wherever an item leaves.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use super::outlet::{Given, Outlet};
use crate::ty::Ty;

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

/// The outcome of a turn: what the flow remembers, what leaves, and whether there may be
/// more.
pub type Turned<State, T> = (Box<State>, Option<T>, bool);

/// A flow that is a future for each turn.
pub struct Turns<State, Turn, F> {
    /// Lent to the turn that runs; gone, too, when the flow is over.
    state: Option<Box<State>>,
    /// Begins a turn.
    turn: Turn,
    /// The place of the turns, boxed once. It is not looked at while one runs, which may
    /// borrow from itself.
    running: Pin<Box<Option<F>>>,
}

impl<T, State, Turn, F> StreamFlow<Turns<State, Turn, F>>
where
    Turn: FnMut(Box<State>) -> F,
    F: Future<Output = Turned<State, T>>,
{
    /// A flow that is carried on by turns, in each of which at most one item leaves, at the
    /// end.
    #[doc(hidden)]
    #[inline]
    pub fn by_turns(_: Ty<T>, state: State, turn: Turn) -> Self {
        Self {
            graph: &NONE,
            work: Turns {
                state: Some(Box::new(state)),
                turn,
                running: Box::pin(None),
            },
            observed: (),
        }
    }
}

impl<T, State, Turn, F> Polled for Turns<State, Turn, F>
where
    Turn: FnMut(Box<State>) -> F,
    F: Future<Output = Turned<State, T>>,
{
    type Item = T;

    #[inline]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        loop {
            if let Some(state) = self.state.take() {
                self.running.set(Some((self.turn)(state)));
            }
            let Some(turn) = self.running.as_mut().as_pin_mut() else {
                return Poll::Ready(None);
            };
            let (state, left, more) = ready!(turn.poll(cx));
            self.running.set(None);
            if !more {
                drop_last(state);
                return Poll::Ready(left);
            }
            self.state = Some(state);
            if left.is_some() {
                return Poll::Ready(left);
            }
        }
    }
}

/// Keeps what is done once out of the way of what is done for every item.
#[cold]
fn drop_last<State>(state: Box<State>) {
    drop(state);
}
