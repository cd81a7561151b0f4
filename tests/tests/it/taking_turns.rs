//! Unions in front of a `zip`: their sources take turns, whatever else the flow does.

use std::collections::VecDeque;

use flow_runtime::flow;
use futures::executor::block_on;

/// The items of several iterators, each in its turn.
fn in_turn<'a>(inputs: impl IntoIterator<Item = Vec<i32>>) -> impl Iterator<Item = i32> + 'a {
    let mut inputs: VecDeque<_> = inputs.into_iter().map(Vec::into_iter).collect();
    std::iter::from_fn(move || {
        while let Some(mut input) = inputs.pop_front() {
            if let Some(item) = input.next() {
                inputs.push_back(input);
                return Some(item);
            }
        }
        None
    })
}

fn to(end: i32) -> Vec<i32> {
    (0..end).collect()
}

fn tens(end: i32) -> Vec<i32> {
    (60..60 + end).collect()
}

/// Runs a chain in every form, and asserts that it gives the items of an iterator.
macro_rules! gives {
    ({ $($chain:tt)* }, $model:expr) => {{
        let model: Vec<_> = $model.collect();
        let all: Vec<_> = flow! { $($chain)* -> collect() }.run();
        assert_eq!(all, model);
        let all: Vec<_> = flow! { $($chain)* }.collect();
        assert_eq!(all, model, "an iterator");
        let all: Vec<_> = block_on(flow! { $($chain)* -> then(async |x| x) -> collect() }.run());
        assert_eq!(all, model, "awaited");
    }};
}

#[test]
fn a_source_that_ends_elsewhere_costs_nobody_a_turn() {
    for (left, right) in [(0, 9), (1, 9), (2, 9), (3, 3), (9, 2), (9, 0)] {
        gives!(
            {
                zip(
                    union(from(to(9)), from(to(left))),
                    union(from(to(right)), from(tens(10))),
                )
            },
            in_turn([to(9), to(left)]).zip(in_turn([to(right), tens(10)]))
        );
        gives!(
            {
                zip(
                    union(from(to(right)), from(tens(10))),
                    union(from(to(left)), from(to(9))),
                )
            },
            in_turn([to(right), tens(10)]).zip(in_turn([to(left), to(9)]))
        );
    }
}

#[test]
fn three_sources_and_three_inputs() {
    for ends in [[0, 4, 7], [7, 0, 4], [4, 7, 0], [1, 1, 9], [9, 1, 1]] {
        let [a, b, c] = ends;
        gives!(
            {
                zip(
                    union(from(to(a)), from(tens(b)), from(to(c))),
                    union(from(to(c)), from(to(a)), from(tens(b))),
                    union(from(to(0)), from(to(9)), from(tens(9))),
                )
            },
            in_turn([to(a), tens(b), to(c)])
                .zip(in_turn([to(c), to(a), tens(b)]))
                .zip(in_turn([to(0), to(9), tens(9)]))
                .map(|((a, b), c)| (a, b, c))
        );
    }
}

#[test]
fn an_end_behind_a_filter_and_in_a_zip_of_zips() {
    gives!(
        {
            zip(
                union(from(to(9)), from(to(3)) -> filter(|n| *n > 5)),
                union(from(to(9)), from(tens(9)))
            )
        },
        to(9).into_iter().zip(in_turn([to(9), tens(9)]))
    );
    gives!(
        {
            zip(
                zip(
                    union(from(to(9)), from(to(1))),
                    union(from(to(9)), from(tens(9))),
                ),
                union(from(to(2)), from(tens(9))),
            )
        },
        in_turn([to(9), to(1)])
            .zip(in_turn([to(9), tens(9)]))
            .zip(in_turn([to(2), tens(9)]))
    );
}

#[test]
fn what_has_ended_by_a_take_costs_nobody_a_turn() {
    gives!(
        {
            zip(
                union(from(to(9)), from(0..) -> take(2)),
                union(from(to(9)), from(tens(10)))
            )
        },
        in_turn([to(9), to(2)]).zip(in_turn([to(9), tens(10)]))
    );
}

#[test]
fn segments_take_turns_as_well() {
    let given: Vec<_> = flow! {
        from(to(9)) -> left;
        from(to(0)) -> left;
        left = map(|n| n);
        from(to(9)) -> right;
        from(tens(9)) -> right;
        right = map(|n| n);
        zip(left, right) -> collect()
    }
    .run();
    let model: Vec<_> = to(9).into_iter().zip(in_turn([to(9), tens(9)])).collect();
    assert_eq!(given, model);
}
