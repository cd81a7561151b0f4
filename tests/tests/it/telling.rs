//! Errors of open flows: each is told once, by `emit` or `finish`, and ends nothing.

use std::{cell::RefCell, time::Duration};

use flow_runtime::{EmitError, Error, flow};
use tokio::time::sleep;

use crate::guard::{drive, in_time};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Fails for odd numbers, after a while.
async fn even(n: u64) -> Result<u64, String> {
    sleep(ms(1 + n % 3)).await;
    halved(n).map(|half| half * 2)
}

/// Fails for odd numbers.
fn halved(n: u64) -> Result<u64, String> {
    if n.is_multiple_of(2) {
        Ok(n / 2)
    } else {
        Err(format!("{n} is odd"))
    }
}

/// The number of errors that the end of a flow tells, and the value where it tells none.
fn told_at_the_end<V>(outcome: Result<V, Error>) -> (usize, Option<V>) {
    match outcome {
        Ok(value) => (0, Some(value)),
        Err(error) => {
            assert!(error.others().iter().all(|other| other.others().is_empty()));
            (1 + error.others().len(), None)
        }
    }
}

/// Emits 0 to 9 with pauses between: five errors are told, all in all. Where `emit`
/// tells all of them, the value is right.
macro_rules! tells_five {
    ($($flow:expr => $value:expr,)+) => {$(
        for pause in [0, 1, 2, 20] {
            drive(async {
                let mut flow = $flow;
                let mut told = 0;
                for n in 0..10 {
                    told += usize::from(flow.emit(n).await.is_err());
                    sleep(ms(pause)).await;
                }
                let (at_the_end, value) = told_at_the_end(flow.finish().await);
                assert_eq!(told + at_the_end, 5, "{}", stringify!($flow));
                if let Some(value) = value {
                    assert_eq!(value, $value, "{}", stringify!($flow));
                }
            });
            drive(async {
                let (emitter, handle) = $flow.spawn();
                let mut told = 0;
                for n in 0..10 {
                    match emitter.emit(n).await {
                        Ok(()) => {}
                        Err(EmitError::Failed(_)) => told += 1,
                        Err(EmitError::Closed(_)) => panic!("it wants more"),
                    }
                    sleep(ms(pause)).await;
                }
                emitter.close();
                let (at_the_end, value) = told_at_the_end(handle.await.unwrap());
                assert_eq!(told + at_the_end, 5, "{}", stringify!($flow));
                if let Some(value) = value {
                    assert_eq!(value, $value, "{}", stringify!($flow));
                }
            });
        }
    )+};
}

#[test]
fn errors_behind_buffers_and_of_concurrent_functions_are_told_once() {
    tells_five! {
        flow! { <u64> -> buffer(16) -> then(even, concurrency = 4)? -> count() } => 5,
        flow! { <u64> -> buffer(2) -> then(even)? -> count() } => 5,
        flow! { <u64> -> then(even)? -> buffer(3) -> sum::<u64>() } => 20,
        flow! { <u64> -> then(even, concurrency = 3, ordered = false)? -> sum::<u64>() } => 20,
        flow! { <u64> -> delay(ms(3)) -> map(halved)? -> sum::<u64>() } => 10,
        flow! { <u64> -> buffer(9) -> sink(async |n| even(n).await.map(drop))?; } => (),
    }
}

#[test]
fn errors_of_arms_keys_cycles_and_pieces_are_told_once() {
    tells_five! {
        flow! { <u64> -> buffer(16) -> match { n if n < 5 => then(even)?, n => then(even, concurrency = 2)? } -> count() } => 5,
        flow! { <u64> -> buffer(16) -> by_key(|n| n % 3) { map(halved)? } -> sum::<u64>() } => 10,
        flow! { <u64> -> buffer(16) -> by_key(|n| n % 3) { then(even)? } -> sum::<u64>() } => 20,
        flow! {
            n = then(even, concurrency = 2)?;
            <u64> -> n;
            n -> filter(|n| (1..100).contains(n)) -> map(|n| n + 100) -> n;
            n -> count()
        } => 9,
        flow! { <u64> -> buffer(16) -> via(flow! { <u64> -> map(halved) })? -> sum::<u64>() } => 10,
        flow! { <u64> -> buffer(16) -> partition(1) -> flat_map(|b| b) -> then(even)? -> sum::<u64>() } => 20,
        flow! { items = <u64>; good = items -> then(even, concurrency = 2)?; zip_latest(good, items) -> count() } => 5,
    }
}

#[test]
fn several_items_made_of_one_fail_each_by_itself() {
    let mut flow = flow! {
        <Vec<u64>> -> flatten() -> map(halved)? -> collect::<Vec<_>>()
    };
    let error = flow.emit(vec![1, 2, 3, 4, 5]).unwrap_err();
    assert_eq!(error.others().len(), 2);
    flow.emit(vec![6]).unwrap();
    assert_eq!(flow.finish().unwrap(), [1, 2, 3]);
    drive(async {
        let mut flow = flow! {
            <Vec<u64>> -> flatten() -> then(even)? -> collect::<Vec<_>>()
        };
        let mut told = usize::from(flow.emit(vec![1, 2, 3, 4]).await.is_err());
        told += usize::from(flow.emit(vec![6]).await.is_err());
        assert_eq!(told, 2);
        assert_eq!(flow.finish().await.unwrap(), [2, 4, 6]);
    });
}

#[test]
fn what_is_held_leaves_past_an_error_at_the_end() {
    let seen = RefCell::new(Vec::new());
    let mut flow = flow! {
        <u64> -> partition(2, by = |n| n % 10) -> map(|batch| halved(batch[0]))?
            -> for_each(|n| seen.borrow_mut().push(n));
    };
    for n in [1, 2, 3, 4] {
        flow.emit(n).unwrap();
    }
    assert_eq!(flow.finish().unwrap_err().others().len(), 1);
    assert_eq!(*seen.borrow(), [1, 2]);
    seen.borrow_mut().clear();
    drive(async {
        let mut flow = flow! {
            <u64> -> partition(2, by = |n| n % 10) -> then(async |batch| even(batch[0]).await)?
                -> for_each(|n| seen.borrow_mut().push(n));
        };
        for n in [1, 2, 3, 4] {
            flow.emit(n).await.unwrap();
        }
        assert_eq!(flow.finish().await.unwrap_err().others().len(), 1);
    });
    assert_eq!(*seen.borrow(), [2, 4]);
}

#[test]
fn an_error_beside_a_source_ends_neither() {
    let mut flow = flow! {
        union(<u64>, from([1_u64, 2, 3, 4])) -> map(halved)? -> collect::<Vec<_>>()
    };
    let mut told = usize::from(flow.emit(10).is_err());
    match flow.finish() {
        Ok(all) => assert_eq!(all.len(), 3),
        Err(error) => told += 1 + error.others().len(),
    }
    assert_eq!(told, 2);
}

#[test]
fn branches_that_fail_at_the_same_time_are_both_told() {
    drive(async {
        let mut flow = flow! {
            items = <u64>;
            items -> then(async |n| Err::<u64, _>(format!("a{n}")))? -> drain();
            items -> then(async |n| Err::<u64, _>(format!("b{n}")))? -> drain();
        };
        assert!(flow.emit(1).await.unwrap_err().to_string().contains("a1"));
        assert!(flow.emit(2).await.unwrap_err().to_string().contains("b1"));
        let error = flow.finish().await.unwrap_err();
        assert!(error.to_string().contains("a2"), "{error}");
        assert!(error.others()[0].to_string().contains("b2"), "{error:?}");
    });
}

#[test]
fn the_error_of_the_item_that_ends_a_flow_is_told_by_its_emit() {
    drive(async {
        let mut flow = flow! { <u64> -> take(1) -> then(even)? -> count() };
        assert!(flow.emit(1).await.is_err());
        assert_eq!(flow.finish().await.unwrap(), 0);
    });
}

#[test]
fn errors_that_nobody_waited_for_are_behind_the_first() {
    drive(async {
        let (emitter, handle) = flow! { <u64> -> map(halved)? -> count() }.spawn();
        for n in [1, 2, 3, 5] {
            while emitter.try_emit(n).is_err() {
                tokio::task::yield_now().await;
            }
        }
        emitter.close();
        let error = handle.await.unwrap().unwrap_err();
        assert!(error.to_string().contains("1 is odd"), "{error}");
        assert_eq!(error.others().len(), 2);
    });
    in_time(|| {
        let (emitter, handle) = flow! {
            left = <u64>;
            right = <u64>;
            union(left, right) -> map(halved)? -> sum::<u64>()
        }
        .spawn_thread();
        while emitter.try_emit_left(1).is_err() {}
        while emitter.try_emit_right(3).is_err() {}
        emitter.close();
        assert_eq!(handle.join().unwrap().unwrap_err().others().len(), 1);
    });
}

#[test]
fn with_an_error_type_of_ones_own_the_first_is_told() {
    #[derive(Debug)]
    struct Mine(String);
    impl From<String> for Mine {
        fn from(text: String) -> Self {
            Self(text)
        }
    }
    struct Silent;
    impl From<String> for Silent {
        fn from(_: String) -> Self {
            Self
        }
    }
    drive(async {
        let mut flow = flow! { #![error = Mine] <u64> -> buffer(9) -> then(even)? -> count() };
        for n in [1, 3, 4] {
            flow.emit(n).await.unwrap();
        }
        let Mine(text) = flow.finish().await.unwrap_err();
        assert_eq!(text, "1 is odd");
        let mut flow = flow! { #![error = Silent] <u64> -> buffer(9) -> then(even)? -> count() };
        flow.emit(1).await.unwrap_or_default();
        flow.emit(3).await.unwrap_or_default();
        assert!(flow.finish().await.is_err());
        let mut flow = flow! { #![error = Error] <u64> -> buffer(9) -> then(async |n| even(n).await.map_err(io))? -> count() };
        for n in [1, 3, 5] {
            flow.emit(n).await.unwrap();
        }
        assert_eq!(flow.finish().await.unwrap_err().others().len(), 2);
    });
}

fn io(text: String) -> Error {
    Error::of(flow_runtime::ErrorKind::Failed, text)
}

#[test]
fn a_closed_flow_gives_its_first_error_and_the_others_that_arose() {
    let error = drive(async {
        flow! {
            items = from([1]) -> then(async |n: u64| n);
            items -> then(async |n| Err::<u64, _>(format!("a{n}")))? -> drain();
            items -> then(async |n| Err::<u64, _>(format!("b{n}")))? -> drain();
        }
        .await
    })
    .unwrap_err();
    assert!(error.to_string().contains("a1"), "{error}");
    assert!(error.others()[0].to_string().contains("b1"), "{error:?}");
    // Of independent chains the first in time, not in order of the text.
    let error = drive(async {
        flow! {
            from([3_u64]) -> then(async |n| { sleep(ms(20)).await; even(n).await }, concurrency = 2)? -> drain();
            from([5_u64]) -> then(even, concurrency = 2)? -> drain();
        }
        .await
    })
    .unwrap_err();
    assert!(error.to_string().contains("5 is odd"), "{error}");
    assert!(
        error.others()[0].to_string().contains("3 is odd"),
        "{error:?}"
    );
}
