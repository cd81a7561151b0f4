//! Flows and numbers for tests.

use crate::graph::constant;
use crate::graph::{Bound, Graph, NodeKind, Port};
use crate::inspect::{EdgeItems, JobCounts, OldestJob, Snapshot, StageErrors};

/// A chain of so many nodes, that go round these stages. It is never freed: a graph is a
/// constant.
pub fn flow(count: usize, stages: &[&str]) -> Graph {
    let names: Vec<&'static str> = stages
        .iter()
        .map(|name| &*Box::leak(name.to_string().into_boxed_str()))
        .collect();
    let nodes = (0..count).map(|id| {
        let name = names[id % names.len()];
        constant::node(Some(name), "map", NodeKind::Operator, "", "")
    });
    let nodes: Vec<_> = nodes.collect();
    let edges =
        (1..count).map(|to| constant::edge(to - 1, to, Port::Items, 0, Bound::Direct, false));
    let edges: Vec<_> = edges.collect();
    constant::graph(nodes.leak(), edges.leak())
}

/// Numbers of a flow: one item has gone over each edge.
pub fn snapshot(graph: Graph) -> Snapshot {
    let name = |id: usize| graph.nodes()[id].name.unwrap_or("map").to_owned();
    let edges = graph.edges().iter().map(|edge| EdgeItems {
        from: name(edge.from),
        to: name(edge.to),
        items: 1,
    });
    Snapshot {
        name: "sample".to_owned(),
        ended: None,
        slow: None,
        seconds: 1.0,
        edges: edges.collect(),
        queues: Vec::new(),
        regions: Vec::new(),
        jobs: Vec::new(),
        errors: Vec::new(),
        artifacts: Vec::new(),
        limits: Vec::new(),
        budgets: Vec::new(),
    }
}

/// The same with jobs and errors that say a lot.
pub fn talkative(graph: Graph, length: usize) -> Snapshot {
    let mut snapshot = snapshot(graph);
    let text = "ä".repeat(length);
    snapshot.ended = Some(format!("error: {text}"));
    for stage in 0..50 {
        let stage = format!("stage {stage}");
        let oldest = (0..5).map(|_| OldestJob {
            key: text.clone(),
            seconds: 1.0,
        });
        snapshot.jobs.push(JobCounts {
            stage: stage.clone(),
            running: 5,
            done: 1,
            failed: 2,
            p50: Some(1.0 / 3.0),
            p99: None,
            oldest: oldest.collect(),
        });
        snapshot.errors.push(StageErrors {
            stage,
            count: 9,
            last: vec![text.clone(); 5],
        });
    }
    snapshot
}
