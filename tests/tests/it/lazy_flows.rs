//! Flows with an open end: iterators and streams.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use flow_runtime::{Error, ErrorKind, flow};
use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep};

use crate::guard::{drive_in_time, in_time};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn assert_send<T: Send>(_: &T) {}

#[test]
fn a_flow_with_an_open_end_is_an_iterator() {
    let mut seen = Vec::new();
    for x in flow! { from(0..4) -> map(|x| x * x) } {
        seen.push(x);
    }
    assert_eq!(seen, [0, 1, 4, 9]);
}

#[test]
fn an_open_end_may_have_a_name() {
    let squares = flow! {
        numbers = from(1..=3);
        squares = numbers -> map(|x| x * x);
        squares
    };
    assert_eq!(squares.collect::<Vec<_>>(), [1, 4, 9]);
}

#[test]
fn a_source_alone_is_an_open_end() {
    assert_eq!(flow! { from("abc".chars()) }.collect::<String>(), "abc");
    let same = flow! { letters = from("abc".chars()); letters };
    assert_eq!(same.count(), 3);
}

#[test]
fn nothing_is_pulled_before_it_is_asked_for() {
    let pulled = Cell::new(0);
    let mut flow = flow! {
        from((0..).inspect(|_| pulled.set(pulled.get() + 1))) -> filter(|x| x % 3 == 0) -> map(|x| x + 1)
    };
    assert_eq!(pulled.get(), 0);
    assert_eq!(flow.next(), Some(1));
    assert_eq!(pulled.get(), 1);
    assert_eq!(flow.next(), Some(4));
    assert_eq!(pulled.get(), 4);
}

#[test]
fn what_one_item_gave_is_taken_before_the_next_is_pulled() {
    let pulled = Cell::new(0);
    let mut flow = flow! {
        from((1..).inspect(|_| pulled.set(pulled.get() + 1))) -> flat_map(|n| vec![n; n])
    };
    let mut log = Vec::new();
    for _ in 0..6 {
        log.push((flow.next().unwrap(), pulled.get()));
    }
    assert_eq!(log, [(1, 1), (2, 2), (2, 2), (3, 3), (3, 3), (3, 3)]);
}

#[test]
fn endless_sources_are_fine() {
    let squares = in_time(|| {
        flow! { from(1..) -> map(|x| x * x) }
            .take(3)
            .collect::<Vec<u64>>()
    });
    assert_eq!(squares, [1, 4, 9]);
    let squares =
        in_time(|| flow! { from(1..) -> take(3) -> map(|x| x * x) }.collect::<Vec<u64>>());
    assert_eq!(squares, [1, 4, 9]);
}

#[test]
fn a_take_pulls_no_more_than_it_needs() {
    let pulled = Cell::new(0);
    let flow = flow! { from((0..).inspect(|_| pulled.set(pulled.get() + 1))) -> take(2) };
    assert_eq!(flow.count(), 2);
    assert_eq!(pulled.get(), 2);
}

#[test]
fn the_end_flushes() {
    let batches = flow! { from(0..5) -> partition(2) -> map(|b| b.to_vec()) };
    assert_eq!(
        batches.collect::<Vec<_>>(),
        [vec![0, 1], vec![2, 3], vec![4]]
    );
    let mut runs = flow! { from([1, 2, 11]) -> group_by(|x| x / 10) -> map(|(key, _)| key) };
    assert_eq!(
        (runs.next(), runs.next(), runs.next()),
        (Some(0), Some(1), None)
    );
}

#[test]
fn it_is_fused() {
    let mut left = vec![Some(1), None, Some(2)].into_iter();
    let mut flow = flow! { from(std::iter::from_fn(move || left.next().flatten())) };
    assert_eq!(
        (flow.next(), flow.next(), flow.next()),
        (Some(1), None, None)
    );
}

#[test]
fn adaptors_of_std_take_it() {
    let text: String = flow! { from(["a", "b", "c"]) -> filter(|x| *x != "b") }
        .map(str::to_uppercase)
        .zip(1..)
        .map(|(letter, n)| format!("{letter}{n}"))
        .collect();
    assert_eq!(text, "A1C2");
    let total: i32 = flow! { from(1..4) }.chain(flow! { from(10..12) }).sum();
    assert_eq!(total, 27);
    let boxed: Box<dyn Iterator<Item = i32>> = Box::new(flow! { from(0..2) });
    assert_eq!(boxed.last(), Some(1));
}

#[test]
fn one_flow_feeds_another() {
    let evens = flow! { from(0..10) -> filter(|x| x % 2 == 0) };
    let sum = flow! { from(evens) -> sum::<i32>() }.run();
    assert_eq!(sum, 20);
}

fn evens(numbers: impl IntoIterator<Item = u32>) -> impl Iterator<Item = u32> {
    flow! { from(numbers) -> filter(|x| x % 2 == 0) }
}

fn multiples<'a>(numbers: &'a [u32], of: &'a u32) -> impl Iterator<Item = &'a u32> + 'a {
    flow! { from(numbers) -> filter(move |x| **x % *of == 0) }
}

#[test]
fn functions_return_it() {
    assert_eq!(evens(0..5).collect::<Vec<_>>(), [0, 2, 4]);
    assert_eq!(multiples(&[1, 3, 4, 6], &3).count(), 2);
}

#[test]
fn several_sources_take_turns() {
    let union = flow! { union(from([1, 2, 3]), from([10, 20])) };
    assert_eq!(union.collect::<Vec<_>>(), [1, 10, 2, 20, 3]);
    let pairs = in_time(|| flow! { zip(from(0..), from("ab".chars())) }.collect::<Vec<_>>());
    assert_eq!(pairs, [(0, 'a'), (1, 'b')]);
    let merged = flow! { merge_keyed(from([(1, 'a'), (3, 'c')]), from([(2, 'B'), (3, 'C')]))? };
    assert_eq!(
        merged.map(Result::unwrap).collect::<Vec<_>>(),
        [(1, 'a'), (2, 'B'), (3, 'C')]
    );
}

#[test]
fn several_sources_are_pulled_one_at_a_time() {
    let (left, right) = (Cell::new(0), Cell::new(0));
    let mut flow = flow! {
        zip(
            from((0..).inspect(|_| left.set(left.get() + 1))),
            from((0..).inspect(|_| right.set(right.get() + 1)))
        )
    };
    assert_eq!(flow.next(), Some((0, 0)));
    assert_eq!((left.get(), right.get()), (1, 1));
    assert_eq!(flow.nth(2), Some((3, 3)));
    assert_eq!((left.get(), right.get()), (4, 4));
}

#[test]
fn branches_meet_and_sinks_see_what_was_asked_for() {
    let log = RefCell::new(Vec::new());
    let mut flow = flow! {
        numbers = from(0..);
        numbers -> for_each(|x| log.borrow_mut().push(x));
        inc = numbers -> map(|x| x + 1);
        zip(numbers, inc)
    };
    assert_eq!(flow.next(), Some((0, 1)));
    assert_eq!(flow.next(), Some((1, 2)));
    assert_eq!(*log.borrow(), [0, 1]);
}

#[test]
fn a_branch_of_its_own_source_is_worked_off_too() {
    let sum = Cell::new(0);
    let flow = flow! {
        from([1, 2, 3]) -> for_each(|x| sum.set(sum.get() + x));
        from("ab".chars()) -> map(|c| c.to_ascii_uppercase())
    };
    assert_eq!(flow.collect::<String>(), "AB");
    assert_eq!(sum.get(), 6);
}

#[test]
fn behind_a_question_mark_items_are_results_and_the_error_is_the_last() {
    let mut flow = flow! { from(["1", "x", "3"]) -> map(str::parse::<i32>)? -> map(|x| x * 2) };
    let first: Result<i32, Error> = flow.next().unwrap();
    assert_eq!(first.unwrap(), 2);
    let error = flow.next().unwrap().unwrap_err();
    assert!(error.is::<std::num::ParseIntError>(), "{error}");
    assert!(flow.next().is_none());
}

#[test]
fn what_left_before_the_error_comes_before_it() {
    let flow = flow! {
        from([vec!["1", "2", "x", "4"], vec!["5"]]) -> flatten() -> map(str::parse::<i32>)?
    };
    let all: Vec<Option<i32>> = flow.map(Result::ok).collect();
    assert_eq!(all, [Some(1), Some(2), Some(4), None]);
}

#[derive(Debug, PartialEq)]
struct Odd(i32);

fn even(x: i32) -> Result<i32, Odd> {
    if x % 2 == 0 { Ok(x) } else { Err(Odd(x)) }
}

#[test]
fn the_error_may_be_of_the_users_type() {
    let flow = flow! { #![error = Odd] from([2, 4, 5, 6]) -> map(even)? };
    assert_eq!(flow.collect::<Result<Vec<_>, _>>(), Err(Odd(5)));
    let flow = flow! { #![error = Odd] from([2, 4]) -> map(even)? };
    assert_eq!(flow.collect::<Result<Vec<_>, Odd>>(), Ok(vec![2, 4]));
}

#[test]
fn diverted_errors_leave_plain_items() {
    let bad = Cell::new(0);
    let good = flow! {
        good = from(["1", "x", "3"]) -> map(str::parse::<i32>)? else bad;
        bad = for_each(|_| bad.set(bad.get() + 1));
        good -> map(|x| x + 1)
    };
    assert_eq!(good.collect::<Vec<_>>(), [2, 4]);
    assert_eq!(bad.get(), 1);
}

#[test]
fn a_match_may_leave_the_flow() {
    let labels = flow! {
        from(0..5) -> match {
            0 => map(|_| "none".to_string()),
            n if n % 2 == 1 => drop,
            n => map(|n: i32| n.to_string()),
        }
    };
    assert_eq!(labels.collect::<Vec<_>>(), ["none", "2", "4"]);
}

#[test]
fn a_cycle_may_leave_the_flow() {
    let countdown = flow! {
        count = inspect(|_| ());
        count -> filter(|x| *x > 0) -> map(|x| x - 1) -> count;
        from([2, 1]) -> count;
        count -> map(|x| x * 10)
    };
    assert_eq!(countdown.collect::<Vec<_>>(), [20, 10, 0, 10, 0]);
}

#[test]
fn an_endless_cycle_leaves_the_flow_one_by_one() {
    let numbers = in_time(|| {
        flow! {
            fibonacci = map(|(a, b): (u64, u64)| (b, a + b)) -> fibonacci;
            from([(0, 1)]) -> fibonacci;
            fibonacci -> map(|(a, _)| a) -> take(6)
        }
        .collect::<Vec<_>>()
    });
    assert_eq!(numbers, [1, 1, 2, 3, 5, 8]);
}

#[test]
fn a_full_cycle_is_the_last_item() {
    let flow = flow! {
        #[capacity(3)]
        twice = flat_map(|x: u32| [x + 1, x + 1]) -> twice;
        from([0]) -> twice;
        twice -> filter(|x| x % 2 == 1)
    };
    let last = in_time(|| flow.last().unwrap());
    assert_eq!(last.unwrap_err().kind(), ErrorKind::Capacity);
}

#[test]
fn it_may_borrow_and_be_dropped_half_way() {
    let words = String::from("a b c");
    let seen = Rc::new(());
    let held = seen.clone();
    let mut flow = flow! { from(words.split(' ')) -> map(move |x| { let _ = &held; x }) };
    assert_eq!(flow.next(), Some("a"));
    drop(flow);
    assert_eq!(Rc::strong_count(&seen), 1);
}

#[test]
fn iterators_of_sendable_things_are_send() {
    let flow = flow! { from(0..10) -> partition(3) -> map(|b| b.len()) };
    assert_send(&flow);
    let lens = std::thread::spawn(move || flow.collect::<Vec<_>>())
        .join()
        .unwrap();
    assert_eq!(lens, [3, 3, 3, 1]);
}

// Streams.

#[test]
fn an_async_flow_with_an_open_end_is_a_stream() {
    let all = drive_in_time(|| async {
        let flow = flow! { from(0..4) -> then(async |x| { sleep(ms(1)).await; x * x }) };
        flow.collect::<Vec<_>>().await
    });
    assert_eq!(all, [0, 1, 4, 9]);
}

#[test]
fn a_stream_is_taken_one_by_one() {
    drive_in_time(|| async {
        let pulled = Cell::new(0);
        let mut flow = flow! {
            from((0..).inspect(|_| pulled.set(pulled.get() + 1))) -> then(async |x| x) -> flat_map(|x| [x, x])
        };
        assert_eq!(pulled.get(), 0);
        assert_eq!(flow.next().await, Some(0));
        assert_eq!(flow.next().await, Some(0));
        assert_eq!(pulled.get(), 1);
        assert_eq!(flow.next().await, Some(1));
        assert_eq!(pulled.get(), 2);
    });
}

#[test]
fn concurrent_work_goes_on_while_the_stream_is_polled() {
    drive_in_time(|| async {
        let start = Instant::now();
        let flow = flow! {
            from(0..6) -> then(async |x| { sleep(ms(10)).await; x }, concurrency = 3)
        };
        assert_eq!(flow.collect::<Vec<_>>().await, [0, 1, 2, 3, 4, 5]);
        assert_eq!(start.elapsed(), ms(20));
    });
}

#[test]
fn concurrent_work_in_the_order_of_completion() {
    drive_in_time(|| async {
        let flow = flow! {
            from([30, 10, 20])
                -> then(async |x| { sleep(ms(x)).await; x }, concurrency = 3, ordered = false)
                -> map(|x| x + 1)
        };
        assert_eq!(flow.collect::<Vec<_>>().await, [11, 21, 31]);
    });
}

#[test]
fn a_stream_may_be_its_source() {
    drive_in_time(|| async {
        let flow = flow! {
            numbers = stream(stream::iter(0..5));
            odd = numbers -> filter(|x| x % 2 == 1);
            odd
        };
        assert_eq!(flow.collect::<Vec<_>>().await, [1, 3]);
        let flow = flow! { union(stream(stream::iter([1, 2])), from([10])) };
        let mut all = flow.collect::<Vec<_>>().await;
        all.sort_unstable();
        assert_eq!(all, [1, 2, 10]);
    });
}

#[test]
fn streams_end_in_their_error() {
    drive_in_time(|| async {
        let flow = flow! {
            from(["1", "2", "x", "4"]) -> then(async |x| x.parse::<i32>(), concurrency = 2)?
        };
        let all: Vec<Result<i32, Error>> = flow.collect().await;
        let good = all.iter().flatten().copied();
        assert_eq!(good.collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(all[3].as_ref().unwrap_err().kind(), ErrorKind::Failed);
        let flow = flow! { #![error = Odd] from([2, 3, 4]) -> then(async |x| even(x))? };
        assert_eq!(flow.collect::<Vec<_>>().await, [Ok(2), Err(Odd(3))]);
    });
}

#[test]
fn the_end_flushes_streams() {
    drive_in_time(|| async {
        let flow = flow! { from(0..5) -> then(async |x| x) -> partition(2) -> map(|b| b.to_vec()) };
        assert_eq!(
            flow.collect::<Vec<_>>().await,
            [vec![0, 1], vec![2, 3], vec![4]]
        );
    });
}

#[test]
fn a_match_and_a_cycle_in_a_stream() {
    drive_in_time(|| async {
        let flow = flow! {
            count = then(async |x: i32| x) -> match {
                0 => map(|_| 0),
                n => again,
            };
            again = map(|n| n - 1) -> count;
            from([3, 1]) -> count;
            count
        };
        assert_eq!(flow.collect::<Vec<_>>().await, [0, 0]);
    });
}

#[test]
fn a_stream_may_be_dropped_half_way() {
    drive_in_time(|| async {
        let alive = Rc::new(());
        let held = alive.clone();
        let mut flow = flow! {
            from(0..) -> then(move |x| { let held = held.clone(); async move { sleep(ms(1)).await; drop(held); x } }, concurrency = 4)
        };
        assert_eq!(flow.next().await, Some(0));
        drop(flow);
        assert_eq!(Rc::strong_count(&alive), 1);
    });
}

#[test]
fn streams_of_sendable_things_are_send() {
    let all = in_time(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let flow =
                flow! { from(0..5) -> then(async |x| { sleep(ms(1)).await; x }, concurrency = 2) };
            assert_send(&flow);
            tokio::spawn(flow.collect::<Vec<_>>()).await.unwrap()
        })
    });
    assert_eq!(all, [0, 1, 2, 3, 4]);
}

#[test]
fn streams_may_borrow() {
    drive_in_time(|| async {
        let (text, suffix) = (String::from("a b"), String::from("!"));
        let suffix = &suffix;
        let flow = flow! { from(text.split(' ')) -> then(async |x| format!("{x}{suffix}")) };
        assert_eq!(flow.collect::<Vec<_>>().await, ["a!", "b!"]);
    });
}
