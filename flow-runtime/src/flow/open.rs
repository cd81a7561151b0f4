//! A synchronous flow with an inlet: items are pushed into it.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};
use std::marker::PhantomData;

/// A flow with an inlet `<T>`: [`emit`](OpenFlow::emit) pushes an item through
/// it, [`finish`](OpenFlow::finish) ends the input and gives the result.
///
/// `State` is what its operators remember. The two functions are the flow's
/// code; what they need, they are lent.
#[must_use = "a flow that is never finished never gives its result"]
pub struct OpenFlow<T, State, Step, Finish> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    state: State,
    step: Step,
    finish: Finish,
    inlet: PhantomData<fn(T)>,
}

pictured!([T, State, Step, Finish] OpenFlow<T, State, Step, Finish>);

impl<T, State, Step, Finish> OpenFlow<T, State, Step, Finish> {
    /// A flow that does `step` with every item, and `finish` at the end.
    #[inline]
    pub fn new<R, Out>(_: crate::ty::Ty<T>, state: State, step: Step, finish: Finish) -> Self
    where
        Step: FnMut(&mut State, T) -> R,
        Finish: FnOnce(State) -> Out,
    {
        Self {
            graph: &NONE,
            state,
            step,
            finish,
            inlet: PhantomData,
        }
    }

    /// Carries one item through everything it can reach.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`. After an error the flow stays
    /// usable for the next item.
    #[inline]
    pub fn emit<R>(&mut self, item: T) -> R
    where
        Step: FnMut(&mut State, T) -> R,
    {
        (self.step)(&mut self.state, item)
    }

    /// Ends the input: flushes what is held, in the order of the graph, and
    /// gives the result.
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`.
    #[inline]
    pub fn finish<Out>(self) -> Out
    where
        Finish: FnOnce(State) -> Out,
    {
        (self.finish)(self.state)
    }
}
