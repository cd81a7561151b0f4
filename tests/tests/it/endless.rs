//! Items that give others without end, in front of fan-ins: as much is taken as is wanted.

use std::iter::once;

use flow_runtime::flow;
use futures::{StreamExt, executor::block_on};

use crate::guard::{drive_in_time, in_time};

/// Runs a chain in every form, as far as its first items, and asserts that they are those of
/// an iterator.
macro_rules! gives {
    ({ $($chain:tt)* }, $model:expr) => {{
        let model: Vec<_> = $model.take(6).collect();
        let all = in_time(|| flow! { $($chain)* -> take(6) -> collect::<Vec<_>>() }.run());
        assert_eq!(all, model);
        let all = in_time(|| flow! { $($chain)* }.take(6).collect::<Vec<_>>());
        assert_eq!(all, model, "an iterator");
        let all = drive_in_time(|| flow! { $($chain)* -> then(async |x| x) -> take(6) -> collect::<Vec<_>>() });
        assert_eq!(all, model, "awaited");
        let all = in_time(|| {
            block_on(flow! { $($chain)* -> then(async |x| x) }.take(6).collect::<Vec<_>>())
        });
        assert_eq!(all, model, "a stream");
    }};
}

fn on(n: i32) -> std::ops::RangeFrom<i32> {
    n..
}

fn three(n: i32) -> std::ops::Range<i32> {
    n * 10..n * 10 + 3
}

fn odd(n: i32) -> Result<i32, i32> {
    if n % 2 == 1 { Ok(n) } else { Err(n) }
}

#[test]
fn in_front_of_a_zip() {
    gives!({ zip(from([1, 2]) -> flat_map(on), from(0..)) }, on(1).zip(0..));
    gives!({ zip(from(0..), from([1, 2]) -> flat_map(on)) }, (0..).zip(on(1)));
    gives!({ zip(from([1]) -> flat_map(on), from([2]) -> flat_map(on)) }, on(1).zip(on(2)));
    gives!(
        { zip(from([1]) -> map(on) -> flatten(), from(0..4)) },
        on(1).zip(0..4)
    );
    gives!(
        { zip(from([1]) -> flat_map(on) -> flat_map(on) -> filter(|n| n % 2 == 0), from(0..)) },
        on(1).filter(|n| n % 2 == 0).zip(0..)
    );
    gives!(
        { zip(from([1, 5]) -> flat_map(|n| n..n + 2) -> flat_map(|n| [n; 2]), from(0..)) },
        [1, 1, 2, 2, 5, 5].into_iter().zip(0..)
    );
}

#[test]
fn behind_and_in_front_of_a_union() {
    gives!(
        { zip(union(from([1]) -> flat_map(on), from([70, 71])), from(0..)) },
        on(1).zip(0..)
    );
    gives!(
        { zip(union(from([70, 71]), from([1]) -> flat_map(on)), from(0..)) },
        once(70).chain(on(1)).zip(0..)
    );
    gives!(
        { zip(from(0..), union(from([70, 71]), from([1, 2]) -> flat_map(|n| n..n + 2))) },
        (0..).zip([70, 1, 2, 71, 2, 3])
    );
    gives!(
        { zip(union(from([1, 2]), from([70])) -> flat_map(on), from(0..)) },
        on(1).zip(0..)
    );
    gives!(
        { zip(union(from([1, 2]), from([70])) -> flat_map(|n| [n, -n]), from(0..)) },
        [1, -1, 70, -70, 2, -2].into_iter().zip(0..)
    );
}

#[test]
fn behind_and_in_front_of_a_chain() {
    gives!(
        { zip(chain(from([70, 71]), from([1]) -> flat_map(on)), from(0..)) },
        [70, 71].into_iter().chain(on(1)).zip(0..)
    );
    gives!(
        { zip(from(0..), chain(from([1]) -> flat_map(on), from([70]))) },
        (0..).zip(on(1))
    );
    gives!(
        { zip(chain(from([1, 2]) -> flat_map(|n| n..n + 2), from([70])), from(0..)) },
        [1, 2, 2, 3, 70].into_iter().zip(0..)
    );
    gives!(
        { zip(chain(from(0..0), from([1])) -> flat_map(on), from(0..)) },
        on(1).zip(0..)
    );
}

#[test]
fn behind_and_in_front_of_a_zip() {
    gives!(
        { zip(zip(from([1]) -> flat_map(on), from(10..)), from(0..)) },
        on(1).zip(10..).zip(0..)
    );
    gives!(
        { zip(from(0..), zip(from(10..), from([1]) -> flat_map(on)) -> filter(|(_, n)| n % 2 == 0)) },
        (0..).zip((10..).zip(on(1)).filter(|(_, n)| n % 2 == 0))
    );
    gives!(
        { zip(zip(from([1, 2]), from([10, 20])) -> flat_map(|(a, b)| on(a + b)), from(0..)) },
        on(11).zip(0..)
    );
    gives!(
        { zip(zip(from([1, 2]), from([10, 20])) -> flat_map(|(a, b)| [a, b]), from(0..)) },
        [1, 10, 2, 20].into_iter().zip(0..)
    );
}

#[test]
fn in_a_piece() {
    gives!(
        { zip(from([1, 2]) -> via(flow! { <i32> -> flat_map(on) }), from(0..)) },
        on(1).zip(0..)
    );
    gives!(
        { zip(from(0..), from([1, 2]) -> via(flow! { <i32> -> flat_map(|n| n..n + 2) -> map(|n| -n) })) },
        (0..).zip([-1, -2, -2, -3])
    );
    gives!(
        { zip(from(0..), from(1..6) -> via(flow! { <i32> -> partition(2) -> flatten() })) },
        (0..).zip(1..6)
    );
    gives!(
        { merge_keyed(from([1]) -> via(flow! { <i32> -> flat_map(on) }) -> map(|n| (n, 'a')), from([(2, 'b')]))? else drop },
        on(1).map(|n| (n, if n == 2 { 'b' } else { 'a' }))
    );
}

#[test]
fn in_an_arm() {
    gives!(
        {
            zip(
                from([1, 2, 3]) -> match {
                    n if n % 2 == 0 => flat_map(on),
                    n => map(|n: i32| -n),
                },
                from(0..)
            )
        },
        once(-1).chain(on(2)).zip(0..)
    );
    gives!(
        {
            zip(
                from(0..),
                from([1, 2, 3, 4]) -> match {
                    n if n % 2 == 0 => flat_map(|n| [n, n]),
                    3 => drop,
                    n => flat_map(|n: i32| [-n, -n]) -> map(|n| n),
                }
            )
        },
        (0..).zip([-1, -1, 2, 2, 4, 4])
    );
}

#[test]
fn in_an_arm_behind_what_is_left_itself() {
    let model = [100, 101, 1, 2, 10, 11];
    gives!(
        {
            zip(
                from(0..2) -> flat_map(three) -> match {
                    0 => flat_map(|_| [100, 101]),
                    n => map(|n| n),
                },
                from(0..),
            )
        },
        model.into_iter().zip(0..)
    );
    gives!(
        {
            zip(
                from(0..2) -> map(three) -> flatten() -> match {
                    n if n == 1 => map(|n| n),
                    0 => map(|_| [100, 101]) -> flatten(),
                    n => flat_map(|n| [n]),
                },
                from(0..),
            )
        },
        model.into_iter().zip(0..)
    );
}

#[test]
fn in_the_chain_of_a_key() {
    gives!(
        { zip(from([1, 2]) -> by_key(|n| n % 2) { flat_map(on) }, from(0..)) },
        on(1).zip(0..)
    );
    gives!(
        { zip(from([1, 2]) -> by_key(|n| n % 2, capacity = 1) { flat_map(on) }, from(0..)) },
        on(1).zip(0..)
    );
    gives!(
        { zip(from(0..), from(1..9) -> by_key(|n| n % 2) { partition(2) -> map(|all| all.to_vec()) -> flatten() }) },
        (0..).zip([1, 3, 2, 4, 5, 7])
    );
    gives!(
        { zip(from(0..), from(1..4) -> by_key(|n| n % 2) { partition(2) -> map(|all| all.to_vec()) -> flat_map(|all| all) }) },
        (0..).zip([1, 3, 2])
    );
}

#[test]
fn in_front_of_what_is_keyed() {
    let merged = || on(0).map(|n| (n, if n == 1 { 'b' } else { 'a' }));
    gives!(
        { merge_keyed(from([0]) -> flat_map(on) -> map(|n| (n, 'a')), from([(1, 'b')]))? else drop },
        merged()
    );
    gives!(
        {
            merge_keyed(
                union(from([0]) -> flat_map(on) -> map(|n| (n, 'a')), from([(9, 'x')])),
                chain(from([(1, 'b')]), from([3]) -> flat_map(|_| None::<(i32, char)>))
            )? else drop
        },
        merged()
    );
    gives!(
        { cogroup(from([0]) -> flat_map(on) -> map(|n| (n, 'a')), from([(1, 'b')]))? else drop },
        on(0).map(|n| (n, (Some((n, 'a')), (n == 1).then_some((1, 'b')))))
    );
    gives!(
        { merge_keyed(merge_keyed(from([0]) -> flat_map(on) -> map(|n| (n, 'a')), from([(1, 'b')]))? else drop, from([(2, 'c')]))? else drop },
        merged().map(|(n, x)| (n, if n == 2 { 'c' } else { x }))
    );
}

#[test]
fn errors_on_the_way_are_dropped_by_else_drop() {
    gives!(
        { zip(from([1]) -> flat_map(on) -> map(odd)? else drop, from(0..)) },
        on(1).filter(|n| n % 2 == 1).zip(0..)
    );
    gives!(
        { zip(from([1]) -> flat_map(|n| on(n).map(odd))? else drop, from(0..)) },
        on(1).filter(|n| n % 2 == 1).zip(0..)
    );
    let all = in_time(|| {
        flow! { from(0..) -> map(odd)? else drop -> take(3) -> collect::<Vec<_>>() }.run()
    });
    assert_eq!(all, [1, 3, 5]);
}

#[test]
fn of_which_something_awaits() {
    let all = drive_in_time(|| {
        flow! {
            zip(from([1]) -> then(async |n| n) -> flat_map(on) -> then(async |n| n), stream(futures::stream::iter(0..)))
                -> take(3) -> collect::<Vec<_>>()
        }
    });
    assert_eq!(all, [(1, 0), (2, 1), (3, 2)]);
    let all = drive_in_time(|| {
        flow! {
            zip(from([1, 2]) -> then(async |n| n, concurrency = 2) -> flat_map(on), from([5]) -> buffer(2) -> flat_map(on))
                -> take(3) -> collect::<Vec<_>>()
        }
    });
    assert_eq!(all, [(1, 5), (2, 6), (3, 7)]);
}

#[test]
fn behind_inlets() {
    let given = in_time(|| {
        let mut flow = flow! { zip(<i32> -> flat_map(on), from(0..3)) -> collect::<Vec<_>>() };
        flow.emit(5);
        flow.emit(9);
        flow.finish()
    });
    assert_eq!(given, [(5, 0), (6, 1), (7, 2)]);
    let given = in_time(|| {
        let mut flow = flow! { zip(<char>, from([1]) -> flat_map(on)) -> collect::<Vec<_>>() };
        flow.emit('a');
        flow.emit('b');
        flow.finish()
    });
    assert_eq!(given, [('a', 1), ('b', 2)]);
    let given = in_time(|| {
        let mut flow = flow! {
            left = <i32>;
            right = <char>;
            zip(left -> flat_map(on), right) -> collect::<Vec<_>>()
        };
        flow.emit_right('a');
        flow.emit_left(1);
        flow.emit_right('b');
        flow.emit_left(7);
        flow.emit_right('c');
        flow.finish()
    });
    assert_eq!(given, [(1, 'a'), (2, 'b'), (3, 'c')]);
    let given = in_time(|| {
        let mut flow = flow! {
            left = <i32>;
            right = <(i32, char)>;
            merge_keyed(left -> flat_map(|n| (n..n + 3).map(|n| (n, 'a'))), right)? else drop -> collect::<Vec<_>>()
        };
        flow.emit_left(0);
        flow.emit_right((1, 'b'));
        flow.emit_left(5);
        flow.finish()
    });
    let merged = [(0, 'a'), (1, 'b'), (2, 'a'), (5, 'a'), (6, 'a'), (7, 'a')];
    assert_eq!(given, merged);
}

#[test]
fn behind_inlets_that_await() {
    let given = drive_in_time(|| async {
        let mut flow = flow! {
            zip(<i32> -> flat_map(on), from(0..3)) -> then(async |x| x) -> collect::<Vec<_>>()
        };
        flow.emit(5).await;
        flow.emit(9).await;
        flow.finish().await
    });
    assert_eq!(given, [(5, 0), (6, 1), (7, 2)]);
}

#[test]
fn in_a_piece_with_a_fan_in() {
    let given = in_time(|| {
        let mut piece = flow! { zip(<i32> -> flat_map(on), from(0..3)) };
        let mut given: Vec<_> = piece.push(5).collect();
        given.extend(piece.push(9));
        given.extend(piece.finish());
        given
    });
    assert_eq!(given, [(5, 0), (6, 1), (7, 2)]);
}

#[test]
fn in_flows_that_are_observed_cloned_or_spawned() {
    let all = in_time(|| {
        flow! {
            #![observe = "pairs"]
            zip(from([1]) -> flat_map(on), from(0..)) -> take(3) -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [(1, 0), (2, 1), (3, 2)]);
    let mut piece = flow! { zip(<i32> -> flat_map(on), from(0..3)) -> take(2) };
    let mut other = piece.clone();
    assert_eq!(piece.push(5).collect::<Vec<_>>(), [(5, 0), (6, 1)]);
    assert_eq!(other.push(7).collect::<Vec<_>>(), [(7, 0), (8, 1)]);
    let all = drive_in_time(|| async {
        let (emitter, handle) = flow! {
            zip(<i32> -> flat_map(on), from(0..3)) -> then(async |x| x) -> collect::<Vec<_>>()
        }
        .spawn();
        emitter.emit(4).await.unwrap();
        drop(emitter);
        handle.await.unwrap()
    });
    assert_eq!(all, [(4, 0), (5, 1), (6, 2)]);
}

/// An error ends the input: what has no end is left where it is.
#[test]
fn an_error_ends_what_has_no_end() {
    let below = |end: i32| move |n: i32| if n < end { Ok(n) } else { Err(format!("{n}")) };
    let error = in_time(move || {
        let flow = flow! { zip(from([1]) -> flat_map(on) -> map(below(4))?, from(0..)) -> count() };
        flow.run().unwrap_err().to_string()
    });
    assert!(error.ends_with(": 4"), "{error}");
    let error = in_time(move || {
        let flow = flow! {
            merge_keyed(
                from([1]) -> flat_map(on) -> map(|n| (n, 'a')),
                from([2, 3]) -> map(below(3))? -> map(|n| (n, 'b'))
            )? -> count()
        };
        flow.run().unwrap_err().to_string()
    });
    assert!(error.ends_with(": 3"), "{error}");
}
