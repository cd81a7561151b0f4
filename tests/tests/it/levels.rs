//! Open ends whose turns go on within an item: behind unions of its branches, behind operators
//! that give several, and at the end of input.

use std::{cell::RefCell, fmt::Debug, rc::Rc};

use flow_runtime::flow;
use futures::{FutureExt, StreamExt, stream};

/// The calls of a flow's functions, the pulls of its source, and the items that left.
#[derive(Clone, PartialEq, Debug)]
enum Seen {
    Pulled(u32),
    Called(&'static str, u32),
    Left(String),
}

type Log = RefCell<Vec<Seen>>;

/// Random numbers, the same at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn items(&mut self) -> Vec<u32> {
        let count = self.below(9);
        (0..count).map(|_| self.below(12) as u32).collect()
    }
}

/// An item as it leaves.
fn text(item: impl Debug) -> String {
    format!("{item:?}")
}

/// Notes a call.
fn call(log: &Log, name: &'static str, x: u32) -> u32 {
    log.borrow_mut().push(Seen::Called(name, x));
    x
}

/// The part of a log up to the item that left as the `count`th, and with it.
fn up_to(log: &[Seen], count: usize) -> &[Seen] {
    let left = log
        .iter()
        .enumerate()
        .filter(|(_, seen)| matches!(seen, Seen::Left(_)));
    match (count, left.map(|(at, _)| at).nth(count.saturating_sub(1))) {
        (0, _) => &[],
        (_, Some(at)) => &log[..=at],
        (_, None) => log,
    }
}

/// Compares flows of one shape over random items: run to its end, one does everything in the
/// order in which the iterator and the stream have to do it, and no earlier than they are asked.
macro_rules! alike {
    ($($name:ident($log:ident) { $($before:tt)* } source { $($behind:tt)* })*) => {$(
        #[test]
        fn $name() {
            let mut random = Random(0x2545_F491_4F6C_DD1D);
            for _ in 0..60 {
                let items = random.items();
                let logs: [Log; 3] = Default::default();
                let pulled = |log: &Log, x: &u32| log.borrow_mut().push(Seen::Pulled(*x));
                let left = |log: &Log, x: String| log.borrow_mut().push(Seen::Left(x));
                let $log = &logs[0];
                let source = items.iter().copied().inspect(|x| pulled($log, x));
                let closed = flow! {
                    $($before)* from(source) $($behind)* -> map(text) -> for_each(|x| left($log, x))
                };
                let _ = closed.run();
                let taken = random.below(30) as usize;
                let $log = &logs[1];
                let source = items.iter().copied().inspect(|x| pulled($log, x));
                let iterator = flow! { $($before)* from(source) $($behind)* };
                iterator.take(taken).for_each(|x| left($log, text(x)));
                let $log = &logs[2];
                let source = items.iter().copied().inspect(|x| pulled($log, x));
                let flow = flow! { $($before)* stream(stream::iter(source)) $($behind)* };
                let all = flow.take(taken).for_each(|x| { left($log, text(x)); async {} });
                all.now_or_never().expect("nothing is waited for");
                let whole = logs[0].borrow();
                let expected = up_to(&whole, taken);
                for log in &logs[1..] {
                    assert_eq!(*log.borrow(), expected, "{items:?}, {taken} taken");
                }
            }
        }
    )*};
}

alike! {
    branches_of_an_item(log) { x = } source {
        -> map(|x| call(log, "first", x));
        union(x -> map(|x| call(log, "left", x) + 100), x, x -> filter(|x| x % 3 == 0) -> map(|x| call(log, "right", x)))
            -> map(|x| call(log, "behind", x))
    }

    unions_behind_each_other(log) { x = } source {
        ;
        y = union(x -> map(|x| call(log, "a", x)), x -> filter(|x| x % 2 == 0) -> map(|x| call(log, "b", x) + 20)) -> filter(|x| x % 5 != 0);
        z = union(y, y -> map(|x| call(log, "c", x) + 40), y);
        z -> map(|x| call(log, "d", x))
    }

    branches_that_give_several(log) { x = } source {
        -> filter(|x| *x != 7);
        union(x -> flat_map(|x| 0..x % 4) -> map(|x| call(log, "a", x)), x -> map(|x| call(log, "b", x)))
            -> map(|x| call(log, "c", x))
    }

    levels_and_branches_in_turn(log) { x = } source {
        -> flat_map(|x| (0..x % 4).map(move |n| 10 * x + n)) -> inspect(|x| { call(log, "a", *x); });
        y = union(x, x -> map(|x| call(log, "b", x) + 100)) -> flat_map(|x| [x, x + 1000]) -> map(|x| call(log, "c", x));
        zip(y -> map(|x| x + 1), y)
    }

    arms_and_branches(log) { x = } source {
        -> match {
            0 | 3 => flat_map(|_| [10, 11]) -> map(|x| call(log, "a", x)),
            n if n % 2 == 0 => map(|n| call(log, "b", n)),
            _ => filter(|n| *n != 5),
        };
        x -> for_each(|x| { call(log, "seen", x); });
        union(x -> map(|x| x + 100), x -> filter(|x| x % 4 != 0)) -> map(|x| call(log, "c", x))
    }

    what_is_done_beside_in_front(log) { x = } source {
        ;
        x -> filter(|x| x % 2 == 0) -> for_each(|x| { call(log, "even", x); });
        x -> flat_map(|x| [x, x + 20]) -> map(|x| call(log, "out", x))
    }

    what_is_done_beside_behind(log) { x = } source {
        ;
        y = x -> flat_map(|x| [x, x + 20]) -> map(|x| call(log, "out", x));
        x -> filter(|x| x % 2 == 0) -> for_each(|x| { call(log, "even", x); });
        y
    }


    what_holds(log) {} source {
        -> map(|x| call(log, "a", x)) -> partition(2) -> flat_map(|batch| batch.into_iter().map(|x| x + 20).collect::<Vec<_>>())
            -> map(|x| call(log, "b", x)) -> partition(3) -> map(|batch| call(log, "c", batch.iter().sum()))
    }

    what_holds_and_branches(log) { x = } source {
        ;
        pairs = x -> partition(2) -> map(|batch| call(log, "pair", batch.iter().sum()));
        threes = x -> partition(3) -> map(|batch| call(log, "three", batch.iter().sum()));
        union(pairs, x, threes) -> map(|x| call(log, "out", x))
    }

    what_holds_several_beside_a_branch(log) { x = } source {
        ;
        union(x, x -> partition(4) -> flatten()) -> filter(|x| x % 5 != 0)
    }

    what_holds_several_by_branches_and_arms(log) { x = } source {
        -> flat_map(|x| [x, x + 40]);
        fives = x -> partition(5) -> flat_map(|batch| batch.to_vec());
        runs = x -> group_by(|x| x / 20) -> flat_map(|(_, run)| run.to_vec()) -> match {
            n if n % 2 == 0 => map(|n| call(log, "even", n)),
            n => map(|n| call(log, "odd", n)) -> filter(|n| *n != 3),
        };
        union(runs, fives, x)
    }

    what_holds_several_within_keys(log) { x = } source {
        ;
        union(x -> by_key(|x| x % 2) { partition(4) -> flatten() }, x -> map(|x| call(log, "b", x)))
    }

    what_ends_early(log) { x = } source {
        ;
        union(x -> take(2) -> map(|x| call(log, "a", x)), x -> map(|x| call(log, "b", x))) -> take(5) -> flat_map(|x| [x; 2]) -> take(7)
    }

    errors_that_are_dropped(log) { x = } source {
        -> map(|x| if x % 4 == 0 { Err(x) } else { Ok(x) })? else bad;
        bad = map(|x| call(log, "bad", x)) -> for_each(drop);
        union(x -> map(|x| call(log, "a", x)), x) -> map(|x| call(log, "b", x))
    }
}

#[test]
fn errors_are_the_last() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..200 {
        let items = random.items();
        let small = |x: u32| if x < 10 { Ok(x) } else { Err(x) };
        let good: Vec<u32> = items.iter().copied().take_while(|x| *x < 10).collect();
        let failed = items.iter().find(|x| **x >= 10);
        let expected = |good: Vec<u32>| -> Vec<Result<u32, u32>> {
            good.into_iter()
                .map(Ok)
                .chain(failed.map(|x| Err(*x)))
                .collect()
        };
        let flow = flow! {
            #![error = u32]
            x = from(items.clone()) -> flat_map(|x| [x]) -> map(small)?;
            union(x -> map(|x| x + 20), x)
        };
        let both = good.iter().flat_map(|x| [x + 20, *x]).collect();
        assert_eq!(flow.collect::<Vec<_>>(), expected(both));
        let flow = flow! {
            #![error = u32]
            from(items.clone()) -> map(small)? -> partition(3) -> flat_map(|batch| batch.to_vec())
        };
        assert_eq!(flow.collect::<Vec<_>>(), expected(good.clone()));
        // What one gave beside an item that failed goes through.
        let flow = flow! {
            #![error = u32]
            from(items.clone()) -> flat_map(|x| [x, 1]) -> map(small)? -> partition(3) -> flat_map(|batch| batch.to_vec())
        };
        let both = good.iter().flat_map(|x| [*x, 1]);
        let both = both.chain(failed.map(|_| 1)).collect();
        assert_eq!(flow.collect::<Vec<_>>(), expected(both));
        let flow = flow! {
            #![error = u32]
            stream(stream::iter(items.clone())) -> map(small)? -> partition(2) -> flat_map(|batch| batch.to_vec()) -> partition(3)
                -> flat_map(|batch| batch.to_vec())
        };
        let all = flow.collect::<Vec<_>>().now_or_never();
        assert_eq!(all, Some(expected(good.clone())));
        let flow = flow! {
            #![error = u32]
            stream(stream::iter(items.clone())) -> map(small)?
        };
        let all = flow.collect::<Vec<_>>().now_or_never();
        assert_eq!(all, Some(expected(good)));
    }
}

#[test]
fn what_is_held_leaves_behind_an_error_and_what_fails_there_is_told_with_it() {
    let flow = flow! {
        from([1_u32, 2, 3, 9, 4]) -> map(|x| if x < 9 { Ok(x) } else { Err(format!("{x}")) })?
            -> partition(2) -> map(|batch| if batch.len() == 2 { Ok(batch.len()) } else { Err("short".to_string()) })?
    };
    let all: Vec<_> = flow.collect();
    let [Ok(2), Err(error)] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert!(error.to_string().contains('9'), "{error}");
    assert_eq!(error.others().len(), 1);
}

#[test]
fn many_branches_of_an_item_are_taken_in_their_order() {
    let flow = flow! {
        x = from([100, 200]);
        union(x -> map(|x| x + 1), x -> filter(|x| *x == 200), x -> map(|x| x + 3), x -> map(|x| x + 4), x -> map(|x| x + 5), x -> map(|x| x + 6),
            x -> map(|x| x + 7), x -> map(|x| x + 8), x -> filter(|_| false), x -> map(|x| x + 10))
    };
    let expected = [
        101, 103, 104, 105, 106, 107, 108, 110, 201, 200, 203, 204, 205, 206, 207, 208, 210,
    ];
    assert_eq!(flow.collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_left_of_the_branches_is_dropped_with_the_iterator() {
    let held = Rc::new(());
    let mut flow = flow! {
        x = from([held.clone(), held.clone()]);
        union(x -> map(|x| (0, x)), x -> map(|x| (1, x)), x -> map(|x| (2, x)))
    };
    assert_eq!(flow.next().map(|(n, _)| n), Some(0));
    assert_eq!(Rc::strong_count(&held), 4);
    drop(flow);
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn a_stream_of_branches_waits_for_its_source_alone() {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let mut flow = flow! {
        x = receive(receiver) -> map(|x: u32| if x == 0 { Err("zero") } else { Ok(x) })?;
        pairs = x -> partition(2) -> map(|pair| pair.iter().sum());
        union(pairs, x)
    };
    let mut next = || flow.next().now_or_never().map(|item| item.map(Result::ok));
    assert_eq!(next(), None);
    for x in [1, 2, 4] {
        sender.send(x).unwrap();
    }
    let taken: [_; 5] = std::array::from_fn(|_| next());
    assert_eq!(
        taken,
        [
            Some(Some(Some(1))),
            Some(Some(Some(3))),
            Some(Some(Some(2))),
            Some(Some(Some(4))),
            None
        ]
    );
    sender.send(0).unwrap();
    let last: [_; 3] = std::array::from_fn(|_| next());
    assert_eq!(last, [Some(Some(Some(4))), Some(Some(None)), Some(None)]);
}
