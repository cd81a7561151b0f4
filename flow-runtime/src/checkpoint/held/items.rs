//! Items of which the operator says by number what was made of them.

use crate::copies::fresh::Fresh;
use std::collections::BTreeMap;

use crate::checkpoint::{
    ledger::Ledger,
    numbers::{Made, Numbered},
    source::Sources,
    token::Token,
};

/// The tokens of the items in an operator that numbers them as they come.
#[derive(Default)]
pub struct Items {
    tokens: BTreeMap<u64, Token>,
    /// The number of items that came.
    came: u64,
}

/// Every key keeps its own.
impl Fresh for Items {
    fn fresh(&self) -> Self {
        Self::new()
    }
}

impl Items {
    /// No item has come.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An item comes.
    #[inline]
    pub fn push<S: Sources>(&mut self, token: &Token, ledger: &Ledger<S>) {
        self.tokens.insert(self.came, ledger.again(token));
        self.came += 1;
    }

    /// Something leaves that was made of these items.
    #[inline]
    pub fn made<S: Sources>(&mut self, made: Made, ledger: &Ledger<S>) -> Token {
        match made {
            Made::One(number) => self.take(number),
            Made::All(numbers) => {
                let mut all = Token::none();
                for number in numbers {
                    all = ledger.join(all, self.take(number));
                }
                all
            }
            Made::Some(numbers) => {
                let tokens = numbers.iter().filter_map(|number| self.tokens.get(number));
                super::all(tokens, ledger)
            }
        }
    }

    /// Items stay nowhere any more.
    #[inline]
    pub fn let_go<S: Sources>(&mut self, numbers: &mut Numbered, ledger: &Ledger<S>) {
        for number in numbers.drain() {
            ledger.release(self.take(number));
        }
    }

    /// Nothing more is made of any item.
    pub fn end<S: Sources>(&mut self, ledger: &Ledger<S>) {
        while let Some((_, token)) = self.tokens.pop_first() {
            ledger.release(token);
        }
    }

    fn take(&mut self, number: u64) -> Token {
        self.tokens.remove(&number).unwrap_or_default()
    }
}
