//! Every operator in every place: the same results everywhere, or an error of the macro that
//! the reference lists, with its reason.
//!
//! A run tries some of them; `POSITIONS=all` all, which takes some minutes, and
//! `POSITIONS=n` so many. `acks` has the flows with faults.
//!
//! ```sh
//! POSITIONS=all cargo test -p flow-tests --test positions -- --nocapture
//! ```

mod acks;
mod compile;
mod operators;
mod places;

use std::collections::BTreeSet;

use compile::Program;
use operators::{OPERATORS, Tried};
use places::{PLACES, Place};

/// The code that the flows share.
const PRELUDE: &str = include_str!("prelude.rs");

/// The number of flows that are tried, if nothing is said.
const FLOWS: usize = 80;

/// The list of combinations that are refused.
const REFERENCE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../flow-runtime/src/reference.md"
);

/// An operator in a place.
struct Case {
    tried: &'static Tried,
    place: &'static Place,
    code: String,
}

/// The number of them that are tried: `None` for all.
pub fn count(variable: &str, bound: usize) -> Option<usize> {
    match std::env::var(variable).as_deref() {
        Ok("all") => None,
        Ok(number) => Some(number.parse().expect("a number, or `all`")),
        Err(_) => Some(bound),
    }
}

fn cases() -> Vec<Case> {
    let all = OPERATORS.iter().flat_map(|tried| {
        PLACES.iter().filter_map(move |place| {
            let code = place.program(tried)?;
            Some(Case { tried, place, code })
        })
    });
    all.collect()
}

/// The combinations that the reference lists: operators and places.
fn holes() -> BTreeSet<(String, String)> {
    let page = std::fs::read_to_string(REFERENCE).expect("the reference is there");
    let section = page.split("\n# Combinations that are refused\n").nth(1);
    let section = section.expect("the reference lists what is refused");
    let section = section.split("\n# ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let mut holes = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for operator in cells[1].split(" · ") {
            for place in cells[2].split(" · ") {
                let operator = operator.trim_matches('`').to_string();
                holes.insert((operator, place.to_string()));
            }
        }
    }
    holes
}

#[test]
fn operators_do_the_same_in_every_place_or_are_refused_as_the_reference_says() {
    let mut cases = cases();
    let all = cases.len();
    let bound = count("POSITIONS", FLOWS);
    if let Some(bound) = bound {
        // A prime apart, so that all operators and all places are among them.
        cases = (0..all)
            .filter(|index| (index * 7919) % all < bound)
            .map(|index| {
                let Case { tried, place, .. } = cases[index];
                let code = place.program(tried).expect("it is a flow");
                Case { tried, place, code }
            })
            .collect();
    }
    println!("POSITIONS={} of {all}", cases.len());
    let programs: Vec<Program> = cases
        .iter()
        .enumerate()
        .map(|(index, case)| Program {
            code: format!("pub fn run() -> Vec<u32> {{ {} }}", case.code),
            call: format!(
                "guarded({index}, {}, flow_{index}::run);",
                case.place.comes_back
            ),
        })
        .collect();
    let (errors, output) = compile::run("positions", PRELUDE, &programs);
    let holes = holes();
    let mut wrong = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let (name, place) = (case.tried.name, case.place.name);
        let listed = place
            .split(", ")
            .any(|place| holes.contains(&(name.to_string(), place.to_string())));
        match (errors.get(&index), listed) {
            (Some(error), true) if error.starts_with("error: ") => {}
            (None, false) => {}
            (Some(error), _) => wrong.push(format!("`{name}` {place}:\n{}\n{error}", case.code)),
            (None, true) => wrong.push(format!("`{name}` {place} is listed, and compiles")),
        }
    }
    for line in output.lines() {
        let index = line
            .strip_prefix("flow ")
            .and_then(|rest| rest.split_once(':'));
        let index: usize = index.and_then(|(index, _)| index.parse().ok()).expect(line);
        let case = &cases[index];
        wrong.push(format!(
            "`{}` {}: {line}\n{}",
            case.tried.name, case.place.name, case.code
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_the_reference_lists_is_tried() {
    let cases = cases();
    for (operator, place) in holes() {
        let tried = |case: &Case| {
            case.tried.name == operator && case.place.name.split(", ").any(|name| name == place)
        };
        assert!(cases.iter().any(tried), "`{operator}` {place} is not tried");
    }
}
