//! Run it with `cargo run -p flow-examples --example alerts`
//!
//! Branches and a segment: every reading goes two ways, and what is no reading
//! goes a third. With `-- --picture` it is not run, but drawn:
//!
#![doc = include_str!("alerts.svg")]

use std::{env, num::ParseFloatError};

use flow_runtime::flow;

/// The lines of a sensor: `celsius`.
const LINES: [&str; 9] = [
    "71.5",
    "73.0",
    "88.0",
    "96.5",
    "sensor off",
    "97.0",
    "95.5",
    "90.5",
    "82.0",
];

fn parse(line: &str) -> Result<f64, ParseFloatError> {
    line.parse()
}

fn main() {
    let flow = flow! {
        celsius = from(LINES) -> map(parse)? else rejects;
        rejects = for_each(|error| println!("rejected: {error}"));

        // A name used twice is a branch: each sees every reading.
        hottest = celsius -> reduce(f64::max);
        alerts  = celsius
            -> sliding_window(3)
            -> filter(|[a, b, c]| a.min(*b).min(*c) > 95.0)
            -> inspect(|window| println!("alert: {window:?}"))
            -> count();

        (hottest, alerts)
    };
    if env::args().any(|argument| argument == "--picture") {
        print!("{}", flow.graph().to_svg());
        return;
    }
    let (hottest, alerts) = flow.run();
    println!("{alerts} alerts, and the hottest was {hottest:?}");
}
