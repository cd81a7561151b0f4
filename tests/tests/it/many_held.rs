//! The end of input where many operators hold: each item goes through all that is behind it
//! before the next leaves, as if it had come from a source.

use std::cell::RefCell;

use flow_runtime::{BoxError, flow};
use futures::{StreamExt, stream};

fn add(sum: &mut u32, x: u32) -> u32 {
    *sum += x;
    *sum
}

/// The numbers from 1 on, each with their sum so far.
fn running(n: u32) -> Vec<(u32, u32)> {
    (1..=n).map(|x| (x, x * (x + 1) / 2)).collect()
}

/// Pairs of an item and what is made of it, where so many others hold beside them.
macro_rules! beside {
    ($($other:tt)*) => {{
        let want = running(5);
        let closed = flow! {
            a = from([5, 3, 1, 2, 4]) -> in_order(|x| *x, late = 9)? else drop;
            sums = zip_latest(a, a -> accumulate(0, add)) -> collect::<Vec<_>>();
            $($other)*
            sums
        };
        assert_eq!(closed.run(), want);
        let mut open = flow! {
            a = <u32> -> in_order(|x| *x, late = 9)? else drop;
            sums = zip_latest(a, a -> accumulate(0, add)) -> collect::<Vec<_>>();
            $($other)*
            sums
        };
        [5, 3, 1, 2, 4].into_iter().for_each(|x| open.emit(x));
        assert_eq!(open.finish(), want);
        let lazy = flow! {
            a = from([5, 3, 1, 2, 4]) -> in_order(|x| *x, late = 9)? else drop;
            $($other)*
            zip_latest(a, a -> accumulate(0, add))
        };
        assert_eq!(lazy.collect::<Vec<_>>(), want);
        let awaiting = flow! {
            a = stream(stream::iter([5, 3, 1, 2, 4])) -> in_order(|x| *x, late = 9)? else drop;
            sums = zip_latest(a, a -> accumulate(0, add)) -> collect::<Vec<_>>();
            $($other)*
            sums
        };
        assert_eq!(awaiting.await, want);
        let piece = flow! {
            a = <u32> -> in_order(|x| *x, late = 9)? else drop;
            $($other)*
            zip_latest(a, a -> accumulate(0, add))
        };
        let around = flow! { from([5, 3, 1, 2, 4]) -> via(piece) -> collect::<Vec<_>>() };
        assert_eq!(around.run(), want);
    }};
}

#[tokio::test]
async fn what_meets_an_item_is_its_own() {
    beside! {}
    beside! { a -> partition(2) -> drain(); a -> group_by(|x| x / 3) -> drain(); }
    beside! {
        a -> partition(2) -> drain();
        a -> group_by(|x| x / 3) -> drain();
        a -> tumbling_window(10, |x| *x)? else drop -> drain();
    }
    beside! {
        a -> partition(2) -> drain();
        a -> group_by(|x| x / 3) -> drain();
        a -> tumbling_window(10, |x| *x)? else drop -> drain();
        a -> partition_unique(2) -> flatten() -> partition(3) -> flatten() -> partition(4) -> drain();
        a -> window_by(|x| [x / 2]) -> drain();
        a -> by_key(|x| x % 2) { partition(2) } -> drain();
    }
}

/// A flow whose items come through so many operators that hold.
macro_rules! behind {
    (1 [$($source:tt)*] $($rest:tt)*) => {
        flow! { $($source)* -> partition(9) -> flatten() $($rest)* }
    };
    (4 [$($source:tt)*] $($rest:tt)*) => { behind! {
        1 [$($source)* -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()] $($rest)*
    } };
    (10 [$($source:tt)*] $($rest:tt)*) => { behind! {
        4 [$($source)*
            -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()
            -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()] $($rest)*
    } };
    (22 [$($source:tt)*] $($rest:tt)*) => { behind! {
        10 [$($source)*
            -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()
            -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()
            -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()
            -> partition(9) -> flatten() -> partition(9) -> flatten() -> partition(9) -> flatten()] $($rest)*
    } };
}

/// Does the same behind each number of operators that hold.
macro_rules! behind_each {
    ($check:ident $($argument:tt)*) => {
        $check!(1 $($argument)*);
        $check!(4 $($argument)*);
        $check!(10 $($argument)*);
        $check!(22 $($argument)*);
    };
}

#[test]
fn branches_take_turns() {
    macro_rules! check {
        ($n:tt) => {
            let seen = RefCell::new(Vec::new());
            let see = |branch, x: u32| seen.borrow_mut().push((branch, x));
            behind! { $n [a = from(1..=3)];
                a -> partition(1) -> for_each(|batch| see("first", batch[0]));
                a -> for_each(|x| see("second", x));
                a -> by_key(|x| x % 2) { group_by(|x| *x) } -> for_each(|(x, _)| see("third", x));
            }
            .run();
            let seen = seen.into_inner();
            let both = |x| [("first", x), ("second", x)];
            let third = seen.iter().filter(|(branch, _)| *branch == "third");
            assert_eq!(third.map(|(_, x)| *x).collect::<Vec<_>>(), [1, 3, 2]);
            let others = seen.iter().filter(|(branch, _)| *branch != "third");
            assert!(others.copied().eq((1..=3).flat_map(both)), "{seen:?}");
        };
    }
    behind_each!(check);
}

#[test]
fn arms_keep_their_order() {
    macro_rules! check {
        ($n:tt) => {
            let all = behind! { $n [from(1..=4)]
                -> match { x if x % 2 == 0 => partition(1) -> map(|batch| batch[0]), x => map(|x| x) }
                -> collect::<Vec<_>>()
            };
            assert_eq!(all.run(), [1, 2, 3, 4]);
        };
    }
    behind_each!(check);
}

#[test]
fn no_more_waits_than_before() {
    macro_rules! check {
        ($n:tt) => {
            let pairs = behind! { $n [a = from(1..=5)];
                pairs = zip(a, a -> by_key(|x| x % 2) { map(|x| x) }, capacity = 2)? -> collect::<Vec<_>>();
                latest = combine_latest(a -> accumulate(0, add), a, emit_on = a) -> collect::<Vec<_>>();
                (pairs, latest)
            };
            let (pairs, latest) = pairs.run().unwrap();
            assert_eq!(pairs, (1..=5).map(|x| (x, x)).collect::<Vec<_>>());
            let sums = running(5).into_iter().map(|(x, sum)| (sum, x));
            assert_eq!(latest, sums.collect::<Vec<_>>());
        };
    }
    behind_each!(check);
}

fn all_but_one(x: u32) -> Result<u32, BoxError> {
    match x {
        1 => Err("no".into()),
        x => Ok(x),
    }
}

#[tokio::test]
async fn of_what_leaves_one_item_fails() {
    macro_rules! check {
        ($n:tt $($last:tt)*) => {
            let seen = RefCell::new(Vec::new());
            let see = |x| seen.borrow_mut().push(x);
            let closed = behind! { $n [from(1..=4)] $($last)* -> map(all_but_one)? -> for_each(see) };
            assert!(closed.run().is_err());
            assert_eq!(seen.take(), [2, 3, 4]);
            let awaiting = behind! { $n [stream(stream::iter(1..=4))] $($last)*
                -> map(all_but_one)? -> for_each(see)
            };
            assert!(awaiting.run().await.is_err());
            assert_eq!(seen.take(), [2, 3, 4]);
            let lazy = behind! { $n [from(1..=4)] $($last)* -> map(all_but_one)? };
            let lazy: Vec<Option<u32>> = lazy.map(Result::ok).collect();
            assert_eq!(lazy, [Some(2), Some(3), Some(4), None]);
            let stream = behind! { $n [stream(stream::iter(1..=4))] $($last)* -> map(all_but_one)? };
            let stream: Vec<Option<u32>> = stream.map(Result::ok).collect().await;
            assert_eq!(stream, [Some(2), Some(3), Some(4), None]);
        };
    }
    behind_each!(check);
    behind_each!(check -> window_by(|x| [*x]) -> map(|(_, batch)| batch[0]));
    behind_each!(check -> by_key(|_| 0) { partition(3) -> flatten() });
    behind_each!(check -> in_order(|x| *x, late = 9)? else drop);
    behind_each!(check -> match { x if x > 9 => map(|x| x), x => partition_unique(9) -> flatten() });
}

#[test]
fn nothing_is_called_in_vain_for_other_keys() {
    let paid = RefCell::new(Vec::new());
    let pay = |batch: flow_runtime::InlineBatch<u32, 2>| {
        paid.borrow_mut().push(batch.into_vec());
    };
    let first = flow! { from(0..) -> by_key(|x| x % 3) { partition(2) -> map(pay) } -> first() };
    assert_eq!(first.run(), Some(()));
    assert_eq!(paid.take(), [[0, 3]]);
    let one = flow! { from(0..3) -> by_key(|x| *x) { partition(2) -> map(pay) } -> take(1) };
    assert_eq!(one.count(), 1);
    assert_eq!(paid.take(), [[0]]);
    let beside = flow! {
        x = from(0..6);
        union(x -> by_key(|x| x % 3) { partition(2) -> map(pay) }, x -> map(|_| ())) -> first()
    };
    beside.run();
    assert!(paid.take().is_empty());
}

/// A branch beside a way round, written before it, holds what comes round at the end.
#[tokio::test]
async fn what_comes_round_leaves_what_is_written_before() {
    let all = [17, 7, 25, 16, 42, 43, 44, 45, 46, 47, 48, 49];
    let below = |x: &u32| *x < 50;
    let closed = flow! {
        n = filter(below);
        from([17, 7, 16]) -> n;
        held = n -> group_by(|x| *x) -> map(|(x, _)| x) -> collect::<Vec<_>>();
        n -> partition(2) -> map(|both| both.iter().sum::<u32>() + 1) -> n;
        held
    };
    assert_eq!(closed.run(), all);
    let mut open = flow! {
        n = filter(below);
        <u32> -> n;
        k = n -> group_by(|x| *x) -> map(|(x, _)| x);
        pairs = zip(k, k -> enumerate()) -> count();
        held = k -> collect::<Vec<_>>();
        n -> partition(2) -> map(|both| both.iter().sum::<u32>() + 1) -> match { x if x % 2 == 0 => n, _ => n };
        (held, pairs)
    };
    [17, 7, 16].into_iter().for_each(|x| open.emit(x));
    assert_eq!(open.finish(), (all.to_vec(), all.len()));
    let awaiting = flow! {
        n = filter(below);
        stream(stream::iter([17, 7, 16])) -> n;
        held = n -> group_by(|x| *x) -> then(async |(x, _)| x) -> collect::<Vec<_>>();
        n -> partition(2) -> map(|both| both.iter().sum::<u32>() + 1) -> n;
        held
    };
    assert_eq!(awaiting.await, all);
}
