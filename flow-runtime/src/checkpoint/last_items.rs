//! Windows of the last items, with the tokens of those.

use std::collections::VecDeque;

use super::{
    ledger::Ledger,
    marks::{Marked, Marks},
    source::Sources,
    token::Token,
};
use crate::copies::fresh::Fresh;

/// An operator that gives a window of its last items at every item.
pub trait Slide {
    /// The type of its items.
    type In;

    /// The type of its windows, or of what is made of them.
    type Out;

    /// The number of items in a window.
    fn size(&self) -> usize;

    /// Adds one item. Gives the window that ends with it.
    fn slide(&mut self, item: Self::In) -> Option<Self::Out>;
}

/// An operator that gives windows of its last items, and the tokens of these.
pub struct LastItems<W> {
    windows: W,
    tokens: VecDeque<Token>,
}

impl<W: Slide> Marked for W {
    type Marked = LastItems<W>;

    fn marked(self) -> LastItems<W> {
        LastItems::new(self)
    }
}

impl<W> LastItems<W> {
    fn new(windows: W) -> Self {
        let tokens = VecDeque::new();
        Self { windows, tokens }
    }
}

impl<W: Slide> LastItems<W> {
    /// Adds one item. Gives the window that ends with it.
    #[inline]
    pub fn put<S: Sources>(
        &mut self,
        item: W::In,
        token: Token,
        ledger: &Ledger<S>,
    ) -> Option<(W::Out, Token)> {
        self.tokens.push_back(token);
        if self.tokens.len() > self.windows.size()
            && let Some(oldest) = self.tokens.pop_front()
        {
            ledger.release(oldest);
        }
        let window = self.windows.slide(item)?;
        Some((window, ledger.all(self.tokens.iter())))
    }

    /// Ends the input: no window follows.
    #[inline]
    pub fn end<S: Sources>(&mut self, ledger: &Ledger<S>) {
        let tokens = self.tokens.drain(..);
        tokens.for_each(|token| ledger.release(token));
    }
}

impl<W: Fresh> Fresh for LastItems<W> {
    fn fresh(&self) -> Self {
        Self::new(self.windows.fresh())
    }
}
