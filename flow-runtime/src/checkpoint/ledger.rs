//! The ledger of a flow: what every token stands for, and what is released.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::acked::Acked;
use super::joins::Joins;
use super::source::{Source, Sources};
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
        commits: false,
    }))
}

/// What the tokens of a flow stand for. Its regions share it; they run one after
/// the other, so nobody ever waits for the lock.
pub struct Ledger<S>(Mutex<State<S>>);

struct State<S> {
    sources: S,
    joins: Joins,
    /// What is being released; empty but for its memory.
    released: Vec<Token>,
    /// What was released while the program may still work on what left the
    /// flow; `None` where it is released at once.
    lent: Option<Vec<Token>>,
    /// Whether somebody is committing, who then commits all that is done with.
    commits: bool,
}

impl<S: Sources> Ledger<S> {
    fn state(&self) -> MutexGuard<'_, State<S>> {
        // What panicked in here has left the ledger as it should be: what it had
        // in hand is never committed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an item of a source: gives it with its token. `of` leads to the
    /// `source`th source.
    #[inline]
    pub fn accept<T, A, M, C: FnMut(A)>(
        &self,
        source: u32,
        of: impl FnOnce(&mut S) -> &mut Source<A, M, C>,
        acked: Acked<T, A, M>,
    ) -> (T, Token) {
        let (item, ack, meta) = acked.into_parts();
        let place = of(&mut self.state().sources).accept(ack, meta);
        (item, Token::of_item(source, place))
    }

    /// What the source says of the item of a token.
    ///
    /// # Panics
    ///
    /// Where it is not a token of one item of that source, which expansions never
    /// ask for.
    #[inline]
    pub fn meta<A, M: Clone, C: FnMut(A)>(
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
    /// accepted and cannot be delivered.
    #[cold]
    pub fn withhold(&self, token: &Token) {
        // Dropped, and so never released.
        drop(self.again(token));
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

    /// Whether something was released in this turn.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    type Acks<'a> = &'a RefCell<Vec<u32>>;

    fn source<'a>(acks: Acks<'a>) -> Source<u32, u32, impl FnMut(u32) + Clone + 'a> {
        Source::new(move |ack| acks.borrow_mut().push(ack))
    }

    /// The tokens of four items of the first source, numbered from 0.
    macro_rules! four {
        ($ledger:ident) => {
            [0, 1, 2, 3].map(|n| {
                let item = Acked::of((), n, n);
                let (_, token) = $ledger.accept(0, |sources| &mut sources.0, item);
                token
            })
        };
    }

    #[test]
    fn commits_are_in_order_and_once() {
        let acks = RefCell::new(Vec::new());
        let ledger = ledger((source(&acks), ()));
        let [a, b, c, d] = four!(ledger);
        ledger.release(c);
        ledger.release(b);
        assert!(acks.borrow().is_empty(), "the first is held");
        ledger.release(a);
        assert_eq!(*acks.borrow(), [0, 1, 2]);
        ledger.release(d);
        assert_eq!(*acks.borrow(), [0, 1, 2, 3]);
    }

    #[test]
    fn a_commit_may_come_back_to_the_ledger() {
        type Back = dyn Fn(u32);
        let back: RefCell<Option<Box<Back>>> = RefCell::new(None);
        let back: &RefCell<Option<Box<Back>>> = Box::leak(Box::new(back));
        let acks: Acks<'static> = Box::leak(Box::default());
        let commit = move |ack| {
            acks.borrow_mut().push(ack);
            if let Some(back) = &*back.borrow() {
                back(ack);
            }
            acks.borrow_mut().push(ack + 10);
        };
        let ledger = ledger((Source::new(commit), ()));
        let ledger: &'static _ = Box::leak(Box::new(ledger));
        let [a, b, c, d] = four!(ledger);
        let held = RefCell::new(Some(b));
        *back.borrow_mut() = Some(Box::new(move |_| {
            // Before anything waits for the lock for ever.
            assert!(ledger.0.try_lock().is_ok(), "it is locked");
            held.take().into_iter().for_each(|b| ledger.release(b));
        }));
        ledger.release(c);
        ledger.release(a);
        assert_eq!(*acks.borrow(), [0, 10, 1, 11, 2, 12], "one after the other");
        *back.borrow_mut() = Some(Box::new(|_| panic!("no")));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ledger.release(d)));
        assert!(panicked.is_err());
        *back.borrow_mut() = None;
        let [e, ..] = four!(ledger);
        ledger.release(e);
        assert_eq!(*acks.borrow(), [0, 10, 1, 11, 2, 12, 3, 0, 10]);
    }

    #[test]
    fn what_is_dropped_is_never_committed() {
        let acks = RefCell::new(Vec::new());
        let ledger = ledger((source(&acks), ()));
        let [a, b, c, d] = four!(ledger);
        ledger.release(a);
        drop(b);
        ledger.withhold(&c);
        ledger.release(c);
        ledger.release(d);
        assert_eq!(*acks.borrow(), [0]);
    }

    #[test]
    fn a_joined_token_holds_all_until_its_last_copy_is_released() {
        let acks = RefCell::new(Vec::new());
        let ledger = ledger((source(&acks), ()));
        let [a, b, c, d] = four!(ledger);
        let mut batch = Token::none();
        for token in [a, b, c] {
            ledger.keep(&mut batch, &token);
            ledger.release(token);
        }
        let outer = ledger.join(ledger.again(&batch), d);
        ledger.release(batch);
        assert!(acks.borrow().is_empty());
        ledger.release(outer);
        assert_eq!(*acks.borrow(), [0, 1, 2, 3]);
    }

    #[test]
    fn every_source_has_its_own_order() {
        let (left, right) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let ledger = ledger((source(&left), (source(&right), ())));
        let (_, held) = ledger.accept(0, |all| &mut all.0, Acked::of((), 7, 70));
        let (_, other) = ledger.accept(1, |all| &mut all.1.0, Acked::of((), 8, 80));
        assert_eq!(ledger.meta(|all| &mut all.1.0, &other), 80);
        let both = ledger.join(ledger.again(&held), other);
        ledger.release(both);
        assert_eq!((left.borrow().len(), &*right.borrow()), (0, &vec![8]));
        ledger.release(held);
        assert_eq!(*left.borrow(), [7]);
    }

    #[test]
    fn what_is_lent_is_released_when_the_program_comes_back() {
        let acks = RefCell::new(Vec::new());
        let ledger = ledger((source(&acks), ())).lending();
        let [a, b, ..] = four!(ledger);
        ledger.release(a);
        assert!(ledger.is_lent() && acks.borrow().is_empty());
        ledger.turn();
        assert_eq!(*acks.borrow(), [0]);
        ledger.release(b);
        assert_eq!(*acks.borrow(), [0], "the program has not come back");
    }

    #[test]
    fn a_steady_flow_uses_the_same_lists() {
        let acks = RefCell::new(Vec::new());
        let ledger = ledger((source(&acks), ()));
        for _ in 0..100 {
            let mut batch = Token::none();
            for token in four!(ledger) {
                ledger.keep(&mut batch, &token);
                ledger.release(token);
            }
            ledger.release(batch);
        }
        assert_eq!(ledger.state().joins.made(), 1);
        assert_eq!(acks.borrow().len(), 400);
    }
}
