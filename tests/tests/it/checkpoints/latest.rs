//! Fan-ins that keep items, and such that drop some.

use std::cell::RefCell;

use flow_runtime::flow;

use super::{Acks, drive};

/// Runs the fan-in of branches of `1..=$n`; see `holding.rs`.
macro_rules! meets {
    ($n:literal: $($flow:tt)+) => {{
        let acks = Acks::default();
        let seen = RefCell::new(Vec::new());
        drive(flow! {
            x = stream(acks.source(1..=$n), ack = true);
            $($flow)+ -> for_each(|item| seen.borrow_mut().push(format!("{item:?} {}", acks.last())));
        });
        (seen.into_inner().join(" "), acks.get().len())
    }};
}

#[test]
fn a_latest_is_released_once_another_has_taken_its_place() {
    let (seen, count) = meets!(5: combine_latest(
        x -> filter(|x| *x != 4),
        x -> filter(|x| x % 2 == 0),
    ));
    assert_eq!(seen, "(2, 2) 0 (3, 2) 1 (3, 4) 1 (5, 4) 2");
    assert_eq!(count, 5);
    let (seen, count) = meets!(5: combine_latest(
        x -> filter(|x| *x != 4),
        x -> filter(|x| *x == 1),
    ));
    assert_eq!(seen, "(1, 1) 0 (2, 1) 0 (3, 1) 0 (5, 1) 0");
    assert_eq!(count, 5, "at the end nothing leaves any more");
}

#[test]
fn zip_latest_releases_each_item_and_the_latest_when_it_is_replaced() {
    let (seen, count) = meets!(6: zip_latest(
        x -> filter(|x| *x != 4),
        x -> filter(|x| *x == 3 || *x == 4),
    ));
    // 1 and 2 wait; 3 is the latest until 4 comes.
    assert_eq!(seen, "(1, 3) 0 (2, 3) 1 (3, 3) 2 (5, 4) 3 (6, 4) 3");
    assert_eq!(count, 6);
}

#[test]
fn what_waits_for_a_latest_that_never_comes_is_never_acknowledged() {
    let (seen, count) = meets!(4: zip_latest(x -> filter(|x| *x > 2), x -> filter(|x| *x > 9)));
    assert_eq!((seen.as_str(), count), ("", 2));
}

#[test]
fn what_finds_no_room_is_held_by_its_error() {
    let (seen, count) = meets!(4: zip_latest(x, x -> filter(|x| *x == 4), capacity = 2)
        -> map(|pair| pair.map_err(|_| ())));
    assert_eq!(seen, "Err(()) 0 Ok((1, 4)) 0 Ok((2, 4)) 1 Ok((4, 4)) 3");
    assert_eq!(count, 4);
    let (seen, count) = meets!(4: zip(x, x -> filter(|x| *x == 4), capacity = 2)
        -> map(|pair| pair.map_err(|_| ())));
    assert_eq!(seen, "Err(()) 0 Ok((1, 4)) 0");
    assert_eq!(count, 1, "2 and 4 never found a counterpart");
}

#[test]
fn keyed_inputs_release_what_has_left() {
    let (a, b) = (Acks::default(), Acks::default());
    let seen = RefCell::new(Vec::new());
    let outcome = drive(flow! {
        a = stream(a.source([1, 3, 4]), ack = true) -> map(|x| (x, 'a'));
        b = stream(b.source([2, 3, 5]), ack = true) -> map(|x| (x, 'b'));
        merge_keyed(a, b)? -> for_each(|(key, from)| {
            seen.borrow_mut().push((key, from, a.last(), b.last()));
        });
    });
    outcome.unwrap();
    let expected = [
        (1, 'a', 0, 0),
        (2, 'b', 1, 0),
        (3, 'b', 1, 2),
        (4, 'a', 3, 3),
        (5, 'b', 4, 3),
    ];
    assert_eq!(*seen.borrow(), expected);
    assert_eq!((a.get(), b.get()), (vec![1, 3, 4], vec![2, 3, 5]));
}

#[test]
fn what_comes_in_no_order_is_held_by_its_report() {
    let (a, b) = (Acks::default(), Acks::default());
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        bad = for_each(|error| seen.borrow_mut().push((error.to_string(), a.last())));
        left = stream(a.source([1, 4, 3, 5]), ack = true) -> map(|x| (x, 'a'));
        right = stream(b.source([2, 6]), ack = true) -> map(|x| (x, 'b'));
        cogroup(left, right)? else bad -> for_each(|(key, _)| {
            seen.borrow_mut().push((key.to_string(), a.last()));
        });
    });
    let seen = seen.into_inner();
    let seen: Vec<_> = seen
        .iter()
        .map(|(text, last)| (text.as_str(), *last))
        .collect();
    let expected = [
        ("1", 0),
        ("2", 1),
        ("4", 1),
        ("input `left` has an unsorted key: 3 after 4", 4),
        ("5", 3),
        ("6", 5),
    ];
    assert_eq!(seen, expected);
    assert_eq!((a.get(), b.get()), (vec![1, 4, 3, 5], vec![2, 6]));
}

#[test]
fn what_is_carried_on_is_released_when_it_is_replaced() {
    let (a, b) = (Acks::default(), Acks::default());
    let seen = RefCell::new(Vec::new());
    let outcome = drive(flow! {
        left = stream(a.source([1, 3]), ack = true) -> map(|x| (x, 'a'));
        right = stream(b.source([2, 3, 5]), ack = true) -> map(|x| (x, 'b'));
        cogroup(left, right, carry = true)? -> for_each(|(key, _)| {
            seen.borrow_mut().push((key, a.last(), b.last()));
        });
    });
    outcome.unwrap();
    assert_eq!(*seen.borrow(), [(1, 0, 0), (2, 0, 0), (3, 1, 2), (5, 1, 3)]);
    assert_eq!((a.get(), b.get()), (vec![1, 3], vec![2, 3, 5]));
}
