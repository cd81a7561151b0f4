//! Instructions a million items cost, in a flow and in the loop by hand.
//!
//! ```text
//! cargo bench -p flow-tests --bench instructions
//! ```
//!
//! runs each case under `valgrind --tool=callgrind`, which must be installed,
//! and prints one table. Instructions are the same at every run; times are not. With `-- times`
//! it measures those of flows with and without `#![observe]`, in turns.

#![allow(clippy::redundant_closure, reason = "what is measured is a closure")]

use std::{
    collections::VecDeque,
    env,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use callgrind::instructions;
use flow_runtime::flow;

const ITEMS: u64 = 1_000_000;

/// The shapes, each by hand and as a flow. The sums begin with different numbers,
/// or behind a `black_box`: of functions with the same code the linker keeps one. None is inlined, so that
/// callgrind can count inside it alone.
mod callgrind;
#[path = "instructions/cases.rs"]
mod cases;
#[path = "instructions/times.rs"]
mod times;

type Case = (&'static str, fn(u64) -> u64);

/// Each function with its name, by which callgrind finds it.
macro_rules! cases {
    ($($hand:ident $flow:ident),* $(,)?) => {
        &[$([(stringify!($hand), cases::$hand), (stringify!($flow), cases::$flow)]),*]
    };
}

macro_rules! pair {
    ($flow:ident $observed:ident) => {
        [
            (stringify!($flow), cases::$flow),
            (stringify!($observed), cases::$observed),
        ]
    };
}

const CASES: &[[Case; 2]] = cases![
    linear_hand linear_flow,
    diamond_hand diamond_flow,
    union_hand union_flow,
    then_hand then_flow,
    match_hand match_flow,
    stacked_hand stacked_flow,
    sources_hand sources_flow,
    emit_hand emit_flow,
    iterator_hand iterator_flow,
    feedback_hand feedback_flow,
];

/// Flows, and the same flows observed, with the number of their edges.
const OBSERVED: &[([Case; 2], u64)] = &[
    (pair!(linear_flow linear_observed), 3),
    (pair!(union_flow union_observed), 6),
    (pair!(emit_flow emit_observed), 3),
    (pair!(maps_flow maps_observed), 9),
    (pair!(vector_flow vector_observed), 3),
    (pair!(filters_flow filters_observed), 6),
    (pair!(arms_flow arms_observed), 10),
    (pair!(flat_map_flow flat_map_observed), 3),
    (pair!(parted_flow parted_observed), 6),
    (pair!(pulled_flow pulled_observed), 3),
    (pair!(awaited_flow awaited_observed), 3),
    (pair!(beside_flow beside_observed), 3),
];

fn main() {
    let wanted = env::args().nth(1).filter(|name| !name.starts_with('-'));
    if wanted.as_deref() == Some("times") {
        times::print(OBSERVED);
        return;
    }
    if let Some(name) = wanted {
        let observed = OBSERVED.iter().flat_map(|(pair, _)| pair);
        let mut all = CASES.as_flattened().iter().chain(observed);
        let case = all.find(|(case, _)| *case == name);
        let (_, case) = case.expect("one of the cases");
        black_box(case(black_box(ITEMS)));
        return;
    }
    println!("{:<10} {:>14} {:>14} {:>8}", "", "by hand", "flow", "ratio");
    for [(hand, by_hand), (flow, in_flow)] in CASES {
        assert_eq!(
            by_hand(1000),
            in_flow(1000),
            "{hand} and {flow} do the same"
        );
        let (Some(by_hand), Some(in_flow)) = (count(hand), count(flow)) else {
            println!("valgrind is not installed: nothing counted");
            return;
        };
        let ratio = in_flow as f64 / by_hand as f64;
        let name = hand.trim_end_matches("_hand");
        println!("{name:<10} {by_hand:>14} {in_flow:>14} {ratio:>8.3}");
    }
    println!(
        "\n{:<10} {:>14} {:>14} {:>16}",
        "", "flow", "observed", "edge and item"
    );
    for ([(flow, plain), (observed, counted)], edges) in OBSERVED {
        assert_eq!(
            plain(1000),
            counted(1000),
            "{flow} and {observed} do the same"
        );
        let (Some(plain), Some(counted)) = (count(flow), count(observed)) else {
            return;
        };
        let each = (counted as f64 - plain as f64) / (edges * ITEMS) as f64;
        let name = flow.trim_end_matches("_flow");
        println!("{name:<10} {plain:>14} {counted:>14} {each:>16.3}");
    }
}

/// The instructions inside one case.
fn count(case: &str) -> Option<u64> {
    instructions(&format!("instructions::cases::*{case}"), case)
}
