//! Cuts that are left before they are empty: what is behind them takes no more.
//!
//! Items in such a cut are dropped, wherever they are: in a future, on a thread, in a window that
//! fills. Nothing comes of them, so they are done with. An item that goes in has a list of its own,
//! marked with the cut; one that leaves has what it had before. Where the cut is left, the lists
//! that are marked with it let go of what they stand for.

use super::{Ledger, Sources};
use crate::checkpoint::token::{Holds, Token};

impl<S: Sources> Ledger<S> {
    /// The token once more, for an item that goes into a cut.
    pub fn enters(&self, cut: usize, token: &Token) -> Token {
        let mut state = self.state();
        if *token == Token::none() || state.abandoned.contains(&cut) {
            return Token::none();
        }
        let token = state.again(token);
        Token::of_list(state.joins.open_in(cut, token))
    }

    /// An item that has left a cut, with its token.
    pub fn left<T>(&self, (item, token): (T, Token)) -> (T, Token) {
        let mut state = self.state();
        let Holds::List(list) = token.holds() else {
            return (item, token);
        };
        if !state.joins.is_in_cut(&token) {
            return (item, token);
        }
        let (mut all, mut before) = (core::mem::take(&mut state.before), Token::none());
        state.joins.each_before(list, &mut |token| all.push(token));
        for token in all.drain(..) {
            let token = state.again(&token);
            state.add(&mut before, token);
        }
        state.before = all;
        state.release(token);
        self.commit(state);
        (item, before)
    }

    /// A sink takes no more, and failed to take the item of a token: that is never committed.
    #[cold]
    pub fn refuse(&self, token: &Token) {
        self.withhold(token);
        self.state().is_refused = true;
    }

    /// Lets go of all that is in a cut, and of what comes into it from now on: nobody reads it
    /// any more. Where a sink has failed, it was to be read, and comes again.
    pub fn abandon(&self, cut: usize) {
        let mut state = self.state();
        if state.is_planned || state.is_refused {
            return;
        }
        state.abandoned.push(cut);
        let mut released = core::mem::take(&mut state.released);
        state.joins.abandon(cut, &mut released);
        state.release_all(released);
        self.commit(state);
    }
}
