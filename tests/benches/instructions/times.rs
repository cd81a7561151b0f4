//! The time that `#![observe]` costs: the flow without and with it, in turns.
//!
//! Times of a busy machine differ by more than what is measured. So a turn is short, the two
//! follow each other, and the median of the differences is told, with its quartiles.

use std::{hint::black_box, time::Instant};

use super::Case;

/// The nanoseconds of a turn.
const TURN: f64 = 2e6;

/// The items of all turns together.
const ITEMS: u64 = 100_000_000;

/// Measures flows, and prints a line for each: nanoseconds an edge and item.
pub fn print(pairs: &[([Case; 2], u64)]) {
    println!(
        "\n{:<10} {:>8} {:>14} {:>20}",
        "", "flow, ns", "edge and item", "quartiles"
    );
    for ([(name, plain), (_, observed)], edges) in pairs {
        let name = name.trim_end_matches("_flow");
        let items = 100_000;
        let each = (0..5).map(|_| time(*plain, items)).fold(f64::MAX, f64::min);
        let items = ((TURN / each) as u64).clamp(1000, ITEMS);
        let turns = (ITEMS / items).clamp(100, 2000);
        let (mut times, mut differences) = (Vec::new(), Vec::new());
        for turn in 0..turns {
            // What comes second finds the machine as the first has left it.
            let first = (turn % 2 == 1).then(|| time(*observed, items));
            let without = time(*plain, items);
            let with = first.unwrap_or_else(|| time(*observed, items));
            times.push(without);
            differences.push((with - without) / *edges as f64);
        }
        let [_, time, _] = quartiles(&mut times);
        let [low, median, high] = quartiles(&mut differences);
        println!("{name:<10} {time:>8.3} {median:>14.3} {low:>12.3} {high:.3}");
    }
}

/// The nanoseconds of an item.
fn time(case: fn(u64) -> u64, items: u64) -> f64 {
    let begin = Instant::now();
    black_box(case(black_box(items)));
    begin.elapsed().as_secs_f64() * 1e9 / items as f64
}

fn quartiles(values: &mut [f64]) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|part| values[values.len() * part / 4])
}
