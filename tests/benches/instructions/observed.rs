//! Flows, and the same flows observed.

use std::hint::black_box;

use flow_runtime::flow;

use super::{block_on, even, ready};

/// A flow that is run, without and with `#![observe]`.
macro_rules! pair {
    ($plain:ident $observed:ident $run:ident $n:ident { $($flow:tt)* }) => {
        #[inline(never)]
        pub fn $plain($n: u64) -> u64 {
            $run(flow! { $($flow)* }.run())
        }

        #[inline(never)]
        pub fn $observed($n: u64) -> u64 {
            $run(flow! { #![observe] $($flow)* }.run())
        }
    };
}

fn now(sum: u64) -> u64 {
    sum
}

// Four filters, one behind the other.
pair!(filters_flow filters_observed now n {
    from(0..n)
        -> map(|x| black_box(x)) -> filter(|x| x % 2 == 0) -> filter(|x| x % 3 != 0)
        -> filter(|x| x & 4 == 0) -> filter(|x| x % 5 != 1) -> fold(8, |sum, x| *sum += x)
});

// An item takes one of four ways.
pair!(arms_flow arms_observed now n {
    from(0..n) -> map(|x| black_box(x)) -> match {
        x if x % 4 == 0 => map(|x| x + 1),
        x if x % 4 == 1 => map(|x| x * 3),
        x if x % 4 == 2 => map(|x| x ^ 9),
        _ => drop,
    } -> fold(9, |sum, x| *sum += x)
});

// One item gives four.
pair!(flat_map_flow flat_map_observed now n {
    from(0..n)
        -> flat_map(|x| { let x = black_box(x); [x, x + 1, x + 2, x + 3] })
        -> map(|x| x * 3) -> fold(10, |sum, x| *sum += x)
});

pair!(parted_flow parted_observed now n {
    x = from(0..n) -> map(|x| black_box(x));
    zip(x -> map(|x| x + 1), x -> map(|x| x * 2))
        -> map(|(left, right)| left ^ right) -> fold(11, |sum, x| *sum += x)
});

// A source that is no range, and no slice.
pair!(pulled_flow pulled_observed now n {
    from((0..n).map(black_box)) -> map(|x| x * 3 + 1) -> filter(even)
        -> fold(12, |sum, x| *sum += x)
});

pair!(awaited_flow awaited_observed block_on n {
    from(0..n) -> map(|x| black_box(x)) -> then(ready)
        -> fold(13, |sum: &mut u64, x| *sum = sum.rotate_left(5) ^ x)
});

pair!(beside_flow beside_observed block_on n {
    from(0..n / 16) -> map(|x| black_box(x)) -> then(ready, concurrency = 4)
        -> fold(14, |sum: &mut u64, x| *sum = sum.rotate_left(5) ^ x)
});
