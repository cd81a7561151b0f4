//! The ledger of a flow: what every token stands for, and what is released.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::acked::Acked;
use super::joins::Joins;
use super::lines::Committer;
use super::position::Mark;
use super::source::{Commits, Source, Sources};
use super::token::{Holds, Token};

/// The ledger of a flow with these sources.
#[inline]
#[must_use]
pub fn ledger<S: Sources>(sources: S) -> Ledger<S> {
    Ledger(Mutex::new(State {
        sources,
        joins: Joins::default(),
        released: Vec::new(),
        lent: None,
        before: Vec::new(),
        abandoned: Vec::new(),
        is_refused: false,
        commits: false,
        is_planned: false,
    }))
}

/// Holds what the tokens of a flow stand for. Its regions share it; they run one after
/// the other, so nobody ever waits for the lock.
pub struct Ledger<S>(Mutex<State<S>>);

struct State<S> {
    sources: S,
    joins: Joins,
    /// Holds what is being released; empty but for its memory.
    released: Vec<Token>,
    /// Holds what was released while the program may still work on what left the
    /// flow; `None` where it is released at once.
    lent: Option<Vec<Token>>,
    /// Holds what an item that leaves a cut stood for before; empty but for its memory.
    before: Vec<Token>,
    /// The cuts that were left early.
    abandoned: Vec<usize>,
    /// True when a sink has failed to take an item: what is in a cut before it is
    /// dropped, and was for that sink.
    is_refused: bool,
    /// Says whether somebody is committing, who then commits all that is done with.
    commits: bool,
    /// True when the flow is planned and not run: nothing is done with.
    is_planned: bool,
}

impl<S: Sources> Ledger<S> {
    fn state(&self) -> MutexGuard<'_, State<S>> {
        // What panicked in here has left the ledger as it should be: what it had
        // in hand is never committed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the sources.
    pub(super) fn with_sources<R>(&self, act: impl FnOnce(&mut S) -> R) -> R {
        act(&mut self.state().sources)
    }

    /// Gives the place of each item that a token stands for.
    pub(super) fn each_joined(&self, token: &Token, mut give: impl FnMut(&S, u64)) {
        let state = self.state();
        let sources = &state.sources;
        let mut of_item = |_, place| give(sources, place);
        state.joins.each_item(token, &mut of_item);
    }

    /// Takes an item of a source: gives it with its token. `of` leads to the
    /// `source`th source.
    #[inline]
    pub fn accept<T, A, M, C: Commits<A>>(
        &self,
        source: u32,
        of: impl FnOnce(&mut S) -> &mut Source<A, M, C>,
        acked: Acked<T, A, M>,
    ) -> (T, Token) {
        let (item, ack, meta) = acked.into_parts();
        let place = of(&mut self.state().sources).accept(ack, meta);
        (item, Token::of_item(source, place))
    }

    /// Returns what the source says of the item of a token.
    ///
    /// # Panics
    ///
    /// Where it is not a token of one item of that source, which expansions never
    /// ask for.
    #[inline]
    pub fn meta<A, M: Clone, C: Commits<A>>(
        &self,
        of: impl FnOnce(&mut S) -> &mut Source<A, M, C>,
        token: &Token,
    ) -> M {
        let Holds::Item(_, place) = token.holds() else {
            unreachable!("the token of an item of one source");
        };
        let mut state = self.state();
        let meta = of(&mut state.sources).meta(place).cloned();
        meta.expect("an item that is held is not committed")
    }

    /// The token once more: what it stands for is held until both are released.
    #[inline]
    pub fn again(&self, token: &Token) -> Token {
        if *token == Token::none() {
            return Token::none();
        }
        self.state().again(token)
    }

    /// Lets go of what a token stands for.
    #[inline]
    pub fn release(&self, token: Token) {
        if token == Token::none() {
            return;
        }
        let mut state = self.state();
        if state.is_planned {
            return;
        }
        match &mut state.lent {
            Some(lent) => return lent.push(token),
            None => state.release(token),
        }
        self.commit(state);
    }

    /// Commits what is done with, in order. The ledger is not locked meanwhile:
    /// it is the user's code that runs.
    #[inline]
    fn commit(&self, mut state: MutexGuard<'_, State<S>>) {
        if state.commits {
            return;
        }
        let Some(mut done) = state.sources.done() else {
            return;
        };
        state.commits = true;
        drop(state);
        let committing = Committing(self);
        loop {
            S::commit(done);
            let mut state = self.state();
            match state.sources.done() {
                Some(next) => done = next,
                None => {
                    state.commits = false;
                    drop(state);
                    return core::mem::forget(committing);
                }
            }
        }
    }

    /// Returns what became of the last commits, at the end of the flow.
    ///
    /// # Errors
    ///
    /// Where they could not be written.
    pub fn written<M>(
        &self,
        of: impl FnOnce(&mut S) -> &mut Source<Mark, M, Committer>,
    ) -> io::Result<()> {
        of(&mut self.state().sources).written()
    }

    /// A token that stands for what both do.
    #[inline]
    pub fn join(&self, mut token: Token, other: Token) -> Token {
        let mut state = self.state();
        state.add(&mut token, other);
        self.commit(state);
        token
    }

    /// Lets `held` stand for what `token` does, too.
    #[inline]
    pub fn keep(&self, held: &mut Token, token: &Token) {
        if *token == Token::none() {
            return;
        }
        let mut state = self.state();
        let token = state.again(token);
        state.add(held, token);
        self.commit(state);
    }

    /// Sees to it that what a token stands for is never committed: it was
    /// accepted and cannot be delivered. So it stays where a cut is left that it is in.
    #[cold]
    pub fn withhold(&self, token: &Token) {
        let mut state = self.state();
        let State { sources, joins, .. } = &mut *state;
        joins.each_item(token, &mut |source, place| sources.withhold(source, place));
    }

    /// From here on nothing is let go of: the flow is planned and not run.
    pub fn plan(&self) {
        self.state().is_planned = true;
    }

    /// From here on what is released in a turn is let go of at the beginning of
    /// the next, when the program has come back for more.
    #[must_use]
    pub fn lending(self) -> Self {
        self.state().lent = Some(Vec::new());
        self
    }

    /// A turn begins: the program is done with what left in the one before.
    pub fn turn(&self) {
        let mut state = self.state();
        while let Some(token) = state.lent.as_mut().and_then(Vec::pop) {
            state.release(token);
        }
        self.commit(state);
    }

    /// Returns whether something was released in this turn.
    #[must_use]
    pub fn is_lent(&self) -> bool {
        let state = self.state();
        state.lent.as_ref().is_some_and(|lent| !lent.is_empty())
    }
}

/// Somebody commits; where that panics, others may go on.
struct Committing<'a, S: Sources>(&'a Ledger<S>);

impl<S: Sources> Drop for Committing<'_, S> {
    fn drop(&mut self) {
        self.0.state().commits = false;
    }
}

impl<S: Sources> State<S> {
    #[inline]
    fn again(&mut self, token: &Token) -> Token {
        match token.holds() {
            Holds::Nothing => {}
            Holds::Item(source, place) => self.sources.hold(source, place),
            Holds::List(list) => self.joins.hold(list),
        }
        token.copy()
    }

    #[inline]
    fn release(&mut self, token: Token) {
        if let Holds::Item(source, place) = token.holds() {
            return self.sources.let_go(source, place);
        }
        // Lists may be members of lists.
        let mut released = core::mem::take(&mut self.released);
        released.push(token);
        self.release_all(released);
    }

    /// Lets go of all of these, whose memory is kept.
    fn release_all(&mut self, mut released: Vec<Token>) {
        while let Some(token) = released.pop() {
            match token.holds() {
                Holds::Nothing => {}
                Holds::Item(source, place) => self.sources.let_go(source, place),
                Holds::List(list) => self.joins.let_go(list, &mut released),
            }
        }
        self.released = released;
    }

    /// Adds a token to another.
    fn add(&mut self, held: &mut Token, token: Token) {
        match held.holds() {
            _ if token == Token::none() => {}
            Holds::Nothing => *held = token,
            _ if *held == token => self.release(token),
            Holds::List(list) if self.joins.is_own(list) => {
                // What was made of one item comes in a row.
                if self.joins.last(list) == Some(&token) {
                    self.release(token);
                } else {
                    self.joins.put(list, token);
                }
            }
            _ => {
                let list = self.joins.open();
                self.joins.put(list, held.take());
                self.joins.put(list, token);
                *held = Token::of_list(list);
            }
        }
    }
}

mod cuts;
#[cfg(test)]
mod tests;
