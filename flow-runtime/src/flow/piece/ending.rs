//! A piece in which something ends before its input does.

use super::{PieceFlow, Pulled, Pushed};

/// Implemented by what works on the items of a piece, and has what the piece remembers.
pub trait Lends {
    /// The type of what the piece remembers.
    type State;

    /// Returns that; `None` in the midst of an item, which has it.
    fn state(&self) -> Option<&Self::State>;
}

/// The work of a piece, with what says whether anything in it takes more.
pub struct Ending<W, F> {
    work: W,
    takes: F,
}

impl<W: Lends, O> PieceFlow<W, O> {
    /// The same piece, in which something takes more only while `takes` says so.
    #[doc(hidden)]
    #[inline]
    pub fn taking_while<F>(self, takes: F) -> PieceFlow<Ending<W, F>, O>
    where
        F: Fn(&W::State) -> bool,
    {
        let Self {
            graph,
            work,
            holds,
            observed,
        } = self;
        PieceFlow {
            graph,
            work: Ending { work, takes },
            holds,
            observed,
        }
    }
}

impl<W: Clone, F: Clone> Clone for Ending<W, F> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self {
            work: self.work.clone(),
            takes: self.takes.clone(),
        }
    }
}

impl<W: Pulled, F> Pulled for Ending<W, F> {
    type Item = W::Item;

    #[inline]
    fn pull(&mut self) -> Option<W::Item> {
        self.work.pull()
    }
}

impl<W: Pushed + Lends, F: Fn(&W::State) -> bool> Pushed for Ending<W, F> {
    type Pushed = W::Pushed;

    #[inline]
    fn push(&mut self, item: Option<W::Pushed>) {
        self.work.push(item);
    }

    #[inline]
    fn is_over(&self) -> bool {
        self.work.state().is_some_and(|state| !(self.takes)(state))
    }
}
