//! The order that LANGUAGE leaves open: the order of a union "as it comes".
//!
//! Where inputs of a union come by different meetings, or one of them out of a
//! cycle, no rule says which comes first. What is only carried on from there is
//! compared without regard to order; a graph in which more depends on it has no
//! one answer and is left out.

use std::collections::BTreeSet;

use crate::graph::{Graph, NodeId, Op, Sink as End};

/// The nodes whose items have no fixed order; `None` where what comes out
/// depends on it.
pub fn open(graph: &Graph) -> Option<BTreeSet<NodeId>> {
    let mut open: BTreeSet<NodeId> = (0..graph.nodes.len())
        .filter(|id| comes_as_it_comes(graph, *id))
        .collect();
    loop {
        let reads_open = |id: &NodeId| {
            let mut inputs = graph.nodes[*id].inputs.iter();
            !open.contains(id) && inputs.any(|edge| open.contains(&edge.from))
        };
        let Some(next) = (0..graph.nodes.len()).find(reads_open) else {
            return Some(open);
        };
        if !is_free_of_order(&graph.nodes[next].op) {
            return None;
        }
        open.insert(next);
    }
}

/// Returns whether the inputs of a union have not met, or come back, in the same nodes.
fn comes_as_it_comes(graph: &Graph, id: NodeId) -> bool {
    let node = &graph.nodes[id];
    if !matches!(node.op, Op::Union | Op::Segment | Op::Join) {
        return false;
    }
    let inputs = node.inputs.iter().filter(|edge| !edge.back);
    let met: BTreeSet<_> = inputs.map(|edge| meetings(graph, edge.from)).collect();
    met.len() > 1
}

/// The meetings by way of which items come to a node, itself included.
fn meetings(graph: &Graph, id: NodeId) -> BTreeSet<NodeId> {
    let (mut above, mut next) = (BTreeSet::from([id]), vec![id]);
    while let Some(id) = next.pop() {
        let forward = graph.nodes[id].inputs.iter().filter(|edge| !edge.back);
        next.extend(forward.map(|edge| edge.from).filter(|id| above.insert(*id)));
    }
    above.retain(|id| graph.nodes[*id].inputs.len() > 1);
    above
}

/// Returns whether the same items come out whatever order they came in.
fn is_free_of_order(op: &Op) -> bool {
    use Op::*;
    match op {
        Map(..) | Grow(_) | Filter(..) | Below(_) | FilterMap(_) | FlatMap(_) | Inspect => true,
        Try(_) | TryEach(_) | Match(_) | Unique | Union | Segment | Join => true,
        Sink(sink) => !matches!(sink, End::First | End::Last | End::Fold),
        _ => false,
    }
}

/// The text that a flow prints, with the items that have no fixed order in ascending
/// one. The lines are the results, and then what each node has logged.
pub fn without_order(text: &str, results: &[NodeId], open: &BTreeSet<NodeId>) -> String {
    let lines = text.lines().enumerate().map(|(index, line)| {
        let (node, label, items) = match (results.get(index), line.split_once(": ")) {
            (Some(node), _) => (Some(*node), "", line),
            (None, Some((id, items))) => (id.parse().ok(), &line[..id.len() + 2], items),
            (None, None) => (None, "", line),
        };
        let is_open = node.is_some_and(|node| open.contains(&node));
        let list = items
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let numbers = list.map(|list| list.split(", ").map(str::parse).collect());
        let numbers: Option<Result<Vec<i64>, _>> = numbers;
        match numbers {
            Some(Ok(mut items)) if is_open => {
                items.sort_unstable();
                format!("{label}{items:?}\n")
            }
            _ => format!("{line}\n"),
        }
    });
    lines.collect()
}
