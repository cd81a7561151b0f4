//! Batches and windows.

use std::{collections::VecDeque, hint::black_box};

use flow_runtime::flow;

fn total(batch: &[u64]) -> u64 {
    batch.iter().fold(0, |sum, x| sum.wrapping_add(*x))
}

/// Of numbered items.
fn total_of(batch: &[(usize, u64)]) -> u64 {
    batch.iter().fold(0, |sum, (_, x)| sum.wrapping_add(*x))
}

/// Adds a batch to a sum in which the order counts.
fn mix(sum: u64, x: u64) -> u64 {
    sum.rotate_left(1) ^ x
}

/// One vector, filled again and again.
fn kept(items: &[u64], size: usize) -> u64 {
    let (mut sum, mut batch) = (0, Vec::with_capacity(size));
    for x in items {
        batch.push(*x);
        if batch.len() == size {
            sum = mix(sum, total(black_box(&batch)));
            batch.clear();
        }
    }
    if batch.is_empty() {
        sum
    } else {
        mix(sum, total(&batch))
    }
}

/// A vector for each batch, which may then be kept or sent.
fn one_each(items: &[u64], size: usize) -> u64 {
    let (mut sum, mut batch) = (0, Vec::with_capacity(size));
    for x in items {
        batch.push(*x);
        if batch.len() == size {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(size));
            sum = mix(sum, total(black_box(&full)));
        }
    }
    if batch.is_empty() {
        sum
    } else {
        mix(sum, total(&batch))
    }
}

fn partition(items: &[u64], size: usize) -> u64 {
    flow! {
        from(items.iter().copied()) -> partition(size) -> fold(0, |sum, batch| *sum = mix(*sum, total(black_box(&batch))))
    }
    .run()
}

/// An array on the stack, filled again and again.
fn in_place<const N: usize>(items: &[u64]) -> u64 {
    let (mut sum, mut batch, mut len) = (0, [0; N], 0);
    for x in items {
        batch[len] = *x;
        len += 1;
        if len == N {
            sum = mix(sum, total(&black_box(batch)));
            len = 0;
        }
    }
    if len == 0 {
        sum
    } else {
        mix(sum, total(&batch[..len]))
    }
}

/// Runs of items with one key, in one vector.
fn runs(items: &[u64], key: impl Fn(usize) -> usize) -> u64 {
    let (mut sum, mut run, mut last) = (0, Vec::new(), None);
    for (at, x) in items.iter().enumerate() {
        if last.replace(key(at)).is_some_and(|last| last != key(at)) {
            sum = mix(sum, total(black_box(&run)));
            run.clear();
        }
        run.push(*x);
    }
    mix(sum, total(&run))
}

rows! {
    partition_of_1000 {
        by_hand(items) { kept(items, black_box(1000)) }
        flow(items) { partition(items, black_box(1000)) }
        allocated(items) { one_each(items, black_box(1000)) }
    }

    partition_of_16 {
        by_hand(items) { kept(items, black_box(16)) }
        flow(items) { partition(items, black_box(16)) }
        allocated(items) { one_each(items, black_box(16)) }
    }

    partition_of_2 {
        by_hand(items) { kept(items, black_box(2)) }
        flow(items) { partition(items, black_box(2)) }
        allocated(items) { one_each(items, black_box(2)) }
    }

    inline_of_16 {
        by_hand(items) { in_place::<16>(items) }
        flow(items) {
            flow! {
                from(items.iter().copied()) -> partition(16) -> fold(0, |sum, batch| *sum = mix(*sum, total(black_box(&batch))))
            }
            .run()
        }
    }

    inline_of_2 {
        by_hand(items) { in_place::<2>(items) }
        flow(items) {
            flow! {
                from(items.iter().copied()) -> partition(2) -> fold(0, |sum, batch| *sum = mix(*sum, total(black_box(&batch))))
            }
            .run()
        }
    }

    group_by_runs_of_8 {
        by_hand(items) { runs(items, |at| at / 8) }
        flow(items) {
            flow! {
                from(items.iter().copied()) -> enumerate() -> group_by(|(at, _)| at / 8)
                    -> fold(0, |sum, (_, run)| *sum = mix(*sum, total_of(black_box(&run))))
            }
            .run()
        }
    }

    group_by_runs_of_1 {
        by_hand(items) { runs(items, |at| at) }
        flow(items) {
            flow! {
                from(items.iter().copied()) -> enumerate() -> group_by(|(at, _)| *at)
                    -> fold(0, |sum, (_, run)| *sum = mix(*sum, total_of(black_box(&run))))
            }
            .run()
        }
    }

    sliding_window_of_100 {
        by_hand(items) {
            let size = black_box(100);
            let (mut sum, mut last) = (0, Vec::with_capacity(2 * size));
            for x in items {
                if last.len() == 2 * size {
                    last.drain(..=size);
                }
                last.push(*x);
                if last.len() >= size {
                    let window = black_box(&last[last.len() - size..]);
                    sum = mix(sum, window[0] ^ window[size - 1]);
                }
            }
            sum
        }
        flow(items) {
            let size = black_box(100);
            flow! {
                from(items.iter().copied()) -> sliding_window(size) -> fold(0, |sum, window| {
                    let window = black_box(&window);
                    *sum = mix(*sum, window[0] ^ window[size - 1]);
                })
            }
            .run()
        }
        slice_windows(items) {
            let size = black_box(100);
            items.windows(size).fold(0, |sum, window| {
                let window = black_box(window);
                mix(sum, window[0] ^ window[size - 1])
            })
        }
    }

    sliding_window_of_3 {
        by_hand(items) {
            let (mut sum, mut a, mut b) = (0, None, None);
            for x in items {
                let c = black_box(*x);
                if let (Some(a), Some(b)) = (a, b) {
                    sum = mix(sum, a ^ (b << 1) ^ (c << 2));
                }
                (a, b) = (b, Some(c));
            }
            sum
        }
        flow(items) {
            flow! {
                from(items.iter()) -> map(|x| black_box(*x)) -> sliding_window(3)
                    -> fold(0, |sum, [a, b, c]: [u64; 3]| *sum = mix(*sum, a ^ (b << 1) ^ (c << 2)))
            }
            .run()
        }
    }

    window_by_2_keys {
        by_hand(items) {
            let mut sum = 0;
            let mut open: VecDeque<(usize, Vec<u64>)> = VecDeque::new();
            let mut free = Vec::new();
            for (at, x) in items.iter().enumerate() {
                let first = at / 8;
                while open.front().is_some_and(|(key, _)| *key < first) {
                    let Some((key, mut window)) = open.pop_front() else { break };
                    sum = mix(sum, total(black_box(&window)) ^ key as u64);
                    window.clear();
                    free.push(window);
                }
                for key in [first, first + 1] {
                    match open.iter_mut().find(|(other, _)| *other == key) {
                        Some((_, window)) => window.push(*x),
                        None => {
                            let mut window: Vec<u64> = free.pop().unwrap_or_default();
                            window.push(*x);
                            open.push_back((key, window));
                        }
                    }
                }
            }
            open.iter().fold(sum, |sum, (key, window)| mix(sum, total(window) ^ *key as u64))
        }
        flow(items) {
            flow! {
                from(items.iter().copied()) -> enumerate() -> window_by(|(at, _)| [at / 8, at / 8 + 1])
                    -> fold(0, |sum, (key, window)| *sum = mix(*sum, total_of(black_box(&window)) ^ key as u64))
            }
            .run()
        }
    }

    tumbling_min_and_max {
        by_hand(items) {
            let (mut sum, mut open) = (0, None);
            for (at, x) in items.iter().enumerate() {
                let (start, x) = (at as u64 / 100 * 100, *x);
                match &mut open {
                    Some((now, min, max)) if *now == start => {
                        *min = x.min(*min);
                        *max = x.max(*max);
                    }
                    open => {
                        if let Some((now, min, max)) = open.replace((start, x, x)) {
                            sum = mix(sum, now ^ min ^ (max << 1));
                        }
                    }
                }
            }
            open.map_or(sum, |(now, min, max)| mix(sum, now ^ min ^ (max << 1)))
        }
        flow(items) {
            let of = |x: Option<u64>| x.unwrap_or(0);
            flow! {
                from(items.iter().copied()) -> enumerate() -> tumbling_window(100, |(at, _)| *at as u64)? else drop
                    -> aggregate(min(|(_, x)| *x), max(|(_, x)| *x))
                    -> fold(0, |sum, (span, (min, max))| *sum = mix(*sum, span.start ^ of(min) ^ (of(max) << 1)))
            }
            .run()
        }
    }

    partition_unique_of_16 {
        by_hand(items) {
            let (mut sum, mut batch) = (0, Vec::new());
            for x in items {
                let x = x % 64;
                if !batch.contains(&x) {
                    batch.push(x);
                    if batch.len() == 16 {
                        sum = mix(sum, total(black_box(&batch)));
                        batch.clear();
                    }
                }
            }
            if batch.is_empty() { sum } else { mix(sum, total(&batch)) }
        }
        flow(items) {
            flow! {
                from(items.iter()) -> map(|x| x % 64) -> partition_unique(16)
                    -> fold(0, |sum, batch| *sum = mix(*sum, total(black_box(&batch))))
            }
            .run()
        }
    }
}
