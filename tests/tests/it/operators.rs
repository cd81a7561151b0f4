//! Operators, one at a time: what each gives, wherever in a chain it stands.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use flow_runtime::flow;
use futures::stream;

use crate::guard::drive;

/// Asserts what an operator gives behind a source, between others, at the head
/// of a segment, as a named end, in a branch, inside a loop, behind and before
/// what is awaited, and on both sides of a cut.
macro_rules! everywhere {
    ($items:expr, [$($operator:tt)+], $expected:expr) => {{
        let items = $items;
        let expected = $expected.map(show);

        let alone = flow! {
            from(items.clone()) -> $($operator)+ -> map(show) -> collect::<Vec<_>>()
        }
        .run();
        assert_eq!(alone, expected, "behind a source");

        let between = flow! {
            from(items.clone()) -> map(|x| x) -> filter(|_| true) -> $($operator)+
                -> inspect(|_| ()) -> map(show) -> collect::<Vec<_>>()
        }
        .run();
        assert_eq!(between, expected, "between others");

        let in_a_segment = flow! {
            segment = $($operator)+ -> map(show) -> collect::<Vec<_>>();
            from(items.clone()) -> segment;
            segment
        }
        .run();
        assert_eq!(in_a_segment, expected, "at the head of a segment");

        let (named, twice) = flow! {
            end = from(items.clone()) -> $($operator)+;
            shown = end -> map(|x| show(x)) -> collect::<Vec<_>>();
            count = end -> map(|_| ()) -> count();
            (shown, count)
        }
        .run();
        assert_eq!(named, expected, "as a named end");
        assert_eq!(twice, expected.len(), "as a named end");

        let (before, branch, behind) = flow! {
            items = from(items.clone());
            before = items -> count();
            branch = items -> $($operator)+ -> map(show) -> collect::<Vec<_>>();
            behind = items -> count();
            (before, branch, behind)
        }
        .run();
        assert_eq!(branch, expected, "in a branch");
        assert_eq!(before, behind);

        let in_a_loop = flow! {
            from([items.clone()]) -> flatten() -> $($operator)+ -> map(show) -> collect::<Vec<_>>()
        }
        .run();
        assert_eq!(in_a_loop, expected, "inside a loop");

        let awaited = drive(flow! {
            from(items.clone()) -> then(async |x| x) -> $($operator)+ -> then(async |x| x)
                -> map(show) -> collect::<Vec<_>>()
        });
        assert_eq!(awaited, expected, "between awaits");

        let cut = drive(flow! {
            from(items.clone()) -> then(async |x| x, concurrency = 2) -> $($operator)+
                -> then(async |x| x, concurrency = 3) -> map(show) -> collect::<Vec<_>>()
        });
        assert_eq!(cut, expected, "between cuts");

        let streamed = drive(flow! {
            stream(stream::iter(items.clone())) -> $($operator)+ -> map(show)
                -> collect::<Vec<_>>()
        });
        assert_eq!(streamed, expected, "behind a stream");
    }};
}

fn show(x: impl std::fmt::Debug) -> String {
    format!("{x:?}")
}

fn increment(x: i32) -> i32 {
    x + 1
}

fn is_even(x: &i32) -> bool {
    x % 2 == 0
}

fn half(x: i32) -> Option<i32> {
    (x % 2 == 0).then_some(x / 2)
}

const NOTHING: [i32; 0] = [];

mod sources {
    use super::*;

    #[test]
    fn from_takes_anything_that_can_be_iterated() {
        let borrowed = vec![1, 2];
        let set = std::collections::BTreeSet::from([3, 1]);
        let of_references: Vec<&i32> = flow! { from(&borrowed) -> collect() }.run();
        let of_arrays: Vec<i32> = flow! { from([1, 2]) -> collect() }.run();
        let of_sets: Vec<i32> = flow! { from(set) -> collect() }.run();
        let of_options: Vec<i32> = flow! { from(Some(1)) -> collect() }.run();
        let of_adaptors: Vec<char> = flow! { from("ab".chars().rev()) -> collect() }.run();
        assert_eq!(of_references, [&1, &2]);
        assert_eq!(of_arrays, borrowed);
        assert_eq!(of_sets, [1, 3]);
        assert_eq!(of_options, [1]);
        assert_eq!(of_adaptors, ['b', 'a']);
    }

    #[test]
    fn nothing_flows_from_an_empty_source() {
        let (sum, last, all) = flow! {
            items = from(NOTHING);
            sum = items -> sum();
            last = items -> last();
            all = items -> collect::<Vec<_>>();
            (sum, last, all)
        }
        .run();
        assert_eq!((sum, last, all), (0, None, vec![]));
    }

    #[test]
    fn epochs_repeat_a_source() {
        let once: Vec<_> =
            flow! { from(0..5, epochs = 1) -> partition(2) -> map(|b| b.to_vec()) -> collect() }
                .run();
        assert_eq!(once, [vec![0, 1], vec![2, 3], vec![4]]);
        let twice: Vec<_> =
            flow! { from(0..5, epochs = 2) -> partition(2) -> map(|b| b.to_vec()) -> collect() }
                .run();
        assert_eq!(twice, [[0, 1], [2, 3], [4, 0], [1, 2], [3, 4]]);
        let epochs = 3;
        let many: Vec<_> = flow! { from(vec!['a'], epochs = epochs) -> collect() }.run();
        assert_eq!(many, ['a'; 3]);
    }

    #[test]
    fn a_stream_is_a_source() {
        let sum = drive(flow! { stream(stream::iter(1..=4)) -> sum() });
        assert_eq!(sum, 10);
        let (tx, rx) = futures::channel::mpsc::unbounded();
        tx.unbounded_send(7).unwrap();
        drop(tx);
        assert_eq!(drive(flow! { stream(rx) -> first() }), Some(7));
    }

    #[test]
    fn a_stream_need_not_be_unpin() {
        let stream = stream::unfold(0, async |n| (n < 3).then_some((n, n + 1)));
        let all: Vec<_> = drive(flow! { stream(stream) -> collect() });
        assert_eq!(all, [0, 1, 2]);
    }

    #[test]
    fn the_lines_of_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lines.txt");
        std::fs::write(&path, "one\ntwo\nthree").unwrap();
        let lengths: Result<Vec<usize>, _> =
            flow! { lines(&path)? -> map(|line| line.len()) -> collect() }.run();
        assert_eq!(lengths.unwrap(), [3, 3, 5]);
        let read: Vec<_> = flow! { lines(path) -> map(Result::unwrap) -> collect() }.run();
        assert_eq!(read, ["one", "two", "three"]);
    }
}

mod one_at_a_time {
    use super::*;

    #[test]
    fn map() {
        everywhere!([1, 2, 10], [map(increment)], [2, 3, 11]);
        everywhere!([1, 2, 10], [map(|x| x + 1)], [2, 3, 11]);
        everywhere!(["a", "b"], [map(str::to_uppercase)], ["A", "B"]);
        everywhere!([1_u8, 2], [map(u32::from)], [1, 2]);
        everywhere!([1, 2], [map(Some)], [Some(1), Some(2)]);
    }

    #[test]
    fn filter() {
        everywhere!(
            [0, 1, 2, 3, 4, 5, 6, 7, 8],
            [filter(is_even)],
            [0, 2, 4, 6, 8]
        );
        everywhere!([0, 1, 2], [filter(|x| *x > 0)], [1, 2]);
        everywhere!([0, 1, 2], [filter(|&x| x > 0)], [1, 2]);
        everywhere!(["", "a"], [filter(|text| !text.is_empty())], ["a"]);
        everywhere!([1, 3], [filter(is_even)], NOTHING);
    }

    #[test]
    fn filter_map() {
        everywhere!([1, 2, 3, 4], [filter_map(half)], [1, 2]);
        everywhere!(
            ["1", "x", "3"],
            [filter_map(|text| text.parse::<u8>().ok())],
            [1, 3]
        );
    }

    #[test]
    fn flat_map() {
        let repeated = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4];
        everywhere!(
            [0, 1, 2, 3, 4],
            [flat_map(|x| std::iter::repeat_n(x, x))],
            repeated
        );
        everywhere!(
            ["a b", "", "c"],
            [flat_map(str::split_whitespace)],
            ["a", "b", "c"]
        );
    }

    #[test]
    fn flatten() {
        let nested = [vec![1, 2, 3], vec![], vec![4, 5], vec![6, 7, 7]];
        everywhere!(nested, [flatten()], [1, 2, 3, 4, 5, 6, 7, 7]);
        everywhere!([Some(1), None, Some(3)], [flatten()], [1, 3]);
        everywhere!(
            [vec![vec![1], vec![]], vec![vec![2]]],
            [flatten() -> flatten()],
            [1, 2]
        );
    }

    #[test]
    fn inspect() {
        let seen = AtomicUsize::new(0);
        everywhere!(
            [1, 2],
            [inspect(|x| {
                seen.fetch_add(*x, Relaxed);
            })],
            [1, 2]
        );
        assert_eq!(seen.into_inner() % 3, 0);
    }

    #[test]
    fn enumerate() {
        everywhere!(['a', 'b'], [enumerate()], [(0, 'a'), (1, 'b')]);
    }

    #[test]
    fn take() {
        everywhere!([1, 2, 3, 4], [take(2)], [1, 2]);
        everywhere!([1, 2], [take(9)], [1, 2]);
        everywhere!([1, 2], [take(0)], NOTHING);
    }

    #[test]
    fn take_while() {
        everywhere!([1, 2, 9, 1], [take_while(|x| *x < 5)], [1, 2]);
        everywhere!([2, 4, 5, 6], [take_while(is_even)], [2, 4]);
    }

    #[test]
    fn skip() {
        everywhere!([1, 2, 3, 4], [skip(2)], [3, 4]);
        everywhere!([1, 2], [skip(9)], NOTHING);
        everywhere!([1, 2], [skip(0)], [1, 2]);
    }

    #[test]
    fn skip_while() {
        everywhere!([1, 2, 9, 1], [skip_while(|x| *x < 5)], [9, 1]);
        everywhere!([2, 3, 4], [skip_while(is_even)], [3, 4]);
    }

    #[test]
    fn step_by() {
        everywhere!([0, 1, 2, 3, 4], [step_by(2)], [0, 2, 4]);
        everywhere!([0, 1, 2], [step_by(1)], [0, 1, 2]);
    }

    #[test]
    fn accumulate() {
        let running = [1, 3, 6, 10];
        everywhere!(
            [1, 2, 3, 4],
            [accumulate(0, |sum, x| {
                *sum += x;
                *sum
            })],
            running
        );
        let distinct = [1, 2, 2, 3];
        everywhere!(
            ["cat", "dog", "cat", "mouse"],
            [accumulate(HashSet::new(), |seen, word| {
                seen.insert(word);
                seen.len()
            })],
            distinct
        );
    }

    #[test]
    fn an_error_leaves_the_state_of_accumulate_untouched() {
        let divide = |state: &mut i32, x: i32| {
            *state = state.checked_div(x).ok_or("division by zero")?;
            Ok::<_, &str>(*state)
        };
        let (results, errors) = flow! {
            results = from([1, 0, 2]) -> accumulate(10, divide)? else errors -> collect::<Vec<_>>();
            errors = collect::<Vec<_>>();
            (results, errors)
        }
        .run();
        assert_eq!(results, [10, 5]);
        assert_eq!(errors, ["division by zero"]);
    }

    #[test]
    fn unique() {
        everywhere!([1, 2, 1, 3, 2], [unique()], [1, 2, 3]);
        everywhere!([1, 1, 2, 2, 2, 1, 3], [unique(capacity = 1)], [1, 2, 1, 3]);
        everywhere!(
            [1, 2, 4, 6, 3],
            [unique(by = |x| x % 2, capacity = 1)],
            [1, 2, 3]
        );
        everywhere!([1, 2, 4, 6, 3], [unique(by = |x| x % 2)], [1, 2]);
        // 1 is refreshed, so 2 is forgotten.
        everywhere!([1, 2, 1, 3, 1, 2], [unique(capacity = 2)], [1, 2, 3, 2]);
    }

    #[test]
    fn progress_lets_items_pass() {
        everywhere!([1, 2], [progress("items")], [1, 2]);
        everywhere!([1, 2], [progress("items", total = 2)], [1, 2]);
    }

    #[test]
    fn then() {
        async fn twice(x: i32) -> i32 {
            tokio::task::yield_now().await;
            x * 2
        }
        let results: Vec<_> = drive(flow! { from(1..4) -> then(twice) -> collect() });
        assert_eq!(results, [2, 4, 6]);
        let inferred: Vec<_> = drive(flow! {
            from(["a", "b"]) -> then(async |text| text.len()) -> then(async |n| n + 1) -> collect()
        });
        assert_eq!(inferred, [2, 2]);
        let returned: Vec<_> = drive(flow! {
            from(1..4_u8) -> then(|x| async move { x + 1 }) -> then(std::future::ready) -> collect()
        });
        assert_eq!(returned, [2, 3, 4]);
    }
}

mod many_at_a_time {
    use super::*;

    #[test]
    fn partition() {
        let items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        let batches = [vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8], vec![9]];
        everywhere!(items, [partition(3)], batches.clone());
        let n = 3;
        everywhere!(items, [partition(n)], batches);
        everywhere!([1, 2], [partition(2)], [[1, 2]]);
        everywhere!(NOTHING, [partition(2)], NOTHING);
        everywhere!([1, 2], [partition(100)], [[1, 2]]);
    }

    #[test]
    fn partition_by() {
        let items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        let batches = [
            vec![0, 2],
            vec![1, 3],
            vec![4, 6],
            vec![5, 7],
            vec![8],
            vec![9],
        ];
        everywhere!(items, [partition(2, by = |x| x % 2)], batches.clone());
        let n = 2;
        everywhere!(items, [partition(n, by = |x| x % 2)], batches);
    }

    #[test]
    fn partition_unique() {
        let items = [1, 2, 1, 3, 1, 3, 3, 2];
        everywhere!(items, [partition_unique(3)], [[1, 2, 3], [1, 3, 2]]);
        everywhere!(
            items,
            [partition_unique(3, keep = first)],
            [[1, 2, 3], [1, 3, 2]]
        );
        let n = 3;
        everywhere!(items, [partition_unique(n)], [[1, 2, 3], [1, 3, 2]]);
        let words = ["ab", "b", "ac", "c", "d"];
        let by_letter = [vec!["ab", "b", "c"], vec!["d"]];
        everywhere!(
            words,
            [partition_unique(3, by = |word| word.chars().next())],
            by_letter
        );
    }

    #[test]
    fn partition_unique_keeps_the_last() {
        let words = ["ab", "b", "ac", "c"];
        let batches: Vec<_> = flow! {
            from(words) -> partition_unique(3, by = |word| word.as_bytes()[0], keep = last)
                -> map(|batch| { let mut all = batch.to_vec(); all.sort(); all }) -> collect()
        }
        .run();
        assert_eq!(batches, [["ac", "b", "c"]]);
    }

    #[test]
    fn sliding_window() {
        let items = [1, 2, 3, 4, 5];
        let windows = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];
        everywhere!(items, [sliding_window(3)], windows);
        let n = 3;
        everywhere!(items, [sliding_window(n)], windows);
        everywhere!([1, 2], [sliding_window(3)], NOTHING);
        everywhere!([1, 2], [sliding_window(1)], [[1], [2]]);
    }

    #[test]
    fn a_partial_sliding_window() {
        let items = [1, 2, 3, 4];
        let windows = [vec![1], vec![1, 2], vec![1, 2, 3], vec![2, 3, 4]];
        everywhere!(items, [sliding_window(3, partial = true)], windows.clone());
        let n = 3;
        everywhere!(items, [sliding_window(n, partial = true)], windows);
        everywhere!([1, 2], [sliding_window(2, partial = false)], [[1, 2]]);
    }

    #[test]
    fn a_window_of_literal_size_is_an_array() {
        let sums: Vec<_> = flow! {
            from(1..=4) -> sliding_window(3) -> map(|[a, b, c]| a + b + c) -> collect()
        }
        .run();
        assert_eq!(sums, [6, 9]);
    }

    #[test]
    fn batches_and_windows_are_slices_and_iterate() {
        let n = 2;
        let (inline, heap, windows) = flow! {
            items = from(0..5);
            inline = items -> partition(2) -> map(|b| b.len() + b.iter().sum::<usize>()) -> collect::<Vec<_>>();
            heap = items -> partition(n) -> flat_map(|b| b) -> collect::<Vec<_>>();
            windows = items -> sliding_window(n) -> map(|w| w.into_iter().sum::<usize>()) -> collect::<Vec<_>>();
            (inline, heap, windows)
        }
        .run();
        assert_eq!(inline, [3, 7, 5]);
        assert_eq!(heap, [0, 1, 2, 3, 4]);
        assert_eq!(windows, [1, 3, 5, 7]);
        let flat: Vec<i32> = flow! {
            from(0..5) -> partition(2) -> flatten() -> sliding_window(2) -> flatten() -> collect()
        }
        .run();
        assert_eq!(flat, [0, 1, 1, 2, 2, 3, 3, 4]);
    }

    #[test]
    fn group_by() {
        let pairs = [("a", 1), ("a", 2), ("b", 3), ("a", 4)];
        let groups = [
            ("a", vec![("a", 1), ("a", 2)]),
            ("b", vec![("b", 3)]),
            ("a", vec![("a", 4)]),
        ];
        everywhere!(pairs, [group_by(|pair| pair.0)], groups);
        let (fours, ones) = flow! {
            items = from(0..20);
            fives = items -> group_by(|x| x / 5) -> map(|(key, group)| (key, group.len())) -> collect::<Vec<_>>();
            ones = items -> group_by(|x| x % 5) -> filter(|(_, group)| group.len() == 1) -> count();
            (fives, ones)
        }
        .run();
        assert_eq!(fours, [(0, 5), (1, 5), (2, 5), (3, 5)]);
        assert_eq!(ones, 20);
    }

    #[test]
    fn window_by() {
        let keys = |x: &i32| [format!("by2:{}", x / 2), format!("by3:{}", x / 3)];
        let windows = [
            ("by2:0", vec![0, 1]),
            ("by3:0", vec![0, 1, 2]),
            ("by2:1", vec![2, 3]),
            ("by2:2", vec![4]),
            ("by3:1", vec![3, 4]),
        ];
        everywhere!([0, 1, 2, 3, 4], [window_by(keys)], windows);
    }
}

mod captures {
    use super::*;

    #[test]
    fn closures_borrow_what_they_see() {
        let factor = String::from("3");
        let limit = 7;
        let found: Vec<i32> = flow! {
            from(0..5) -> map(|x| x * factor.parse::<i32>().unwrap()) -> filter(|x| *x < limit)
                -> collect()
        }
        .run();
        assert_eq!(found, [0, 3, 6]);
        assert_eq!(factor, "3");
    }

    #[test]
    fn closures_may_change_what_they_borrow() {
        let (mut mapped, mut filtered, mut inspected, mut ended) = (0, 0, 0, Vec::new());
        flow! {
            from(1..=4)
                -> map(|x| { mapped += x; x })
                -> filter(|x| { filtered += x; x % 2 == 0 })
                -> inspect(|x| inspected += x)
                -> flat_map(|x| [x, x])
                -> for_each(|x| ended.push(x))
        }
        .run();
        assert_eq!((mapped, filtered, inspected), (10, 10, 6));
        assert_eq!(ended, [2, 2, 4, 4]);
    }

    #[test]
    fn async_closures_may_change_what_they_borrow() {
        let (mut awaited, mut ended) = (0, Vec::new());
        drive(flow! {
            from(1..=3) -> then(async |x| { awaited += x; x }) -> sink(async |x| ended.push(x))
        });
        assert_eq!(awaited, 6);
        assert_eq!(ended, [1, 2, 3]);
    }

    #[test]
    fn async_closures_borrow_from_the_environment() {
        struct Model(&'static str);
        impl Model {
            async fn ask(&self, question: &str) -> String {
                tokio::task::yield_now().await;
                format!("{question} {}", self.0)
            }
        }
        let model = Model("!");
        let reference = &model;
        let (one, many, unordered): (Vec<_>, Vec<_>, usize) = drive(flow! {
            questions = from(["a", "b"]);
            one = questions -> then(async |q| model.ask(q).await) -> collect();
            many = questions -> then(async |q| model.ask(q).await, concurrency = 4) -> collect();
            unordered = questions
                -> then(|q| reference.ask(q), concurrency = 4, ordered = false) -> count();
            (one, many, unordered)
        });
        assert_eq!(one, ["a !", "b !"]);
        assert_eq!(many, one);
        assert_eq!(unordered, 2);
    }

    #[test]
    fn functions_that_are_values_and_methods() {
        struct Shift(i32);
        impl Shift {
            fn up(&self, x: i32) -> i32 {
                x + self.0
            }
        }
        let shift = Shift(2);
        let boxed: Box<dyn Fn(i32) -> i32> = Box::new(|x| x * 2);
        let pointer: fn(i32) -> i32 = increment;
        let made = |by: i32| move |x: i32| x + by;
        let all: Vec<_> = flow! {
            from([1]) -> map(|x| shift.up(x)) -> map(boxed) -> map(pointer) -> map(made(10))
                -> map(i32::abs) -> collect()
        }
        .run();
        assert_eq!(all, [17]);
    }

    #[test]
    fn arguments_are_evaluated_once_when_the_flow_is_built() {
        let evaluated = Cell::new(0);
        let count = |n: usize| {
            evaluated.set(evaluated.get() + 1);
            n
        };
        let flow = flow! {
            from(0..count(10)) -> skip(count(1)) -> take(count(5)) -> partition(count(2))
                -> unique(by = |batch| batch.len(), capacity = count(3)) -> count()
        };
        assert_eq!(evaluated.get(), 5);
        assert_eq!(flow.run(), 2);
        assert_eq!(evaluated.get(), 5);
    }

    #[test]
    fn nothing_runs_until_the_flow_is_run() {
        let pulled = Cell::new(0);
        let flow = flow! { from(0..3) -> inspect(|_| pulled.set(pulled.get() + 1)) -> count() };
        assert_eq!(pulled.get(), 0);
        flow.run();
        assert_eq!(pulled.get(), 3);
        let ready = flow! { from(0..3) -> then(async |_| pulled.set(9)) -> drain() };
        assert_eq!(pulled.get(), 3);
        drive(ready);
        assert_eq!(pulled.get(), 9);
    }
}

mod ownership {
    use super::*;

    /// Neither `Clone` nor `Copy`.
    #[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    struct Only(i32);

    fn owned(n: i32) -> Vec<Only> {
        (0..n).map(Only).collect()
    }

    #[test]
    fn a_linear_chain_clones_nothing() {
        let all: Vec<Only> = flow! {
            from(owned(12))
                -> map(|only| only) -> filter(|only| only.0 > 0) -> inspect(|_| ())
                -> take(11) -> take_while(|_| true) -> skip(1) -> skip_while(|only| only.0 < 2)
                -> step_by(1) -> filter_map(Some) -> flat_map(|only| [only])
                -> accumulate(0, |_, only| only) -> unique(by = |only| only.0) -> progress("")
                -> partition(3) -> flatten() -> partition(2, by = |only| only.0 % 2) -> flatten()
                -> group_by(|only| only.0 % 2) -> flat_map(|(_, group)| group)
                -> partition_unique(2, by = |only| only.0) -> flatten()
                -> enumerate() -> map(|(_, only)| only) -> collect()
        }
        .run();
        assert_eq!(all.len(), 10);
    }

    #[test]
    fn an_asynchronous_chain_clones_nothing() {
        let all: Vec<Only> = drive(flow! {
            from(owned(3)) -> then(async |only| only) -> then(async |only| only, concurrency = 2)
                -> then(async |only| only, concurrency = 2, ordered = false) -> collect()
        });
        assert_eq!(all, owned(3));
    }

    #[test]
    fn fan_ins_and_errors_clone_nothing() {
        let paired: Vec<(Only, Only)> =
            flow! { zip(from(owned(2)), from(owned(3))) -> collect() }.run();
        assert_eq!(paired.len(), 2);
        let both = flow! { union(from(owned(2)), from(owned(3))) -> count() }.run();
        assert_eq!(both, 5);
        let (odd, even) = flow! {
            odd = from(owned(5)) -> map(|only| if only.0 % 2 == 1 { Ok(only) } else { Err(only) })? else even
                -> collect::<Vec<_>>();
            even = collect::<Vec<_>>();
            (odd, even)
        }
        .run();
        assert_eq!((odd.len(), even.len()), (2, 3));
    }

    #[test]
    fn sinks_take_the_item() {
        let (last, first, min, max, reduced) = (
            flow! { from(owned(3)) -> last() }.run(),
            flow! { from(owned(3)) -> first() }.run(),
            flow! { from(owned(3)) -> min() }.run(),
            flow! { from(owned(3)) -> max() }.run(),
            flow! { from(owned(3)) -> reduce(|a, b| Only(a.0 + b.0)) }.run(),
        );
        assert_eq!((last, first), (Some(Only(2)), Some(Only(0))));
        assert_eq!(
            (min, max, reduced),
            (Some(Only(0)), Some(Only(2)), Some(Only(3)))
        );
    }

    #[test]
    fn all_uses_of_a_branch_but_the_last_clone() {
        #[derive(Debug)]
        struct Counted<'c>(&'c Cell<usize>);
        impl Clone for Counted<'_> {
            fn clone(&self) -> Self {
                self.0.set(self.0.get() + 1);
                Self(self.0)
            }
        }
        let clones = Cell::new(0);
        let (a, b, c) = flow! {
            items = from([Counted(&clones), Counted(&clones)]);
            a = items -> collect::<Vec<_>>();
            b = items -> collect::<Vec<_>>();
            c = items -> collect::<Vec<_>>();
            (a, b, c)
        }
        .run();
        assert_eq!((a.len(), b.len(), c.len()), (2, 2, 2));
        assert_eq!(clones.get(), 4);
    }

    #[test]
    fn what_only_looks_at_a_branch_does_not_clone() {
        let clones = Cell::new(0);
        struct Counted<'c>(&'c Cell<usize>, i32);
        impl Clone for Counted<'_> {
            fn clone(&self) -> Self {
                self.0.set(self.0.get() + 1);
                Self(self.0, self.1)
            }
        }
        let items: Vec<_> = (0..10).map(|n| Counted(&clones, n)).collect();
        let (few, all) = flow! {
            items = from(items);
            few = items -> filter(|item| item.1 > 7) -> collect::<Vec<_>>();
            all = items -> collect::<Vec<_>>();
            (few, all)
        }
        .run();
        assert_eq!((few.len(), all.len()), (2, 10));
        assert_eq!(clones.get(), 2);
    }
}
