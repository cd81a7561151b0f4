//! Tokens are joined at the fan-ins of chains.

use std::cell::RefCell;

use flow_runtime::flow;

use super::{Acks, drive};

#[test]
fn a_pair_releases_both_of_its_items() {
    let (left, right) = (Acks::default(), Acks::default());
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        a = stream(left.source(1..=3), ack = true);
        b = stream(right.source(4..=9), ack = true) -> filter(|x| x % 2 == 0);
        zip(a, b) -> for_each(|pair| seen.borrow_mut().push((pair, left.last(), right.last())));
    });
    assert_eq!(
        *seen.borrow(),
        [((1, 4), 0, 0), ((2, 6), 1, 5), ((3, 8), 2, 7)]
    );
    assert_eq!(left.get(), [1, 2, 3]);
    assert_eq!(right.get(), [4, 5, 6, 7, 8]);
}

#[test]
fn what_waits_for_its_counterpart_is_held() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        x = stream(acks.source(1..=6), ack = true);
        low = x -> filter(|x| *x <= 3);
        high = x -> filter(|x| *x > 3);
        zip(low, high) -> for_each(|pair| seen.borrow_mut().push((pair, acks.last())));
    });
    assert_eq!(*seen.borrow(), [((1, 4), 0), ((2, 5), 1), ((3, 6), 2)]);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn what_never_finds_a_counterpart_is_never_acknowledged() {
    let acks = Acks::default();
    drive(flow! {
        x = stream(acks.source(1..=6), ack = true);
        zip(x -> filter(|x| *x < 3), x -> filter(|x| *x == 6)) -> drain();
    });
    assert_eq!(acks.get(), [1], "2 waits to the end");
}

#[test]
fn branches_of_one_item_meet_again() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let note = |x: u32| seen.borrow_mut().push((x, acks.last()));
    drive(flow! {
        x = stream(acks.source(1..=3), ack = true);
        zip(x -> map(|x| x + 1), x -> map(|x| x - 1)) -> map(|(a, b)| a + b) -> for_each(note);
    });
    assert_eq!(*seen.borrow(), [(2, 0), (4, 1), (6, 2)]);
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[test]
fn branches_of_a_batch_meet_again() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        x = stream(acks.source(1..=5), ack = true) -> partition(2);
        zip(x -> map(|x| x.len()), x -> map(|x| x[0]))
            -> for_each(|pair| seen.borrow_mut().push((pair, acks.last())));
    });
    assert_eq!(*seen.borrow(), [((2, 1), 0), ((2, 3), 2), ((1, 5), 4)]);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_union_of_a_batch_and_its_items() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        x = stream(acks.source(1..=4), ack = true);
        union(x -> partition(2) -> map(|x| x.len() as u32 * 100), x)
            -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    });
    assert_eq!(
        *seen.borrow(),
        [(1, 0), (200, 0), (2, 1), (3, 2), (200, 2), (4, 3)]
    );
    assert_eq!(acks.get(), [1, 2, 3, 4]);
}

#[test]
fn a_union_through_a_queue() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        x = stream(acks.source(1..=3), ack = true);
        union(x -> flat_map(|x| [x, x]), x -> partition(2) -> flat_map(|batch| batch))
            -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    });
    let one = [(1, 0), (1, 0)];
    let two = [(2, 0), (2, 0), (1, 0), (2, 0)];
    assert_eq!(
        *seen.borrow(),
        [&one[..], &two, &[(3, 2), (3, 2), (3, 2)]].concat()
    );
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[test]
fn arms_of_a_match_join_again() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        stream(acks.source(1..=5), ack = true) -> match {
            x if x % 2 == 0 => map(|x| vec![x]),
            x => partition(2) -> map(|batch| batch.into_iter().collect()),
        } -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    });
    let expected = [(vec![2], 0), (vec![1, 3], 0), (vec![4], 3), (vec![5], 4)];
    assert_eq!(*seen.borrow(), expected);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5]);
}

#[test]
fn what_goes_round_a_cycle_holds_its_item() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        round = inspect(|x| seen.borrow_mut().push((*x, acks.last())))
            -> filter(|x| *x < 20) -> map(|x| x * 3) -> round;
        stream(acks.source(1..=3), ack = true) -> filter(|x| *x != 2) -> round;
    });
    let expected = [(1, 0), (3, 0), (9, 0), (27, 0), (3, 2), (9, 2), (27, 2)];
    assert_eq!(*seen.borrow(), expected);
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[test]
fn a_batch_within_a_cycle_holds_what_it_came_from() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        round = inspect(|x| seen.borrow_mut().push((*x, acks.last())))
            -> filter(|x| *x < 10) -> partition(2) -> map(|batch| batch.iter().sum::<u32>() * 4)
            -> round;
        stream(acks.source(1..=3), ack = true) -> round;
    });
    assert_eq!(*seen.borrow(), [(1, 0), (2, 0), (12, 0), (3, 2), (12, 2)]);
    assert_eq!(acks.get(), [1, 2, 3]);
}

/// Pairs items with what an operator that holds makes of them, behind a piece, and gives how many
/// pairs there were.
macro_rules! pairs_with {
    ($($operator:tt)+) => {{
        let acks = Acks::default();
        let odd = flow! { <u32> -> filter(|n| n % 2 == 1) };
        let pairs = drive(flow! {
            all = stream(acks.source(0..9), ack = true) -> via(odd);
            zip(all, all -> $($operator)+) -> count()
        });
        assert!(acks.get().len() <= 9);
        pairs
    }};
}

#[test]
fn a_pair_of_an_item_and_of_what_was_held() {
    assert_eq!(pairs_with!(partition(2)), 2);
    assert_eq!(pairs_with!(partition(2, by = |n| n % 3)), 3);
    assert_eq!(pairs_with!(partition_unique(2)), 2);
    assert_eq!(pairs_with!(group_by(|n| n / 4)), 2);
    assert_eq!(pairs_with!(window_by(|n| [n / 4])), 2);
    assert_eq!(pairs_with!(sliding_window(2)), 3);
    assert_eq!(pairs_with!(in_order(|n| *n, late = 2)? else drop), 4);
    assert_eq!(pairs_with!(tumbling_window(4, |n| *n)? else drop), 2);
    assert_eq!(pairs_with!(session_window(2, |n| *n)? else drop), 1);
    assert_eq!(pairs_with!(by_key(|n| n % 3) { partition(2) }), 3);
    assert_eq!(
        pairs_with!(match { 3 => partition(2) -> map(|b| b[0]), n => map(|n: u32| n) }),
        4
    );
}

/// Numbers that go round until they are 10 or more, through a window and something that holds
/// until the end of input; gives what was seen, in order, and what was committed.
macro_rules! round_with {
    (@ [$($first:tt)+] [$($second:tt)+]) => {{
        let acks = Acks::default();
        let seen = RefCell::new(Vec::new());
        drive(flow! {
            round = map(|x: u32| x) -> $($first)+ -> $($second)+;
            round -> filter(|x| *x < 10) -> map(|x| x + 4) -> round;
            round -> for_each(|x| seen.borrow_mut().push(x));
            stream(acks.source(1..=7), ack = true) -> round;
        });
        let mut seen = seen.into_inner();
        seen.sort_unstable();
        (seen, acks.get())
    }};
    ($($window:tt)+) => {
        [
            round_with!(@ [$($window)+] [partition(5) -> flatten()]),
            round_with!(@ [$($window)+] [in_order(|_: &u32| 0_u32, late = 1)? else drop]),
            round_with!(@ [$($window)+] [group_by(|x| x / 100) -> flat_map(|(_, all)| all)]),
            round_with!(@ [partition(5) -> flatten()] [$($window)+]),
            round_with!(@ [by_key(|x| x % 2) { $($window)+ }] [partition(5) -> flatten()]),
            round_with!(@ [$($window)+] [by_key(|x| x % 2) { partition(5) -> flatten() }]),
        ]
    };
}

#[test]
fn a_window_on_a_way_round_holds_nothing_at_the_end() {
    let goes = |x: u32| (x..14).step_by(4);
    let mut all: Vec<u32> = (1..=7).flat_map(goes).collect();
    all.sort_unstable();
    let wanted = (all, (1..=7).collect::<Vec<u32>>());
    for given in round_with!(sliding_window(1) -> map(|[x]: [u32; 1]| x)) {
        assert_eq!(given, wanted);
    }
    for given in round_with!(sliding_window(2, partial = true) -> map(|w| *w.last().unwrap())) {
        assert_eq!(given, wanted);
    }
}
