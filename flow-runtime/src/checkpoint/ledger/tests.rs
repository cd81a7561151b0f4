use super::*;
use crate::checkpoint::output::Output;
use std::cell::RefCell;

type Acks<'a> = &'a RefCell<Vec<u32>>;

/// Commits by a function.
#[derive(Clone)]
struct By<F>(F);

impl<F: FnMut(u32) + Clone> Commits<u32> for By<F> {
    fn commit(&mut self, ack: u32, _: bool) {
        (self.0)(ack);
    }

    fn sync_first(&mut self, _: Output) {}
}

fn source<'a>(acks: Acks<'a>) -> Source<u32, u32, By<impl FnMut(u32) + Clone + 'a>> {
    Source::new(By(move |ack| acks.borrow_mut().push(ack)))
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
    let ledger = ledger((Source::new(By(commit)), ()));
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

#[test]
fn what_is_in_a_cut_is_let_go_of_when_it_is_left() {
    let acks = RefCell::new(Vec::new());
    let ledger = ledger((source(&acks), ()));
    let [a, b, c, d] = four!(ledger);
    // The first goes through; the second and third are joined in there.
    let first = ledger.enters(7, &a);
    let window = ledger.join(ledger.enters(7, &b), ledger.enters(7, &c));
    for token in [a, b, c] {
        ledger.release(token);
    }
    let ((), first) = ledger.left(((), first));
    assert_eq!(first, Token::of_item(0, 0));
    ledger.abandon(7);
    assert!(acks.borrow().is_empty(), "the first is elsewhere");
    ledger.release(first);
    assert_eq!(*acks.borrow(), [0, 1, 2]);
    drop(window);
    // Nobody reads what comes into it now.
    assert_eq!(ledger.enters(7, &d), Token::none());
    ledger.release(d);
    assert_eq!(*acks.borrow(), [0, 1, 2, 3]);
}

#[test]
fn what_leaves_a_cut_stands_for_what_it_was_made_of() {
    let acks = RefCell::new(Vec::new());
    let ledger = ledger((source(&acks), ()));
    let [a, b, c, d] = four!(ledger);
    let batch = ledger.join(a, b);
    let window = ledger.join(ledger.enters(7, &batch), ledger.enters(7, &c));
    let held = ledger.again(&window);
    for token in [batch, c] {
        ledger.release(token);
    }
    let ((), left) = ledger.left(((), window));
    ledger.release(d);
    ledger.release(held);
    ledger.abandon(7);
    assert!(acks.borrow().is_empty(), "what has left is held");
    ledger.release(left);
    assert_eq!(*acks.borrow(), [0, 1, 2, 3]);
}

#[test]
fn what_failed_in_a_cut_is_held_when_it_is_left() {
    let acks = RefCell::new(Vec::new());
    let ledger = ledger((source(&acks), ()));
    let [a, b, c, d] = four!(ledger);
    let window = ledger.join(ledger.enters(7, &b), ledger.enters(7, &c));
    ledger.withhold(&window);
    drop(ledger.enters(7, &a));
    for token in [a, b, c, d] {
        ledger.release(token);
    }
    ledger.abandon(7);
    assert_eq!(*acks.borrow(), [0]);
}

#[test]
fn a_cut_before_a_sink_that_failed_holds_what_is_in_it() {
    let acks = RefCell::new(Vec::new());
    let ledger = ledger((source(&acks), ()));
    let [a, b, c, d] = four!(ledger);
    drop(ledger.enters(7, &b));
    let ((), failed) = ledger.left(((), ledger.enters(7, &c)));
    ledger.refuse(&failed);
    for token in [a, b, c, d] {
        ledger.release(token);
    }
    ledger.abandon(7);
    assert_eq!(*acks.borrow(), [0]);
}
