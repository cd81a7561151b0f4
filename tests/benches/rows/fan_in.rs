//! Fan-ins of sources and of branches.

use std::{collections::VecDeque, hint::black_box};

use flow_runtime::flow;

/// Three parts of equal length.
fn thirds(items: &[u64]) -> [&[u64]; 3] {
    let n = items.len() / 3;
    [&items[..n], &items[n..2 * n], &items[2 * n..3 * n]]
}

/// The `input`th of `inputs` sorted inputs, which have some keys in common.
fn sorted(inputs: u64, input: u64, n: usize) -> impl Iterator<Item = (u64, u64)> {
    let own = move |x: u64| if x.is_multiple_of(4) { 0 } else { input };
    (0..n as u64 / inputs).map(move |x| (x * inputs + own(x), input))
}

/// As [`sorted`], with keys on the heap.
fn named(input: u64, n: usize) -> impl Iterator<Item = (String, u64)> {
    sorted(2, input, n).map(|(key, x)| (format!("{key:08}"), x))
}

/// Adds an item to a sum in which the order counts.
fn mix(sum: u64, x: u64) -> u64 {
    sum.rotate_left(1) ^ x
}

/// The next items of all inputs, and the least of their keys, one after the other.
fn merge_by_hand<const N: usize>(n: usize, mut row: impl FnMut(u64, [Option<(u64, u64)>; N])) {
    let mut inputs: [_; N] = std::array::from_fn(|i| sorted(N as u64, i as u64, n));
    let mut heads: [_; N] = std::array::from_fn(|i| inputs[i].next());
    loop {
        let mut least = None;
        for (key, _) in heads.iter().flatten() {
            if least.is_none_or(|least| *key < least) {
                least = Some(*key);
            }
        }
        let Some(least) = least else { return };
        let mut due = [None; N];
        for i in 0..N {
            if let Some(head) = heads[i]
                && head.0 == least
            {
                due[i] = Some(head);
                heads[i] = inputs[i].next();
            }
        }
        row(least, due);
    }
}

rows! {
    zip_of_3 {
        by_hand(items) {
            let [mut a, mut b, mut c] = thirds(items).map(|part| part.iter());
            let mut sum = 0;
            while let (Some(x), Some(y), Some(z)) = (a.next(), b.next(), c.next()) {
                sum = mix(sum, x ^ y ^ z);
            }
            sum
        }
        flow(items) {
            let [a, b, c] = thirds(items).map(|part| part.iter());
            flow! {
                zip(from(a), from(b), from(c)) -> fold(0, |sum, (x, y, z)| *sum = mix(*sum, x ^ y ^ z))
            }
            .run()
        }
        iterator(items) {
            let [a, b, c] = thirds(items);
            let mut sum = 0;
            for ((x, y), z) in a.iter().zip(b).zip(c) {
                sum = mix(sum, x ^ y ^ z);
            }
            sum
        }
    }

    zip_with_the_next {
        by_hand(items) {
            let (mut sum, mut last) = (0, None);
            for x in items {
                let x = black_box(*x);
                if let Some(before) = last.replace(x) {
                    sum = mix(sum, before ^ (x << 1));
                }
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter()) -> map(|x| black_box(*x));
                zip(x, x -> skip(1)) -> fold(0, |sum, (before, x)| *sum = mix(*sum, before ^ (x << 1)))
            }
            .run()
        }
        queue(items) {
            let (mut sum, mut waiting) = (0, VecDeque::new());
            for x in items {
                let x = black_box(*x);
                waiting.push_back(x);
                if waiting.len() > 1 {
                    sum = mix(sum, waiting.pop_front().unwrap_or(0) ^ (x << 1));
                }
            }
            sum
        }
    }

    merge_keyed_of_2 {
        by_hand(items) {
            let [mut left, mut right] = [0, 1].map(|input| sorted(2, input, items.len()));
            let (mut a, mut b) = (left.next(), right.next());
            let mut sum = 0;
            loop {
                let (key, x) = match (a, b) {
                    (Some(x), Some(y)) if x.0 < y.0 => { a = left.next(); x }
                    (Some(x), Some(y)) if x.0 == y.0 => { a = left.next(); b = right.next(); y }
                    (_, Some(y)) => { b = right.next(); y }
                    (Some(x), None) => { a = left.next(); x }
                    (None, None) => break sum,
                };
                sum = mix(sum, key ^ x);
            }
        }
        flow(items) {
            let n = items.len();
            flow! {
                merge_keyed(from(sorted(2, 0, n)), from(sorted(2, 1, n)))?
                    -> fold(0, |sum, (key, x)| *sum = mix(*sum, key ^ x))
            }
            .run()
            .expect("the inputs are sorted")
        }
    }

    merge_keyed_of_5 {
        by_hand(items) {
            let mut sum = 0;
            merge_by_hand::<5>(items.len(), |key, due| {
                let last = due.into_iter().flatten().last();
                sum = mix(sum, key ^ last.map_or(0, |(_, x)| x));
            });
            sum
        }
        flow(items) {
            let n = items.len();
            flow! {
                merge_keyed(
                    from(sorted(5, 0, n)), from(sorted(5, 1, n)), from(sorted(5, 2, n)),
                    from(sorted(5, 3, n)), from(sorted(5, 4, n))
                )? -> fold(0, |sum, (key, x)| *sum = mix(*sum, key ^ x))
            }
            .run()
            .expect("the inputs are sorted")
        }
    }

    merge_keyed_of_strings {
        by_hand(items) {
            let [mut left, mut right] = [0, 1].map(|input| named(input, items.len()));
            let (mut a, mut b) = (left.next(), right.next());
            let mut sum = 0;
            loop {
                let (of_left, of_right) = match (&a, &b) {
                    (Some(x), Some(y)) => (x.0 <= y.0, x.0 >= y.0),
                    (x, y) => (x.is_some(), y.is_some()),
                };
                let x = if of_left { std::mem::replace(&mut a, left.next()) } else { None };
                let y = if of_right { std::mem::replace(&mut b, right.next()) } else { None };
                let Some((key, x)) = y.or(x) else { break sum };
                sum = mix(sum, key.len() as u64 ^ x);
            }
        }
        flow(items) {
            let n = items.len();
            flow! {
                merge_keyed(from(named(0, n)), from(named(1, n)))?
                    -> fold(0, |sum, (key, x)| *sum = mix(*sum, key.len() as u64 ^ x))
            }
            .run()
            .expect("the inputs are sorted")
        }
    }

    cogroup_of_3 {
        by_hand(items) {
            let mut sum = 0;
            merge_by_hand::<3>(items.len(), |key, due| {
                sum = mix(sum, key ^ due.iter().flatten().map(|(_, x)| x).sum::<u64>());
            });
            sum
        }
        flow(items) {
            let n = items.len();
            let all = |x: Option<(u64, u64)>| x.map_or(0, |(_, x)| x);
            flow! {
                cogroup(from(sorted(3, 0, n)), from(sorted(3, 1, n)), from(sorted(3, 2, n)))?
                    -> fold(0, |sum, (key, (a, b, c))| *sum = mix(*sum, key ^ (all(a) + all(b) + all(c))))
            }
            .run()
            .expect("the inputs are sorted")
        }
    }

    union_of_10 {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                let x = black_box(*x);
                for k in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] {
                    sum = mix(sum, x ^ k);
                }
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter()) -> map(|x| black_box(*x));
                union(
                    x -> map(|x| x ^ 1), x -> map(|x| x ^ 2), x -> map(|x| x ^ 3), x -> map(|x| x ^ 4),
                    x -> map(|x| x ^ 5), x -> map(|x| x ^ 6), x -> map(|x| x ^ 7), x -> map(|x| x ^ 8),
                    x -> map(|x| x ^ 9), x -> map(|x| x ^ 10)
                ) -> fold(0, |sum, x| *sum = mix(*sum, x))
            }
            .run()
        }
    }

    union_of_10_branches {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                let x = black_box(*x);
                for k in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] {
                    if x & k != 0 {
                        sum = mix(sum, x ^ k);
                    }
                }
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter()) -> map(|x| black_box(*x));
                union(
                    x -> filter(|x| x & 1 != 0) -> map(|x| x ^ 1), x -> filter(|x| x & 2 != 0) -> map(|x| x ^ 2),
                    x -> filter(|x| x & 3 != 0) -> map(|x| x ^ 3), x -> filter(|x| x & 4 != 0) -> map(|x| x ^ 4),
                    x -> filter(|x| x & 5 != 0) -> map(|x| x ^ 5), x -> filter(|x| x & 6 != 0) -> map(|x| x ^ 6),
                    x -> filter(|x| x & 7 != 0) -> map(|x| x ^ 7), x -> filter(|x| x & 8 != 0) -> map(|x| x ^ 8),
                    x -> filter(|x| x & 9 != 0) -> map(|x| x ^ 9), x -> filter(|x| x & 10 != 0) -> map(|x| x ^ 10)
                ) -> fold(0, |sum, x| *sum = mix(*sum, x))
            }
            .run()
        }
    }

    union_of_flat_maps {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                for y in [*x, x + 1] {
                    sum = mix(sum, y);
                }
                for y in [x >> 1, x >> 2] {
                    sum = mix(sum, y);
                }
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter().copied());
                union(x -> flat_map(|x| [x, x + 1]), x -> flat_map(|x| [x >> 1, x >> 2]))
                    -> fold(0, |sum, x| *sum = mix(*sum, x))
            }
            .run()
        }
    }

    zip_of_flat_maps {
        by_hand(items) {
            let mut sum = 0;
            for x in items {
                for (y, z) in [*x, x + 1].into_iter().zip([x >> 1, x >> 2]) {
                    sum = mix(sum, y ^ (z << 1));
                }
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter().copied());
                zip(x -> flat_map(|x| [x, x + 1]), x -> flat_map(|x| [x >> 1, x >> 2]))
                    -> fold(0, |sum, (y, z)| *sum = mix(*sum, y ^ (z << 1)))
            }
            .run()
        }
    }

    combine_latest {
        by_hand(items) {
            let (mut sum, mut left, mut right) = (0, None, None);
            for x in items {
                let x = black_box(*x);
                let (is_left, is_right) = (x.is_multiple_of(2), x.is_multiple_of(3));
                if is_left {
                    left = Some(x);
                }
                if is_right {
                    right = Some(x + 1);
                }
                if let (Some(a), Some(b), true) = (left, right, is_left || is_right) {
                    sum = mix(sum, a ^ (b << 1));
                }
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter()) -> map(|x| black_box(*x));
                combine_latest(
                    x -> filter(|x| x.is_multiple_of(2)),
                    x -> filter(|x| x.is_multiple_of(3)) -> map(|x| x + 1)
                ) -> fold(0, |sum, (a, b)| *sum = mix(*sum, a ^ (b << 1)))
            }
            .run()
        }
    }

    count_beside_strings {
        by_hand(items) {
            let (mut sum, mut count) = (0, 0);
            for x in items.iter().step_by(8) {
                count += 1;
                sum = mix(sum, black_box(x.to_string()).len() as u64);
            }
            sum ^ count
        }
        flow(items) {
            let (sum, count) = flow! {
                text = from(items.iter().step_by(8)) -> map(|x| x.to_string());
                seen = text -> count();
                sum = text -> fold(0, |sum, text| *sum = mix(*sum, black_box(text).len() as u64));
                (sum, seen)
            }
            .run();
            sum ^ count as u64
        }
    }

    three_uses_of_256_bytes {
        by_hand(items) {
            let mut sum = 0;
            for x in items.iter().step_by(8) {
                let large = black_box([*x; 32]);
                sum = mix(sum, large[0]);
                sum = mix(sum, large[31] ^ 1);
                sum = mix(sum, black_box(large)[7] ^ 2);
            }
            sum
        }
        flow(items) {
            flow! {
                x = from(items.iter().step_by(8)) -> map(|x| black_box([*x; 32]));
                union(x -> map(|x| x[0]), x -> map(|x| x[31] ^ 1), x -> map(|x| black_box(x)[7] ^ 2))
                    -> fold(0, |sum, x| *sum = mix(*sum, x))
            }
            .run()
        }
    }
}
