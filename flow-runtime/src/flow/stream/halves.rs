//! Turns of two halves, before and behind the one future that they await.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{Polled, StreamFlow, over};
use crate::graph::constant::NONE;
use crate::ty::Ty;

/// The outcome of the first half of a turn.
pub enum Begun<F> {
    /// The second half goes on with what the future gives.
    Awaits(F),
    /// The turn has ended, and nothing leaves.
    Ended,
    /// The source has.
    Over,
}

/// A flow that keeps what it remembers, and has nothing under way but one operator's future.
pub struct Halves<State, First, F, Second> {
    /// The place of that future, boxed once. It is dropped before all else.
    running: Pin<Box<Option<F>>>,
    /// Gone when the flow is over.
    state: Option<State>,
    /// Carries a source item to the operator that awaits.
    first: First,
    /// Carries what the future gave on, and returns what leaves.
    second: Second,
}

impl<T, State, First, F, Second> StreamFlow<Halves<State, First, F, Second>>
where
    First: FnMut(&mut State) -> Begun<F>,
    F: Future,
    Second: FnMut(&mut State, F::Output) -> Option<T>,
{
    /// A flow whose turns await once.
    #[doc(hidden)]
    #[inline]
    pub fn by_halves(_: Ty<T>, state: State, first: First, second: Second) -> Self {
        Self {
            graph: &NONE,
            work: Halves {
                running: Box::pin(None),
                state: Some(state),
                first,
                second,
            },
            observed: (),
        }
    }
}

impl<T, State, First, F, Second> Polled for Halves<State, First, F, Second>
where
    First: FnMut(&mut State) -> Begun<F>,
    F: Future,
    Second: FnMut(&mut State, F::Output) -> Option<T>,
{
    type Item = T;

    #[inline]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(state) = &mut self.state else {
            return Poll::Ready(None);
        };
        loop {
            if let Some(running) = self.running.as_mut().as_pin_mut() {
                let given = ready!(running.poll(cx));
                self.running.set(None);
                let left = (self.second)(state, given);
                if left.is_some() {
                    return Poll::Ready(left);
                }
            }
            match (self.first)(state) {
                Begun::Awaits(future) => self.running.set(Some(future)),
                Begun::Ended => {}
                Begun::Over => {
                    over(self.state.take());
                    return Poll::Ready(None);
                }
            }
        }
    }
}
