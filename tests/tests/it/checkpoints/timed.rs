//! `in_order` and windows keep their tokens: nothing is committed while it waits in
//! them, and an item is done with when it is in no window any more.

use std::cell::RefCell;

use flow_runtime::{Span, flow};
use futures::{StreamExt, stream};

use super::{Acks, drive};

/// Runs `stream(1..=$n) -> $operators`, and gives what left, each with the last item
/// that was acknowledged by then; and all that was in the end.
macro_rules! leaves {
    ($n:literal: $($operators:tt)+) => {{
        let acks = Acks::default();
        let seen = RefCell::new(Vec::new());
        drive(flow! {
            stream(acks.source(1..=$n), ack = true) -> $($operators)+
                -> for_each(|item| seen.borrow_mut().push(format!("{item:?} {}", acks.last())));
        });
        (seen.into_inner().join(" | "), acks.get().len())
    }};
}

/// The times of the first items: 1 has the time 3.
const TIMES: [u32; 6] = [3, 1, 2, 9, 4, 9];

fn time(item: &u32) -> u32 {
    TIMES[*item as usize - 1]
}

fn start<B>((span, rest): (Span<u32>, B)) -> (u32, B) {
    (span.start, rest)
}

#[test]
fn what_waits_for_its_order_is_not_committed() {
    let (seen, count) = leaves!(5: in_order(|x| *x, late = 1)? else drop);
    assert_eq!(seen, "1 0 | 2 1 | 3 2 | 4 3 | 5 4");
    assert_eq!(count, 5);
    // 5 is late, and done with at once; it is committed behind 4.
    let (seen, count) = leaves!(6: in_order(time, late = 2)? else drop);
    assert_eq!(seen, "2 0 | 3 0 | 1 0 | 4 3 | 6 5");
    assert_eq!(count, 6);
    let (seen, count) = leaves!(6: in_order(time, late = 2, capacity = 1));
    let late = "Err(Late { by: 3, .. })";
    let expected = format!("Ok(2) 0 | Ok(3) 0 | Ok(1) 0 | {late} 3 | Ok(4) 3 | Ok(6) 5");
    assert_eq!((seen, count), (expected, 6));
}

#[test]
fn late_items_are_done_with_where_their_route_ends() {
    let acks = Acks::default();
    drive(flow! {
        stream(acks.source(1..=6), ack = true) -> in_order(time, late = 2)? else late -> for_each(|_| ());
        late = partition(9) -> for_each(|batch| {
            assert_eq!(batch[0].item, 5);
            assert_eq!(acks.last(), 4, "it waits in the batch, and 6 behind it");
        });
    });
    assert_eq!(acks.get().len(), 6);
}

#[test]
fn what_is_in_a_window_is_not_committed() {
    let (seen, count) = leaves!(7: tumbling_window(3, |x| *x)? else drop -> map(start));
    assert_eq!(seen, "(0, [1, 2]) 0 | (3, [3, 4, 5]) 2 | (6, [6, 7]) 5");
    assert_eq!(count, 7);
    let (seen, count) = leaves!(5: session_window(1, |x| *x + *x / 3)? else drop -> map(start));
    assert_eq!(seen, "(1, [1, 2]) 0 | (4, [3, 4, 5]) 2");
    assert_eq!(count, 5);
}

#[test]
fn aggregates_hold_what_they_are_of() {
    let (seen, count) =
        leaves!(7: tumbling_window(3, |x| *x)? else drop -> aggregate(count()) -> map(start));
    assert_eq!(seen, "(0, 2) 0 | (3, 3) 2 | (6, 2) 5");
    assert_eq!(count, 7);
    let (seen, count) = leaves!(5: sliding_window(3) -> aggregate(sum(|x| *x)));
    assert_eq!(seen, "6 0 | 9 1 | 12 2");
    assert_eq!(count, 5);
}

#[test]
fn where_windows_overlap_an_item_is_held_by_its_last() {
    let (seen, count) = leaves!(6: hopping_window(4, 2, |x| *x)? else drop -> map(start));
    assert_eq!(
        seen,
        "(0, [1, 2, 3]) 0 | (2, [2, 3, 4, 5]) 1 | (4, [4, 5, 6]) 3 | (6, [6]) 5"
    );
    assert_eq!(count, 6);
    let (seen, count) = leaves!(5: sliding_window(3, |x| *x)? else drop);
    assert_eq!(
        seen,
        "[1] 0 | [1, 2] 0 | [1, 2, 3] 0 | [2, 3, 4] 1 | [3, 4, 5] 2"
    );
    assert_eq!(count, 5, "at the end there is no window any more");
    let (seen, count) = leaves!(6: hopping_window(1, 3, |x| *x)? else drop -> map(start));
    assert_eq!(seen, "(3, [3]) 2 | (6, [6]) 5");
    assert_eq!(count, 6, "what is in no window is done with at once");
}

#[test]
fn windows_of_keys_hold_each_its_own() {
    // Odd ones follow each other closely; 2 is alone, and held until 6 has come.
    let key = |x: &u32| *x == 2;
    let (seen, count) = leaves!(7: session_window(3, |x| *x, by = key)? else drop -> map(|(key, _, batch)| (key, batch)));
    assert_eq!(seen, "(true, [2]) 0 | (false, [1, 3, 4, 5, 6, 7]) 0");
    assert_eq!(count, 7);
    let (seen, _) = leaves!(6: tumbling_window(4, |x| *x, by = |x| x % 2)? else drop
        -> map(|(key, _, batch)| (key, batch)));
    assert_eq!(
        seen,
        "(1, [1, 3]) 0 | (0, [2]) 1 | (0, [4, 6]) 3 | (1, [5]) 4"
    );
    let (seen, count) = leaves!(4: sliding_window(2, |x| *x, by = |x| x % 2)? else drop);
    assert_eq!(seen, "(1, [1]) 0 | (0, [2]) 0 | (1, [3]) 1 | (0, [4]) 2");
    assert_eq!(count, 4);
}

#[test]
fn an_unsorted_item_is_done_with_where_its_error_is() {
    let (seen, count) =
        leaves!(6: tumbling_window(4, time) -> map(|w| w.map_err(|_| "unsorted").map(start)));
    let unsorted = "Err(\"unsorted\")";
    assert_eq!(
        seen,
        format!("{unsorted} 0 | {unsorted} 0 | Ok((0, [1])) 0 | {unsorted} 3 | Ok((8, [4, 6])) 3")
    );
    assert_eq!(count, 6);
}

#[test]
fn an_error_behind_a_window_holds_all_that_was_in_it() {
    let acks = Acks::default();
    let outcome = drive(flow! {
        stream(acks.source(1..=9), ack = true) -> tumbling_window(3, |x| *x)?
            -> map(|(_, batch)| if batch.contains(&5) { Err("five") } else { Ok(batch) })?
            -> drain();
    });
    assert!(outcome.is_err());
    assert_eq!(acks.get(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_until_nothing_comes_is_held_as_well() {
    let acks = Acks::default();
    let second = std::time::Duration::from_secs(1);
    let items = stream::iter(1..=5).then(async |item| {
        if item == 4 {
            tokio::time::sleep(10 * second).await;
        }
        acks.item(item)
    });
    let seen = RefCell::new(Vec::new());
    let flow = flow! {
        stream(items, ack = true) -> in_order(|x| *x, late = 9, idle = second)? else drop
            -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    };
    flow.run().await;
    assert_eq!(*seen.borrow(), [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]);
    assert_eq!(acks.get().len(), 5);
}
