//! The items taken of sources in front of a `zip`: as many as `Iterator::zip` takes, and none
//! that cannot be paired.

use futures::{StreamExt, executor::block_on};

use flow_runtime::flow;

use crate::guard::in_time;

/// Runs a chain in every form, with `0..100` as the source that is borrowed, and gives its
/// items with the number that was taken of the source.
macro_rules! taken {
    ($rest:ident: $($chain:tt)*) => {{
        let mut $rest = 0..100_i64;
        let all: Vec<_> = flow! { $($chain)* -> collect() }.run();
        let given = (all, $rest.start);
        let mut $rest = 0..100_i64;
        let all: Vec<_> = flow! { $($chain)* }.collect();
        assert_eq!((all, $rest.start), given, "an iterator");
        let mut $rest = 0..100_i64;
        let all: Vec<_> = block_on(flow! { $($chain)* -> then(async |x| x) }.collect());
        assert_eq!((all, $rest.start), given, "a stream");
        let mut $rest = 0..100_i64;
        let all: Vec<_> = block_on(flow! { $($chain)* -> then(async |x| x) -> collect() }.run());
        assert_eq!((all, $rest.start), given, "awaited");
        given
    }};
}

/// Asserts that a chain gives the items of an iterator, and takes as much of `0..100`.
macro_rules! takes_as {
    ($rest:ident: { $($chain:tt)* }, $model:expr) => {{
        let given = taken!($rest: $($chain)*);
        let mut $rest = 0..100_i64;
        let all: Vec<_> = $model.collect();
        assert_eq!(given, (all, $rest.start));
    }};
}

fn even(n: &i64) -> bool {
    n % 2 == 0
}

#[test]
fn a_later_input_waits_for_an_earlier_one() {
    takes_as!(rest: { zip(from(0..5_i64), from(&mut rest)) }, (0..5_i64).zip(&mut rest));
    takes_as!(
        rest: { zip(from(0..5_i64) -> filter(even), from(&mut rest)) },
        (0..5_i64).filter(even).zip(&mut rest)
    );
    takes_as!(
        rest: { zip(from(1..=1_i64) -> filter(even), from(&mut rest)) },
        (1..=1_i64).filter(even).zip(&mut rest)
    );
    takes_as!(
        rest: { zip(from(0..9_i64) -> skip_while(|n| *n < 4), from(&mut rest)) },
        (0..9_i64).skip_while(|n| *n < 4).zip(&mut rest)
    );
    takes_as!(
        rest: { zip(from(0..4_i64) -> flat_map(|n| 0..n), from(&mut rest)) },
        (0..4_i64).flat_map(|n| 0..n).zip(&mut rest)
    );
    takes_as!(
        rest: { zip(chain(from(0..2_i64), from(5..8_i64) -> filter(even)), from(&mut rest)) },
        (0..2_i64).chain((5..8_i64).filter(even)).zip(&mut rest)
    );
}

#[test]
fn a_later_input_that_gives_several_waits_as_well() {
    let twice = |n: i64| [n, n + 100];
    for end in 0..6_i64 {
        takes_as!(
            rest: { zip(from(0..end), from(&mut rest) -> flat_map(twice)) },
            (0..end).zip((&mut rest).flat_map(twice))
        );
        takes_as!(
            rest: { zip(from(0..end), from(&mut rest) -> via(flow! { <i64> -> flat_map(twice) })) },
            (0..end).zip((&mut rest).flat_map(twice))
        );
        takes_as!(
            rest: { zip(from(0..end), from(&mut rest) -> by_key(|n| n % 2) { flat_map(twice) }) },
            (0..end).zip((&mut rest).flat_map(twice))
        );
        takes_as!(
            rest: {
                zip(from(0..end), from(0..end) -> flat_map(twice), from(&mut rest) -> flat_map(twice))
                    -> map(|(a, b, c)| ((a, b), c))
            },
            (0..end).zip((0..end).flat_map(twice)).zip((&mut rest).flat_map(twice))
        );
        takes_as!(
            rest: {
                both = from(&mut rest);
                zip(from(0..end), union(both, both -> map(|n| n + 100)))
            },
            (0..end).zip((&mut rest).flat_map(twice))
        );
    }
}

#[test]
fn an_earlier_input_is_taken_first() {
    takes_as!(
        rest: { zip(from(&mut rest), from(0..5_i64) -> filter(even)) },
        (&mut rest).zip((0..5_i64).filter(even))
    );
    takes_as!(
        rest: { zip(from(&mut rest) -> filter(even), from(0..3_i64)) },
        (&mut rest).filter(even).zip(0..3_i64)
    );
    takes_as!(
        rest: { zip(from(&mut rest), from(0..4_i64) -> flat_map(|n| 0..n % 2)) },
        (&mut rest).zip((0..4_i64).flat_map(|n| 0..n % 2))
    );
}

#[test]
fn the_order_of_the_statements_is_not_that_of_the_inputs() {
    takes_as!(
        rest: { right = from(&mut rest); left = from(0..3_i64); zip(left, right) },
        (0..3_i64).zip(&mut rest)
    );
    takes_as!(
        rest: {
            last = from(0..9_i64);
            middle = from(&mut rest);
            first = from(0..9_i64) -> filter(even);
            zip(first, middle, last) -> map(|(a, b, c)| ((a, b), c))
        },
        (0..9_i64).filter(even).zip(&mut rest).zip(0..9_i64)
    );
}

#[test]
fn three_inputs_and_zips_of_zips() {
    takes_as!(
        rest: {
            zip(from(0..9_i64), from(0..5_i64) -> filter(even), from(&mut rest))
                -> map(|(a, b, c)| ((a, b), c))
        },
        (0..9_i64).zip((0..5_i64).filter(even)).zip(&mut rest)
    );
    takes_as!(
        rest: { zip(zip(from(0..4_i64), from(0..9_i64) -> filter(even)), from(&mut rest)) },
        (0..4_i64).zip((0..9_i64).filter(even)).zip(&mut rest)
    );
    takes_as!(
        rest: {
            zip(zip(from(0..9_i64), from(&mut rest)) -> filter(|(n, _)| even(n)), from(0..3_i64))
        },
        (0..9_i64).zip(&mut rest).filter(|(n, _)| even(n)).zip(0..3_i64)
    );
    takes_as!(
        rest: { zip(from(0..3_i64), zip(from(0..9_i64) -> filter(even), from(&mut rest))) },
        (0..3_i64).zip((0..9_i64).filter(even).zip(&mut rest))
    );
}

#[test]
fn what_has_ended_early_takes_nothing_along() {
    let pairs = |taken: i64| ((0..taken).map(|n| (n, n)).collect::<Vec<_>>(), taken);
    let given = taken!(rest: zip(from([0, 0]) -> take(1), from(&mut rest)));
    assert_eq!(given, pairs(1));
    let given = taken!(rest: zip(from(&mut rest), from(0..9_i64) -> take(2)));
    assert_eq!(given, pairs(2));
    let given = taken!(rest: zip(from(0..9_i64) -> take(0), from(&mut rest)));
    assert_eq!(given, pairs(0));
    let given = taken!(rest: zip(from(0..9_i64) -> take_while(|n| *n < 3), from(&mut rest)));
    assert_eq!(given, pairs(3));
    let given = taken!(rest: zip(from(&mut rest), zip(from(0..9_i64), from(0..9_i64) -> take(2)))
        -> map(|(n, _)| (n, n)));
    assert_eq!(given, pairs(2));
    let given = taken!(rest: zip(from(0..9_i64), from(&mut rest)) -> take(4));
    assert_eq!(given, pairs(4));
    let given = taken!(rest: zip_latest(from(0..9_i64) -> take(2), from(&mut rest))
        -> map(|(n, _)| (n, n)));
    assert_eq!(given.1, 1);
}

#[test]
fn a_branch_that_has_ended_ends_zips_of_zips() {
    let pairs: Vec<_> = flow! {
        n = from(0..);
        zip(zip(n -> take(1), n -> filter(|n| n % 2 == 1)), n) -> collect()
    }
    .run();
    assert_eq!(pairs, [((0, 1), 0)]);
    let pairs: Vec<_> = flow! {
        n = from(0..);
        zip(n, zip(n -> skip(2), n -> take_while(|n| *n < 2))) -> collect()
    }
    .run();
    assert_eq!(pairs, [(0, (2, 0)), (1, (3, 1))]);
}

#[test]
fn sources_of_a_union_take_turns_in_front_of_a_zip() {
    let turns = [0, 10, 1, 11, 2, 12];
    let pairs = turns.map(|n| (n, ()));
    let given: Vec<_> = flow! {
        zip(union(from(0..3), from(10..13)), from([(); 9])) -> collect()
    }
    .run();
    assert_eq!(given, pairs);
    let given: Vec<_> = flow! {
        zip(from([(); 6]), union(from(0..9), from(10..19))) -> map(|(_, n)| n)
    }
    .collect();
    assert_eq!(given, turns);
    let given: Vec<_> = block_on(
        flow! {
            stream(futures::stream::iter(0..3)) -> all;
            stream(futures::stream::iter(10..13)) -> all;
            all = map(|n| n);
            zip(all, from([(); 9])) -> collect()
        }
        .run(),
    );
    assert_eq!(given, pairs);
    // One that gives nothing holds nobody up, nor one that has ended.
    let given: Vec<_> = flow! {
        zip(union(from(0..2), from(0..50) -> filter(|n| *n == 40), from(20..24)), from([(); 9]))
            -> map(|(n, ())| n) -> collect()
    }
    .run();
    assert_eq!(given, [0, 20, 1, 21, 22, 23, 40]);
    let given: Vec<_> = flow! {
        zip(union(chain(from(0..2), from(5..7)), from(20..23)), from(0..)) -> map(|(n, _)| n)
            -> collect()
    }
    .run();
    assert_eq!(given, [0, 20, 1, 21, 5, 22, 6]);
    let given: Vec<_> = flow! {
        zip(zip_latest(from(0..3), from(10..)), from([(); 9])) -> map(|(pair, ())| pair) -> collect()
    }
    .run();
    assert_eq!(given, [(0, 10), (1, 10), (2, 11)]);
}

#[test]
fn sources_beside_an_inlet_are_taken_as_far_as_pairs_need_them() {
    let mut rest = 0..100_i64;
    let mut flow = flow! {
        zip(<char>, from(&mut rest) -> filter(even)) -> collect::<Vec<_>>()
    };
    flow.emit('a');
    flow.emit('b');
    assert_eq!(flow.finish(), [('a', 0), ('b', 2)]);
    assert_eq!(rest.start, 3);
    let mut rest = 0..100_i64;
    let mut flow = flow! {
        zip(<char>, from(0..9_i64) -> filter(even) -> take(1), from(&mut rest)) -> collect::<Vec<_>>()
    };
    flow.emit('a');
    flow.emit('b');
    assert_eq!(flow.finish(), [('a', 0, 0)]);
    assert_eq!(rest.start, 1);
}

/// A branch that has ended before its source leaves the others to themselves.
#[test]
fn what_is_merged_goes_on_behind_a_branch_that_has_ended() {
    let long = || [(2, 'b'), (3, 'b'), (4, 'b')];
    let all = [(1, 'a'), (2, 'b'), (3, 'b'), (4, 'b')];
    let merged = flow! {
        merge_keyed(from([(1, 'a'), (9, 'a')]) -> take(1), from(long()))? else drop -> collect::<Vec<_>>()
    };
    assert_eq!(merged.run(), all);
    let pulled = flow! {
        merge_keyed(from(long()), from([(1, 'a'), (9, 'a')]) -> take_while(|x| x.0 < 5))? else drop
    };
    assert_eq!(pulled.collect::<Vec<_>>(), all);
    let filtered = flow! {
        merge_keyed(from([(1, 'a'); 0]) -> take(2), from(long()) -> filter(|x: &(i32, char)| x.0 != 3))? -> count()
    };
    assert_eq!(filtered.run().unwrap(), 2);
    let three = flow! {
        merge_keyed(
            from([(1, 'a')]) -> take(1), from(long()), from([(5, 'c'), (6, 'c'), (7, 'c')]) -> take(2)
        )? -> count()
    };
    assert_eq!(three.run().unwrap(), 6);
    let grouped = flow! {
        cogroup(from([(1, 'a'), (9, 'a')]) -> take(1), from(long()))? -> count()
    };
    assert_eq!(grouped.run().unwrap(), 4);
}

/// Branches of one source: that one of them has ended is known before the source ends.
#[test]
fn what_is_merged_of_one_source_goes_on_behind_a_branch_that_has_ended() {
    let keyed = || (0..).map(|n| (n, 'n'));
    let merged: Vec<_> = in_time(move || {
        flow! {
            n = from(keyed());
            merge_keyed(merge_keyed(n -> take(1), n -> map(|(n, _)| (n, 'm')))? else drop, n)? else drop
                -> take(3) -> collect()
        }
        .run()
    });
    assert_eq!(merged, [(0, 'n'), (1, 'n'), (2, 'n')]);
    let merged: Vec<_> = in_time(move || {
        flow! {
            n = from(keyed());
            merge_keyed(merge_keyed(n -> take(1), n -> take(2))? else drop, n -> filter(|n| n.0 % 2 == 1))? else drop
                -> take(4) -> collect()
        }
        .run()
    });
    assert_eq!(merged, [(0, 'n'), (1, 'n'), (3, 'n'), (5, 'n')]);
    let grouped: Vec<_> = in_time(move || {
        flow! {
            n = from(keyed());
            cogroup(n -> take(1), n -> skip(1))? else drop -> map(|(n, _)| n) -> take(4) -> collect()
        }
        .run()
    });
    assert_eq!(grouped, [0, 1, 2, 3]);
    let pairs: Vec<_> = in_time(move || {
        flow! {
            n = from(keyed());
            zip(merge_keyed(n -> take(1), n -> take(2))? else drop, n) -> map(|((a, _), (b, _))| (a, b)) -> collect()
        }
        .run()
    });
    assert_eq!(pairs, [(0, 0), (1, 1)]);
}
