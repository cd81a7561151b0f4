//! Branches that end before others of their source: nothing is called in them any more.

use std::cell::Cell;

use flow_runtime::{Acked, BoxError, Operator, flow};
use futures::stream;

use crate::guard::in_time;

#[test]
fn what_has_ended_is_left() {
    let calls = Cell::new(0);
    let called = |x: u32| {
        calls.set(calls.get() + 1);
        x
    };
    let both = flow! {
        all = from(0..100);
        few = all -> map(called) -> filter(|x| x % 2 == 0) -> take(3) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((both.run(), calls.take()), ((3, 100), 5));
    let first = flow! {
        all = from(0..100);
        one = all -> map(called) -> first();
        more = all -> sum::<u32>();
        (one, more)
    };
    assert_eq!((first.run(), calls.take()), ((Some(0), 4950), 1));
    let arms = flow! {
        all = from(0..100) -> match {
            x if x % 2 == 0 => map(called) -> take_while(|x| *x < 10),
            x => map(|x| x),
        };
        all -> count()
    };
    assert_eq!((arms.run(), calls.take()), (55, 6));
    let failing = flow! {
        all = from(0..100);
        few = all -> map(|x| if x < 50 { Ok(x) } else { Err(BoxError::from("fifty")) })? -> take(3) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!(failing.run().unwrap(), (3, 100));
    let mut open = flow! { <u32> -> map(called) -> take(2) -> count() };
    (0..10).for_each(|x| open.emit(x));
    assert_eq!((open.finish(), calls.take()), (2, 2));
    let piece = flow! { <u32> -> map(called) -> take(2) };
    let pieces = flow! {
        all = from(0..100);
        few = all -> via(piece) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((pieces.run(), calls.take()), ((2, 100), 2));
    let keys =
        flow! { from(0..100_u32) -> by_key(|x| x % 2) { map(called) -> take(2) } -> count() };
    assert_eq!((keys.run(), calls.take()), (4, 4));
}

#[tokio::test]
async fn what_has_ended_is_not_paid_for() {
    let paid = Cell::new(0);
    let costly = async |x: u32| {
        paid.set(paid.get() + 1);
        x
    };
    let both = flow! {
        all = from(0..100);
        few = all -> then(costly) -> take(3) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((both.run().await, paid.take()), ((3, 100), 3));
}

#[test]
fn what_has_ended_behind_a_meeting_is_left() {
    let calls = Cell::new(0);
    let called = |x: u32| {
        calls.set(calls.get() + 1);
        x
    };
    let union = flow! {
        all = from(0..20);
        met = union(all, all -> map(|x| x));
        few = met -> map(called) -> take(1) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((union.run(), calls.take()), ((1, 20), 1));
    let alone = flow! { a = from(0..20); union(a, a -> map(|x| x)) -> map(called) -> first() };
    assert_eq!((alone.run(), calls.take()), (Some(0), 1));
    let zip = flow! {
        all = from(0..20);
        few = zip(all -> map(called), all -> map(called)) -> take_while(|(x, _)| *x < 1) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((zip.run(), calls.take()), ((1, 20), 4));
    let apart = flow! {
        all = from(0..20);
        few = zip(all, all -> filter(|x| x % 3 == 0)) -> map(|(x, _)| called(x)) -> take(2) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((apart.run(), calls.take()), ((2, 20), 2));
    let merged = flow! {
        all = from(0..20);
        few = merge_keyed(all -> map(|x| (x, x)), all -> map(|x| (x, called(x))))? -> take(1) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!(merged.run().unwrap(), (1, 20));
    assert!(calls.take() < 4);
    let arms = flow! {
        all = from(0..25);
        few = all -> map(called) -> match {
            x if x % 2 == 0 => flat_map(|x| [x, x]),
            x => map(|x| x),
        } -> take(7) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((arms.run(), calls.take()), ((7, 25), 5));
    let parted = flow! {
        all = from(0..20);
        some = all -> map(called);
        one = some -> take(2) -> count();
        other = some -> take(3) -> count();
        more = all -> count();
        (one, other, more)
    };
    assert_eq!((parted.run(), calls.take()), ((2, 3, 20), 3));
    let failing = flow! {
        all = from(0..20);
        few = zip(all, all -> map(|x| x))
            -> map(|(x, _)| if x < 10 { Ok(x) } else { Err(BoxError::from("ten")) })?
            -> take(1) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!(failing.run().unwrap(), (1, 20));
    let held = flow! {
        from(0..6) -> partition(4, by = |x| x % 3) -> map(|batch| called(batch[0])) -> take(1) -> count()
    };
    assert_eq!((held.run(), calls.take()), (1, 1));
}

#[test]
fn what_has_ended_behind_a_meeting_is_left_in_every_form() {
    let calls = Cell::new(0);
    let called = |x: u32| {
        calls.set(calls.get() + 1);
        x
    };
    let lazy = flow! {
        all = from(0..20);
        few = union(all, all -> map(called)) -> map(called) -> take(1);
        union(few, all)
    };
    assert_eq!((lazy.count(), calls.take()), (21, 2));
    let mut open = flow! {
        all = <u32>;
        few = union(all, all -> map(|x| x)) -> map(called) -> take(3) -> count();
        more = all -> count();
        (few, more)
    };
    (0..10).for_each(|x| open.emit(x));
    assert_eq!((open.finish(), calls.take()), ((3, 10), 3));
    let piece = flow! {
        all = <u32>;
        union(all, all -> map(called)) -> map(called) -> take(1)
    };
    let pieces = flow! {
        all = from(0..20);
        few = all -> via(piece) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((pieces.run(), calls.take()), ((1, 20), 2));
    let keys = flow! {
        from(0..20_u32) -> by_key(|x| x % 2) {
            match { x if x < 10 => flat_map(|x| [x, x]), x => map(|x| x), } -> map(called) -> take(3)
        } -> count()
    };
    assert_eq!((keys.run(), calls.take()), (6, 6));
    let own = flow! {
        all = from(0..20);
        few = union(all, all -> map(|x| x)) -> map(called) -> via(First(1)) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((own.run(), calls.take()), ((1, 20), 1));
}

#[tokio::test]
async fn what_has_ended_behind_a_meeting_is_not_paid_for() {
    let paid = Cell::new(0);
    let costly = async |x: u32| {
        paid.set(paid.get() + 1);
        x
    };
    let after = flow! {
        all = from(0..20);
        few = zip(all, all -> map(|x| x)) -> then(async |(x, _)| costly(x).await) -> take(1) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((after.await, paid.take()), ((1, 20), 1));
    let before = flow! {
        all = from(0..20);
        few = zip(all -> then(costly), all -> then(costly)) -> via(First(1)) -> count();
        more = all -> count();
        (few, more)
    };
    assert_eq!((before.await, paid.take()), ((1, 20), 2));
}

/// Passes so many items, and holds none.
struct First(usize);

impl<T> Operator<T> for First {
    type Out = T;

    fn push(&mut self, item: T) -> impl IntoIterator<Item = T> {
        self.0 -= 1;
        [item]
    }

    fn holds(&self) -> bool {
        false
    }

    fn is_over(&self) -> bool {
        self.0 == 0
    }
}

#[test]
fn no_more_is_pulled_than_pairs_with_what_is_held() {
    let pulls = Cell::new(0);
    let source = || (0..).inspect(|_: &u32| pulls.set(pulls.get() + 1));
    macro_rules! pulled {
        ($pairs:literal, $pulls:literal, $($flow:tt)*) => {
            let pairs = flow! { a = from(source()); $($flow)* -> count() }.run();
            assert_eq!((pairs, pulls.take()), ($pairs, $pulls), "{}", stringify!($($flow)*));
        };
    }
    pulled!(2, 2, zip(a, a -> take(2) -> partition(1)));
    pulled!(2, 3, zip(a, a -> take(3) -> partition(2)));
    pulled!(2, 3, zip(a -> take(3) -> partition(2), a));
    pulled!(3, 5, zip(a, a -> take(5) -> partition(2, by = |x| x % 3)));
    pulled!(2, 3, zip(a, a -> take(3) -> partition_unique(2)));
    pulled!(1, 3, zip(a, a -> take(3) -> group_by(|x| x / 10)));
    pulled!(5, 5, zip(a, a -> take(3) -> window_by(|x| [*x, x + 1, x + 2])));
    pulled!(3, 3, zip(a, a -> take(3) -> in_order(|x| *x, late = 5)));
    pulled!(2, 3, zip(a, a -> take(3) -> sliding_window(2)));
    pulled!(2, 5, zip(a, a -> take(5) -> partition(2) -> partition(2)));
    pulled!(3, 3, zip(a, a -> take(3) -> by_key(|x| x % 2) { map(|x| x) }));
    pulled!(2, 2, zip(a, a -> via(First(2))));
    pulled!(2, 2, zip(a, a -> match { x if x < 500 => via(First(2)), _ => drop, }));
    pulled!(3, 3, zip(a, union(a -> take(3) -> partition(2), a -> take(2) -> partition(2))));
    // Two batches of four, of eight items.
    pulled!(2, 8, zip(a, a -> take(3) -> partition(2), a -> take_while(|x| *x < 9) -> partition(4)));
    // What is held pairs with what comes later.
    pulled!(3, 15, zip(a -> filter(|x| x % 7 == 0), a -> take(12) -> partition(5)));
    let other = flow! {
        a = from(source());
        b = from(0..);
        zip(a, a -> take(3) -> partition(2), b) -> count()
    };
    assert_eq!((other.run(), pulls.take()), (2, 3));
    let lazy = flow! { a = from(source()); zip(a, a -> take(3) -> partition(2)) };
    assert_eq!((lazy.count(), pulls.take()), (2, 3));
    let piece = flow! { a = <u32>; zip(a, a -> take(3) -> partition(2)) };
    let within = flow! { from(source()) -> via(piece) -> count() };
    assert_eq!((within.run(), pulls.take()), (2, 3));
}

#[test]
fn workers_that_take_no_more_end_the_input() {
    macro_rules! given {
        ($($flow:tt)*) => {
            in_time(|| futures::executor::block_on(flow! { from(0_u32..) -> $($flow)* -> count() }.run()))
        };
    }
    assert_eq!(given!(scatter(1) -> take(5) -> gather()), 5);
    assert_eq!(given!(scatter(2) -> take(5) -> gather()), 10);
    assert_eq!(
        given!(scatter(2, by = |x| x % 100) -> take(5) -> gather(ordered = true)),
        10
    );
    assert_eq!(
        given!(scatter(3) -> take_while(|x| *x < 50) -> gather(ordered = true)),
        50
    );
    assert_eq!(given!(scatter(2) -> take(0) -> gather()), 0);
    assert_eq!(
        given!(scatter(2) -> by_key(|x| x % 3) { take(2) } -> take(5) -> gather()),
        10
    );
    assert_eq!(
        given!(scatter(2) -> match { 0 => flat_map(|x| [x, x]), x => map(|x| x), } -> take(9) -> gather()),
        18
    );
    assert_eq!(
        given!(scatter(2) -> via(flow! { <u32> -> map(|x| x) -> take(4) }) -> gather()),
        8
    );
    assert_eq!(given!(scatter(1) -> take(5) -> partition(2) -> gather()), 3);
}

#[tokio::test]
async fn items_for_workers_that_take_no_more_are_let_go_of() {
    let acked = Cell::new(0);
    let source = |n: u32| {
        let ack = || acked.set(acked.get() + 1);
        stream::iter((0..n).map(move |x| Acked::new(x, ack)))
    };
    for n in [0, 5] {
        let any = flow! {
            all = stream(source(300), ack = true);
            few = all -> scatter(2) -> take(n) -> gather() -> count();
            more = all -> count();
            (few, more)
        };
        let (few, more) = any.await;
        assert!(few <= 2 * n && few >= n, "{few}");
        assert_eq!((more, acked.take()), (300, 300));
        let by = flow! {
            all = stream(source(300), ack = true);
            few = all -> scatter(2, by = |x| x % 100) -> take(n) -> gather() -> count();
            more = all -> count();
            (few, more)
        };
        assert_eq!((by.await, acked.take()), ((2 * n, 300), 300));
    }
}
