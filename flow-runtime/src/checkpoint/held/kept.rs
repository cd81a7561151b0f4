//! Defines what is held together.

use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};
use crate::copies::fresh::Fresh;

/// The token of what leaves together: items that meet, or all that an operator of the user's
/// holds, which nobody can tell apart.
#[derive(Default)]
pub struct Kept {
    token: Token,
}

/// Every key keeps its own.
impl Fresh for Kept {
    fn fresh(&self) -> Self {
        Self::new()
    }
}

impl Kept {
    /// Nothing is held.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item came in.
    #[inline]
    pub fn keep<S: Sources>(&mut self, token: &Token, ledger: &Ledger<S>) {
        ledger.keep(&mut self.token, token);
    }

    /// All that is held leaves.
    #[inline]
    pub fn take(&mut self) -> Token {
        self.token.take()
    }

    /// Something leaves, of which nobody knows what of the rest it was made of.
    #[inline]
    pub fn share<S: Sources>(&self, ledger: &Ledger<S>) -> Token {
        ledger.again(&self.token)
    }

    /// Nothing is held any more.
    #[inline]
    pub fn let_go<S: Sources>(&mut self, ledger: &Ledger<S>) {
        ledger.release(self.token.take());
    }
}
