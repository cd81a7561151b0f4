//! Means and maxima over a window that slides: `aggregate` beside the kernels of polars'
//! `rolling_mean` and `rolling_max`, and beside making each anew from its window.
//!
//! ```text
//! cargo run --release --manifest-path tests/benches/polars/Cargo.toml
//! ```
//!
//! prints nanoseconds a row over ten million rows, the best of several runs (over fewer
//! rows where each value is made anew), and how far either mean is from the exact one. A
//! workspace of its own: polars is built only by who asks for this table.

#[path = "../../measure.rs"]
mod measure;

use std::hint::black_box;

use flow_runtime::flow;
use polars_arrow::array::PrimitiveArray;
use polars_compute::rolling::no_nulls::{rolling_max, rolling_mean};

const ROWS: usize = 10_000_000;
const RUNS: usize = 5;
/// The items looked at where each value is made anew.
const ANEW: usize = 1_000_000_000;

/// Prices that wander, some of them far away.
fn prices() -> Vec<f64> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut below = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    (0..ROWS)
        .map(|_| {
            let scale = if below(10_000) == 0 { 1e9 } else { 1.0 };
            scale * (100.0 + below(100_000) as f64 / 1000.0)
        })
        .collect()
}

fn flow_mean(prices: &[f64], window: usize) -> Vec<f64> {
    flow! {
        from(prices) -> map(|price| *price)
            -> sliding_window(window) -> aggregate(mean(|price| *price)) -> collect::<Vec<_>>()
    }
    .run()
}

/// The last mean, where it is asked for.
fn polars_mean(prices: &[f64], window: usize) -> Option<f64> {
    let means = rolling_mean(prices, window, window, false, None, None).expect("a window");
    let means = means.as_any().downcast_ref::<PrimitiveArray<f64>>()?;
    means.values().last().copied()
}

fn flow_max(prices: &[f64], window: usize) -> Vec<Option<f64>> {
    flow! {
        from(prices) -> map(|price| *price)
            -> sliding_window(window) -> aggregate(max(|price| *price)) -> collect::<Vec<_>>()
    }
    .run()
}

fn both(prices: &[f64], window: usize) {
    let known = flow! {
        from(prices) -> map(|price| *price) -> sliding_window(window)
            -> aggregate(mean(|price| *price), max(|price| *price))
            -> for_each(|known| { black_box(known); })
    };
    known.run();
}

/// Each value made of its window alone.
fn anew(prices: &[f64], window: usize, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    prices.windows(window).map(of).collect()
}

fn mean_of(window: &[f64]) -> f64 {
    window.iter().sum::<f64>() / window.len() as f64
}

fn max_of(window: &[f64]) -> f64 {
    window.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn speed(prices: &[f64], window: usize) {
    let row = |name: &str, runs: usize, rows: usize, run: &mut dyn FnMut(&[f64])| {
        let nanos = measure::best(runs, rows as u64, || run(&prices[..rows + window - 1]));
        println!("window of {window:<8} {name:<16} {nanos:>9.2} ns a row");
    };
    let all = ROWS - window + 1;
    // The work is the rows times the window: about as long a run for every window.
    let few = (ANEW / window).min(all);
    row("mean, aggregate", RUNS, all, &mut |prices| {
        black_box(flow_mean(prices, window));
    });
    row("mean, polars", RUNS, all, &mut |prices| {
        black_box(polars_mean(prices, window));
    });
    row("mean, anew", 1, few, &mut |prices| {
        black_box(anew(prices, window, mean_of));
    });
    row("max, aggregate", RUNS, all, &mut |prices| {
        black_box(flow_max(prices, window));
    });
    row("max, polars", RUNS, all, &mut |prices| {
        let maxima = rolling_max(prices, window, window, false, None, None);
        black_box(maxima.expect("a window"));
    });
    row("max, anew", 1, few, &mut |prices| {
        black_box(anew(prices, window, max_of));
    });
    row("both, aggregate", RUNS, all, &mut |prices| {
        both(prices, window);
    });
}

/// Prints how far the last mean is from one that is made of its window alone.
fn drift(prices: &[f64], window: usize) {
    let tail = &prices[prices.len() - window..];
    let exact = exact_mean(tail);
    let flow = *flow_mean(prices, window).last().expect("a window");
    let polars = polars_mean(prices, window).expect("a window");
    let off = |mean: f64| ((mean - exact) / exact).abs();
    println!(
        "window of {window:<8} the last mean is off by {:e}, polars' by {:e}",
        off(flow),
        off(polars)
    );
}

/// A mean whose sum is made of integers, in millionths: the prices are whole thousandths.
fn exact_mean(window: &[f64]) -> f64 {
    let whole = |price: &f64| (price * 1e6).round() as i128;
    let sum: i128 = window.iter().map(whole).sum();
    sum as f64 / 1e6 / window.len() as f64
}

fn main() {
    let prices = prices();
    for window in [10, 1000, 100_000] {
        speed(&prices, window);
    }
    for window in [10, 1000, 100_000] {
        drift(&prices, window);
    }
}
