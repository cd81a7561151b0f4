//! The inputs of a fan-in.

use crate::copies::fresh::Fresh;
use std::collections::VecDeque;

use super::all;
use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};

/// The tokens of what waits at a fan-in, for each of its inputs.
pub struct Inputs {
    waiting: Vec<VecDeque<Token>>,
    /// Of each input what it repeats, where it repeats anything.
    last: Vec<Token>,
    /// Of what found no room or was in no order, and is reported.
    refused: Token,
}

/// Every key keeps its own.
impl Fresh for Inputs {
    fn fresh(&self) -> Self {
        Self::new(self.waiting.len())
    }
}

impl Inputs {
    /// Nothing waits at any of so many inputs.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        Self {
            waiting: (0..inputs).map(|_| VecDeque::new()).collect(),
            last: (0..inputs).map(|_| Token::none()).collect(),
            refused: Token::none(),
        }
    }

    /// An item came.
    #[inline]
    pub fn push<S: Sources>(&mut self, input: usize, token: &Token, ledger: &Ledger<S>) {
        self.waiting[input].push_back(ledger.again(token));
    }

    /// An item came, and was refused unless `len` wait now.
    #[inline]
    pub fn fill<S: Sources>(
        &mut self,
        input: usize,
        len: usize,
        token: &Token,
        ledger: &Ledger<S>,
    ) {
        if self.waiting[input].len() < len {
            self.push(input, token, ledger);
        } else {
            ledger.keep(&mut self.refused, token);
        }
    }

    /// `zip`: the first item of each input leaves.
    #[inline]
    pub fn firsts<S: Sources>(&mut self, ledger: &Ledger<S>) -> Token {
        let mut left = Token::none();
        for waiting in &mut self.waiting {
            left = ledger.join(left, waiting.pop_front().unwrap_or_default());
        }
        left
    }

    /// `zip_latest`: the first item of the first input leaves with the latest of
    /// the others, which stay.
    #[inline]
    pub fn first_with_latest<S: Sources>(&mut self, ledger: &Ledger<S>) -> Token {
        let first = self.waiting[0].pop_front().unwrap_or_default();
        let others = self.waiting[1..].iter().filter_map(VecDeque::back);
        ledger.join(all(others, ledger), first)
    }

    /// `zip_latest`: the newest item of the first input finds no room.
    #[inline]
    pub fn newest_of_first(&mut self) -> Token {
        self.waiting[0].pop_back().unwrap_or_default()
    }

    /// `combine_latest`: all that was the latest since [`settle`](Self::settle).
    #[inline]
    pub fn latest<S: Sources>(&self, ledger: &Ledger<S>) -> Token {
        all(self.waiting.iter().flatten(), ledger)
    }

    /// `merge_keyed`, `cogroup`: what has left, where `len` still wait; or a
    /// report of what was refused.
    #[inline]
    pub fn left<S: Sources>(&mut self, len: &[usize], ledger: &Ledger<S>) -> Token {
        let mut left = ledger.again(&self.refused);
        for (waiting, len) in self.waiting.iter_mut().zip(len) {
            while waiting.len() > *len {
                left = ledger.join(left, waiting.pop_front().unwrap_or_default());
            }
        }
        left
    }

    /// `cogroup(carry = true)`: what each input gave last; or a report.
    #[inline]
    pub fn left_with_last<S: Sources>(&mut self, len: &[usize], ledger: &Ledger<S>) -> Token {
        for ((waiting, len), last) in self.waiting.iter_mut().zip(len).zip(&mut self.last) {
            while waiting.len() > *len {
                let token = waiting.pop_front().unwrap_or_default();
                ledger.release(core::mem::replace(last, token));
            }
        }
        all(self.last.iter().chain([&self.refused]), ledger)
    }

    /// A report of what was refused, or had to leave so that `len` wait.
    #[inline]
    pub fn beyond<S: Sources>(&mut self, len: &[usize], ledger: &Ledger<S>) -> Token {
        let mut left = ledger.again(&self.refused);
        for (waiting, len) in self.waiting.iter_mut().zip(len) {
            while waiting.len() > *len {
                left = ledger.join(left, waiting.pop_back().unwrap_or_default());
            }
        }
        left
    }

    /// All has left that can: from input `from` on, only the latest stays.
    #[inline]
    pub fn settle<S: Sources>(&mut self, from: usize, ledger: &Ledger<S>) {
        for waiting in &mut self.waiting[from..] {
            let replaced = waiting.len().saturating_sub(1);
            let replaced = waiting.drain(..replaced);
            replaced.for_each(|token| ledger.release(token));
        }
        self.report(ledger);
    }

    /// All has been reported that was refused.
    #[inline]
    pub fn report<S: Sources>(&mut self, ledger: &Ledger<S>) {
        ledger.release(self.refused.take());
    }

    /// Nothing will leave any more. What waits from input `from` on, and what is
    /// repeated, has left before or was replaced.
    pub fn let_go<S: Sources>(&mut self, from: usize, ledger: &Ledger<S>) {
        let waiting = self.waiting[from..].iter_mut();
        let waiting = waiting.flat_map(|each| each.drain(..));
        waiting.for_each(|token| ledger.release(token));
        let last = self.last.iter_mut();
        last.for_each(|last| ledger.release(last.take()));
    }
}
