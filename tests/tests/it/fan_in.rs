//! Fan-ins: chains that meet.

use std::cell::Cell;

use flow_runtime::{ErrorKind, flow};
use futures::stream;

use crate::guard::drive;

mod union {
    use super::*;

    #[test]
    fn sources_take_turns() {
        let all: Vec<_> = flow! { union(from([1, 3]), from([2, 4])) -> collect() }.run();
        assert_eq!(all, [1, 2, 3, 4]);
        let uneven: Vec<_> =
            flow! { union(from([1]), from([2, 4, 6]), from([3, 5])) -> collect() }.run();
        assert_eq!(uneven, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn branches_of_one_source_meet_in_the_order_they_are_written() {
        // `tens` is written first; the loops change nothing about that.
        let straight: Vec<_> = flow! {
            items = from([1, 2]);
            tens = items -> map(|x| x * 10);
            union(items -> map(|x| x + 4), tens, items -> filter(|x| x % 2 == 0)) -> collect()
        }
        .run();
        assert_eq!(straight, [10, 5, 20, 6, 2]);
        let looped: Vec<_> = flow! {
            items = from([1, 2]);
            tens = items -> map(|x| x * 10);
            union(items -> flat_map(|x| [x, x]), tens, items -> filter(|x| x % 2 == 0)) -> collect()
        }
        .run();
        assert_eq!(looped, [10, 1, 1, 20, 2, 2, 2]);
    }

    #[test]
    fn what_is_held_leaves_at_the_end() {
        let all: Vec<_> = flow! {
            items = from(0..5);
            union(items -> partition(2) -> map(|b| b.len()), items -> map(|x| x + 10)) -> collect()
        }
        .run();
        assert_eq!(all, [10, 2, 11, 12, 2, 13, 14, 1]);
    }

    #[test]
    fn of_streams_whoever_has_something_comes_first() {
        let slow = stream::once(async {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            0
        });
        let all: Vec<_> = drive(flow! { union(stream(slow), from([1, 2, 3])) -> collect() });
        assert_eq!(all, [1, 2, 3, 0]);
    }

    #[test]
    fn unions_of_unions() {
        let sum = flow! {
            items = from(1..=3);
            inner = union(items, items -> map(|x| x * 10));
            union(inner, inner -> filter(|x| *x > 9), from([1000])) -> sum()
        }
        .run();
        assert_eq!(sum, 6 + 60 + 60 + 1000);
    }
}

mod zip {
    use super::*;

    #[test]
    fn branches_of_what_passed_a_filter_are_paired() {
        let pairs = flow! {
            even = from(0..4) -> filter(|x| x % 2 == 0);
            inc = even -> map(|x| x + 1);
            zip(even, inc, inc -> map(|x| x * 10)) -> collect::<Vec<_>>()
        };
        assert_eq!(pairs.run(), [(0, 1, 10), (2, 3, 30)]);
        let pairs = flow! {
            good = from(["1", "x"]) -> map(str::parse::<i32>)? else bad;
            bad = drain();
            zip(good -> map(|x| x), good -> map(|x| x * 2)) -> collect::<Vec<_>>()
        };
        assert_eq!(pairs.run(), [(1, 2)]);
    }

    #[test]
    fn first_with_first() {
        let pairs: Vec<_> = flow! { zip(from([1, 2]), from(['A', 'B'])) -> collect() }.run();
        assert_eq!(pairs, [(1, 'A'), (2, 'B')]);
        let triples: Vec<_> =
            flow! { zip(from(1..), from("ab".chars()), from([0.5, 1.5, 2.5])) -> collect() }.run();
        assert_eq!(triples, [(1, 'a', 0.5), (2, 'b', 1.5)]);
    }

    #[test]
    fn a_name_with_itself() {
        let pairs: Vec<_> = flow! { a = from([1, 2]); zip(a, a) -> collect() }.run();
        assert_eq!(pairs, [(1, 1), (2, 2)]);
    }

    #[test]
    fn branches_meet_again() {
        let sums: Vec<_> = flow! {
            x = from([10]);
            inc = x -> map(|x| x + 1);
            dec = x -> map(|x| x - 1);
            zip(inc, dec) -> map(|(a, b)| a + b) -> collect()
        }
        .run();
        assert_eq!(sums, [20]);
        let all: Vec<_> = flow! {
            x = from(0..5);
            zip(x, x -> map(|x| x * 2), x -> map(|x| x * x)) -> collect()
        }
        .run();
        assert_eq!(
            all,
            [(0, 0, 0), (1, 2, 1), (2, 4, 4), (3, 6, 9), (4, 8, 16)]
        );
    }

    #[test]
    fn nothing_is_pulled_that_cannot_be_paired() {
        let (left, right) = (Cell::new(0), Cell::new(0));
        let count = |cell: &Cell<usize>| cell.set(cell.get() + 1);
        let pairs = flow! {
            zip(from(0..2), from(0..) -> inspect(|_| count(&right))) -> count()
        }
        .run();
        assert_eq!((pairs, right.get()), (2, 2));
        let pairs = flow! {
            zip(from(0..) -> filter(|x| x % 10 == 0) -> inspect(|_| count(&left)), from(0..3)) -> take(2) -> count()
        }
        .run();
        assert_eq!((pairs, left.get()), (2, 2));
    }

    #[test]
    fn a_side_that_outruns_the_other_waits() {
        let pairs: Vec<_> = flow! {
            items = from(1..=6);
            zip(items -> filter(|x| x % 3 == 0), items) -> collect()
        }
        .run();
        assert_eq!(pairs, [(3, 1), (6, 2)]);
        let burst: Vec<_> = flow! {
            items = from([Ok(1), Ok(2), Ok(3), Err('X'), Err('Y'), Err('Z')]);
            zip(items -> filter_map(Result::ok), items -> filter_map(Result::err)) -> collect()
        }
        .run();
        assert_eq!(burst, [(1, 'X'), (2, 'Y'), (3, 'Z')]);
    }

    #[test]
    fn what_is_held_is_paired_at_the_end() {
        let pairs: Vec<_> = flow! {
            items = from(0..3);
            zip(items -> partition(2) -> map(|b| b.len()), items) -> collect()
        }
        .run();
        assert_eq!(pairs, [(2, 0), (1, 1)]);
    }

    #[test]
    fn a_capacity_bounds_what_waits() {
        let pairs: Vec<_> = flow! {
            items = from(1..=6);
            zip(items -> filter(|x| x % 3 == 0), items, capacity = 4)? -> collect()
        }
        .run()
        .unwrap();
        assert_eq!(pairs, [(3, 1), (6, 2)]);
        let error = flow! {
            items = from(1..);
            slow = items -> filter(|x| x % 3 == 0);
            both = zip(slow, items, capacity = 2)?;
            both -> count()
        }
        .run()
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Capacity);
        assert_eq!(error.stage(), Some("both"));
        assert!(error.to_string().contains("`items`"), "{error}");
    }

    #[test]
    fn an_overflow_may_be_diverted() {
        let (pairs, errors) = flow! {
            items = from(1..=6);
            pairs = zip(items -> filter(|x| x % 3 == 0), items, capacity = 2)? else errors
                -> collect::<Vec<_>>();
            errors = count();
            (pairs, errors)
        }
        .run();
        // 3 and 4 found no room; 5 did.
        assert_eq!(pairs, [(3, 1), (6, 2)]);
        assert!(errors > 0);
    }

    #[test]
    fn two_sources_never_wait_beyond_one() {
        let pairs: Result<usize, _> =
            flow! { zip(from(0..9), from(0..9), capacity = 1)? -> count() }.run();
        assert_eq!(pairs.unwrap(), 9);
        let lockstep: Result<usize, _> =
            flow! { x = from(0..9); zip(x, x, capacity = 1)? -> count() }.run();
        assert_eq!(lockstep.unwrap(), 9);
    }

    #[test]
    fn a_stream_and_a_source() {
        let pairs: Vec<_> =
            drive(flow! { zip(stream(stream::iter(1..)), from(["a", "b"])) -> collect() });
        assert_eq!(pairs, [(1, "a"), (2, "b")]);
    }

    #[test]
    fn a_diamond_in_a_diamond() {
        let all: Vec<_> = flow! {
            x = from(1..=2);
            y = zip(x, x -> map(|x| x * 10)) -> map(|(a, b)| a + b);
            zip(y, x, y -> map(|y| y + 1)) -> collect()
        }
        .run();
        assert_eq!(all, [(11, 1, 12), (22, 2, 23)]);
    }
}

mod merge_keyed {
    use super::*;

    #[test]
    fn the_rightmost_wins() {
        let left = [(1, 1), (2, 2), (3, 3), (4, 4)];
        let right = [(2, 1), (4, 2), (6, 3), (8, 4)];
        let merged: Vec<_> = flow! { merge_keyed(from(left), from(right))? -> collect() }
            .run()
            .unwrap();
        assert_eq!(merged, [(1, 1), (2, 1), (3, 3), (4, 2), (6, 3), (8, 4)]);
    }

    #[test]
    fn even_keys_and_multiples_of_three() {
        let values: Vec<_> = flow! {
            even = from((2..=12).step_by(2)) -> map(|k| (k, k));
            thirds = from((3..=12).step_by(3)) -> map(|k| (k, 10 * k));
            merge_keyed(even, thirds)? -> map(|(_, value)| value) -> collect()
        }
        .run()
        .unwrap();
        assert_eq!(values, [2, 30, 4, 60, 8, 90, 10, 120]);
    }

    #[test]
    fn a_duplicate_or_descending_key_names_input_and_keys() {
        let error = flow! {
            steady = from([(1, 'a'), (2, 'b')]);
            wild = from([(5, 'c'), (3, 'd')]);
            all = merge_keyed(steady, wild)?;
            all -> count()
        }
        .run()
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsorted);
        assert_eq!(error.stage(), Some("all"));
        let text = error.to_string();
        assert!(
            text.contains("`wild`") && text.contains('5') && text.contains('3'),
            "{text}"
        );

        let repeated =
            flow! { merge_keyed(from([(7, 'a'), (7, 'b')]), from([(1, 'c')]))? -> count() };
        let error = repeated.run().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsorted);
        assert!(error.to_string().contains('7'), "{error}");
    }

    #[test]
    fn what_came_before_an_unsorted_key_is_delivered() {
        let (merged, errors) = flow! {
            merged = merge_keyed(from([(1, 'a'), (3, 'b'), (2, 'c'), (4, 'd')]), from([(2, 'x')]))? else errors
                -> collect::<Vec<_>>();
            errors = count();
            (merged, errors)
        }
        .run();
        assert_eq!(merged[..3], [(1, 'a'), (2, 'x'), (3, 'b')]);
        assert_eq!(errors, 1);
    }

    #[test]
    fn only_what_is_wanted_is_pulled() {
        let pulled = Cell::new(0);
        let merged = flow! {
            merge_keyed(
                from(0..) -> map(|k| (k, 'a')) -> inspect(|_| pulled.set(pulled.get() + 1)),
                from([(1, 'b'), (3, 'c')])
            )? -> take(3) -> map(|(_, x)| x) -> collect::<String>()
        }
        .run()
        .unwrap();
        assert_eq!(merged, "aba");
        assert!(pulled.get() <= 4, "{}", pulled.get());
    }

    #[test]
    fn an_empty_side_changes_nothing() {
        let none: [(u8, char); 0] = [];
        let merged: Vec<_> =
            flow! { merge_keyed(from(none), from([(1, 'a')]), from(none))? -> collect() }
                .run()
                .unwrap();
        assert_eq!(merged, [(1, 'a')]);
    }

    #[test]
    fn streams_are_merged() {
        let left = stream::iter([(1, 'a'), (2, 'a')]);
        let merged: Vec<_> =
            drive(flow! { merge_keyed(stream(left), from([(2, 'b')]))? -> collect() }).unwrap();
        assert_eq!(merged, [(1, 'a'), (2, 'b')]);
    }

    #[test]
    fn branches_of_one_source_are_merged() {
        let merged: Vec<_> = flow! {
            items = from(1..=6);
            even = items -> filter(|x| x % 2 == 0) -> map(|x| (x, "even"));
            all = items -> map(|x| (x, "any"));
            merge_keyed(all, even)? -> collect()
        }
        .run()
        .unwrap();
        let names = merged.iter().map(|(_, name)| *name).collect::<Vec<_>>();
        assert_eq!(names, ["any", "even", "any", "even", "any", "even"]);
    }
}

mod cogroup {
    use super::*;

    #[test]
    fn none_where_an_input_lacks_the_key() {
        let with =
            |keys: &[i32], name: char| keys.iter().map(|key| (*key, name)).collect::<Vec<_>>();
        let (s, d, x) = (
            with(&[0, 1, 3, 4], 'S'),
            with(&[0, 1, 2], 'D'),
            with(&[2, 3, 4], 'X'),
        );
        let rows: Vec<_> = flow! {
            cogroup(from(s), from(d), from(x))?
                -> map(|(key, (s, d, x))| (key, [s, d, x].map(|each| each.map_or('-', |pair| pair.1))))
                -> collect()
        }
        .run()
        .unwrap();
        let expected = [
            (0, ['S', 'D', '-']),
            (1, ['S', 'D', '-']),
            (2, ['-', 'D', 'X']),
            (3, ['S', '-', 'X']),
            (4, ['S', '-', 'X']),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn carry_repeats_the_last_item() {
        let rows: Vec<_> = flow! {
            trades = from([(2, "t2"), (3, "t3"), (7, "t7")]);
            quotes = from([(1, 10), (3, 30), (5, 50)]);
            cogroup(trades, quotes, carry = true)?
                -> map(|(key, (trade, quote))| (key, trade.map(|t| t.1), quote.map(|q| q.1)))
                -> collect()
        }
        .run()
        .unwrap();
        let expected = [
            (1, None, Some(10)),
            (2, Some("t2"), Some(10)),
            (3, Some("t3"), Some(30)),
            (5, Some("t3"), Some(50)),
            (7, Some("t7"), Some(50)),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn an_unsorted_input_is_an_error() {
        let error = flow! { rows = cogroup(from([(2, 'a'), (1, 'b')]), from([(1, 'c')]))?; rows -> count() }
            .run()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsorted);
        assert_eq!(error.stage(), Some("rows"));
        let carried = flow! { cogroup(from([(1, 'a'), (1, 'b')]), from([(1, 'c')]), carry = true)? -> count() };
        assert_eq!(carried.run().unwrap_err().kind(), ErrorKind::Unsorted);
    }
}

#[test]
fn what_passes_a_test_is_paired_behind_it() {
    let pairs = flow! {
        long  = from(["a", "bc", "d", "efg"]) -> filter(|word| word.len() > 1);
        first = long -> map(|word| &word[..1]);
        last  = long -> map(|word| &word[word.len() - 1..]);
        zip(first, last) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(pairs, [("b", "c"), ("e", "g")]);
}

#[test]
fn what_did_not_fail_is_paired_behind_its_errors() {
    let (pairs, errors) = flow! {
        numbers = from(["1", "x", "3"]) -> map(|text| text.parse::<u8>())? else errors;
        less    = numbers -> map(|n| n - 1);
        more    = numbers -> map(|n| n + 1);
        pairs   = zip(less, more) -> collect::<Vec<_>>();
        errors  = count();
        (pairs, errors)
    }
    .run();
    assert_eq!(pairs, [(0, 2), (2, 4)]);
    assert_eq!(errors, 1);
}

#[test]
fn one_side_of_a_test_may_be_joined_with_what_went_round_it() {
    let all = flow! {
        numbers = from(1..=4);
        even    = numbers -> filter(|n| n % 2 == 0);
        halves  = even -> map(|n| n / 2);
        union(numbers, halves, even) -> collect::<Vec<_>>()
    }
    .run();
    let mut sorted = all.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [1, 1, 2, 2, 2, 3, 4, 4]);
}
