//! Flows of hundreds of operators: they compile as fast as any code of that
//! length, and run.
//!
//! A binary of its own, so that what it costs to build can be measured.

use flow_runtime::flow;

/// Three operators for every number.
macro_rules! chain {
    ($items:expr; $($n:literal)*) => {
        flow! {
            from($items)
                $(
                    -> map(|x| x + $n)
                    -> filter(|x| *x != $n)
                    -> inspect(|x| assert!(*x > 0))
                )*
                -> sum()
        }
    };
}

/// Three operators for every number, one of which waits.
macro_rules! awaited {
    ($items:expr; $($n:literal)*) => {
        flow! {
            from($items)
                $(
                    -> then(async |x| x + $n)
                    -> filter_map(|x| (x != 0).then_some(x))
                    -> accumulate(0, |last, x| { *last = x; x })
                )*
                -> sum()
        }
    };
}

/// A region for every number.
macro_rules! regions {
    ($items:expr; $($n:literal)*) => {
        flow! {
            from($items) $( -> then(async |x| x + $n, concurrency = 4) )* -> sum()
        }
    };
}

/// A branch for every number.
macro_rules! branches {
    ($items:expr; $($n:literal)*) => {
        flow! {
            items = from($items) -> map(|x| x + 1);
            $( items -> filter(|x| x % 2 == 0) -> map(|x| x * $n) -> all; )*
            all = sum();
            all
        }
    };
}

/// What a thousand items sum up to, each increased by `added`.
fn total(added: u64) -> u64 {
    (1..=1000).map(|x| x + added).sum()
}

#[test]
fn three_hundred_operators_in_a_chain() {
    let flow = chain! {
        1..=1000_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33
        34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
        64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93
        94 95 96 97 98 99 100
    };
    let all: u64 = (1..=100).sum();
    assert_eq!(flow.run(), total(all));
}

#[test]
fn one_hundred_and_fifty_operators_a_third_of_which_wait() {
    let flow = awaited! {
        1..=1000_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25
        26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50
    };
    let all: u64 = (1..=50).sum();
    let sum = futures::executor::block_on(flow.run());
    assert_eq!(sum, total(all));
}

#[test]
fn twenty_regions_in_a_row() {
    let flow = regions! {
        1..=1000_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
    };
    let all: u64 = (1..=20).sum();
    let sum = futures::executor::block_on(flow.run());
    assert_eq!(sum, total(all));
}

#[test]
fn thirty_branches_that_meet_again() {
    let flow = branches! {
        0..10_u64;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
    };
    let factors: u64 = (1..=30).sum();
    assert_eq!(flow.run(), (2 + 4 + 6 + 8 + 10) * factors);
}
