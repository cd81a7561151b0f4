//! Pieces and operators that take no more before their input ends: nothing is pulled for them.

use flow_runtime::{DynOperator, Operator, flow};
use futures::{
    StreamExt,
    stream::{iter, pending},
};
use std::time::Duration;

use crate::guard::{drive_in_time, in_time};

/// Gives the items up to this one, and with it.
struct UpTo {
    last: u32,
    over: bool,
}

impl UpTo {
    fn new(last: u32) -> Self {
        Self { last, over: false }
    }
}

impl Operator<u32> for UpTo {
    type Out = u32;

    fn push(&mut self, item: u32) -> impl IntoIterator<Item = u32> {
        assert!(!self.over, "{item} was pushed behind the end");
        self.over = item >= self.last;
        [item]
    }

    fn is_over(&self) -> bool {
        self.over
    }

    fn holds(&self) -> bool {
        false
    }
}

fn three() -> impl Operator<u32, Out = u32> + Clone {
    flow! { <u32> -> take(3) }
}

#[test]
fn a_source_without_end_is_pulled_as_long_as_the_piece_takes_more() {
    in_time(|| {
        let mut source = 0_u32..;
        let count = flow! { from(&mut source) -> via(three()) -> count() }.run();
        assert_eq!((count, source.next()), (3, Some(3)));
        let count = flow! { from(&mut source) -> via(UpTo::new(6)) -> count() }.run();
        assert_eq!((count, source.next()), (3, Some(7)));
        let boxed: Box<dyn DynOperator<u32, Out = u32>> = Box::new(UpTo::new(9));
        let count = flow! { from(&mut source) -> via(boxed) -> count() }.run();
        assert_eq!((count, source.next()), (2, Some(10)));
        let first: Vec<u32> = flow! { from(&mut source) -> via(three()) }.collect();
        assert_eq!((first, source.next()), (vec![11, 12, 13], Some(14)));
    });
}

#[test]
fn what_gives_several_items_is_asked_for_no_more_than_the_piece_takes() {
    in_time(|| {
        let behind = flow! { from([1_u32]) -> flat_map(|n| n..) -> via(three()) -> count() };
        assert_eq!(behind.run(), 3);
        let piece = flow! { <u32> -> flat_map(|n| [n, n]) -> take(3) };
        let all = flow! { from(0..) -> via(piece) -> collect::<Vec<_>>() };
        assert_eq!(all.run(), [0, 0, 1]);
        let piece = flow! { <u32> -> flat_map(|n| n..) -> take(3) };
        let all = flow! { from(7..) -> via(piece) -> collect::<Vec<_>>() };
        assert_eq!(all.run(), [7, 8, 9]);
    });
}

#[test]
fn what_a_piece_holds_leaves_at_the_end() {
    in_time(|| {
        let piece = flow! { <u32> -> take(3) -> partition(2) -> map(|batch| batch.len()) };
        let all = flow! { from(0..) -> via(piece) -> collect::<Vec<_>>() };
        assert_eq!(all.run(), [2, 1]);
        let within = flow! { <u32> -> via(three()) -> map(|n| n + 1) };
        let all = flow! { from(0..) -> via(within) -> collect::<Vec<_>>() };
        assert_eq!(all.run(), [1, 2, 3]);
        let zipped = flow! { n = <u32>; zip(n, from([10, 20])) };
        let all = flow! { from(0..) -> via(zipped) -> collect::<Vec<_>>() };
        assert_eq!(all.run(), [(0, 10), (1, 20)]);
    });
}

#[test]
fn beside_other_branches_and_in_front_of_fan_ins() {
    in_time(|| {
        let both = flow! {
            all = from(0_u32..);
            few = all -> via(UpTo::new(2)) -> count();
            more = all -> take(5) -> count();
            (few, more)
        };
        assert_eq!(both.run(), (3, 5));
        let pairs = flow! {
            all = from(0_u32..);
            few = all -> via(three());
            zip(few, all) -> collect::<Vec<_>>()
        };
        assert_eq!(pairs.run(), [(0, 0), (1, 1), (2, 2)]);
        let pairs = flow! { zip(from(0_u32..) -> via(three()), from(5..)) -> collect::<Vec<_>>() };
        assert_eq!(pairs.run(), [(0, 5), (1, 6), (2, 7)]);
        let joined = flow! { union(from(0_u32..) -> via(three()), from(5..7)) -> count() };
        assert_eq!(joined.run(), 5);
        let keyed = flow! {
            merge_keyed(from(0_u32..) -> via(three()) -> map(|n| (n, 'a')), from([(5, 'b')]))?
                -> count()
        };
        assert_eq!(keyed.run().unwrap(), 4);
    });
}

#[test]
fn behind_an_inlet_it_wants_nothing_more() {
    let mut sum = flow! { <u32> -> via(three()) -> sum::<u32>() };
    (1..=5).for_each(|n| sum.emit(n));
    assert_eq!(sum.finish(), 6);
    let first = drive_in_time(|| async {
        let (emitter, first) = flow! { <u32> -> via(UpTo::new(1)) -> count() }.spawn();
        let mut taken = 0;
        while emitter.emit(taken).await.is_ok() {
            taken += 1;
        }
        (taken, first.await.unwrap())
    });
    assert_eq!(first, (2, 2));
}

#[test]
fn in_flows_that_await() {
    let awaited =
        drive_in_time(|| flow! { from(0_u32..) -> via(three()) -> then(async |n| n) -> count() });
    assert_eq!(awaited, 3);
    let behind = drive_in_time(|| {
        flow! { from(0_u32..) -> then(async |n| n, concurrency = 4) -> via(three()) -> count() }
    });
    assert_eq!(behind, 3);
    let timed = drive_in_time(|| {
        flow! {
            interval(Duration::from_secs(1)) -> enumerate() -> map(|(n, _)| n as u32)
                -> via(three()) -> count()
        }
    });
    assert_eq!(timed, 3);
}

#[test]
fn pieces_that_await() {
    let all = drive_in_time(|| {
        let piece = flow! { <u32> -> then(async |n| n) -> take(3) };
        flow! { from(0..) -> via_async(piece) -> collect::<Vec<_>>() }
    });
    assert_eq!(all, [0, 1, 2]);
    let stream = drive_in_time(|| {
        let piece = flow! { <u32> -> then(async |n| n) -> take(2) };
        flow! { from(0..) -> via_async(piece) }.collect::<Vec<_>>()
    });
    assert_eq!(stream, [0, 1]);
    // The piece goes on with what it has taken, and nothing is pulled meanwhile.
    let pulled = drive_in_time(|| async {
        let mut source = 0_u32..;
        let piece = flow! { <u32> -> take(3) -> delay(Duration::from_secs(1)) };
        let count = flow! { from(&mut source) -> via_async(piece) -> count() }.await;
        (count, source.next())
    });
    assert_eq!(pulled, (3, Some(3)));
    // Its end is that of the flow, whatever the source does.
    let silent = drive_in_time(|| {
        let piece = flow! { <u32> -> then(async |n| n) -> take(2) };
        flow! { stream(iter(0..2).chain(pending())) -> via_async(piece) -> count() }
    });
    assert_eq!(silent, 2);
    let slow = drive_in_time(|| {
        let piece = flow! { <u32> -> delay(Duration::from_secs(5)) -> take(3) };
        flow! {
            interval(Duration::from_secs(1)) -> enumerate() -> map(|(n, _)| n as u32)
                -> via_async(piece) -> count()
        }
    });
    assert_eq!(slow, 3);
}
