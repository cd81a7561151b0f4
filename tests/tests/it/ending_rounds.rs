//! An error in a cycle: what has come round, or waits to, is other items, and goes through.

use std::cell::RefCell;

use flow_runtime::{Error, flow};
use futures::StreamExt;

use crate::guard::within;

#[test]
fn what_waits_to_go_round_a_cycle_is_worked_off() {
    let seen = RefCell::new(Vec::new());
    let outcome: Result<(), Error> = flow! {
        n = map(|n: u32| if n == 4 { Err("four") } else { Ok(n) })? -> inspect(|n| seen.borrow_mut().push(*n)) -> filter_map(|n| (n < 3).then_some(n + 1)) -> n;
        from([1, 4, 1]) -> n;
    }
    .run();
    assert!(outcome.is_err());
    assert_eq!(seen.into_inner(), [1, 2, 3]);
}

/// The two below it in a tree of fifteen.
fn below(x: u32) -> Vec<u32> {
    match x < 8 {
        true => vec![2 * x, 2 * x + 1],
        false => Vec::new(),
    }
}

fn but_two(x: u32) -> Result<u32, &'static str> {
    if x == 2 { Err("two") } else { Ok(x) }
}

/// All but those that are below the one that fails.
const BESIDE_TWO: [u32; 9] = [1, 2, 3, 6, 7, 12, 13, 14, 15];

#[tokio::test]
async fn what_has_come_round_goes_through_beside_an_error() {
    let seen = RefCell::new(Vec::new());
    let see = |x: &u32| seen.borrow_mut().push(*x);
    let plain: Result<(), Error> = flow! {
        from([1, 1]) -> n; n = inspect(see);
        n -> map(but_two)? -> flat_map(below) -> n;
    }
    .run();
    assert_eq!((plain.is_err(), seen.take()), (true, BESIDE_TWO.into()));
    let counted = flow! {
        from([1]) -> n; n = inspect(see);
        n -> by_key(|x| x % 3) { map(but_two)? } -> flat_map(below) -> n;
        n -> count()
    };
    let counted = counted.run().is_err();
    assert_eq!((counted, seen.take()), (true, BESIDE_TWO.into()));
    let pulled = flow! {
        from([1]) -> n; n = inspect(see);
        n -> map(but_two)? -> flat_map(below) -> n;
        n
    };
    let pulled = pulled.last().is_some_and(|last| last.is_err());
    assert_eq!((pulled, seen.take()), (true, BESIDE_TWO.into()));
    let awaited = flow! {
        from([1]) -> n; n = inspect(see);
        n -> then(async |x| but_two(x))? -> flat_map(below) -> n;
    };
    let awaited: Result<(), Error> = awaited.run().await;
    assert_eq!((awaited.is_err(), seen.take()), (true, BESIDE_TWO.into()));
    let at_once = flow! {
        from([1]) -> n; n = inspect(see);
        n -> then(async |x| but_two(x), concurrency = 2)? -> flat_map(below) -> n;
    };
    let at_once: Result<(), Error> = at_once.run().await;
    assert_eq!((at_once.is_err(), seen.take()), (true, BESIDE_TWO.into()));
    let streamed = flow! {
        from([1]) -> n; n = inspect(see);
        n -> then(async |x| but_two(x))? -> flat_map(below) -> n;
        n
    };
    let streamed: Vec<Result<u32, Error>> = streamed.collect().await;
    let failed = streamed.last().is_some_and(Result::is_err);
    assert_eq!((failed, seen.take()), (true, BESIDE_TWO.into()));
}

#[test]
fn cancel_drops_what_has_come_round() {
    let seen = RefCell::new(Vec::new());
    let outcome = flow! {
        #![on_error = cancel]
        from([1]) -> n; n = inspect(|x| seen.borrow_mut().push(*x));
        n -> map(but_two)? -> flat_map(below) -> n;
    };
    let outcome: Result<(), Error> = outcome.run();
    assert!(outcome.is_err());
    assert_eq!(seen.take(), [1, 2]);
}

fn but_seven(x: u32) -> Result<u32, &'static str> {
    if x == 7 { Err("seven") } else { Ok(x) }
}

#[tokio::test(start_paused = true)]
async fn cancel_ends_what_goes_round_for_ever() {
    let plain: Result<usize, Error> = flow! {
        #![on_error = cancel]
        from([1]) -> n; n = map(but_seven)?;
        n -> flat_map(|x| [x + 1, 1]) -> n;
        n -> count()
    }
    .run();
    assert!(plain.is_err());
    let beside: Result<usize, Error> = flow! {
        #![on_error = cancel]
        from([1]) -> n; n = map(|x: u32| x);
        n -> flat_map(|x| [x + 1, 1]) -> n;
        n -> map(but_seven)? -> count()
    }
    .run();
    assert!(beside.is_err());
    let awaited: Result<usize, Error> = within(flow! {
        #![on_error = cancel]
        from([1]) -> n; n = then(async |x| but_seven(x))?;
        n -> flat_map(|x| [x + 1, 1]) -> n;
        n -> count()
    })
    .await;
    assert!(awaited.is_err());
    let at_once: Result<usize, Error> = within(flow! {
        #![on_error = cancel]
        from([1]) -> n; n = then(async |x| but_seven(x), concurrency = 2)?;
        n -> flat_map(|x| [x + 1, 1]) -> n;
        n -> count()
    })
    .await;
    assert!(at_once.is_err());
}
