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

/// Two names for every pair, and five operators.
macro_rules! names {
    ($items:expr; $($kept:ident $folded:ident)*) => {
        flow! {
            items = from($items) -> map(|x| x + 1);
            $(
                $kept = items -> map(|x| x * 3) -> filter(|x| x % 2 == 0) -> inspect(|x| assert!(*x > 0));
                $folded = $kept -> map(|x| x / 3) -> filter(|x| x % 4 == 0);
                $folded -> all;
            )*
            all = map(|x| x + 1) -> sum();
            all
        }
    };
}

/// The sum of a thousand items, each increased by `added`.
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

#[test]
fn five_hundred_operators_and_two_hundred_names() {
    let flow = names! {
        0..10_u64;
        a0 b0 a1 b1 a2 b2 a3 b3 a4 b4 a5 b5 a6 b6 a7 b7 a8 b8 a9 b9 a10 b10 a11 b11 a12
        b12 a13 b13 a14 b14 a15 b15 a16 b16 a17 b17 a18 b18 a19 b19 a20 b20 a21 b21 a22
        b22 a23 b23 a24 b24 a25 b25 a26 b26 a27 b27 a28 b28 a29 b29 a30 b30 a31 b31 a32
        b32 a33 b33 a34 b34 a35 b35 a36 b36 a37 b37 a38 b38 a39 b39 a40 b40 a41 b41 a42
        b42 a43 b43 a44 b44 a45 b45 a46 b46 a47 b47 a48 b48 a49 b49 a50 b50 a51 b51 a52
        b52 a53 b53 a54 b54 a55 b55 a56 b56 a57 b57 a58 b58 a59 b59 a60 b60 a61 b61 a62
        b62 a63 b63 a64 b64 a65 b65 a66 b66 a67 b67 a68 b68 a69 b69 a70 b70 a71 b71 a72
        b72 a73 b73 a74 b74 a75 b75 a76 b76 a77 b77 a78 b78 a79 b79 a80 b80 a81 b81 a82
        b82 a83 b83 a84 b84 a85 b85 a86 b86 a87 b87 a88 b88 a89 b89 a90 b90 a91 b91 a92
        b92 a93 b93 a94 b94 a95 b95 a96 b96 a97 b97 a98 b98 a99 b99
    };
    assert_eq!(flow.run(), 100 * (5 + 9));
}
