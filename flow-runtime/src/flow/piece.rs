//! A synchronous flow with an inlet and an open end: an operator.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};
use std::marker::PhantomData;

use super::outbox::Outbox;
use crate::{operator::Operator, ty::Ty};

/// A reusable piece of a flow, made by `flow! { <T> -> … }` with an open end.
///
/// It stands in another flow as `-> via(piece)`; [`push`](PieceFlow::push) feeds
/// it by hand.
#[must_use = "nothing runs until something is pushed"]
pub struct PieceFlow<T, U, State, Out, Step, End> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    state: State,
    /// What has left and was not taken.
    out: Out,
    step: Step,
    end: End,
    /// Whether something in it may hold items.
    holds: bool,
    items: PhantomData<fn(T) -> U>,
}

pictured!([T, U, State, Out, Step, End] PieceFlow<T, U, State, Out, Step, End>);

impl<T, U, State, Out, Step, End> PieceFlow<T, U, State, Out, Step, End>
where
    Out: Outbox<U>,
    Step: FnMut(&mut State, &mut Out, T),
    End: FnMut(&mut State, &mut Out),
{
    /// A piece that does `step` with every item, and `end` at the end of input.
    #[inline]
    pub fn new(_: Ty<T>, _: Ty<U>, state: State, out: Out, step: Step, end: End) -> Self {
        Self {
            graph: &NONE,
            state,
            out,
            step,
            end,
            holds: true,
            items: PhantomData,
        }
    }

    /// The same piece, in which nothing holds items.
    #[inline]
    pub fn holding_nothing(mut self) -> Self {
        self.holds = false;
        self
    }

    /// Takes one item and gives what leaves because of it. What is not taken
    /// comes first at the next push.
    #[inline]
    pub fn push(&mut self, item: T) -> Leaving<'_, U, Out> {
        (self.step)(&mut self.state, &mut self.out, item);
        Leaving {
            out: &mut self.out,
            items: PhantomData,
        }
    }

    /// Gives what is held at the end of input.
    #[inline]
    pub fn finish(&mut self) -> Leaving<'_, U, Out> {
        (self.end)(&mut self.state, &mut self.out);
        Leaving {
            out: &mut self.out,
            items: PhantomData,
        }
    }
}

/// What leaves a [`PieceFlow`], in order.
pub struct Leaving<'a, U, Out> {
    out: &'a mut Out,
    items: PhantomData<fn() -> U>,
}

impl<U, Out: Outbox<U>> Iterator for Leaving<'_, U, Out> {
    type Item = U;

    #[inline]
    fn next(&mut self) -> Option<U> {
        self.out.pop()
    }
}

impl<T, U, State, Out, Step, End> Operator<T> for PieceFlow<T, U, State, Out, Step, End>
where
    Out: Outbox<U>,
    Step: FnMut(&mut State, &mut Out, T),
    End: FnMut(&mut State, &mut Out),
{
    type Out = U;

    #[inline]
    fn push(&mut self, item: T) -> impl IntoIterator<Item = U> {
        Self::push(self, item)
    }

    #[inline]
    fn holds(&self) -> bool {
        self.holds
    }

    #[inline]
    fn finish(&mut self) -> impl IntoIterator<Item = U> {
        Self::finish(self)
    }
}
