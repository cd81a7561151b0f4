//! The tokens of chains that run apart from the flow: on worker threads, or as the
//! futures of keys.
//!
//! Such a chain cannot reach the ledger of the flow. It has one of its own, in which the
//! token that came with an item is itself what is held. An item leaves the chain with
//! copies of the tokens that it was made of. When nothing in the chain holds a token any
//! more, the token leaves as well, behind all that was made of its item; only then does
//! the flow let go of it. Where an item fails, a copy of its token leaves before the error.
//!
//! ```text
//! flow ──(item, token)──▶ chain: enter … leaving ──Item(item, tokens)──▶ again, in the flow's ledger
//!                                       next_fate ──Done(token)────────▶ release
//!                                       next_fate ──Withheld(token)────▶ withhold
//! ```

use std::collections::VecDeque;
use std::convert::Infallible;

use super::ledger::{Ledger, ledger};
use super::source::Sources;
use super::token::{Holds, Token};
use crate::copies::fresh::Fresh;
use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// The meaning of the tokens in a chain: the tokens that came with its items.
#[derive(Default)]
pub struct Deputy {
    held: Vec<Held>,
    /// The places in `held` that are free.
    free: Vec<usize>,
    /// The fates of tokens that the flow does not know of, the oldest first.
    fates: VecDeque<Fate>,
}

struct Held {
    /// The token of the flow.
    token: Token,
    /// The number of tokens of the chain that hold it.
    holders: usize,
}

/// Creates the ledger of a chain that runs apart.
#[must_use]
pub fn deputy() -> Ledger<Deputy> {
    ledger(Deputy::default())
}

impl Deputy {
    /// Notes a token that came in; returns its place.
    fn enter(&mut self, token: Token) -> u64 {
        let held = Held { token, holders: 1 };
        let place = match self.free.pop() {
            Some(place) => {
                self.held[place] = held;
                place
            }
            None => {
                self.held.push(held);
                self.held.len() - 1
            }
        };
        place as u64
    }

    /// Returns the token of the flow in a place.
    fn token(&self, place: u64) -> Token {
        self.held[place as usize].token.copy()
    }

    /// Returns the next fate that the flow does not know of.
    fn next_fate(&mut self) -> Option<Fate> {
        self.fates.pop_front()
    }
}

impl Sources for Deputy {
    type Done = Infallible;

    #[inline]
    fn hold(&mut self, _: u32, place: u64) {
        self.held[place as usize].holders += 1;
    }

    #[inline]
    fn let_go(&mut self, _: u32, place: u64) {
        let place = place as usize;
        let held = &mut self.held[place];
        held.holders -= 1;
        if held.holders == 0 {
            self.fates.push_back(Fate::Done(held.token.take()));
            self.free.push(place);
        }
    }

    /// The flow withholds it as well.
    fn withhold(&mut self, source: u32, place: u64) {
        self.hold(source, place);
        self.fates.push_back(Fate::Withheld(self.token(place)));
    }

    #[inline]
    fn done(&mut self) -> Option<Infallible> {
        None
    }

    fn commit(done: Infallible) {
        match done {}
    }
}

/// Every key, or worker, has a ledger of its own.
impl Fresh for Ledger<Deputy> {
    fn fresh(&self) -> Self {
        deputy()
    }
}

impl Ledger<Deputy> {
    /// Takes an item that came into the chain: gives it with a token of the chain's.
    #[inline]
    pub fn enter<T>(&self, (item, token): (T, Token)) -> (T, Token) {
        if token == Token::none() {
            return (item, token);
        }
        let place = self.with_sources(|deputy| deputy.enter(token));
        (item, Token::of_item(0, place))
    }

    /// Returns what leaves the chain: an item with the tokens of the flow that it was made
    /// of.
    #[inline]
    pub fn leaving<T>(&self, item: T, token: &Token) -> Passed<T> {
        Passed::Item(item, self.members(token))
    }

    /// Returns the tokens around the chain that one of the chain's stands for.
    fn members(&self, token: &Token) -> Members {
        match token.holds() {
            Holds::Nothing => Members::One(Token::none()),
            Holds::Item(_, place) => Members::One(self.with_sources(|deputy| deputy.token(place))),
            Holds::List(_) => {
                let mut members = Vec::new();
                self.each_joined(token, |deputy, place| members.push(deputy.token(place)));
                Members::Several(members)
            }
        }
    }

    /// Returns the next fate of a token that the flow does not know of, as it leaves.
    #[inline]
    pub fn next_fate<T>(&self) -> Option<Passed<T>> {
        self.with_sources(Deputy::next_fate).map(Passed::Fate)
    }
}

/// An output of a chain that runs apart.
pub enum Passed<T> {
    /// An item, and the tokens that it was made of.
    Item(T, Members),
    /// The fate of a token.
    Fate(Fate),
}

/// The fate of a token of the flow in a chain.
pub enum Fate {
    /// Nothing in the chain holds it any more.
    Done(Token),
    /// Its item failed there. This is a copy, for the chain holds it for ever.
    Withheld(Token),
}

/// The tokens of the flow that an item was made of.
pub enum Members {
    /// One, or none.
    One(Token),
    /// Several.
    Several(Vec<Token>),
}

impl<T> Passed<T> {
    /// Notes in the ledger around the chain what left it. Returns an item with its token
    /// there; `None` of the fate of a token.
    #[inline]
    fn settle<S: Sources>(self, ledger: &Ledger<S>) -> Option<(T, Token)> {
        match self {
            Self::Item(item, Members::One(token)) => Some((item, ledger.again(&token))),
            Self::Item(item, Members::Several(tokens)) => {
                let mut joined = Token::none();
                tokens
                    .iter()
                    .for_each(|token| ledger.keep(&mut joined, token));
                Some((item, joined))
            }
            Self::Fate(Fate::Done(token)) => {
                ledger.release(token);
                None
            }
            Self::Fate(Fate::Withheld(token)) => {
                ledger.withhold(&token);
                None
            }
        }
    }
}

/// The output of a cut in which chains run: items and tokens, or errors besides.
pub trait Passes {
    /// The same, with tokens of the ledger around the chains.
    type Out;

    /// Notes in that ledger what left; `None` where it was no item.
    fn settled<S: Sources>(self, ledger: &Ledger<S>) -> Option<Self::Out>;
}

impl<T> Passes for Passed<T> {
    type Out = (T, Token);

    #[inline]
    fn settled<S: Sources>(self, ledger: &Ledger<S>) -> Option<(T, Token)> {
        self.settle(ledger)
    }
}

/// An error has no token: that of the item that failed was withheld before.
impl<T, E> Passes for Result<Passed<T>, E> {
    type Out = Result<(T, Token), E>;

    #[inline]
    fn settled<S: Sources>(self, ledger: &Ledger<S>) -> Option<Self::Out> {
        match self {
            Ok(passed) => passed.settle(ledger).map(Ok),
            Err(error) => Some(Err(error)),
        }
    }
}

/// The witness of what leaves a chain that runs apart.
#[inline]
#[must_use]
pub fn passed<T, M>(_: Ty<T, M>) -> Ty<Passed<T>, M> {
    Ty::of_mode()
}

/// The cut of a chain that runs apart, and the witness of its items alone.
#[inline]
pub fn apart<H, T, M>((hold, _): (H, Ty<Passed<T>, M>)) -> (H, Ty<T, M>) {
    (hold, Ty::of_mode())
}

/// The function that gives the key of an item, which comes with its token.
#[inline]
pub fn of_item<T, A, K: Apart<T, F, A>, F: FnMut(&T) -> K + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, F> {
    f
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts how often each of its items is held.
    #[derive(Default)]
    struct Counts(Vec<i32>);

    impl Sources for Counts {
        type Done = Infallible;

        fn hold(&mut self, _: u32, place: u64) {
            self.0[place as usize] += 1;
        }

        fn let_go(&mut self, _: u32, place: u64) {
            self.0[place as usize] -= 1;
        }

        fn done(&mut self) -> Option<Infallible> {
            None
        }

        fn commit(done: Infallible) {
            match done {}
        }
    }

    fn counts(flow: &Ledger<Counts>) -> Vec<i32> {
        flow.with_sources(|counts| counts.0.clone())
    }

    #[test]
    fn a_token_is_let_go_of_behind_what_was_made_of_its_item() {
        let flow = ledger(Counts(vec![1, 1]));
        let chain = deputy();
        let (_, first) = chain.enter(('a', Token::of_item(0, 0)));
        let (_, second) = chain.enter(('b', Token::of_item(0, 1)));
        let batch = chain.join(chain.again(&first), chain.again(&second));
        let made = chain.leaving("ab", &batch);
        for token in [first, second, batch] {
            chain.release(token);
        }
        let (item, token) = made.settled(&flow).unwrap();
        assert_eq!((item, counts(&flow)), ("ab", vec![2, 2]));
        while let Some(done) = chain.next_fate::<()>() {
            assert!(done.settled(&flow).is_none());
        }
        assert_eq!(counts(&flow), [1, 1]);
        flow.release(token);
        assert_eq!(counts(&flow), [0, 0]);
    }

    #[test]
    fn what_fails_in_a_chain_is_withheld_around_it() {
        let flow = ledger(Counts(vec![1, 1]));
        let (chain, within) = (deputy(), deputy());
        let (_, first) = chain.enter(('a', Token::of_item(0, 0)));
        let (_, second) = chain.enter(('b', Token::of_item(0, 1)));
        let (_, batch) = within.enter(("ab", chain.join(first, second)));
        within.withhold(&batch);
        within.release(batch);
        while let Some(fate) = within.next_fate::<()>() {
            assert!(fate.settled(&chain).is_none());
        }
        while let Some(fate) = chain.next_fate::<()>() {
            assert!(fate.settled(&flow).is_none());
        }
        assert_eq!(counts(&flow), [2, 2]);
    }

    #[test]
    fn places_are_used_again() {
        let chain = deputy();
        for place in 0..100 {
            let (_, token) = chain.enter(((), Token::of_item(0, place)));
            chain.release(token);
            assert!(chain.next_fate::<()>().is_some());
        }
        assert_eq!(chain.with_sources(|deputy| deputy.held.len()), 1);
    }

    #[test]
    fn what_has_no_token_gets_none() {
        let chain = deputy();
        let (_, token) = chain.enter(((), Token::none()));
        assert_eq!(token, Token::none());
        chain.release(token);
        assert!(chain.next_fate::<()>().is_none());
    }
}
