//! A window that slides.

use std::collections::VecDeque;

use super::all;
use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};

/// The tokens of the items in a window.
#[derive(Default)]
pub struct Window {
    tokens: VecDeque<Token>,
}

impl Window {
    /// An empty window.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item came into a window of `size`, which the oldest leaves.
    #[inline]
    pub fn slide<S: Sources>(&mut self, size: usize, token: &Token, ledger: &Ledger<S>) {
        if self.tokens.len() == size
            && let Some(oldest) = self.tokens.pop_front()
        {
            ledger.release(oldest);
        }
        self.tokens.push_back(ledger.again(token));
    }

    /// The token of the window as it is.
    #[inline]
    pub fn all<S: Sources>(&self, ledger: &Ledger<S>) -> Token {
        all(&self.tokens, ledger)
    }

    /// No window will be given any more.
    pub fn let_go<S: Sources>(&mut self, ledger: &Ledger<S>) {
        let tokens = self.tokens.drain(..);
        tokens.for_each(|token| ledger.release(token));
    }
}
