//! Each shape of a flow beside the best loop by hand that we know, and beside what else
//! there is: instructions an item, and nanoseconds an item of the thread's CPU.
//!
//! ```text
//! cargo bench -p flow-tests --bench rows            # all of them
//! cargo bench -p flow-tests --bench rows -- zip     # those whose names have this in them
//! cargo bench -p flow-tests --bench rows -- readme  # the short table of the README
//! ```
//!
//! Instructions are counted under `valgrind --tool=callgrind`, where that is installed, and
//! are the same at every run. For the times the cases of a row take turns and the median
//! is printed, so that other work on the machine hits all alike. The first case of a row is
//! the loop by hand; ratios are to it.

#![allow(clippy::redundant_closure, reason = "what is measured is a closure")]

use std::{
    env, fs,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Instant,
};

/// The number of items a case is given where instructions are counted.
const COUNTED: u64 = 100_000;

/// The number where time is measured.
const TIMED: u64 = 1_000_000;

/// The number of times each case is timed.
const TURNS: usize = 7;

/// A case: its name, by which callgrind finds it, and what it does with the items.
type Case = (&'static str, fn(&[u64]) -> u64);

/// Some cases that do the same.
type Row = (&'static str, &'static [Case]);

/// Each row is a module of functions. None is inlined, so that callgrind can count inside
/// it alone.
macro_rules! rows {
    ($($(#[$about:meta])* $row:ident { $($case:ident($items:ident) $body:block)+ })+) => {
        $(
            $(#[$about])*
            pub mod $row {
                #[allow(unused_imports)]
                use super::*;
                $(#[inline(never)]
                pub fn $case($items: &[u64]) -> u64 $body)+
            }
        )+

        /// The rows of this file.
        pub const ROWS: &[crate::Row] = &[$((
            stringify!($row),
            &[$((
                concat!(module_path!(), "::", stringify!($row), "::", stringify!($case)),
                $row::$case,
            )),+],
        )),+];
    };
}

// Behind the macro, which they use.
mod batches;
#[path = "../callgrind.rs"]
mod callgrind;
mod fan_in;
mod open;
mod pulled;
mod short;
mod sources;
mod stores;
mod tasks;
mod time;

use callgrind::instructions;

/// Items without a pattern.
fn data(n: u64) -> Vec<u64> {
    let mixed = |x: u64| x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 7;
    (0..n).map(mixed).collect()
}

/// Drives a future that never waits for long.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let cx = &mut Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(cx) {
            return result;
        }
    }
}

fn main() {
    let rows = [
        sources::ROWS,
        fan_in::ROWS,
        batches::ROWS,
        open::ROWS,
        pulled::ROWS,
        tasks::ROWS,
        stores::ROWS,
        time::ROWS,
    ]
    .concat();
    let wanted = env::args().nth(1).filter(|name| !name.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    let mut cases = rows.iter().flat_map(|(_, cases)| cases.iter());
    if let Some((_, case)) = cases.find(|(name, _)| *name == wanted) {
        black_box(case(black_box(&data(COUNTED))));
        return;
    }
    let _ = fs::remove_dir_all(stores::folder());
    if wanted == "readme" {
        short::print(&rows);
        return;
    }
    println!(
        "{:<28} {:>12} {:>7}   {:>10} {:>7}",
        "", "instructions", "ratio", "ns", "ratio"
    );
    for (row, cases) in rows.iter().filter(|(row, _)| row.contains(&wanted)) {
        print(row, cases);
    }
}

fn print(row: &str, cases: &[Case]) {
    alike(row, cases);
    let times = times(cases);
    let mut first = None;
    for ((name, _), time) in cases.iter().zip(times) {
        let count = count(name);
        let (count_by_hand, time_by_hand) = *first.get_or_insert((count, time));
        let case = name.rsplit("::").next().unwrap_or(name);
        let name = format!("{row}, {}", case.replace('_', " "));
        println!(
            "{name:<28} {count:>12.2} {:>7.2}   {time:>10.2} {:>7.2}",
            count / count_by_hand,
            time / time_by_hand
        );
    }
}

/// Makes sure that the cases of a row do the same. What they keep in files is there then.
fn alike(row: &str, cases: &[Case]) {
    for items in [data(10_007), data(COUNTED)] {
        let results: Vec<u64> = cases.iter().map(|(_, case)| case(&items)).collect();
        assert!(
            results.iter().all(|result| *result == results[0]),
            "the cases of `{row}` do the same: {results:?}"
        );
    }
}

/// The nanoseconds an item of each case.
fn times(cases: &[Case]) -> Vec<f64> {
    let items = data(TIMED);
    let start = Instant::now();
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..TURNS {
        for (at, (_, case)) in cases.iter().enumerate() {
            let begin = cpu_time(start);
            black_box(case(black_box(&items)));
            times[at].push(cpu_time(start) - begin);
        }
    }
    let medians = times.iter_mut().map(|times| {
        times.sort_unstable();
        times[TURNS / 2] as f64 / TIMED as f64
    });
    medians.collect()
}

/// Nanoseconds for which this thread had a processor.
fn cpu_time(start: Instant) -> u64 {
    // The kernel brings the account up to date when a thread gives way.
    std::thread::yield_now();
    let of_linux = std::fs::read_to_string("/proc/thread-self/schedstat");
    let first = of_linux
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    first.unwrap_or_else(|| u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// The instructions an item inside one case; nothing that is a number where they cannot be
/// counted.
fn count(case: &str) -> f64 {
    let counted = instructions(case, case).map_or(f64::NAN, |counted| counted as f64);
    counted / COUNTED as f64
}
