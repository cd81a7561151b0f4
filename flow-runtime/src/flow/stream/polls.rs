//! Turns that are polled: nothing but the source is awaited.

use std::{
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use super::{Polled, StreamFlow, over};
use crate::graph::constant::NONE;
use crate::ty::Ty;

/// A flow that has nothing under way between two polls.
pub struct Polls<T, State, Turn> {
    /// Gone when the flow is over.
    state: Option<State>,
    /// Carries one source item through, where one is ready; `false` when there was none.
    turn: Turn,
    left: PhantomData<fn() -> T>,
}

impl<T, State, Turn> StreamFlow<Polls<T, State, Turn>>
where
    Turn: FnMut(&mut State, &mut Option<T>, &mut Context<'_>) -> Poll<bool>,
{
    /// A flow that polls its source in each turn, and puts what leaves into the second
    /// argument.
    #[doc(hidden)]
    #[inline]
    pub fn by_polls(_: Ty<T>, state: State, turn: Turn) -> Self {
        Self {
            graph: &NONE,
            work: Polls {
                state: Some(state),
                turn,
                left: PhantomData,
            },
            observed: (),
        }
    }
}

impl<T, State, Turn> Polled for Polls<T, State, Turn>
where
    Turn: FnMut(&mut State, &mut Option<T>, &mut Context<'_>) -> Poll<bool>,
{
    type Item = T;

    #[inline]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        while let Some(state) = &mut self.state {
            let mut left = None;
            let more = ready!((self.turn)(state, &mut left, cx));
            if !more {
                over(self.state.take());
                return Poll::Ready(left);
            }
            if left.is_some() {
                return Poll::Ready(left);
            }
        }
        Poll::Ready(None)
    }
}

/// A source that stays where it is while it is polled, boxed once.
#[inline]
pub fn pinned<S: Stream>(source: S) -> Pin<Box<S>> {
    Box::pin(source)
}

/// Asks a source for its next item.
#[inline]
pub fn poll_next<S: Stream>(
    source: &mut Pin<Box<S>>,
    cx: &mut Context<'_>,
) -> Poll<Option<S::Item>> {
    source.as_mut().poll_next(cx)
}

/// Waits for its next item.
#[inline]
pub async fn next<S: Stream>(source: &mut Pin<Box<S>>) -> Option<S::Item> {
    poll_fn(|cx| source.as_mut().poll_next(cx)).await
}
