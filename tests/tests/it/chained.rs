//! `chain`: all of one input, then all of the next.

use std::{cell::RefCell, rc::Rc, time::Duration};

use flow_runtime::{ErrorKind, flow};
use futures::stream;
use tokio::time::sleep;

use crate::guard::within;

/// Says in `log` that it was asked for.
fn watched<'l>(
    name: &'static str,
    n: u32,
    log: &'l RefCell<Vec<String>>,
) -> impl Iterator<Item = u32> + 'l {
    (0..n).inspect(move |each| log.borrow_mut().push(format!("{name}{each}")))
}

#[test]
fn a_later_source_is_not_begun_before() {
    let log = RefCell::new(Vec::new());
    let all = flow! {
        chain(from(watched("a", 2, &log)), from(watched("b", 2, &log)), from(watched("c", 1, &log)))
            -> inspect(|n| log.borrow_mut().push(format!("={n}")))
            -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(all, [0, 1, 0, 1, 0]);
    let log = log.into_inner();
    assert_eq!(
        log,
        ["a0", "=0", "a1", "=1", "b0", "=0", "b1", "=1", "c0", "=0"]
    );
}

#[test]
fn an_end_behind_it_leaves_later_sources_alone() {
    let log = RefCell::new(Vec::new());
    let mut all = flow! { chain(from(watched("a", 2, &log)), from(watched("b", 9, &log))) };
    assert_eq!(all.by_ref().take(3).collect::<Vec<_>>(), [0, 1, 0]);
    drop(all);
    assert_eq!(log.borrow().concat(), "a0a1b0");
    let endless =
        flow! { chain(from(0..), from(watched("c", 9, &log))) -> take(3) -> sum::<u32>() };
    assert_eq!(endless.run(), 3);
    assert_eq!(log.borrow().concat(), "a0a1b0");
}

#[test]
fn another_branch_of_a_later_source_waits_as_well() {
    let log = RefCell::new(Vec::new());
    let (all, count) = flow! {
        a = from(watched("a", 2, &log));
        b = from(watched("b", 2, &log));
        count = b -> count();
        all = chain(a, b) -> collect::<Vec<_>>();
        (all, count)
    }
    .run();
    assert_eq!((all, count), (vec![0, 1, 0, 1], 2));
    assert_eq!(log.into_inner().concat(), "a0a1b0b1");
}

#[test]
fn branches_of_one_source_wait() {
    let chained = |n: u32| {
        flow! {
            numbers = from(0..n);
            evens   = numbers -> filter(|n| n % 2 == 0);
            odds    = numbers -> filter(|n| n % 2 == 1);
            chain(evens, odds, numbers -> map(|n| 100 + n), capacity = 4)? -> collect::<Vec<_>>()
        }
        .run()
    };
    assert_eq!(chained(4).unwrap(), [0, 2, 1, 3, 100, 101, 102, 103]);
    let error = chained(5).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Capacity);
    let text = error.to_string();
    assert!(
        text.contains("more than 4 items of the input `map` wait for its turn"),
        "{text}"
    );
}

#[test]
fn what_found_no_room_has_a_route() {
    let (all, errors) = flow! {
        numbers = from(0..5);
        all     = chain(numbers, numbers, capacity = 2)? else errors -> collect::<Vec<_>>();
        errors  = count();
        (all, errors)
    }
    .run();
    assert_eq!((all, errors), (vec![0, 1, 2, 3, 4, 0, 1], 3));
}

#[test]
fn what_is_held_leaves_in_its_turn() {
    let all = flow! {
        numbers = from(0..5);
        pairs   = numbers -> partition(2) -> map(|pair| pair.iter().sum::<i32>());
        chain(pairs, numbers, capacity = 8)? -> collect::<Vec<_>>()
    }
    .run()
    .unwrap();
    assert_eq!(all, [1, 5, 4, 0, 1, 2, 3, 4]);
}

#[test]
fn inputs_of_other_fan_ins() {
    let all = flow! {
        chained = chain(from([1, 2]), from([3]));
        zip(chained, from(["a", "b", "c", "d"])) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(all, [(1, "a"), (2, "b"), (3, "c")]);
    let all = flow! {
        chain(union(from([1, 2]), from([10, 20])), chain(from([3]), from([4]))) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(all, [1, 10, 2, 20, 3, 4]);
    let all = flow! {
        a = from([1, 2]);
        b = from([3, 4, 5]);
        c = chain(a, b, capacity = 9)?;
        zip(c, b) -> collect::<Vec<_>>()
    }
    .run()
    .unwrap();
    assert_eq!(all, [(1, 3), (2, 4), (3, 5)]);
}

#[test]
fn inlets_wait() {
    let mut flow = flow! {
        left  = <u32>;
        right = <u32>;
        chain(left, right, capacity = 2)? -> collect::<Vec<_>>()
    };
    flow.emit_right(10).unwrap();
    flow.emit_left(1).unwrap();
    flow.emit_right(20).unwrap();
    let error = flow.emit_right(30).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Capacity);
    flow.emit_left(2).unwrap();
    assert_eq!(flow.finish().unwrap(), [1, 2, 10, 20]);
}

#[test]
fn sources_before_and_behind_an_inlet() {
    let mut flow = flow! { chain(<u32>, from([7, 8])) -> collect::<Vec<_>>() };
    flow.emit(1);
    flow.emit(2);
    assert_eq!(flow.finish(), [1, 2, 7, 8]);
    let mut flow = flow! { chain(from([7, 8]), <u32>, capacity = 1)? -> collect::<Vec<_>>() };
    for n in 1..=4 {
        flow.emit(n).unwrap();
    }
    assert_eq!(flow.finish().unwrap(), [7, 8, 1, 2, 3, 4]);
}

#[test]
fn pieces() {
    let piece = flow! {
        item  = <char>;
        upper = item -> map(|c| c.to_ascii_uppercase());
        chain(item, upper, capacity = 2)
    };
    let all = flow! {
        from(['a', 'b', 'c']) -> via(piece) -> map(|each| each.map_err(|error| error.kind())) -> collect::<Vec<_>>()
    }
    .run();
    let full = Err(ErrorKind::Capacity);
    assert_eq!(all, [Ok('a'), Ok('b'), Ok('c'), full, Ok('A'), Ok('B')]);
}

#[tokio::test(start_paused = true)]
async fn streams_have_their_turn() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let slow = |name: &'static str| {
        let log = log.clone();
        Box::pin(stream::unfold(0, move |n| {
            let log = log.clone();
            async move {
                log.borrow_mut().push(format!("{name}{n}"));
                sleep(Duration::from_secs(1)).await;
                (n < 2).then_some((n, n + 1))
            }
        }))
    };
    let all =
        flow! { chain(stream(slow("a")), stream(slow("b")), from([9])) -> collect::<Vec<_>>() };
    assert_eq!(all.run().await, [0, 1, 0, 1, 9]);
    assert_eq!(log.borrow().concat(), "a0a1a2b0b1b2");
}

#[tokio::test(start_paused = true)]
async fn cuts_in_inputs() {
    let log = RefCell::new(Vec::new());
    let all = flow! {
        chain(
            from(watched("a", 3, &log)) -> then(async |n| { sleep(Duration::from_secs(3 - n as u64)).await; n }, concurrency = 3),
            from(watched("b", 3, &log)) -> buffer(2) -> map(|n| 10 + n),
            from(watched("c", 2, &log)) -> inspect(|_| ()) -> then(async |n| n + 20, concurrency = 2) -> buffer(1),
        )
            -> then(async |n| { sleep(Duration::from_secs(1)).await; log.borrow_mut().push(format!("={n}")); n })
            -> collect::<Vec<_>>()
    };
    assert_eq!(all.run().await, [0, 1, 2, 10, 11, 12, 20, 21]);
    let log = log.into_inner();
    let place = |what: &str| log.iter().position(|each| each == what).unwrap();
    assert!(
        place("=2") < place("b0") && place("=12") < place("c0"),
        "{log:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn branches_that_await_and_meet() {
    let all = flow! {
        numbers = from(0..4);
        slow    = numbers -> then(async |n| { sleep(Duration::from_secs(1)).await; n }, concurrency = 2);
        chain(slow, numbers -> map(|n| 10 + n), capacity = 4)? -> collect::<Vec<_>>()
    };
    assert_eq!(all.run().await.unwrap(), [0, 1, 2, 3, 10, 11, 12, 13]);
    let all = flow! {
        numbers = from(0..40);
        slow    = numbers -> then(async |n| { sleep(Duration::from_secs(1)).await; n }, concurrency = 2);
        chain(slow -> buffer(3), numbers -> buffer(3), capacity = 4)? -> count()
    };
    assert_eq!(all.run().await.unwrap_err().kind(), ErrorKind::Capacity);
}

#[tokio::test(start_paused = true)]
async fn an_end_behind_a_cut_begins_nothing_and_ends() {
    let log = RefCell::new(Vec::new());
    let all = flow! {
        b   = from(watched("b", 3, &log)) -> buffer(2);
        all = chain(interval(Duration::from_secs(1)) -> map(|_| 1), b) -> buffer(1) -> take(2) -> sum::<u32>();
        all
    };
    assert_eq!(all.run().await, 2);
    let (all, seen) = flow! {
        b    = from(watched("b", 3, &log));
        seen = b -> count();
        all  = chain(interval(Duration::from_secs(1)) -> map(|_| 1), b -> buffer(2)) -> take(2) -> sum::<u32>();
        (all, seen)
    }
    .run()
    .await;
    assert_eq!((all, seen), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_is_stopped_ends() {
    let all = flow! {
        chain(interval(Duration::from_secs(1)) -> map(|_| 1), from(0..) -> buffer(2)) -> sum::<u32>()
    };
    let stop = sleep(Duration::from_millis(3500));
    assert_eq!(all.run_until(stop).await, 3);
}

#[tokio::test]
async fn an_open_flow_that_awaits() {
    let flow = flow! {
        left  = <u32>;
        right = <u32>;
        chain(left -> buffer(1), right, capacity = 2)? -> then(async |n| n) -> collect::<Vec<_>>()
    };
    let (emitter, handle) = flow.spawn();
    emitter.right.emit(10).await.unwrap();
    emitter.left.emit(1).await.unwrap();
    drop(emitter);
    assert_eq!(handle.await.unwrap().unwrap(), [1, 10]);
}

#[tokio::test]
async fn one_inlet_may_be_filled_behind_a_cut_before_the_other() {
    let flow = flow! {
        left  = <u32>;
        right = <u32>;
        chain(left, right -> buffer(2), capacity = 100)? -> collect::<Vec<_>>()
    };
    let (emitter, handle) = flow.spawn();
    let all = within(async move {
        for n in 50..100 {
            emitter.right.emit(n).await.unwrap();
        }
        for n in 0..50 {
            emitter.left.emit(n).await.unwrap();
        }
        emitter.close();
        handle.await.unwrap().unwrap()
    });
    assert_eq!(all.await, (0..100).collect::<Vec<_>>());
    let flow = flow! {
        left  = <u32>;
        right = <u32>;
        zip(left -> buffer(2), right -> then(async |n| n, concurrency = 2), capacity = 100)? -> count()
    };
    let (emitter, handle) = flow.spawn();
    let pairs = within(async move {
        for n in 0..50 {
            emitter.left.emit(n).await.unwrap();
        }
        for n in 0..50 {
            emitter.right.emit(n).await.unwrap();
        }
        emitter.close();
        handle.await.unwrap().unwrap()
    });
    assert_eq!(pairs.await, 50);
}

#[test]
fn a_branch_that_ends_before_its_source_hands_over() {
    let all = flow! {
        numbers = from(0..100);
        head    = numbers -> take(2);
        tail    = numbers -> skip(2);
        chain(head, tail, capacity = 1)? -> take(90) -> collect::<Vec<_>>()
    };
    assert_eq!(all.run().unwrap(), (0..90).collect::<Vec<_>>());
    let mut flow = flow! {
        numbers = <u32>;
        chain(numbers -> take_while(|n| *n < 3), numbers -> filter(|n| *n >= 3), capacity = 1)? -> collect::<Vec<_>>()
    };
    for n in 0..9 {
        flow.emit(n).unwrap();
    }
    assert_eq!(flow.finish().unwrap(), (0..9).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_flow_with_it_may_be_spawned() {
    let flow = flow! {
        a = from(0..3);
        b = from(3..6) -> buffer(2);
        c = from(6..9) -> then(async |n| n, concurrency = 2);
        chain(a, b, c -> buffer(1)) -> collect::<Vec<u32>>()
    };
    assert_eq!(flow.spawn().await.unwrap(), (0..9).collect::<Vec<_>>());
}

#[test]
fn an_error_ends_it() {
    let log = RefCell::new(Vec::new());
    let flow = flow! {
        a = from(watched("a", 3, &log)) -> map(|n| if n == 1 { Err("one") } else { Ok(n) })?;
        b = from(watched("b", 3, &log));
        chain(a, b) -> for_each(|n| log.borrow_mut().push(format!("={n}")));
    };
    assert!(flow.run().is_err());
    assert_eq!(log.borrow().concat(), "a0=0a1");
}

mod acknowledged {
    use super::*;
    use flow_runtime::Acked;

    #[test]
    fn what_waits_for_its_turn_is_not_done_with() {
        let acks = RefCell::new(Vec::new());
        let items = |n: u32| {
            let acks = &acks;
            stream::iter((0..n).map(move |n| Acked::new(n, move || acks.borrow_mut().push(n))))
        };
        let seen = RefCell::new(Vec::new());
        futures::executor::block_on(
            flow! {
                x     = stream(items(6), ack = true);
                odds  = x -> filter(|n| n % 2 == 1);
                evens = x -> filter(|n| n % 2 == 0);
                full  = drain();
                chain(odds, evens, capacity = 2)? else full
                    -> for_each(|n| seen.borrow_mut().push((n, acks.borrow().len())));
            }
            .into_future(),
        );
        assert_eq!(seen.into_inner(), [(1, 0), (3, 0), (5, 0), (0, 0), (2, 2)]);
        assert_eq!(acks.into_inner(), [0, 1, 2, 3, 4, 5]);
    }
}
