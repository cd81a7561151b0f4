//! A synchronous flow with an open end: an iterator.

use super::pictured::pictured;
use crate::graph::{Graph, constant::NONE};
use std::{iter::FusedIterator, marker::PhantomData};

use super::outbox::Outbox;
use crate::ty::Ty;

/// A flow whose result chain ends in no sink: an iterator over what leaves it.
///
/// It is lazy: [`next`](Iterator::next) pulls one item of its sources at a
/// time, and only when nothing is left of the one before. In a flow with a bare
/// `?` the items are `Result`s, and an `Err` is the last.
#[must_use = "nothing runs until the iterator is asked"]
pub struct LazyFlow<T, State, Out, Turn> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    state: State,
    /// What has left and was not taken.
    out: Out,
    /// Carries one source item through; `false` when there was none.
    turn: Turn,
    over: bool,
    items: PhantomData<fn() -> T>,
}

pictured!([T, State, Out, Turn] LazyFlow<T, State, Out, Turn>);

impl<T, State, Out: Outbox<T>, Turn> LazyFlow<T, State, Out, Turn> {
    /// A flow that puts what leaves in one turn into `out`.
    #[inline]
    pub fn new(_: Ty<T>, state: State, out: Out, turn: Turn) -> Self
    where
        Turn: FnMut(&mut State, &mut Out) -> bool,
    {
        Self {
            graph: &NONE,
            state,
            out,
            turn,
            over: false,
            items: PhantomData,
        }
    }
}

impl<T, State, Out: Outbox<T>, Turn> Iterator for LazyFlow<T, State, Out, Turn>
where
    Turn: FnMut(&mut State, &mut Out) -> bool,
{
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        loop {
            if let Some(item) = self.out.pop() {
                return Some(item);
            }
            if self.over {
                return None;
            }
            self.over = !(self.turn)(&mut self.state, &mut self.out);
        }
    }
}

impl<T, State, Out: Outbox<T>, Turn> FusedIterator for LazyFlow<T, State, Out, Turn> where
    Turn: FnMut(&mut State, &mut Out) -> bool
{
}
