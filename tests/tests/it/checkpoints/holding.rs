//! Operators that hold items keep their tokens.

use std::cell::RefCell;

use flow_runtime::{Operator, flow};

use super::{Acks, drive};

/// Runs `stream(1..=$n) -> $operator`, and gives what left, each with the last
/// item that was acknowledged by then; and all that was in the end.
macro_rules! leaves {
    ($n:literal: $($operator:tt)+) => {{
        let acks = Acks::default();
        let seen = RefCell::new(Vec::new());
        drive(flow! {
            stream(acks.source(1..=$n), ack = true) -> $($operator)+
                -> for_each(|batch| seen.borrow_mut().push((format!("{batch:?}"), acks.last())));
        });
        let seen = seen.into_inner();
        let seen: Vec<_> = seen.iter().map(|(text, last)| format!("{text} {last}")).collect();
        (seen.join(" "), acks.get().len())
    }};
}

#[test]
fn a_batch_holds_its_items_until_it_is_done() {
    let expected = "[1, 2, 3] 0 [4, 5, 6] 3 [7] 6";
    assert_eq!(leaves!(7: partition(3)), (expected.into(), 7));
    let three = 3;
    assert_eq!(leaves!(7: partition(three)), (expected.into(), 7));
}

#[test]
fn batches_of_keys_hold_each_its_own() {
    // 1 is done with its batch, and 2 holds up 3 and 5 until its own is.
    let (seen, count) = leaves!(8: partition(3, by = |x| x % 2));
    assert_eq!(seen, "[1, 3, 5] 0 [2, 4, 6] 1 [7] 6 [8] 7");
    assert_eq!(count, 8);
}

#[test]
fn a_batch_of_different_keys_holds_what_it_replaced() {
    let (seen, count) = leaves!(6: map(|x| x / 2) -> partition_unique(2));
    assert_eq!(seen, "[0, 1] 0 [1, 2] 2 [2, 3] 4");
    assert_eq!(count, 6);
    let (seen, count) = leaves!(6: partition_unique(2, by = |x| x / 2, keep = last));
    assert_eq!(seen, "[1, 2] 0 [3, 4] 2 [5, 6] 4");
    assert_eq!(count, 6);
}

#[test]
fn a_run_is_released_with_the_run_and_not_with_the_item_that_ends_it() {
    let (seen, count) = leaves!(5: group_by(|x| x / 3));
    assert_eq!(seen, "(0, [1, 2]) 0 (1, [3, 4, 5]) 2");
    assert_eq!(count, 5);
}

/// Runs an acknowledging flow of the numbers to 9 that an error ends at 7, and gives how many
/// were acknowledged.
macro_rules! acked_before_seven {
    ($($flow:tt)+) => {{
        let acks = Acks::default();
        let fail = |n: u32| if n == 7 { Err("seven") } else { Ok(n) };
        let outcome = drive(flow! {
            all = stream(acks.source(1..=9), ack = true) -> map(fail)?;
            all -> $($flow)+ -> drain()
        });
        assert!(outcome.is_err());
        acks.get().len()
    }};
}

#[test]
fn what_is_held_is_done_with_where_an_error_ends_the_input() {
    assert_eq!(acked_before_seven!(sliding_window(3)), 6);
    assert_eq!(acked_before_seven!(sliding_window(20)), 6);
    assert_eq!(acked_before_seven!(partition(4)), 6);
    assert_eq!(
        acked_before_seven!(by_key(|n| n % 2) { sliding_window(3) }),
        6
    );
    assert_eq!(
        acked_before_seven!(sliding_window(3) -> aggregate(sum(|n| *n))),
        6
    );
}

#[test]
fn an_item_of_which_a_part_failed_is_never_done_with() {
    assert_eq!(acked_before_seven!(map(|n| n)), 6);
    let part_fails = |n: u32| if n == 60 { Err("sixty") } else { Ok(n) };
    macro_rules! acked {
        ($($flow:tt)+) => {{
            let acks = Acks::default();
            let outcome = drive(flow! { stream(acks.source(1..=9), ack = true) -> $($flow)+ -> drain() });
            assert!(outcome.is_err());
            acks.get()
        }};
    }
    let before = [1, 2, 3, 4, 5];
    assert_eq!(
        acked!(flat_map(|n| [n, n * 10, n]) -> map(part_fails)?),
        before
    );
    assert_eq!(
        acked!(flat_map(|n| [n, n]) -> flat_map(|n| [n, n * 10]) -> map(part_fails)?),
        before
    );
    assert_eq!(
        acked!(by_key(|n| n % 2) { flat_map(|n| [n * 10, n]) -> map(part_fails)? }),
        before
    );
    assert_eq!(
        acked!(by_key(|n| n % 2) { flat_map(|n| [n * 10, n]) } -> map(part_fails)?),
        before
    );
    let batches = acked!(partition(2) -> flatten() -> map(|n| part_fails(n * 10))?);
    assert_eq!(batches, [1, 2, 3, 4]);
    let awaited = acked!(flat_map(|n| [n * 10, n]) -> then(async |n| part_fails(n))?);
    assert_eq!(awaited, before);
}

#[test]
fn a_window_releases_the_item_that_leaves_it() {
    let (seen, count) = leaves!(5: sliding_window(3));
    assert_eq!(seen, "[1, 2, 3] 0 [2, 3, 4] 1 [3, 4, 5] 2");
    assert_eq!(count, 5, "at the end there is no window any more");
    let three = 3;
    let (seen, count) = leaves!(4: sliding_window(three, partial = true));
    assert_eq!(seen, "[1] 0 [1, 2] 0 [1, 2, 3] 0 [2, 3, 4] 1");
    assert_eq!(count, 4);
}

#[test]
fn holding_operators_hold_for_each_other() {
    let (seen, count) = leaves!(7: partition(2) -> sliding_window(2));
    assert_eq!(
        seen,
        "[[1, 2], [3, 4]] 0 [[3, 4], [5, 6]] 2 [[5, 6], [7]] 4"
    );
    assert_eq!(count, 7);
    let (seen, count) = leaves!(6: sliding_window(2) -> partition(2));
    assert_eq!(seen, "[[1, 2], [2, 3]] 0 [[3, 4], [4, 5]] 2 [[5, 6]] 4");
    assert_eq!(count, 6);
}

#[test]
fn an_error_behind_a_batch_holds_all_that_was_in_it() {
    let acks = Acks::default();
    let outcome = drive(flow! {
        stream(acks.source(1..=9), ack = true) -> partition(3)
            -> map(|batch| if batch.contains(&5) { Err("five") } else { Ok(batch) })?
            -> drain();
    });
    assert!(outcome.is_err());
    assert_eq!(acks.get(), [1, 2, 3]);
}

/// Sums pairs.
struct Pairs {
    first: Option<u32>,
    /// True when it says that it holds nothing.
    tells: bool,
}

impl Operator<u32> for Pairs {
    type Out = u32;

    fn push(&mut self, item: u32) -> impl IntoIterator<Item = u32> {
        match self.first.take() {
            Some(first) => Some(first + item),
            None => {
                self.first = Some(item);
                None
            }
        }
    }

    fn holds(&self) -> bool {
        self.first.is_some() || !self.tells
    }

    fn finish(&mut self) -> impl IntoIterator<Item = u32> {
        self.first.take()
    }
}

#[test]
fn an_operator_of_ones_own_says_whether_it_holds_anything() {
    let pairs = |tells| Pairs { first: None, tells };
    let (seen, count) = leaves!(5: via(pairs(true)));
    assert_eq!((seen.as_str(), count), ("3 0 7 2 5 4", 5));
    let (seen, count) = leaves!(5: via(pairs(false)));
    assert_eq!(
        (seen.as_str(), count),
        ("3 0 7 0 5 0", 5),
        "by default nobody knows"
    );
}

#[test]
fn a_piece_of_a_flow_is_such_an_operator() {
    let (seen, count) = leaves!(3: via(flow! { <u32> -> map(|x| x + 1) }));
    assert_eq!((seen.as_str(), count), ("2 0 3 1 4 2", 3));
    let (seen, count) = leaves!(3: via(flow! { <u32> -> partition(1) -> map(|x| x[0]) }));
    assert_eq!(
        (seen.as_str(), count),
        ("1 0 2 0 3 0", 3),
        "it may hold something"
    );
}

#[test]
fn windows_that_items_name_hold_what_is_in_them() {
    // 1 2 | 2 3 4 | 4 5 6 | 6 7
    let (seen, count) = leaves!(7: window_by(|x| [x / 2, x.div_ceil(2)]));
    assert_eq!(
        seen,
        "(0, [1]) 0 (1, [1, 2, 3]) 0 (2, [3, 4, 5]) 2 (3, [5, 6, 7]) 4 (4, [7]) 6"
    );
    assert_eq!(count, 7);
    let (seen, count) = leaves!(5: window_by(|x| (x % 2 == 0).then_some(0)));
    assert_eq!(seen, "(0, [2]) 1 (0, [4]) 3");
    assert_eq!(count, 5, "what is in no window is released at once");
}
