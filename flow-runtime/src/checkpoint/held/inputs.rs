//! The inputs of a fan-in.

use std::collections::VecDeque;

use super::all;
use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};

/// The tokens of what waits at a fan-in, for each of its inputs.
pub struct Inputs {
    waiting: Vec<VecDeque<Token>>,
    /// Of each input what it repeats, where it repeats anything.
    last: Vec<Token>,
}

impl Inputs {
    /// Nothing waits at any of so many inputs.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        Self {
            waiting: (0..inputs).map(|_| VecDeque::new()).collect(),
            last: (0..inputs).map(|_| Token::none()).collect(),
        }
    }

    /// An item came.
    #[inline]
    pub fn push<S: Sources>(&mut self, input: usize, token: &Token, ledger: &Ledger<S>) {
        self.waiting[input].push_back(ledger.again(token));
    }

    /// An item came, unless it was refused: `len` wait.
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

    /// `combine_latest`: all that was the latest since [`settle`](Self::settle).
    #[inline]
    pub fn latest<S: Sources>(&self, ledger: &Ledger<S>) -> Token {
        all(self.waiting.iter().flatten(), ledger)
    }

    /// All has left that can: from input `from` on, only the latest stays.
    #[inline]
    pub fn settle<S: Sources>(&mut self, from: usize, ledger: &Ledger<S>) {
        for waiting in &mut self.waiting[from..] {
            let replaced = waiting.len().saturating_sub(1);
            let replaced = waiting.drain(..replaced);
            replaced.for_each(|token| ledger.release(token));
        }
    }

    /// `merge_keyed`, `cogroup`: what has left, where `len` still wait.
    #[inline]
    pub fn left<S: Sources>(&mut self, len: &[usize], ledger: &Ledger<S>) -> Token {
        let mut left = Token::none();
        for (waiting, len) in self.waiting.iter_mut().zip(len) {
            while waiting.len() > *len {
                left = ledger.join(left, waiting.pop_front().unwrap_or_default());
            }
        }
        left
    }

    /// `cogroup(carry = true)`: what each input gave last.
    #[inline]
    pub fn left_with_last<S: Sources>(&mut self, len: &[usize], ledger: &Ledger<S>) -> Token {
        for ((waiting, len), last) in self.waiting.iter_mut().zip(len).zip(&mut self.last) {
            while waiting.len() > *len {
                let token = waiting.pop_front().unwrap_or_default();
                ledger.release(core::mem::replace(last, token));
            }
        }
        all(&self.last, ledger)
    }

    /// Nothing will leave any more.
    pub fn let_go<S: Sources>(&mut self, ledger: &Ledger<S>) {
        let waiting = self.waiting.iter_mut().flat_map(|each| each.drain(..));
        waiting.for_each(|token| ledger.release(token));
        let last = self.last.iter_mut();
        last.for_each(|last| ledger.release(last.take()));
    }
}
