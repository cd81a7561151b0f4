//! Aggregates beside what the items say when they are asked anew.

use std::collections::VecDeque;
use std::env;

use super::{Random, cases};
use crate::checkpoint::marks::Plain;
use crate::operators::aggregate::{
    Summary, count_of, max_of, mean_of, min_of, sliding_window_aggregate,
    sliding_window_partial_aggregate, sum_of, var_of,
};
use crate::operators::event_time::hopping::{hopping_window, hopping_window_aggregate};
use crate::operators::event_time::session::{session_window_by, session_window_by_aggregate};
use crate::operators::event_time::sliding::sliding_window_time_aggregate;
use crate::operators::event_time::tumbling::{tumbling_window, tumbling_window_aggregate};
use crate::ty::Ty;

#[derive(Clone, Copy, Debug)]
struct Reading {
    at: i64,
    key: u64,
    x: f64,
}

type Known = (usize, i64, f64, f64, Option<f64>, Option<f64>);

fn summary()
-> impl Summary<Reading, Output = Known> + crate::operators::event_time::content::Several {
    let item = Ty::<Reading>::new();
    (
        count_of(item),
        sum_of(item, |r| r.at),
        mean_of(item, |r| r.x),
        var_of(item, |r| r.x),
        min_of(item, |r| r.x),
        max_of(item, |r| r.x),
    )
}

fn anew(items: &[Reading]) -> Known {
    let n = items.len() as f64;
    let mean = items.iter().map(|r| r.x).sum::<f64>() / n;
    let spread: f64 = items.iter().map(|r| (r.x - mean).powi(2)).sum();
    let real = || items.iter().map(|r| r.x).filter(|x| !x.is_nan());
    (
        items.len(),
        items.iter().map(|r| r.at).sum(),
        mean,
        if items.len() < 2 {
            f64::NAN
        } else {
            spread / (n - 1.0)
        },
        real().reduce(f64::min),
        real().reduce(f64::max),
    )
}

#[track_caller]
fn assert_same(got: Known, items: &[Reading], seed: u64) {
    let close = |a: f64, b: f64| {
        (a.is_nan() && b.is_nan()) || a == b || (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
    };
    let expected = anew(items);
    assert_eq!(
        (got.0, got.1, got.4, got.5),
        (expected.0, expected.1, expected.4, expected.5),
        "seed {seed}: {items:?}"
    );
    assert!(
        close(got.2, expected.2),
        "mean {} for {}, seed {seed}: {items:?}",
        got.2,
        expected.2
    );
    assert!(
        close(got.3, expected.3),
        "var {} for {}, seed {seed}: {items:?}",
        got.3,
        expected.3
    );
}

fn readings(random: &mut Random) -> Vec<Reading> {
    let mut at = random.within(-20, 20);
    let base = [0.0, 100.0, -3.5][usize::try_from(random.below(3)).expect("small")];
    (0..random.below(40))
        .map(|_| {
            at += random.within(0, 4);
            let x = match random.below(30) {
                0 => f64::NAN,
                1 => f64::INFINITY,
                _ => base + random.within(-50, 50) as f64 / 8.0,
            };
            let key = random.below(3);
            Reading { at, key, x }
        })
        .collect()
}

fn at(reading: &Reading) -> i64 {
    reading.at
}

#[test]
fn windows_of_a_number_of_items() {
    cases(|random| {
        let (items, n) = (
            readings(random),
            1 + usize::try_from(random.below(8)).expect("small"),
        );
        let (mut full, _) = sliding_window_aggregate(Ty::new(), n, summary());
        let (mut partial, _) = sliding_window_partial_aggregate(Ty::new(), n, summary());
        for (place, item) in items.iter().enumerate() {
            let window = &items[(place + 1).saturating_sub(n)..=place];
            let given = full.push(*item);
            assert_eq!(given.is_some(), window.len() == n);
            if let Some(known) = given.into_iter().chain(partial.push(*item)).last() {
                assert_same(known, window, random.seed);
            }
        }
    });
}

#[test]
fn windows_of_a_time() {
    cases(|random| {
        let (items, d) = (readings(random), 1 + random.within(0, 12));
        let (mut slides, _) = sliding_window_time_aggregate(Ty::new(), Plain, d, at, summary());
        for (place, item) in items.iter().enumerate() {
            let window: Vec<_> = items[..=place]
                .iter()
                .filter(|r| r.at > item.at - d)
                .copied()
                .collect();
            for known in slides.push(*item) {
                assert_same(known.unwrap(), &window, random.seed);
            }
        }
    });
}

/// Runs a window of batches and one of aggregates side by side.
macro_rules! alike {
    ($items:expr, $seed:expr, $batches:expr, $known:expr, $of:expr) => {{
        let ((mut batches, _), (mut known, _)) = ($batches, $known);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for item in &$items {
            left.extend(batches.push(*item));
            right.extend(known.push(*item));
            assert_eq!(left.len(), right.len());
        }
        left.extend(batches.finish());
        right.extend(known.finish());
        assert_eq!(left.len(), right.len());
        for (batch, known) in left.into_iter().zip(right) {
            let (items, known) = $of(batch.unwrap(), known.unwrap());
            assert_same(known, &items, $seed);
        }
    }};
}

#[test]
fn windows_of_a_span() {
    cases(|random| {
        let items = readings(random);
        let (d, every) = (1 + random.within(0, 12), 1 + random.within(0, 12));
        alike!(
            items,
            random.seed,
            tumbling_window(Ty::new(), Plain, d, at),
            tumbling_window_aggregate(Ty::new(), Plain, d, at, summary()),
            |batch: (_, crate::Batch<Reading>), known: (_, Known)| {
                assert_eq!(batch.0, known.0);
                (batch.1, known.1)
            }
        );
        alike!(
            items,
            random.seed,
            hopping_window(Ty::new(), Plain, d, every, at),
            hopping_window_aggregate(Ty::new(), Plain, d, every, at, summary()),
            |batch: (_, crate::Batch<Reading>), known: (_, Known)| {
                assert_eq!(batch.0, known.0);
                (batch.1, known.1)
            }
        );
        let key = |r: &Reading| r.key;
        alike!(
            items,
            random.seed,
            session_window_by(Ty::new(), Plain, d, at, key),
            session_window_by_aggregate(Ty::new(), Plain, d, at, key, summary()),
            |batch: (_, _, crate::Batch<Reading>), known: (_, _, Known)| {
                assert_eq!((batch.0, batch.1), (known.0, known.1));
                (batch.2, known.2)
            }
        );
    });
}

/// Sums and means over a long time are exact to the last bit: they are beside sums of
/// integers, which lose nothing. Variances are beside those of the window alone.
///
/// `EVENT_TIME_ITEMS` says how many items go through, a million unless it is set.
#[test]
fn floats_do_not_drift() {
    const WINDOW: usize = 100;
    /// The unit of an integer: numbers from tiny to huge are multiples of it.
    const UNIT: f64 = 1.0 / (1_u64 << 40) as f64;
    let given = env::var("EVENT_TIME_ITEMS").ok();
    let items = given.map_or(1_000_000, |items| items.parse().expect("a number"));
    let mut random = Random::new(7);
    let item = Ty::<f64>::new();
    let summary = (
        sum_of(item, |x| *x),
        mean_of(item, |x| *x),
        var_of(item, |x| *x),
    );
    let (mut slides, _) = sliding_window_aggregate(item, WINDOW, summary);
    let (mut window, mut exact) = (VecDeque::new(), 0_i128);
    let (mut running, mut drift, mut off) = (0.0, 0.0_f64, 0.0_f64);
    for place in 0..items {
        // A running sum keeps nothing of the tiny ones.
        let x = i128::from(random.within(-1_000_000, 1_000_000)) << random.below(80);
        window.push_back(x);
        exact += x;
        running += x as f64 * UNIT;
        let known = slides.push(x as f64 * UNIT);
        if window.len() < WINDOW {
            assert!(known.is_none());
            continue;
        }
        let (sum, mean, var) = known.expect("a window");
        let expected = exact as f64 * UNIT;
        assert_eq!((sum, mean), (expected, expected / WINDOW as f64));
        if place % 1000 == 0 {
            let spread = window.iter().map(|x| (*x as f64 * UNIT - mean).powi(2));
            let expected = spread.sum::<f64>() / (WINDOW - 1) as f64;
            off = off.max((var - expected).abs() / expected);
            drift = drift.max(((running - sum) / sum).abs());
        }
        let left = window.pop_front().expect("it is full");
        exact -= left;
        running -= left as f64 * UNIT;
    }
    println!("{items} items: variances off by {off:e} at most, a running sum by {drift:e}");
    assert!(off <= 1e-12, "variances are off by {off:e}");
    assert!(
        drift > 1e-12,
        "nothing is shown by numbers that do not drift"
    );
}

#[test]
fn a_variance_far_from_zero() {
    let (mut slides, _) =
        sliding_window_aggregate(Ty::<f64>::new(), 3, var_of(Ty::new(), |x: &f64| *x));
    let known: Vec<_> = [1e9, 1e9 + 1.0, 1e9 + 2.0, 1e9 + 2.0, 1e9 + 2.0]
        .into_iter()
        .filter_map(|x| slides.push(x))
        .collect();
    assert_eq!(known, [1.0, 1.0 / 3.0, 0.0]);
    let (mut slides, _) =
        sliding_window_aggregate(Ty::<u64>::new(), 2, var_of(Ty::new(), |x: &u64| *x));
    let known: Vec<_> = [u64::MAX, u64::MAX - 2, 0]
        .into_iter()
        .filter_map(|x| slides.push(x))
        .collect();
    assert_eq!(known[0], 2.0);
}

#[test]
#[should_panic(expected = "`sum` in a window: 300 is no u8")]
fn a_sum_that_does_not_fit_panics() {
    let (mut slides, _) =
        sliding_window_aggregate(Ty::<u8>::new(), 3, sum_of(Ty::new(), |x: &u8| *x));
    let _ = [100, 100, 100].map(|x| slides.push(x));
}
