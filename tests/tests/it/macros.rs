//! Flows in `macro_rules!`: literals, words, names and operators mean what they mean
//! where they are written.

use flow_runtime::flow;

macro_rules! lengths_by_expr {
    ($n:expr, $partial:expr) => {
        flow! {
            from(0..5) -> sliding_window($n, partial = $partial)
                -> map(|window| window.len()) -> collect::<Vec<_>>()
        }
        .run()
    };
}

macro_rules! lengths_by_literal {
    ($n:literal, $partial:literal) => {
        lengths_by_expr!($n, $partial)
    };
}

macro_rules! lengths_by_tokens {
    ($n:tt, $partial:tt) => {
        flow! {
            from(0..5) -> sliding_window($n, partial = $partial)
                -> map(|window| window.len()) -> collect::<Vec<_>>()
        }
        .run()
    };
}

macro_rules! sums {
    ($n:expr) => {
        flow! {
            from(0..5) -> sliding_window($n) -> map(|[a, b, c]| a + b + c) -> collect::<Vec<_>>()
        }
        .run()
    };
}

#[test]
fn literals_are_literals_whatever_captures_them() {
    assert_eq!(lengths_by_expr!(3, true), [1, 2, 3, 3, 3]);
    assert_eq!(lengths_by_literal!(3, false), [3, 3, 3]);
    assert_eq!(lengths_by_tokens!((3), (true)), [1, 2, 3, 3, 3]);
    assert_eq!(sums!(3), [3, 6, 9]);
    assert_eq!(sums!((3)), [3, 6, 9]);
    assert_eq!(sums!(0x3), [3, 6, 9]);
    assert_eq!(sums!(3_usize), [3, 6, 9]);
}

#[test]
fn a_constant_is_a_size() {
    const N: usize = 3;
    let flow = flow! {
        from(0..5) -> sliding_window(N) -> map(|window| window.len()) -> collect::<Vec<_>>()
    };
    assert_eq!(flow.run(), [3, 3, 3]);
}

#[test]
fn words_may_come_through_macros() {
    macro_rules! kept {
        ($keep:expr) => {
            flow! {
                from([(1, 'a'), (1, 'b'), (2, 'c')])
                    -> partition_unique(2, by = |pair: &(i32, char)| pair.0, keep = $keep)
                    -> flatten() -> map(|(_, letter)| letter) -> collect::<String>()
            }
            .run()
        };
    }
    macro_rules! changes {
        ($a:ident, $b:expr) => {
            flow! {
                l = from(0..2);
                r = from(5..7);
                combine_latest(l, r, emit_on = ($a, $b)) -> count()
            }
            .run()
        };
    }
    assert_eq!((kept!(first), kept!(last)), ("ac".into(), "bc".into()));
    assert_eq!(changes!(l, r), 3);
}

#[test]
fn names_operators_and_chains_may_come_through_macros() {
    macro_rules! named {
        ($name:ident, $source:expr, $f:expr) => {
            flow! {
                $name = from($source) -> map($f);
                large = $name -> filter(|x| *x > 2);
                large -> collect::<Vec<_>>()
            }
            .run()
        };
    }
    macro_rules! of_four {
        ($($rest:tt)*) => {
            flow! { n = from(0..4); $($rest)* }.run()
        };
    }
    macro_rules! through {
        ($operator:expr) => {
            flow! { from(0..6) -> $operator -> collect::<Vec<_>>() }.run()
        };
    }
    assert_eq!(named!(all, 0..5, |x| x * 2), [4, 6, 8]);
    assert_eq!(of_four!(n -> map(|x| x + 1) -> sum::<i32>()), 10);
    let pairs = of_four!(m = n -> map(|x| x + 1); zip(n, m) -> map(|(n, m)| n * m) -> sum::<i32>());
    assert_eq!(pairs, 20);
    assert_eq!(through!(step_by(2)), [0, 2, 4]);
}

#[test]
fn types_patterns_and_bounds_may_come_through_macros() {
    macro_rules! bounded {
        ($n:expr, $given:ty) => {{
            let mut flow = flow! {
                #[capacity($n)] n = filter(|x| *x > 0) -> map(|x| x - 1) -> n;
                <$given> -> n;
                n -> count()
            };
            flow.emit(3).unwrap();
            flow.finish().unwrap()
        }};
    }
    macro_rules! routed {
        ($p:pat, $q:pat, $all:ty) => {
            flow! {
                from(0..4) -> match { $p => map(|_| 'p'), $q => map(|_| 'q') } -> collect::<$all>()
            }
            .run()
        };
    }
    assert_eq!(routed!(0 | 2, _, String), "pqpq");
    assert_eq!(bounded!(4, u32), 3);
}
