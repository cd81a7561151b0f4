//! Turns that are futures.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{Polled, StreamFlow, over};
use crate::graph::constant::NONE;
use crate::ty::Ty;

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

impl<T, State, Turn, F> Turns<State, Turn, F>
where
    Turn: FnMut(Box<State>) -> F,
    F: Future<Output = Turned<State, T>>,
{
    /// Runs turns until an item leaves; the first may have begun before.
    #[inline(never)]
    fn go_on(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
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
                over(state);
                return Poll::Ready(left);
            }
            self.state = Some(state);
            if left.is_some() {
                return Poll::Ready(left);
            }
        }
    }
}

impl<T, State, Turn, F> Polled for Turns<State, Turn, F>
where
    Turn: FnMut(Box<State>) -> F,
    F: Future<Output = Turned<State, T>>,
{
    type Item = T;

    /// Runs a turn that ends when it is first polled, and leaves all others to
    /// `go_on`: where the turn is known to have just begun, none of the
    /// places where one may wait is asked for, and the code is small enough to be inlined.
    #[inline]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if self.running.is_none()
            && let Some(state) = self.state.take()
        {
            self.running.set(Some((self.turn)(state)));
            let Some(turn) = self.running.as_mut().as_pin_mut() else {
                return Poll::Ready(None);
            };
            let (state, left, more) = ready!(turn.poll(cx));
            self.running.set(None);
            if more && left.is_some() {
                self.state = Some(state);
                return Poll::Ready(left);
            }
            if !more {
                over(state);
                return Poll::Ready(left);
            }
            self.state = Some(state);
        }
        self.go_on(cx)
    }
}
