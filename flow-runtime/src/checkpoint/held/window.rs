//! Windows, which hold what came last.

use crate::copies::fresh::Fresh;
use std::collections::VecDeque;

use super::all;
use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};

/// The tokens of the items in a window, or in several that end with the last
/// item.
#[derive(Default)]
pub struct Window {
    tokens: VecDeque<Token>,
}

/// Every key keeps its own.
impl Fresh for Window {
    fn fresh(&self) -> Self {
        Self::new()
    }
}

impl Window {
    /// An empty window.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item came in.
    #[inline]
    pub fn push<S: Sources>(&mut self, token: &Token, ledger: &Ledger<S>) {
        self.tokens.push_back(ledger.again(token));
    }

    /// Only the last items are held any more.
    #[inline]
    pub fn shrink<S: Sources>(&mut self, size: usize, ledger: &Ledger<S>) {
        while self.tokens.len() > size
            && let Some(oldest) = self.tokens.pop_front()
        {
            ledger.release(oldest);
        }
    }

    /// A window leaves, in which all is that is held.
    #[inline]
    pub fn all<S: Sources>(&self, ledger: &Ledger<S>) -> Token {
        all(&self.tokens, ledger)
    }

    /// A window leaves, in which so many items are, but for the last ones.
    #[inline]
    pub fn part<S: Sources>(&self, size: usize, but: usize, ledger: &Ledger<S>) -> Token {
        let end = self.tokens.len().saturating_sub(but);
        let start = end.saturating_sub(size);
        all(self.tokens.range(start..end), ledger)
    }
}
