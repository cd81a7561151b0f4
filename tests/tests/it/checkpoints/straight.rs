//! Straight-line code: an item is done with at the end of its step.

use std::cell::RefCell;
use std::time::Duration;

use flow_runtime::{Acked, flow};
use futures::stream;

use super::{Acks, drive};

#[test]
fn an_item_is_released_at_the_end_of_its_step() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        stream(acks.source(1..=4), ack = true) -> map(|x| x * 2)
            -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    });
    assert_eq!(*seen.borrow(), [(2, 0), (4, 1), (6, 2), (8, 3)]);
    assert_eq!(acks.get(), [1, 2, 3, 4]);
}

#[test]
fn what_is_filtered_is_released_at_once() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        stream(acks.source(1..=6), ack = true)
            -> filter(|x| x % 3 == 0)
            -> unique()
            -> flat_map(|x| [x, x])
            -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    });
    assert_eq!(*seen.borrow(), [(3, 2), (3, 2), (6, 5), (6, 5)]);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_item_is_released_when_all_its_branches_are_done() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let note = |x: u32| seen.borrow_mut().push((x, acks.last()));
    drive(flow! {
        x = stream(acks.source(1..=2), ack = true);
        x -> map(|x| x + 100) -> for_each(note);
        x -> filter(|x| x % 2 == 0) -> for_each(note);
        x -> match { 1 => map(|x| x + 200), _ => drop } -> for_each(note);
    });
    assert_eq!(*seen.borrow(), [(101, 0), (201, 0), (102, 1), (2, 1)]);
    assert_eq!(acks.get(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn an_awaited_sink_is_done_before_its_item() {
    let acks = Acks::default();
    let done = RefCell::new(Vec::new());
    flow! {
        stream(acks.source(1..=3), ack = true) -> sink(async |x| {
            tokio::time::sleep(Duration::from_millis(10)).await;
            done.borrow_mut().push((x, acks.last()));
        });
    }
    .run()
    .await;
    assert_eq!(*done.borrow(), [(1, 0), (2, 1), (3, 2)]);
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[test]
fn nothing_behind_a_failed_item_is_acknowledged() {
    let acks = Acks::default();
    let parse = |x: u32| if x == 3 { Err("three") } else { Ok(x) };
    let error = drive(flow! {
        stream(acks.source(1..=5), ack = true) -> map(parse)? -> drain();
    });
    assert!(error.is_err());
    assert_eq!(acks.get(), [1, 2]);
}

#[test]
fn the_token_goes_with_an_error_into_its_segment() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    drive(flow! {
        failed = partition(2) -> for_each(|batch| {
            seen.borrow_mut().push((batch.into_iter().collect::<Vec<u32>>(), acks.last()));
        });
        stream(acks.source(1..=6), ack = true)
            -> map(|x| if x % 2 == 0 { Err(x) } else { Ok(x) })? else failed
            -> drain();
    });
    assert_eq!(*seen.borrow(), [(vec![2, 4], 1), (vec![6], 5)]);
    assert_eq!(acks.get(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_open_end_releases_an_item_when_the_next_is_asked_for() {
    let acks = Acks::default();
    let mut items = std::pin::pin!(flow! {
        stream(acks.source(1..=3), ack = true) -> flat_map(|x| [x, x])
    });
    let mut seen = Vec::new();
    drive(async {
        while let Some(x) = futures::StreamExt::next(&mut items).await {
            seen.push((x, acks.last()));
        }
    });
    assert_eq!(seen, [(1, 0), (1, 0), (2, 1), (2, 1), (3, 2), (3, 2)]);
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[test]
fn a_flow_that_is_dropped_releases_nothing_more() {
    let acks = Acks::default();
    {
        let mut items = std::pin::pin!(flow! { stream(acks.source(1..=3), ack = true) });
        for _ in 0..2 {
            drive(futures::StreamExt::next(&mut items));
        }
    }
    assert_eq!(acks.get(), [1]);
}

#[test]
fn a_panic_releases_nothing_more() {
    let acks = Acks::default();
    let run = std::panic::AssertUnwindSafe(|| {
        drive(flow! {
            stream(acks.source(1..=3), ack = true) -> for_each(|x| assert_ne!(x, 2));
        });
    });
    assert!(std::panic::catch_unwind(run).is_err());
    assert_eq!(acks.get(), [1]);
}

#[test]
fn values_that_live_in_memory_have_their_items_once_they_are_pushed() {
    let acks = Acks::default();
    let (all, sum, count) = drive(flow! {
        x = stream(acks.source(1..=3), ack = true);
        y = x -> inspect(|x| assert_eq!(acks.last(), x - 1));
        all = y -> collect::<Vec<_>>();
        sum = y -> fold(0, |sum, x| *sum += x);
        count = y -> count();
        (all, sum, count)
    });
    assert_eq!((all, sum, count), (vec![1, 2, 3], 6, 3));
    assert_eq!(acks.get(), [1, 2, 3]);
}

#[test]
fn a_closed_channel_keeps_its_items_from_being_acknowledged() {
    let acks = Acks::default();
    let (tx, rx) = std::sync::mpsc::channel();
    let mut rx = Some(rx);
    let sent = drive(flow! {
        x = stream(acks.source(1..=4), ack = true)
            -> inspect(|x| if *x == 3 { rx.take(); });
        x -> send(tx)
    });
    assert!(sent.is_err());
    assert_eq!(acks.get(), [1, 2]);
}

#[test]
fn a_line_is_in_its_file_before_its_item_is_acknowledged() {
    let acks = Acks::default();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.txt");
    let read = |_: &u32| std::fs::read_to_string(&path).unwrap_or_default();
    let written = drive(flow! {
        x = stream(acks.source(1..=3), ack = true);
        x -> map(|x| (read(&x), acks.last())) -> for_each(|(text, last)| {
            assert_eq!(text.lines().count(), last as usize);
        });
        x -> write_lines(&path)
    });
    written.unwrap();
    assert_eq!(acks.get(), [1, 2, 3]);
    let acks = Acks::default();
    let failed = drive(flow! {
        stream(acks.source(1..=3), ack = true) -> write_lines(folder.path())
    });
    assert!(failed.is_err() && acks.get().is_empty());
}

#[test]
fn a_closure_sees_what_the_source_says_of_an_item() {
    let acks = Acks::default();
    let seen = drive(flow! {
        stream(acks.source(1..=4), ack = true) -> filter(|x| x % 2 == 0)
            -> with_meta() -> map(|(x, meta)| x + meta) -> collect::<Vec<_>>()
    });
    assert_eq!(seen, [22, 44]);
    assert_eq!(acks.get(), [1, 2, 3, 4]);
}

#[test]
fn two_sources_are_acknowledged_each_in_its_order() {
    let (left, right) = (Acks::default(), Acks::default());
    let seen = drive(flow! {
        a = stream(left.source(1..=2), ack = true) -> with_meta();
        b = stream(right.source(5..=7), ack = true) -> with_meta();
        union(a, b) -> collect::<Vec<_>>()
    });
    assert_eq!(seen, [(1, 10), (5, 50), (2, 20), (6, 60), (7, 70)]);
    assert_eq!(left.get(), [1, 2]);
    assert_eq!(right.get(), [5, 6, 7]);
}

#[test]
fn a_source_that_does_not_acknowledge_stands_beside_one_that_does() {
    let acks = Acks::default();
    let seen = drive(flow! {
        tail = buffer(2) -> partition(2) -> map(|batch| batch.into_iter().sum::<u32>())
            -> collect::<Vec<_>>();
        from(10..12) -> tail;
        stream(acks.source(1..=2), ack = true) -> tail;
        from(20..22) -> window_by(|x| [x % 2]) -> drain();
        tail
    });
    assert_eq!(seen.iter().sum::<u32>(), 24);
    assert_eq!(acks.get(), [1, 2]);
}

#[test]
fn acknowledgements_may_be_boxed() {
    let (tx, rx) = std::sync::mpsc::channel();
    let items = (1..=3).map(|x| {
        let tx = tx.clone();
        let ack: Box<dyn FnOnce() + Send> = Box::new(move || tx.send(x).unwrap());
        Acked::new(x, ack)
    });
    let flow = flow! { stream(stream::iter(items), ack = true) -> map(|x: u32| x) -> sum() };
    assert_eq!(drive(flow), 6_u32);
    assert_eq!(rx.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn keys_whose_chains_hold_nothing_pass_tokens_on() {
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let flow = flow! {
        stream(acks.source(1..=6), ack = true)
            -> by_key(|x| x % 2, capacity = 1) { enumerate() -> filter(|(n, _)| *n < 2) -> flat_map(|(n, x)| vec![x; n + 1]) -> by_key(|x| *x) { accumulate(0, |n, x| { *n += 1; (x, *n) }) } }
            -> for_each(|x| seen.borrow_mut().push((x, acks.last())));
    };
    drive(flow);
    let first = |x| ((x, 1), x - 1);
    assert_eq!(*seen.borrow(), [1, 2, 3, 4, 5, 6].map(first));
    assert_eq!(acks.get(), [1, 2, 3, 4, 5, 6]);
    let acks = Acks::default();
    let seen = RefCell::new(Vec::new());
    let flow = flow! {
        x = stream(acks.source(1..=4), ack = true)
            -> by_key(|x| x % 2) { flat_map(|x| [x, x]) -> map(|x| if x == 3 { Err("three") } else { Ok(x) })? };
        x -> buffer(9) -> for_each(|x| seen.borrow_mut().push(x));
        x -> partition(3) -> for_each(drop);
    };
    assert!(drive(flow).is_err());
    // The error ends the input, so the batch that holds one of 2 leaves.
    assert_eq!(acks.get(), [1, 2]);
}

/// The numbers acknowledged after each item of a chain of keys that holds.
macro_rules! acked_by_keys {
    ([$($items:expr),*] -> $($chain:tt)*) => {{
        let acks = Acks::default();
        let seen = RefCell::new(Vec::new());
        let flow = flow! {
            stream(acks.source([$($items),*]), ack = true) -> $($chain)*
                -> for_each(|_| seen.borrow_mut().push(acks.last()));
        };
        drive(flow);
        (seen.into_inner(), acks.get())
    }};
}

#[test]
fn what_the_chains_of_keys_hold_is_not_acknowledged() {
    // 1 and 3 leave together, while 2 waits; then 2 and 4; 5 leaves at the end.
    let (seen, all) = acked_by_keys!([1, 2, 3, 4, 5] -> by_key(|n| n % 2) { partition(2) });
    assert_eq!(seen, [0, 1, 4]);
    assert_eq!(all, [1, 2, 3, 4, 5]);
    let (seen, all) =
        acked_by_keys!([1, 2, 3, 4] -> by_key(|n| n % 2, capacity = 1) { partition(2) });
    assert_eq!((seen, all), (vec![0, 1, 2, 3], vec![1, 2, 3, 4]));
    let (_, all) = acked_by_keys!([1, 2, 3, 4, 5, 6] -> by_key(|n| n % 2) { sliding_window(2) });
    assert_eq!(all, [1, 2, 3, 4, 5, 6]);
    let (_, all) = acked_by_keys!([1, 3, 2, 4] -> by_key(|n| n % 2) { group_by(|n| n / 3) });
    assert_eq!(all, [1, 3, 2, 4]);
    let (seen, all) = acked_by_keys!(
        [1, 2, 3, 4] -> by_key(|_| 0) { filter(|n| *n > 0) -> by_key(|n| n % 2) { map(|n| n) -> partition(2) } -> partition(2) }
    );
    assert_eq!((seen, all), (vec![0], vec![1, 2, 3, 4]));
    let (_, all) = acked_by_keys!([1, 2, 3] -> by_key(|n| n % 2) { window_by(|n| vec![n / 2]) });
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn what_the_chains_of_keys_dropped_is_acknowledged_in_order() {
    let (seen, all) = acked_by_keys!(
        [1, 2, 3, 4] -> by_key(|n| n % 2) { filter(|n| *n != 2) -> flat_map(|n| [n, n]) -> partition(4) }
    );
    assert_eq!((seen, all), (vec![0, 3], vec![1, 2, 3, 4]));
}
