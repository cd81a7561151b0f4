//! Turns of several parts, and between two of them the future of an operator.
//!
//! ```text
//! StreamFlow::begun((from_0, then_1, then_2), |state, cx| …Ok(then_1(x))…)
//!     .awaited(|state, x| …Ok(then_2(x))…)
//!     .leaving(item_2, |state, x| …Ok(x)…)
//! ```

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{Polled, StreamFlow, over};
use crate::graph::constant::NONE;
use crate::ty::Ty;

/// The reason for which a turn goes no further, in a flow whose items are `T`s.
pub enum Stopped<T> {
    /// The turn has ended, and nothing leaves.
    Ended,
    /// The source, or what is awaited, is not ready.
    Pending,
    /// The source has ended.
    Over,
    /// An error has ended the flow: this leaves, and nothing behind it.
    Last(T),
}

/// Implemented by the parts of a turn in front of a future.
pub trait Part<State, T> {
    /// The type of that future.
    type Future: Future;

    /// Goes on until the future is there. It is not asked while one is that it gave before.
    fn begin(
        &mut self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Result<Self::Future, Stopped<T>>;
}

/// The first part: it carries a source item to the first operator that awaits.
pub struct First<Begin>(Begin);

impl<State, T, F, Begin> Part<State, T> for First<Begin>
where
    Begin: FnMut(&mut State, &mut Context<'_>) -> Result<F, Stopped<T>>,
    F: Future,
{
    type Future = F;

    #[inline]
    fn begin(&mut self, state: &mut State, cx: &mut Context<'_>) -> Result<F, Stopped<T>> {
        (self.0)(state, cx)
    }
}

/// A part in the middle: it carries what a future gave to the next operator that awaits.
pub struct Middle<Before, F, GoOn> {
    place: Place<F>,
    before: Before,
    go_on: GoOn,
}

impl<State, T, F, G, Before, GoOn> Part<State, T> for Middle<Before, F, GoOn>
where
    Before: Part<State, T, Future = F>,
    F: Future,
    GoOn: FnMut(&mut State, F::Output) -> Result<G, Stopped<T>>,
    G: Future,
{
    type Future = G;

    #[inline]
    fn begin(&mut self, state: &mut State, cx: &mut Context<'_>) -> Result<G, Stopped<T>> {
        let given = self.place.run(&mut self.before, state, cx)?;
        (self.go_on)(state, given)
    }
}

/// The place of one operator's futures, boxed once.
struct Place<F>(Pin<Box<Option<F>>>);

impl<F: Future> Place<F> {
    fn new() -> Self {
        Self(Box::pin(None))
    }

    /// Polls the future here, or else the one that the parts before it begin; returns what it
    /// gives.
    ///
    /// A future is polled for the first time by code of its own: it is known to have just begun,
    /// and none of the places where it may wait is asked for.
    #[inline]
    fn run<State, T>(
        &mut self,
        before: &mut impl Part<State, T, Future = F>,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Result<F::Output, Stopped<T>> {
        let polled = if self.0.is_some() {
            self.poll(cx)
        } else {
            let future = before.begin(state, cx)?;
            self.0.set(Some(future));
            self.poll(cx)
        };
        match polled {
            Poll::Ready(given) => Ok(given),
            Poll::Pending => Err(Stopped::Pending),
        }
    }

    #[inline]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = self.0.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let given = ready!(future.poll(cx));
        self.0.set(None);
        Poll::Ready(given)
    }
}

/// The parts of a turn so far, in a flow whose items are `T`s.
pub struct Begun<State, T, Parts> {
    state: State,
    parts: Parts,
    item: Ty<T>,
}

/// A flow that keeps what it remembers, and has nothing under way but one operator's future.
pub struct Parts<State, Before, F, Last> {
    /// The place of the last operator's futures. Places are dropped before all else.
    place: Place<F>,
    before: Before,
    /// Carries on what the last future gave, and returns what leaves.
    last: Last,
    /// Gone when the flow is over.
    state: Option<State>,
}

impl StreamFlow<()> {
    /// Begins with the part in front of the first future.
    #[doc(hidden)]
    #[inline]
    pub fn begun<State, T, F, Begin>(state: State, begin: Begin) -> Begun<State, T, First<Begin>>
    where
        Begin: FnMut(&mut State, &mut Context<'_>) -> Result<F, Stopped<T>>,
        F: Future,
    {
        Begun {
            state,
            parts: First(begin),
            item: Ty::new(),
        }
    }
}

impl<State, T, Before: Part<State, T>> Begun<State, T, Before> {
    /// Adds a part between two futures.
    #[inline]
    pub fn awaited<G, GoOn>(
        self,
        go_on: GoOn,
    ) -> Begun<State, T, Middle<Before, Before::Future, GoOn>>
    where
        GoOn: FnMut(&mut State, <Before::Future as Future>::Output) -> Result<G, Stopped<T>>,
        G: Future,
    {
        let parts = Middle {
            place: Place::new(),
            before: self.parts,
            go_on,
        };
        Begun {
            state: self.state,
            parts,
            item: self.item,
        }
    }

    /// Returns the flow, with the part behind the last future.
    #[inline]
    pub fn leaving<Last>(
        self,
        _: Ty<T>,
        last: Last,
    ) -> StreamFlow<Parts<State, Before, Before::Future, Last>>
    where
        Last: FnMut(&mut State, <Before::Future as Future>::Output) -> Result<T, Stopped<T>>,
    {
        StreamFlow {
            graph: &NONE,
            work: Parts {
                place: Place::new(),
                before: self.parts,
                last,
                state: Some(self.state),
            },
            observed: (),
        }
    }
}

impl<T, State, Before, F, Last> Polled for Parts<State, Before, F, Last>
where
    Before: Part<State, T, Future = F>,
    F: Future,
    Last: FnMut(&mut State, F::Output) -> Result<T, Stopped<T>>,
{
    type Item = T;

    #[inline]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        while let Some(state) = &mut self.state {
            let given = self.place.run(&mut self.before, state, cx);
            match given.and_then(|given| (self.last)(state, given)) {
                Ok(left) => return Poll::Ready(Some(left)),
                Err(Stopped::Ended) => {}
                Err(Stopped::Pending) => return Poll::Pending,
                Err(Stopped::Over) => over(self.state.take()),
                Err(Stopped::Last(left)) => {
                    over(self.state.take());
                    return Poll::Ready(Some(left));
                }
            }
        }
        Poll::Ready(None)
    }
}
