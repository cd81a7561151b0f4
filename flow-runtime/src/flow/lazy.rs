//! A synchronous flow with an open end: an iterator.
//!
//! A turn of the flow carries one item through, of the source or of what is left of the one
//! before, and one leaves at most. At the end of input each operator that holds has a turn, and
//! then an error has that ended it. Where that cannot be, as with several sources or what is done
//! beside behind an item that leaves, the flow is a coroutine, an `async` block that is never
//! woken: it stands still wherever an item leaves, in the middle of a loop as well, until the
//! next is wanted.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{
    iter::FusedIterator,
    pin::Pin,
    task::{Context, Waker},
};

use crate::region::{Giver, Taker, handed};
use crate::ty::Ty;

/// A flow whose result chain ends in no sink: an iterator over what leaves it.
///
/// It is lazy, within an item as well: [`next`](Iterator::next) runs the flow up to
/// where the next item leaves, and no function of it any earlier. In a flow with a bare
/// `?` the items are `Result`s, and an `Err` is the last.
///
/// ```
/// use flow_runtime::flow;
///
/// let squares = flow! { from(1..) -> map(|n: u64| n * n) };
/// assert_eq!(squares.take(3).collect::<Vec<_>>(), [1, 4, 9]);
/// ```
#[must_use = "nothing runs until the iterator is asked"]
pub struct LazyFlow<W, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    work: W,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([W, O] LazyFlow<W, O>);
observed!([W] LazyFlow<W>: work);

impl<W: Pulled, O> Iterator for LazyFlow<W, O> {
    type Item = W::Item;

    #[inline]
    fn next(&mut self) -> Option<W::Item> {
        self.work.pull()
    }
}

impl<W: Pulled, O> FusedIterator for LazyFlow<W, O> {}

/// Implemented by what runs until an item leaves.
pub trait Pulled {
    /// The type of what leaves.
    type Item;

    /// Runs until an item leaves; `None` when none is left.
    fn pull(&mut self) -> Option<Self::Item>;
}

/// A flow that is carried on by turns, in each of which at most one item leaves.
pub struct Turns<T, State, Turn> {
    state: State,
    out: Option<T>,
    /// Carries one source item through; `false` when there was none.
    turn: Turn,
    over: bool,
}

impl<T, State, Turn> LazyFlow<Turns<T, State, Turn>>
where
    Turn: FnMut(&mut State, &mut Option<T>) -> bool,
{
    /// A flow that puts what leaves in one turn into its second argument.
    #[doc(hidden)]
    #[inline]
    pub fn by_turns(_: Ty<T>, state: State, turn: Turn) -> Self {
        Self {
            graph: &NONE,
            work: Turns {
                state,
                out: None,
                turn,
                over: false,
            },
            observed: (),
        }
    }
}

impl<T, State, Turn> Pulled for Turns<T, State, Turn>
where
    Turn: FnMut(&mut State, &mut Option<T>) -> bool,
{
    type Item = T;

    #[inline]
    fn pull(&mut self) -> Option<T> {
        loop {
            if let Some(item) = self.out.take() {
                return Some(item);
            }
            if self.over {
                return None;
            }
            self.over = !(self.turn)(&mut self.state, &mut self.out);
        }
    }
}

/// A flow that is a coroutine.
pub struct Coroutine<T, F> {
    out: Taker<T>,
    /// Boxed once, so that the iterator may be moved between two items; gone when it is
    /// over.
    work: Option<Pin<Box<F>>>,
}

impl<T, F: Future<Output = ()>> LazyFlow<Coroutine<T, F>> {
    /// A flow that hands what leaves to the giver, and awaits nothing else.
    #[doc(hidden)]
    #[inline]
    pub fn coroutine(_: Ty<T>, work: impl FnOnce(Giver<T>) -> F) -> Self {
        let (giver, out) = handed();
        let work = Some(Box::pin(work(giver)));
        Self {
            graph: &NONE,
            work: Coroutine { out, work },
            observed: (),
        }
    }
}

impl<T, F: Future<Output = ()>> Pulled for Coroutine<T, F> {
    type Item = T;

    #[inline]
    fn pull(&mut self) -> Option<T> {
        let work = self.work.as_mut()?;
        let cx = &mut Context::from_waker(Waker::noop());
        let (polled, item) = self.out.resume(|| work.as_mut().poll(cx));
        if polled.is_ready() {
            self.work = None;
        }
        item
    }
}
