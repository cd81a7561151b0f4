//! The oracle: random flows, compiled, against a naive interpreter.
//!
//! `ORACLE_GRAPHS` says how many, `ORACLE_SEED` which ones: a number, or `now`.
//! To look for more than every run does:
//!
//! ```sh
//! ORACLE_GRAPHS=400 ORACLE_SEED=now cargo test -p flow-tests --test oracle -- --nocapture
//! ```
//!
//! A graph costs about an eighth of a second. What differs is made smaller,
//! which takes a minute a graph, and printed with its seed. `order` says which
//! graphs have no one answer.

mod compile;
mod generate;
mod graph;
mod interpret;
mod operators;
mod order;
mod render;
mod shrink;

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use generate::Random;
use graph::{Graph, NodeId};

/// So that every run is the same.
const SEED: u64 = 1;

/// How many graphs a run has, if nothing is said.
const GRAPHS: usize = 100;

/// A graph and what must come out.
#[derive(Clone)]
struct Case {
    graph: Graph,
    text: String,
    /// The sinks whose values are the result.
    results: Vec<NodeId>,
    /// The nodes whose items have no fixed order.
    open: BTreeSet<NodeId>,
    expected: String,
}

impl Case {
    /// `None` where the graph has no one answer, leads nowhere, or does not come
    /// to an end soon.
    fn of(graph: Graph) -> Option<Self> {
        let open = order::open(&graph)?;
        if !graph.leads_to_sinks() {
            return None;
        }
        let written = render::write(&graph);
        let expected = interpret::run(&graph, &written)?;
        Some(Self {
            graph,
            text: written.text,
            expected: order::without_order(&expected, &written.results, &open),
            results: written.results,
            open,
        })
    }

    fn agrees(&self, given: &str) -> bool {
        order::without_order(given, &self.results, &self.open) == self.expected
    }
}

#[test]
fn compiled_flows_agree_with_the_interpreter() {
    let count = setting("ORACLE_GRAPHS").map_or(GRAPHS, |count| count.parse().expect("a number"));
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
    let wrong = compile::wrong(&cases, &given);
    for &index in wrong.iter().take(3) {
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
