//! The oracle: random flows, compiled, against a naive interpreter.
//!
//! `ORACLE_GRAPHS` says how many, `ORACLE_SEED` which ones: a number, or `now`.

mod compile;
mod generate;
mod graph;
mod interpret;
mod operators;
mod render;
mod shrink;

use std::time::{SystemTime, UNIX_EPOCH};

use generate::Random;
use graph::Graph;

/// So that every run is the same.
const SEED: u64 = 1;

/// A graph and what must come out.
#[derive(Clone)]
struct Case {
    graph: Graph,
    text: String,
    results: usize,
    expected: String,
}

impl Case {
    /// `None` where the graph does not come to an end soon.
    fn of(graph: Graph) -> Option<Self> {
        let written = render::write(&graph);
        let expected = interpret::run(&graph, &written)?;
        let results = written.results.len();
        Some(Self {
            graph,
            text: written.text,
            results,
            expected,
        })
    }
}

#[test]
#[ignore = "one difference is open: the order within a union in graph 74 of seed 1"]
fn compiled_flows_agree_with_the_interpreter() {
    let count = setting("ORACLE_GRAPHS").map_or(200, |count| count.parse().unwrap());
    let seed = match setting("ORACLE_SEED").as_deref() {
        None => SEED,
        Some("now") => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
        Some(seed) => seed.parse().expect("a number, or `now`"),
    };
    println!("ORACLE_SEED={seed} ORACLE_GRAPHS={count}");
    let mut random = Random(seed);
    let cases: Vec<Case> = std::iter::repeat_with(|| generate::graph(&mut random))
        .filter_map(Case::of)
        .take(count)
        .collect();
    let given = compile::run(&cases);
    let wrong: Vec<usize> = (0..count)
        .filter(|index| given[*index] != cases[*index].expected)
        .collect();
    for &index in wrong.iter().take(5) {
        let (case, given) = shrink::shrink(cases[index].clone(), given[index].clone());
        println!(
            "\ngraph {index} of seed {seed}:\n\nflow! {{\n{}}}\n\nexpected:\n{}\ngot:\n{given}",
            case.text, case.expected,
        );
    }
    assert!(wrong.is_empty(), "seed {seed}: wrong are {wrong:?}");
}

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
