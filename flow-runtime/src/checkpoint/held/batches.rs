//! Several batches that are being filled at once.

use crate::copies::fresh::Fresh;
use std::collections::BTreeMap;

use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};

/// The tokens of the open batches of an operator, which numbers them.
#[derive(Default)]
pub struct Batches {
    open: BTreeMap<u64, Token>,
}

/// Every key keeps its own.
impl Fresh for Batches {
    fn fresh(&self) -> Self {
        Self::new()
    }
}

impl Batches {
    /// No open batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item came into a batch.
    #[inline]
    pub fn keep<S: Sources>(&mut self, batch: u64, token: &Token, ledger: &Ledger<S>) {
        ledger.keep(self.open.entry(batch).or_default(), token);
    }

    /// An item came into a batch, with its token.
    #[inline]
    pub fn add<S: Sources>(&mut self, batch: u64, token: Token, ledger: &Ledger<S>) {
        let open = self.open.entry(batch).or_default();
        *open = ledger.join(open.take(), token);
    }

    /// A batch leaves.
    #[inline]
    pub fn take(&mut self, batch: u64) -> Token {
        self.open.remove(&batch).unwrap_or_default()
    }

    /// The batch leaves that was opened first.
    #[inline]
    pub fn take_first(&mut self) -> Token {
        self.open
            .pop_first()
            .map_or_else(Token::none, |(_, token)| token)
    }
}
