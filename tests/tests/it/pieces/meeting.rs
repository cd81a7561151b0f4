//! Pieces and operators in the inputs of fan-ins: there each gives what a `flat_map` gives.

use flow_runtime::{DynOperator, Operator, flow};
use futures::{StreamExt, executor::block_on};

fn piece() -> impl Operator<i64, Out = i64> {
    flow! { <i64> -> flat_map(|x| [x, x + 10]) }
}

struct Twice;

impl Operator<i64> for Twice {
    type Out = i64;

    fn push(&mut self, item: i64) -> impl IntoIterator<Item = i64> {
        [item, item + 10]
    }
}

fn boxed() -> Box<dyn DynOperator<i64, Out = i64>> {
    Box::new(Twice)
}

/// Returns what fan-ins give behind some operator, in every form of a flow.
macro_rules! behind {
    ($name:ident: $($stage:tt)+) => {
        fn $name() -> Vec<String> {
            let mut all = Vec::new();
            let mut given = |items: &dyn std::fmt::Debug| all.push(format!("{items:?}"));

            given(&flow! { zip_latest(from(0..4_i64) -> $($stage)+, from(0..3_i64)) -> collect::<Vec<_>>() }.run());
            given(&flow! { zip_latest(from(0..4_i64), from(0..3_i64) -> $($stage)+) -> collect::<Vec<_>>() }.run());
            given(&flow! { combine_latest(from(0..4_i64), from(0..3_i64) -> $($stage)+) -> collect::<Vec<_>>() }.run());
            given(&flow! { chain(from(0..4_i64) -> $($stage)+, from(0..3_i64) -> $($stage)+) -> collect::<Vec<_>>() }.run());

            given(&flow! {
                a = from(0..4_i64);
                zip_latest(a -> $($stage)+, a) -> collect::<Vec<_>>()
            }.run());
            given(&flow! {
                a = from(0..9_i64);
                combine_latest(a -> $($stage)+, a -> take(2)) -> collect::<Vec<_>>()
            }.run());
            given(&flow! {
                a = from(0..4_i64) -> $($stage)+;
                cogroup(a -> map(|x| (x, x)), a -> $($stage)+ -> map(|x| (x, -x)))
                    -> collect::<Vec<_>>()
            }.run());
            given(&flow! {
                a = from(0..9_i64) -> $($stage)+;
                b = a -> take_while(|x| *x < 4);
                zip(b, a -> $($stage)+) -> collect::<Vec<_>>()
            }.run());
            given(&flow! {
                a = from(0..9_i64) -> $($stage)+ -> $($stage)+;
                chain(a -> take(3), a, capacity = 99)? -> collect::<Vec<_>>()
            }.run().unwrap());

            given(&flow! {
                zip_latest(from(0..4_i64) -> $($stage)+, from(0..3_i64) -> $($stage)+)
            }.collect::<Vec<_>>());
            given(&block_on(flow! {
                a = from(0..4_i64) -> then(async |x| x);
                zip_latest(a -> $($stage)+, a) -> then(async |x| x) -> collect::<Vec<_>>()
            }.into_future()));
            let stream = flow! {
                a = from(0..4_i64) -> then(async |x| x);
                combine_latest(a -> $($stage)+, a)
            };
            given(&block_on(stream.collect::<Vec<_>>()));

            let mut open = flow! {
                left = <i64>;
                right = <i64>;
                zip_latest(left -> $($stage)+, right) -> collect::<Vec<_>>()
            };
            for x in 0..4 {
                open.emit_left(x);
                open.emit_right(-x);
            }
            given(&open.finish());

            let mut within = flow! {
                a = <i64>;
                zip_latest(a -> $($stage)+, a -> filter(|x| x % 2 == 0))
            };
            let mut items: Vec<(i64, i64)> = (0..5).flat_map(|x| within.push(x).collect::<Vec<_>>()).collect();
            items.extend(within.finish());
            given(&items);

            all
        }
    };
}

behind!(flattened: flat_map(|x: i64| [x, x + 10]));
behind!(in_pieces: via(piece()));
behind!(in_operators: via(Twice));
behind!(in_boxes: via(boxed()));

#[test]
fn what_stands_in_an_input_gives_what_a_flat_map_gives() {
    let expected = flattened();
    assert_eq!(in_pieces(), expected);
    assert_eq!(in_operators(), expected);
    assert_eq!(in_boxes(), expected);
}
