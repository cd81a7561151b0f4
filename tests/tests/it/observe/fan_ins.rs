//! The numbers of items that wait at fan-ins, as they are whenever somebody looks.

use std::collections::VecDeque;

use flow_runtime::{flow, inspect::Watch};
use futures::{StreamExt, executor::block_on};

/// The items that wait in each place.
fn waiting(watch: &Watch) -> Vec<u64> {
    let queues = watch.snapshot().queues.into_iter();
    queues.map(|queue| queue.waiting).collect()
}

#[test]
fn what_waits_for_the_first_of_the_others_is_told() {
    let mut flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        pairs = zip_latest(left, right);
        pairs -> count()
    };
    let watch = flow.watch();
    assert_eq!(watch.snapshot().queues[0].stage, "pairs");
    for n in 1..=3 {
        flow.emit_left(n);
        assert_eq!(waiting(&watch), [n]);
    }
    flow.emit_right(0);
    assert_eq!(waiting(&watch), [0]);
    flow.emit_left(4);
    assert_eq!((waiting(&watch), flow.finish()), (vec![0], 4));
    let mut flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        zip_latest(left, right, capacity = 2)? else drop -> count()
    };
    let watch = flow.watch();
    (0..4).for_each(|n| flow.emit_left(n));
    assert_eq!(waiting(&watch), [2]);
    drop(flow);
    let flow = flow! {
        #![observe]
        n = from(0..5_u64);
        zip_latest(n, n -> skip(9)) -> count()
    };
    let watch = flow.watch();
    // Nobody comes for what waits.
    assert_eq!((flow.run(), waiting(&watch)), (0, vec![0]));
}

/// Takes the items of `(1.., even ones)` of a flow one by one: behind the `n`th, `n` of its
/// first input wait.
macro_rules! one_by_one {
    ($watch:ident, $next:expr) => {
        for n in 1..=4 {
            assert_eq!($next, Some((n, 2 * n)));
            assert_eq!(waiting(&$watch), [n]);
        }
    };
}

#[test]
fn an_item_that_has_left_waits_no_more() {
    let mut all = flow! {
        #![observe]
        n = from(1_u64..);
        zip(n, n -> filter(|n| n % 2 == 0))
    };
    let watch = all.watch();
    one_by_one!(watch, all.next());
    let all = flow! {
        #![observe]
        n = from(1_u64..);
        zip(n, n -> filter(|n| n % 2 == 0)) -> then(async |pair| pair)
    };
    let watch = all.watch();
    let mut all = Box::pin(all);
    one_by_one!(watch, block_on(all.next()));
    let all = flow! {
        #![observe]
        n = stream(futures::stream::iter(1_u64..));
        zip(n, n -> filter(|n| n % 2 == 0))
    };
    let watch = all.watch();
    let mut all = Box::pin(all);
    one_by_one!(watch, block_on(all.next()));
}

#[test]
fn several_that_leave_at_once_are_told_one_by_one() {
    let mut all = flow! {
        #![observe]
        n = from([1, 2, 3, 4]);
        zip_latest(n, n -> skip(2))
    };
    let watch = all.watch();
    for left in [2, 1, 0, 0] {
        assert!(all.next().is_some());
        assert_eq!(waiting(&watch), [left]);
    }
    let all = flow! {
        #![observe]
        n = from([0, 10, 20]);
        merge_keyed(n -> flat_map(|n| n..n + 3) -> map(|n| (n, 'a')), n -> map(|n| (n + 5, 'b')))?
            -> map(|(n, _)| n)
    };
    let watch = all.watch();
    let mut seen = Vec::new();
    for item in all {
        seen.push((item.unwrap(), waiting(&watch)[0]));
    }
    // Of `n` come three keys of the left, then one of the right.
    let mut given: VecDeque<u64> = VecDeque::new();
    let (mut left, mut right) = (VecDeque::new(), VecDeque::new());
    let mut expected = Vec::new();
    for n in [0, 10, 20] {
        left.extend(n..n + 3);
        right.push_back(n + 5);
        while let (Some(a), Some(b)) = (left.front(), right.front()) {
            let next = if a < b {
                left.pop_front()
            } else {
                right.pop_front()
            };
            given.extend(next);
            expected.push((
                given.pop_front().unwrap(),
                (left.len() + right.len()) as u64,
            ));
        }
    }
    assert_eq!(seen[..expected.len()], expected);
    assert_eq!(seen.last(), Some(&(25, 0)));
}

#[test]
fn functions_behind_a_fan_in_see_it_without_their_item() {
    let (told, watched) = (
        std::cell::RefCell::new(Vec::new()),
        std::cell::OnceCell::new(),
    );
    let flow = flow! {
        #![observe]
        n = from(1..=6_u64);
        zip(n, n -> filter(|n| n % 2 == 0)) -> then(async |pair| pair)
            -> for_each(|_| told.borrow_mut().extend(waiting(watched.get().unwrap())));
    };
    watched.set(flow.watch()).unwrap();
    block_on(flow.run());
    assert_eq!(told.take(), [1, 2, 3]);
}

#[test]
fn what_waits_in_copies_of_a_piece_adds_up() {
    let piece =
        flow! { #![observe] n = <u64>; zip(n, n -> filter(|n| n % 2 == 0)) -> map(|(n, _)| n) };
    let watch = piece.watch();
    let (mut one, mut two) = (piece.clone(), piece);
    for n in [1, 3] {
        assert_eq!(one.push(n).count(), 0);
        assert_eq!(two.push(n).count(), 0);
    }
    assert_eq!(waiting(&watch), [4]);
    assert_eq!(two.push(2).collect::<Vec<_>>(), [1]);
    assert_eq!(waiting(&watch), [4]);
    // A copy has what the first one holds; what is gone with one waits no more.
    let mut three = two.clone();
    assert_eq!(waiting(&watch), [6]);
    assert_eq!(three.push(4).count(), 1);
    assert_eq!(waiting(&watch), [6]);
    drop(one);
    assert_eq!(waiting(&watch), [4]);
    drop((two, three));
    assert_eq!(waiting(&watch), [0]);

    let piece = flow! { #![observe] n = <u64>; zip_latest(n, n -> skip(2)) -> map(|(n, _)| n) };
    let watch = piece.watch();
    let mut flow = flow! {
        left = <u64>;
        right = <u64>;
        union(left -> via(piece.clone()), right -> via(piece)) -> count()
    };
    flow.emit_left(1);
    flow.emit_left(1);
    flow.emit_right(1);
    assert_eq!(waiting(&watch), [3]);
    flow.emit_left(1);
    assert_eq!((waiting(&watch), flow.finish()), (vec![1], 3));
}

/// Runs a flow for a while, and gives what waits in its first place, and may.
macro_rules! fill {
    ($($flow:tt)*) => {{
        let flow = flow! { #![observe] $($flow)* };
        let watch = flow.watch();
        let mut running = Box::pin(flow.into_future());
        let end = tokio::time::timeout(std::time::Duration::from_millis(80), &mut running);
        assert!(end.await.is_err(), "it has ended");
        let queue = watch.snapshot().queues.remove(0);
        (queue.waiting, queue.bound)
    }};
}

#[tokio::test(start_paused = true)]
async fn so_many_may_wait() {
    let numbers = || futures::stream::iter(0..100).chain(futures::stream::pending());
    let fill = fill! {
        n = stream(numbers());
        chain(n -> filter(|n| n % 2 == 0), n -> filter(|n| n % 2 == 1), capacity = 64)? -> drain();
    };
    assert_eq!(fill, (50, Some(64)));
    let fill = fill! {
        n = stream(numbers());
        zip(n -> filter(|n| n % 2 == 0), n -> filter(|n| n % 10 == 1), capacity = 77)? -> drain();
    };
    assert_eq!(fill, (40, Some(77)));
    let fill = fill! {
        n = stream(numbers());
        zip(n, n -> filter(|n| n % 2 == 0), n -> skip(1000), capacity = 100)? -> drain();
    };
    assert_eq!(fill, (150, Some(200)));
    let fill = fill! {
        n = stream(numbers());
        zip_latest(n -> filter(|n| n % 2 == 0), n -> skip(1000), capacity = 77)? -> drain();
    };
    assert_eq!(fill, (50, Some(77)));
    let fill = fill! {
        n = stream(numbers());
        zip(n, n -> filter(|n| n % 2 == 0)) -> drain();
    };
    assert_eq!(fill, (50, None));
}

#[tokio::test]
async fn nothing_waits_when_all_is_over() {
    let flow = flow! {
        #![observe]
        n = from(0..10);
        zip(n, n -> filter(|n| n % 2 == 0)) -> then(async |pair| pair) -> count()
    };
    let watch = flow.watch();
    assert_eq!((flow.run().await, waiting(&watch)), (5, vec![0]));
    let flow = flow! {
        #![observe]
        n = from(0..10);
        zip(n, n -> filter(|n| n % 2 == 0)) -> count()
    };
    let watch = flow.watch();
    assert_eq!((flow.run(), waiting(&watch)), (5, vec![0]));
}
