//! The turns of sources: in which order they are pulled, which of them compete, and what of
//! their items is taken one by one.
//!
//! The inputs of a `zip` are filled in their order, so its sources are pulled in it. Where
//! several sources lead to one input, by way of a union, an item of one leaves the others
//! behind: one that has given rests until the others have given, or nothing moves.

use std::collections::BTreeSet;

use crate::graph::{Graph, NodeId, Op, Port};

/// The sources as they are pulled, from the order in which they are written.
pub fn in_order(graph: &Graph, sources: &[NodeId]) -> Vec<NodeId> {
    let mut before = BTreeSet::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        if node.op != Op::Zip {
            continue;
        }
        let into: Vec<_> = (0..node.inputs.len())
            .map(|input| into(graph, id, input))
            .collect();
        for (later, behind) in into.iter().enumerate() {
            for first in &into[..later] {
                for source in first.difference(behind) {
                    before.extend(behind.difference(first).map(|other| (*source, *other)));
                }
            }
        }
    }
    let mut left = sources.to_vec();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |source: &NodeId| left.iter().any(|other| before.contains(&(*other, *source)));
        let next = left.iter().position(|source| !waits(source));
        order.push(left.remove(next.unwrap_or(0)));
    }
    order
}

/// The sources that lead to an input of a node.
fn into(graph: &Graph, id: NodeId, input: usize) -> BTreeSet<NodeId> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut next = vec![graph.nodes[id].inputs[input]];
    while let Some(edge) = next.pop() {
        if edge.back || !seen.insert(edge.from) {
            continue;
        }
        let node = &graph.nodes[edge.from];
        if matches!(node.op, Op::Source(_)) {
            found.insert(edge.from);
        }
        next.extend(&node.inputs);
    }
    found
}

/// The sets of sources of which one competes with the others.
pub fn rivals(graph: &Graph) -> Vec<BTreeSet<NodeId>> {
    let mut sets: Vec<BTreeSet<NodeId>> = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let joins = matches!(node.op, Op::Union | Op::Segment | Op::Join);
        if !joins || !is_rationed(graph, id) {
            continue;
        }
        let inputs: Vec<_> = (0..node.inputs.len())
            .map(|input| into(graph, id, input))
            .collect();
        for (input, own) in inputs.iter().enumerate() {
            let others = inputs
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != input);
            let others: BTreeSet<_> = others.flat_map(|(_, other)| other).copied().collect();
            let competes = |source: &&NodeId| is_rationed(graph, **source);
            let [own, others] = [(own, &others), (&others, own)].map(|(these, those)| {
                let apart = these.difference(those).filter(competes);
                apart.copied().collect::<BTreeSet<_>>()
            });
            if own.is_empty() || others.is_empty() {
                continue;
            }
            let mut all: BTreeSet<_> = own.union(&others).copied().collect();
            sets.retain(|set| {
                let meets = !set.is_disjoint(&all);
                if meets {
                    all.extend(set);
                }
                !meets
            });
            sets.push(all);
        }
    }
    sets
}

/// Returns whether all that comes out of a node leads to operators that want one item at a time.
fn is_rationed(graph: &Graph, id: NodeId) -> bool {
    let uses = graph.uses(id);
    let takes = |(to, input): (NodeId, usize)| {
        let node = &graph.nodes[to];
        match node.op {
            _ if node.inputs[input].back => false,
            Op::Merge => true,
            Op::Zip if !is_lockstep(graph, to) => true,
            Op::Sink(_) => false,
            _ => is_rationed(graph, to),
        }
    };
    !uses.is_empty() && uses.into_iter().all(takes)
}

/// Returns whether the inputs of a `zip` come exactly once for each other.
fn is_lockstep(graph: &Graph, id: NodeId) -> bool {
    let mut rates = graph.nodes[id].inputs.iter().map(|edge| match edge.port {
        Port::Items => rate(graph, edge.from),
        _ => None,
    });
    let first = rates.next().flatten();
    first.is_some() && rates.all(|rate| rate == first)
}

/// The node of which each item is one of this node's.
fn rate(graph: &Graph, id: NodeId) -> Option<NodeId> {
    let node = &graph.nodes[id];
    let edge = node.inputs.first();
    match (&node.op, edge) {
        (
            Op::Map(..) | Op::Grow(_) | Op::Enumerate | Op::Accumulate(_) | Op::Inspect,
            Some(edge),
        ) => match edge.port {
            Port::Items => rate(graph, edge.from),
            _ => Some(id),
        },
        (Op::Zip, Some(edge)) if is_lockstep(graph, id) => rate(graph, edge.from),
        _ => Some(id),
    }
}

/// The operators behind a source that keep what they give for an item, where an operator behind
/// them wants one at a time, and the order beside other sources is nobody's matter.
pub fn kept(graph: &Graph, source: NodeId) -> Vec<NodeId> {
    let (mut kept, mut id) = (Vec::new(), source);
    loop {
        let uses = graph.uses(id);
        let [(to, input)] = uses.as_slice() else {
            return kept;
        };
        let node = &graph.nodes[*to];
        let edge = node.inputs[*input];
        if edge.back || edge.port != Port::Items || node.inputs.len() > 1 {
            return kept;
        }
        use Op::*;
        match node.op {
            FlatMap(_) | TryEach(_) => {
                if is_rationed(graph, *to) && keeps_order(graph, *to) {
                    kept.push(*to);
                }
            }
            Map(..) | Grow(_) | Filter(..) | Below(_) | FilterMap(_) | Skip(_) | SkipWhile(_) => {}
            StepBy(_) | Enumerate | Accumulate(_) | Unique | Inspect | Sliding(..) => {}
            _ => return kept,
        }
        id = *to;
    }
}

fn keeps_order(graph: &Graph, id: NodeId) -> bool {
    let mut reached = graph.reach(id, None, true).into_iter();
    reached.all(|id| {
        let node = &graph.nodes[id];
        let inputs = 0..node.inputs.len();
        let sources: BTreeSet<_> = inputs.map(|input| into(graph, id, input)).collect();
        matches!(node.op, Op::Zip | Op::Merge) || sources.len() < 2
    })
}
