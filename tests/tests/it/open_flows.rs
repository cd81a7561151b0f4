//! Flows with inlets: the program emits, and finishes.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::{pending, ready},
    num::ParseIntError,
    panic::AssertUnwindSafe,
    rc::Rc,
    time::Duration,
};

use flow_runtime::{Error, TryEmitError, flow};
use futures::{FutureExt, channel::oneshot};
use tokio::time::{Instant, sleep};

use crate::guard::{drive_in_time, in_time};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn assert_send<T: Send>(_: &T) {}

// One inlet.

#[test]
fn what_is_emitted_flows_to_the_result() {
    let mut sum = flow! { <u64> -> map(|x| x * x) -> sum() };
    for x in 1..=3 {
        sum.emit(x);
    }
    assert_eq!(sum.finish(), 14);
}

#[test]
fn a_flow_without_a_result_gives_nothing() {
    let seen = RefCell::new(Vec::new());
    let mut flow = flow! { <&str> -> for_each(|x| seen.borrow_mut().push(x)); };
    flow.emit("a");
    assert_eq!(*seen.borrow(), ["a"]);
    flow.emit("b");
    let () = flow.finish();
    assert_eq!(*seen.borrow(), ["a", "b"]);
}

#[test]
fn several_results_are_a_tuple() {
    let mut flow = flow! {
        numbers = <u32>;
        evens = numbers -> filter(|x| x % 2 == 0) -> collect::<Vec<_>>();
        count = numbers -> count();
        (evens, count)
    };
    (1..=5).for_each(|x| flow.emit(x));
    assert_eq!(flow.finish(), (vec![2, 4], 5));
}

#[test]
fn an_inlet_may_have_a_name() {
    let mut flow = flow! {
        words = <&'static str>;
        words -> map(str::len) -> collect()
    };
    flow.emit("one");
    flow.emit("three");
    let lengths: Vec<usize> = flow.finish();
    assert_eq!(lengths, [3, 5]);
}

#[test]
fn a_flow_nobody_emitted_to_gives_the_empty_result() {
    let flow = flow! { <u8> -> collect::<Vec<_>>() };
    assert!(flow.finish().is_empty());
}

#[test]
fn the_end_flushes_what_is_held() {
    let mut flow = flow! {
        numbers = <u32>;
        pairs = numbers -> partition(2) -> map(|b| b.to_vec()) -> collect::<Vec<_>>();
        runs = numbers -> group_by(|x| x / 10) -> map(|(key, run)| (key, run.len())) -> collect::<Vec<_>>();
        (pairs, runs)
    };
    for x in [1, 2, 13] {
        flow.emit(x);
    }
    let (pairs, runs) = flow.finish();
    assert_eq!(pairs, [vec![1, 2], vec![13]]);
    assert_eq!(runs, [(0, 2), (1, 1)]);
}

#[test]
fn an_item_is_through_when_emit_returns() {
    let log = RefCell::new(Vec::new());
    let mut flow = flow! {
        items = <u32>;
        items -> map(|x| x + 1) -> for_each(|x| log.borrow_mut().push(format!("a{x}")));
        items -> partition(2) -> for_each(|b| log.borrow_mut().push(format!("b{}", b.len())));
    };
    flow.emit(1);
    assert_eq!(*log.borrow(), ["a2"]);
    flow.emit(2);
    assert_eq!(*log.borrow(), ["a2", "a3", "b2"]);
    flow.finish();
}

#[test]
fn an_item_of_any_type_may_be_emitted() {
    struct Unclonable(String);
    let mut flow = flow! { <Unclonable> -> map(|x| x.0) -> collect::<String>() };
    flow.emit(Unclonable("a".into()));
    flow.emit(Unclonable("b".into()));
    assert_eq!(flow.finish(), "ab");
    let mut flow =
        flow! { <(u8, Vec<Option<char>>)> -> map(|(n, cs)| usize::from(n) + cs.len()) -> sum() };
    flow.emit((1, vec![None, Some('x')]));
    assert_eq!(flow.finish(), 3usize);
}

#[test]
fn items_may_borrow() {
    let text = String::from("a bc def");
    let mut flow = flow! { <&str> -> filter(|word| word.len() > 1) -> collect::<Vec<&str>>() };
    for word in text.split(' ') {
        flow.emit(word);
    }
    assert_eq!(flow.finish(), ["bc", "def"]);
}

#[test]
fn captures_may_be_borrowed_mutably() {
    let mut seen = Vec::new();
    let factor = 3;
    {
        let mut flow = flow! { <u32> -> map(|x| x * factor) -> for_each(|x| seen.push(x)); };
        for x in 0..3 {
            flow.emit(x);
        }
        flow.finish();
    }
    assert_eq!(seen, [0, 3, 6]);
}

#[test]
fn emits_behind_the_end_of_every_branch_are_harmless() {
    let seen = Cell::new(0);
    let mut flow = flow! {
        <u32> -> inspect(|_| seen.set(seen.get() + 1)) -> take(2) -> collect::<Vec<_>>()
    };
    for x in 0..5 {
        flow.emit(x);
    }
    assert_eq!(flow.finish(), [0, 1]);
}

#[test]
fn one_branch_may_end_and_the_other_go_on() {
    let mut flow = flow! {
        items = <u32>;
        two = items -> take(2) -> collect::<Vec<_>>();
        first = items -> first();
        all = items -> count();
        (two, first, all)
    };
    (0..5).for_each(|x| flow.emit(x));
    assert_eq!(flow.finish(), (vec![0, 1], Some(0), 5));
}

#[test]
fn branches_meet_without_glitches() {
    let mut flow = flow! {
        x = <i32>;
        inc = x -> map(|x| x + 1);
        dec = x -> map(|x| x - 1);
        zip(inc, dec) -> map(|(a, b)| a + b) -> collect::<Vec<_>>()
    };
    flow.emit(10);
    assert_eq!(flow.finish(), [20]);
}

#[test]
fn a_flow_may_be_stored_behind_a_closure() {
    struct Pump<F: FnMut(u32)> {
        emit: F,
    }
    let total = Rc::new(Cell::new(0));
    let sum = total.clone();
    let mut flow = flow! { <u32> -> for_each(move |x| sum.set(sum.get() + x)); };
    let mut pump = Pump {
        emit: move |x| flow.emit(x),
    };
    (pump.emit)(1);
    (pump.emit)(2);
    assert_eq!(total.get(), 3);
}

#[test]
fn open_flows_of_sendable_things_are_send() {
    let mut flow = flow! { <u32> -> partition(2) -> map(|b| b.len()) -> collect::<Vec<_>>() };
    assert_send(&flow);
    flow.emit(1);
    let handle = std::thread::spawn(move || {
        flow.emit(2);
        flow.emit(3);
        flow.finish()
    });
    assert_eq!(handle.join().unwrap(), [2, 1]);
}

// Errors.

#[test]
fn the_flow_is_usable_after_an_error() {
    let seen = RefCell::new(Vec::new());
    let mut flow = flow! {
        items = <u32>;
        items -> map(|x| if x == 1 { Err("one") } else { Ok(x) })? -> for_each(|x| seen.borrow_mut().push(x));
        all = items -> count();
        all
    };
    assert!(flow.emit(0).is_ok());
    let error: Error = flow.emit(1).unwrap_err();
    assert!(error.to_string().contains("one"), "{error}");
    assert!(flow.emit(2).is_ok());
    assert_eq!(*seen.borrow(), [0, 2]);
    assert_eq!(flow.finish().unwrap(), 2);
}

#[test]
fn an_error_in_the_later_branch_finds_the_earlier_one_done() {
    let mut flow = flow! {
        items = <u32>;
        all = items -> collect::<Vec<_>>();
        good = items -> map(|x| if x == 1 { Err("one") } else { Ok(x) })? -> collect::<Vec<_>>();
        (all, good)
    };
    let outcomes: Vec<bool> = (0..3).map(|x| flow.emit(x).is_ok()).collect();
    assert_eq!(outcomes, [true, false, true]);
    assert_eq!(flow.finish().unwrap(), (vec![0, 1, 2], vec![0, 2]));
}

#[test]
fn half_a_pair_does_not_survive_an_error() {
    let mut flow = flow! {
        items = <u32>;
        left = items -> map(|x| x);
        right = items -> map(|x| if x == 1 { Err("one") } else { Ok(x) })?;
        zip(left, right) -> collect::<Vec<_>>()
    };
    assert!(flow.emit(0).is_ok());
    assert!(flow.emit(1).is_err());
    assert!(flow.emit(2).is_ok());
    assert_eq!(flow.finish().unwrap(), [(0, 0), (2, 2)]);
}

#[test]
fn an_error_at_the_flush_is_the_result() {
    let mut flow = flow! {
        <u32> -> partition(2) -> map(|b| if b.len() < 2 { Err("short") } else { Ok(b.len()) })? -> sum()
    };
    assert!(flow.emit(1).is_ok());
    let outcome: Result<usize, Error> = flow.finish();
    assert!(outcome.unwrap_err().to_string().contains("short"));
}

#[derive(Debug, PartialEq)]
enum MyError {
    Parse(ParseIntError),
    Odd(OddError),
}

#[derive(Debug, PartialEq)]
struct OddError(i32);

impl From<ParseIntError> for MyError {
    fn from(error: ParseIntError) -> Self {
        Self::Parse(error)
    }
}

impl From<OddError> for MyError {
    fn from(error: OddError) -> Self {
        Self::Odd(error)
    }
}

fn even(x: i32) -> Result<i32, OddError> {
    if x % 2 == 0 { Ok(x) } else { Err(OddError(x)) }
}

#[test]
fn errors_may_be_of_the_users_type() {
    let mut flow = flow! {
        #![error = MyError]
        <&str> -> map(str::parse::<i32>)? -> map(even)? -> collect::<Vec<_>>()
    };
    let outcome: Result<(), MyError> = flow.emit("2");
    outcome.unwrap();
    assert_eq!(flow.emit("3"), Err(MyError::Odd(OddError(3))));
    assert!(matches!(flow.emit("x"), Err(MyError::Parse(_))));
    flow.emit("4").unwrap();
    assert_eq!(flow.finish(), Ok(vec![2, 4]));
}

#[test]
fn errors_may_be_of_the_users_type_in_async_flows() {
    let outcome = drive_in_time(|| async {
        let mut flow = flow! {
            #![error = MyError]
            <&str> -> map(str::parse::<i32>)? -> then(|x| ready(even(x)))? -> collect::<Vec<_>>()
        };
        flow.emit("2").await.unwrap();
        assert_eq!(flow.emit("3").await, Err(MyError::Odd(OddError(3))));
        assert!(matches!(flow.emit("x").await, Err(MyError::Parse(_))));
        flow.finish().await
    });
    assert_eq!(outcome, Ok(vec![2]));
}

#[test]
fn diverted_errors_go_to_their_segment() {
    let mut flow = flow! {
        good = <&str> -> map(str::parse::<i32>)? else bad;
        bad = map(|e| e.to_string()) -> collect::<Vec<_>>();
        sum = good -> sum();
        (sum, bad)
    };
    for text in ["1", "x", "3"] {
        flow.emit(text);
    }
    let (sum, bad): (i32, _) = flow.finish();
    assert_eq!(sum, 4);
    assert_eq!(bad, ["invalid digit found in string"]);
}

// Several inlets.

#[test]
fn inlets_are_emitted_to_by_name() {
    let mut flow = flow! {
        left = <u32>;
        right = <&'static str>;
        zip(left, right) -> collect::<Vec<_>>()
    };
    flow.emit_left(1);
    flow.emit_right("A");
    flow.emit_left(2);
    flow.emit_right("B");
    assert_eq!(flow.finish(), [(1, "A"), (2, "B")]);
}

#[test]
fn what_outruns_the_other_side_waits() {
    let mut flow = flow! {
        a = <u32>;
        b = <char>;
        zip(a, b) -> collect::<Vec<_>>()
    };
    (1..=3).for_each(|x| flow.emit_a(x));
    "XYZ".chars().for_each(|x| flow.emit_b(x));
    assert_eq!(flow.finish(), [(1, 'X'), (2, 'Y'), (3, 'Z')]);
}

#[test]
fn what_may_wait_is_bounded() {
    let mut flow = flow! {
        a = <u32>;
        b = <u32>;
        zip(a, b, capacity = 2)? -> collect::<Vec<_>>()
    };
    flow.emit_a(1).unwrap();
    flow.emit_a(2).unwrap();
    let error = flow.emit_a(3).unwrap_err();
    assert!(error.to_string().contains('a'), "{error}");
    flow.emit_b(1).unwrap();
    assert_eq!(flow.finish().unwrap(), [(1, 1)]);
}

#[test]
fn three_inlets_join_in_the_order_of_emits() {
    let mut flow = flow! {
        a = <u32>;
        b = <u32>;
        c = <u32>;
        union(a, b, c -> map(|x| x * 10)) -> collect::<Vec<_>>()
    };
    flow.emit_b(1);
    flow.emit_c(2);
    flow.emit_a(3);
    flow.emit_b(4);
    assert_eq!(flow.finish(), [1, 20, 3, 4]);
}

#[test]
fn inlets_of_one_name_in_several_flows_do_not_meet() {
    let mut one = flow! { a = <u8>; b = <u8>; union(a, b) -> count() };
    let mut two = flow! { a = <char>; b = <char>; union(a, b) -> collect::<String>() };
    one.emit_a(1);
    two.emit_b('x');
    assert_eq!((one.finish(), two.finish()), (1, "x".to_string()));
}

#[test]
fn sorted_inlets_are_merged_by_key() {
    let mut flow = flow! {
        old = <(u32, &'static str)>;
        new = <(u32, &'static str)>;
        merge_keyed(old, new)? -> collect::<Vec<_>>()
    };
    flow.emit_old((1, "a")).unwrap();
    flow.emit_old((2, "b")).unwrap();
    flow.emit_old((4, "d")).unwrap();
    flow.emit_new((2, "B")).unwrap();
    flow.emit_new((3, "C")).unwrap();
    assert_eq!(
        flow.finish().unwrap(),
        [(1, "a"), (2, "B"), (3, "C"), (4, "d")]
    );
}

#[test]
fn an_unsorted_emit_is_its_error() {
    let mut flow = flow! {
        old = <(u32, char)>;
        new = <(u32, char)>;
        merge_keyed(old, new)? -> collect::<Vec<_>>()
    };
    flow.emit_old((2, 'a')).unwrap();
    flow.emit_new((9, 'z')).unwrap();
    let error = flow.emit_old((1, 'b')).unwrap_err();
    assert!(error.to_string().contains("old"), "{error}");
}

#[test]
fn inlets_of_different_branches_never_meet() {
    let mut flow = flow! {
        words = <&'static str>;
        numbers = <i64>;
        lengths = words -> map(str::len) -> sum::<usize>();
        total = numbers -> sum::<i64>();
        (lengths, total)
    };
    flow.emit_words("abc");
    flow.emit_numbers(-4);
    flow.emit_words("d");
    assert_eq!(flow.finish(), (4, -4));
}

#[test]
fn every_branch_is_flushed() {
    let mut flow = flow! {
        words = <&'static str>;
        numbers = <i64>;
        big = numbers -> filter(|n| *n > 9);
        pairs = words -> partition(2) -> map(|b| b.len()) -> collect::<Vec<_>>();
        batches = union(numbers, big) -> partition(4) -> map(|b| b.to_vec()) -> collect::<Vec<_>>();
        (pairs, batches)
    };
    flow.emit_words("abc");
    flow.emit_numbers(4);
    flow.emit_numbers(14);
    assert_eq!(flow.finish(), (vec![1], vec![vec![4, 14, 14]]));
}

#[test]
fn loops_may_stand_before_where_inlets_meet() {
    let mut flow = flow! {
        left = <u32>;
        right = <Vec<char>>;
        zip(left -> flat_map(|n| 0..n), right -> flatten()) -> collect::<Vec<_>>()
    };
    flow.emit_left(3);
    flow.emit_right(vec!['a', 'b']);
    flow.emit_right(vec!['c', 'd']);
    assert_eq!(flow.finish(), [(0, 'a'), (1, 'b'), (2, 'c')]);
}

#[test]
fn one_inlet_may_end_before_the_others() {
    let mut flow = flow! {
        left = <u32>;
        right = <u32>;
        union(left -> take(1), right) -> collect::<Vec<_>>()
    };
    flow.emit_left(1);
    flow.emit_left(2);
    flow.emit_right(3);
    flow.emit_left(4);
    flow.emit_right(5);
    assert_eq!(flow.finish(), [1, 3, 5]);
}

#[test]
fn several_inlets_and_an_error() {
    let mut flow = flow! {
        left = <&'static str>;
        right = <u32>;
        good = left -> map(str::parse::<u32>)?;
        union(good, right) -> collect::<Vec<_>>()
    };
    flow.emit_left("1").unwrap();
    assert!(flow.emit_left("x").is_err());
    flow.emit_right(2).unwrap();
    assert_send(&flow);
    assert_eq!(flow.finish().unwrap(), [1, 2]);
}

#[test]
fn inlets_may_borrow() {
    let text = String::from("x y");
    let suffix = String::from("!");
    let mut flow = flow! {
        left = <&str>;
        right = <String>;
        union(left -> map(|x| format!("{x}{suffix}")), right) -> collect::<Vec<_>>()
    };
    for word in text.split(' ') {
        flow.emit_left(word);
    }
    flow.emit_right(suffix.clone());
    assert_eq!(flow.finish(), ["x!", "y!", "!"]);
}

// Inlets beside sources.

#[test]
fn what_is_emitted_is_paired_with_a_source() {
    let pulled = Rc::new(Cell::new(0));
    let count = pulled.clone();
    let pairs = in_time(move || {
        let mut flow = flow! {
            zip(<char>, from(0..)) -> collect::<Vec<_>>()
        };
        "abc".chars().for_each(|x| flow.emit(x));
        flow.finish()
    });
    assert_eq!(pairs, [('a', 0), ('b', 1), ('c', 2)]);
    drop(count);
}

#[test]
fn a_source_is_pulled_only_for_what_is_emitted() {
    let pulled = Cell::new(0);
    let mut flow = flow! {
        zip(<char>, from((0..).inspect(|_| pulled.set(pulled.get() + 1)))) -> count()
    };
    flow.emit('a');
    assert_eq!(pulled.get(), 1);
    flow.emit('b');
    assert_eq!(pulled.get(), 2);
    assert_eq!(flow.finish(), 2);
}

#[test]
fn a_finite_source_joins_what_is_emitted() {
    let mut all = in_time(|| {
        let mut flow = flow! { union(<u32>, from(10..13)) -> collect::<Vec<_>>() };
        flow.emit(1);
        flow.emit(2);
        flow.finish()
    });
    all.sort_unstable();
    assert_eq!(all, [1, 2, 10, 11, 12]);
}

#[test]
fn a_source_beside_an_inlet_may_have_a_branch_of_its_own() {
    let (emitted, sum) = in_time(|| {
        let mut flow = flow! {
            emitted = <u32> -> count();
            sum = from(0..4) -> sum::<i32>();
            (emitted, sum)
        };
        flow.emit(1);
        flow.finish()
    });
    assert_eq!((emitted, sum), (1, 6));
}

#[test]
fn records_emitted_are_merged_with_sorted_ones() {
    let merged = in_time(|| {
        let mut flow = flow! {
            merge_keyed(from([(1, 'a'), (2, 'b'), (4, 'd')]), <(i32, char)>)? -> collect::<Vec<_>>()
        };
        flow.emit((2, 'B')).unwrap();
        flow.emit((3, 'C')).unwrap();
        flow.finish().unwrap()
    });
    assert_eq!(merged, [(1, 'a'), (2, 'B'), (3, 'C'), (4, 'd')]);
}

#[test]
fn async_flows_pair_what_is_emitted_with_a_source() {
    let pairs = drive_in_time(|| async {
        let mut flow = flow! {
            zip(<char>, from(0..)) -> then(async |pair| pair) -> collect::<Vec<_>>()
        };
        for x in "abc".chars() {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!(pairs, [('a', 0), ('b', 1), ('c', 2)]);
}

#[test]
fn async_flows_join_a_finite_source_with_what_is_emitted() {
    let mut all = drive_in_time(|| async {
        let mut flow =
            flow! { union(<u32>, from(10..13)) -> then(async |x| x) -> collect::<Vec<_>>() };
        flow.emit(1).await;
        flow.emit(2).await;
        flow.finish().await
    });
    all.sort_unstable();
    assert_eq!(all, [1, 2, 10, 11, 12]);
}

// Asynchronous ones.

#[test]
fn awaited_emits_wait_for_the_slowest_stage() {
    drive_in_time(|| async {
        let start = Instant::now();
        let mut flow = flow! {
            <u64> -> then(async |x| { sleep(ms(10 * x)).await; x }) -> collect::<Vec<_>>()
        };
        flow.emit(1).await;
        assert_eq!(start.elapsed(), ms(10));
        flow.emit(3).await;
        assert_eq!(start.elapsed(), ms(40));
        assert_eq!(flow.finish().await, [1, 3]);
        assert_eq!(start.elapsed(), ms(40));
    });
}

#[test]
fn what_runs_concurrently_does_not_hold_emit_up() {
    drive_in_time(|| async {
        let start = Instant::now();
        let mut flow = flow! {
            <u64> -> then(async |x| { sleep(ms(50)).await; x }, concurrency = 2) -> collect::<Vec<_>>()
        };
        let mut times = Vec::new();
        for x in 0..4 {
            flow.emit(x).await;
            times.push(start.elapsed().as_millis());
        }
        // Two run; a third one is taken in when the first is done.
        assert_eq!(times[..2], [0, 0]);
        assert_eq!(flow.finish().await, [0, 1, 2, 3]);
        assert_eq!(start.elapsed(), ms(100));
    });
}

#[test]
fn async_flows_branch_and_meet_again() {
    let result = drive_in_time(|| async {
        let mut flow = flow! {
            items = <u32>;
            slow = items -> then(async |x| { sleep(ms(5)).await; x * 2 }, concurrency = 3);
            pairs = zip(items, slow) -> collect::<Vec<_>>();
            count = items -> count();
            (pairs, count)
        };
        for x in 0..10 {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!(result.1, 10);
    assert_eq!(result.0, (0..10).map(|x| (x, 2 * x)).collect::<Vec<_>>());
}

#[test]
fn the_end_flushes_async_flows() {
    let batches = drive_in_time(|| async {
        let mut flow = flow! {
            <u32> -> partition(2) -> then(async |b| b.to_vec()) -> collect::<Vec<_>>()
        };
        for x in 0..3 {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!(batches, [vec![0, 1], vec![2]]);
}

#[test]
fn async_flows_are_usable_after_an_error() {
    drive_in_time(|| async {
        let mut flow = flow! {
            items = <u32>;
            all = items -> count();
            good = items -> then(async |x| if x == 1 { Err("one") } else { Ok(x) })? -> collect::<Vec<_>>();
            (all, good)
        };
        flow.emit(0).await.unwrap();
        let error: Error = flow.emit(1).await.unwrap_err();
        assert!(error.to_string().contains("one"), "{error}");
        flow.emit(2).await.unwrap();
        assert_eq!(flow.finish().await.unwrap(), (3, vec![0, 2]));
    });
}

#[test]
fn an_error_of_a_concurrent_function_reaches_the_caller() {
    drive_in_time(|| async {
        let seen = RefCell::new(Vec::new());
        let mut flow = flow! {
            <u32>
                -> then(async |x| { sleep(ms(1)).await; if x == 1 { Err("one") } else { Ok(x) } }, concurrency = 2)?
                -> for_each(|x| seen.borrow_mut().push(x));
        };
        let mut errors = 0;
        for x in 0..5 {
            errors += usize::from(flow.emit(x).await.is_err());
        }
        errors += usize::from(flow.finish().await.is_err());
        assert_eq!(errors, 1);
        assert_eq!(*seen.borrow(), [0, 2, 3, 4]);
    });
}

#[test]
fn an_error_found_at_the_end_is_the_result() {
    drive_in_time(|| async {
        let mut flow = flow! {
            <u32>
                -> then(async |x| { sleep(ms(1)).await; if x == 1 { Err("one") } else { Ok(x) } }, concurrency = 8)?
                -> collect::<Vec<_>>()
        };
        for x in 0..3 {
            flow.emit(x).await.unwrap();
        }
        let error = flow.finish().await.unwrap_err();
        assert!(error.to_string().contains("one"), "{error}");
    });
}

#[test]
fn async_inlets_are_emitted_to_by_name() {
    let pairs = drive_in_time(|| async {
        let mut flow = flow! {
            left = <u32>;
            right = <char>;
            zip(left, right) -> then(async |x| x) -> collect::<Vec<_>>()
        };
        flow.emit_left(1).await;
        flow.emit_right('A').await;
        flow.emit_left(2).await;
        flow.emit_right('B').await;
        flow.finish().await
    });
    assert_eq!(pairs, [(1, 'A'), (2, 'B')]);
}

#[test]
fn what_outruns_the_other_side_waits_in_async_flows() {
    let pairs = drive_in_time(|| async {
        let mut flow = flow! {
            left = <u32>;
            right = <char>;
            zip(left, right) -> then(async |x| x) -> collect::<Vec<_>>()
        };
        for x in 1..=3 {
            flow.emit_left(x).await;
        }
        for x in "XYZ".chars() {
            flow.emit_right(x).await;
        }
        flow.finish().await
    });
    assert_eq!(pairs, [(1, 'X'), (2, 'Y'), (3, 'Z')]);
}

#[test]
fn sorted_async_inlets_are_merged_by_key() {
    let merged = drive_in_time(|| async {
        let mut flow = flow! {
            old = <(u32, char)>;
            new = <(u32, char)>;
            merge_keyed(old, new)? -> then(async |x| x) -> collect::<Vec<_>>()
        };
        for x in [(1, 'a'), (2, 'b'), (4, 'd')] {
            flow.emit_old(x).await.unwrap();
        }
        for x in [(2, 'B'), (3, 'C')] {
            flow.emit_new(x).await.unwrap();
        }
        flow.finish().await.unwrap()
    });
    assert_eq!(merged, [(1, 'a'), (2, 'B'), (3, 'C'), (4, 'd')]);
}

#[test]
fn three_async_inlets_with_work_of_their_own() {
    let (all, sum) = drive_in_time(|| async {
        let mut flow = flow! {
            a = <u32>;
            b = <u32>;
            c = <u64>;
            slow = b -> then(async |x| { sleep(ms(3)).await; x }, concurrency = 2);
            all = union(a, slow) -> collect::<Vec<_>>();
            sum = c -> sum::<u64>();
            (all, sum)
        };
        for x in 0..3 {
            flow.emit_a(x).await;
            flow.emit_b(10 + x).await;
            flow.emit_c(100).await;
        }
        flow.finish().await
    });
    let mut all = all;
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 10, 11, 12]);
    assert_eq!(sum, 300);
}

#[test]
fn async_emits_behind_the_end_are_harmless() {
    let two = drive_in_time(|| async {
        let mut flow = flow! { <u32> -> then(async |x| x) -> take(2) -> collect::<Vec<_>>() };
        for x in 0..5 {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!(two, [0, 1]);
}

#[test]
fn async_emits_behind_the_end_of_a_concurrent_function_are_harmless() {
    let two = drive_in_time(|| async {
        let mut flow = flow! {
            <u64> -> then(async |x| { sleep(ms(x)).await; x }, concurrency = 2) -> take(2) -> collect::<Vec<_>>()
        };
        for x in 0..5 {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!(two, [0, 1]);
}

#[test]
fn one_async_inlet_may_end_before_the_others() {
    let all = drive_in_time(|| async {
        let mut flow = flow! {
            left = <u32>;
            right = <u32>;
            union(left -> take(1), right) -> then(async |x| x) -> collect::<Vec<_>>()
        };
        flow.emit_left(1).await;
        flow.emit_left(2).await;
        flow.emit_right(3).await;
        flow.emit_left(4).await;
        flow.emit_right(5).await;
        flow.finish().await
    });
    assert_eq!(all, [1, 3, 5]);
}

#[test]
fn an_emit_that_is_dropped_goes_on_at_the_next() {
    drive_in_time(|| async {
        let (open, gate) = oneshot::channel::<()>();
        let gates = RefCell::new(VecDeque::from([gate]));
        let mut flow = flow! {
            <u32>
                -> then(|x| {
                    let gate = gates.borrow_mut().pop_front();
                    async move {
                        if let Some(gate) = gate {
                            gate.await.unwrap();
                        }
                        x
                    }
                })
                -> collect::<Vec<_>>()
        };
        assert!(flow.emit(1).now_or_never().is_none());
        open.send(()).unwrap();
        flow.emit(2).await;
        assert_eq!(flow.finish().await, [1, 2]);
    });
}

#[test]
fn an_emit_that_is_dropped_goes_on_at_the_end() {
    drive_in_time(|| async {
        let mut flow = flow! {
            <u64> -> then(async |x| { sleep(ms(x)).await; x }) -> collect::<Vec<_>>()
        };
        assert!(flow.emit(5).now_or_never().is_none());
        assert_eq!(flow.finish().await, [5]);
    });
}

#[test]
fn an_emit_to_another_inlet_goes_on_with_the_dropped_one() {
    drive_in_time(|| async {
        let mut flow = flow! {
            left = <u64>;
            right = <u64>;
            union(left, right) -> then(async |x| { sleep(ms(x)).await; x }) -> collect::<Vec<_>>()
        };
        assert!(flow.emit_left(5).now_or_never().is_none());
        flow.emit_right(3).await;
        assert_eq!(flow.finish().await, [5, 3]);
    });
}

#[test]
fn an_open_flow_may_be_dropped() {
    drive_in_time(|| async {
        let alive = Rc::new(());
        let held = alive.clone();
        let mut flow = flow! {
            <u32> -> then(move |_| { let held = held.clone(); async move { pending::<()>().await; drop(held) } }) -> drain();
        };
        assert!(flow.emit(1).now_or_never().is_none());
        drop(flow);
        assert_eq!(Rc::strong_count(&alive), 1);
    });
}

#[test]
fn async_open_flows_of_sendable_things_are_send() {
    let handle = in_time(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut flow = flow! {
                <u64> -> then(async |x| { sleep(ms(1)).await; x + 1 }, concurrency = 3) -> collect::<Vec<_>>()
            };
            assert_send(&flow);
            flow.emit(1).await;
            tokio::spawn(async move {
                flow.emit(2).await;
                flow.emit(3).await;
                flow.finish().await
            })
            .await
            .unwrap()
        })
    });
    assert_eq!(handle, [2, 3, 4]);
}

#[test]
fn async_flows_of_several_inlets_are_send() {
    let handle = in_time(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut flow = flow! {
                left = <&'static str>;
                right = <u32>;
                numbers = left -> then(async |x| x.parse::<u32>())?;
                union(numbers, right) -> collect::<Vec<_>>()
            };
            assert_send(&flow);
            flow.emit_left("1").await.unwrap();
            tokio::spawn(async move {
                assert!(flow.emit_left("x").await.is_err());
                flow.emit_right(3).await.unwrap();
                flow.finish().await.unwrap()
            })
            .await
            .unwrap()
        })
    });
    assert_eq!(handle, [1, 3]);
}

#[test]
fn async_flows_may_borrow() {
    drive_in_time(|| async {
        let (prefix, text) = (String::from("> "), String::from("a b"));
        let log = RefCell::new(String::new());
        let prefix = &prefix;
        let mut flow = flow! {
            <&str>
                -> then(async |line| format!("{prefix}{line}"))
                -> sink(async |line| log.borrow_mut().push_str(&line));
        };
        for word in text.split(' ') {
            flow.emit(word).await;
        }
        assert_eq!(*log.borrow(), "> a> b");
        flow.finish().await;
    });
}

#[test]
fn many_emits_are_one_loop() {
    let (sum, count) = drive_in_time(|| async {
        let mut flow = flow! {
            items = <u64>;
            sum = items -> then(async |x| x, concurrency = 16) -> sum::<u64>();
            count = items -> count();
            (sum, count)
        };
        for x in 0..10_000 {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!((sum, count), (10_000 * 9_999 / 2, 10_000));
}

#[tokio::test]
async fn a_flow_that_panicked_says_so_at_the_next_call() {
    let mut flow = flow! { <u32> -> then(async |x| 6 / x) -> sum::<u32>() };
    flow.emit(2).await;
    let panic = AssertUnwindSafe(flow.emit(0)).catch_unwind().await;
    assert!(panic.is_err());
    assert_eq!(flow.try_emit(1), Err(TryEmitError::Closed(1)));
    assert!(flow.reserve().await.is_err());
    for again in 0..2 {
        let panic = AssertUnwindSafe(flow.emit(1)).catch_unwind().await;
        let text = *panic.unwrap_err().downcast::<String>().unwrap();
        assert!(
            text.starts_with("the flow panicked at an item before"),
            "{again}: {text}"
        );
    }
    let panic = AssertUnwindSafe(flow.finish()).catch_unwind().await;
    let text = *panic.unwrap_err().downcast::<String>().unwrap();
    assert!(
        text.starts_with("the flow panicked at an item before"),
        "{text}"
    );
}
