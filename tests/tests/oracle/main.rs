//! The oracle: random flows, compiled, against a naive interpreter.
//!
//! `ORACLE_GRAPHS` says how many, `ORACLE_ORDERS` in how many orders the statements of
//! each are written, `ORACLE_SEED` which ones: a number, or `now`. To look for more
//! than every run does:
//!
//! ```sh
//! ORACLE_GRAPHS=400 ORACLE_ORDERS=4 ORACLE_SEED=now cargo test -p flow-tests --test oracle -- --nocapture
//! ```
//!
//! Every other flow is run in another form as well, emitted into, pulled from, spawned or as a
//! piece, and its numbers are compared; with `ORACLE_FORMS=all` every flow in every form, which
//! takes six times as long.
//!
//! A graph in one order costs about an eighth of a second. What differs is made smaller, in up to
//! `ORACLE_SHRINKS` rounds, which take a minute a graph and more, and printed with its seed.
//! `order` says which graphs have no one answer.

mod compile;
mod generate;
mod graph;
mod interpret;
mod module;
mod operators;
mod order;
mod render;
mod shrink;
mod turns;

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use generate::Random;
use graph::{Graph, NodeId};

/// So that every run is the same.
const SEED: u64 = 1;

/// The number of graphs of a run, if nothing is said.
const GRAPHS: usize = 70;

/// In how many orders each is written, if nothing is said.
const ORDERS: usize = 2;

/// In how many rounds what differs is made smaller, if nothing is said.
const SHRINKS: usize = 12;

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

    /// The same graph with its statements in several orders, its own first.
    fn in_orders(self, orders: usize) -> Vec<Self> {
        let mut random = Random(self.graph.style);
        let others = (1..orders).filter_map(|_| {
            let mut graph = self.graph.clone();
            graph.style = random.next();
            Self::of(graph)
        });
        let others: Vec<Self> = others.collect();
        std::iter::once(self).chain(others).collect()
    }

    fn agrees(&self, given: &str) -> bool {
        order::without_order(given, &self.results, &self.open) == self.expected
    }
}

#[test]
fn compiled_flows_agree_with_the_interpreter() {
    let number = |text: String| text.parse::<usize>().expect("a number");
    let count = setting("ORACLE_GRAPHS").map_or(GRAPHS, number);
    let orders = setting("ORACLE_ORDERS").map_or(ORDERS, number);
    let shrinks = setting("ORACLE_SHRINKS").map_or(SHRINKS, number);
    let seed = match setting("ORACLE_SEED").as_deref() {
        None => SEED,
        Some("now") => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
        Some(seed) => seed.parse().expect("a number, or `now`"),
    };
    println!("ORACLE_SEED={seed} ORACLE_GRAPHS={count} ORACLE_ORDERS={orders}");
    let mut random = Random(seed);
    let cases: Vec<Case> = std::iter::repeat_with(|| generate::graph(&mut random))
        .filter_map(Case::of)
        .take(count)
        .flat_map(|case| case.in_orders(orders))
        .collect();
    let given = compile::run(&cases);
    let wrong = compile::wrong(&cases, &given);
    for &index in wrong.iter().take(3) {
        let (case, given) = shrink::shrink(cases[index].clone(), given[index].clone(), shrinks);
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
