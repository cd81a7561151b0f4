//! Branches that end before others of their source: nothing is called in them any more.

use std::cell::Cell;

use flow_runtime::{BoxError, flow};

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
