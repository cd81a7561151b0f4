//! The turns of sources: in which order they are pulled, which of them compete, and what of
//! their items is taken one by one.
//!
//! The inputs of a `zip` are filled in their order, so its sources are pulled in it. Where
//! several sources lead to one input, by way of a union, an item of one leaves the others
//! behind: one that has given rests until the others have given, or nothing moves.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Edge, Graph, NodeId, Op, Port};

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
            Op::Merge if !ends_at_once(graph, to) => true,
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

/// An operator that keeps what it gives for an item, as an operator behind it wants one at a time.
pub struct Kept {
    pub node: NodeId,
    /// The last of the sources that lead there: its turn comes next.
    pub last: Option<NodeId>,
    /// The sources that wait while something is left: theirs join what it gives.
    pub waiting: BTreeSet<NodeId>,
}

/// The operators that keep what they give for an item; `order` is that of all nodes.
pub fn kept(graph: &Graph, order: &[NodeId], sources: &[NodeId]) -> Vec<Kept> {
    let several = |id: &&NodeId| matches!(graph.nodes[**id].op, Op::FlatMap(_) | Op::TryEach(_));
    let nodes = order.iter().filter(several).copied();
    nodes
        .filter(|node| is_rationed(graph, *node) && !goes_round(graph, *node))
        .filter_map(|node| {
            let from = into(graph, node, 0);
            let last = sources.iter().rfind(|source| from.contains(source));
            Some(Kept {
                node,
                last: last.copied(),
                waiting: waiting_for(graph, node)?,
            })
        })
        .filter(|kept| kept.last.is_some())
        .collect()
}

/// The sources that wait while something is left at a node; `None` where they may not.
fn waiting_for(graph: &Graph, node: NodeId) -> Option<BTreeSet<NodeId>> {
    let below = graph.reach(node, None, true);
    let before = above(graph, node);
    let near = below_until(graph, node);
    let all = |id: NodeId| {
        let inputs = 0..graph.nodes[id].inputs.len();
        inputs
            .flat_map(|input| into(graph, id, input))
            .collect::<BTreeSet<_>>()
    };
    let (mut waiting, mut over) = (BTreeSet::new(), BTreeSet::new());
    for &id in &near {
        let meeting = &graph.nodes[id];
        let joins = matches!(meeting.op, Op::Union | Op::Segment | Op::Join);
        if !joins || meeting.inputs.len() < 2 {
            continue;
        }
        let others = meeting.inputs.iter().filter(|edge| !edge.back);
        let others = others.filter(|edge| !below.contains(&edge.from));
        let others: Vec<NodeId> = others.map(|edge| edge.from).collect();
        let beside = |from: &NodeId| {
            let above = above(graph, *from);
            before.contains(from) || above.iter().any(|each| before.contains(each))
        };
        if !is_exclusive(graph, id) && others.iter().any(beside) {
            return None;
        }
        if !others.is_empty() {
            waiting.extend(all(id));
            over.extend(above(graph, id));
        }
    }
    let elsewhere = |id: &NodeId| {
        let fan_in = &graph.nodes[*id];
        let inputs = fan_in.inputs.iter().enumerate();
        takes_in_order(graph, *id)
            && (below.contains(id) || !over.contains(id))
            && inputs
                .filter(|(_, edge)| !edge.back && !below.contains(&edge.from))
                .any(|(input, _)| !into(graph, *id, input).is_disjoint(&waiting))
    };
    let nodes: Vec<NodeId> = (0..graph.nodes.len()).collect();
    (!nodes.iter().any(elsewhere)).then_some(waiting)
}

/// Returns whether what leaves a node may come back to it.
fn goes_round(graph: &Graph, id: NodeId) -> bool {
    let mut uses = graph.uses(id).into_iter();
    uses.any(|(to, _)| to == id || graph.reach(to, None, true).contains(&id))
}

fn takes_in_order(graph: &Graph, id: NodeId) -> bool {
    match graph.nodes[id].op {
        Op::Zip => !is_lockstep(graph, id),
        Op::Merge => true,
        _ => false,
    }
}

fn above(graph: &Graph, id: NodeId) -> BTreeSet<NodeId> {
    let (mut above, mut next) = (BTreeSet::new(), vec![id]);
    while let Some(id) = next.pop() {
        let edges = graph.nodes[id].inputs.iter().filter(|edge| !edge.back);
        next.extend(
            edges
                .map(|edge| edge.from)
                .filter(|from| above.insert(*from)),
        );
    }
    above
}

/// The nodes below one, as far as those that take one item at a time.
fn below_until(graph: &Graph, id: NodeId) -> BTreeSet<NodeId> {
    let (mut below, mut next) = (BTreeSet::new(), vec![id]);
    while let Some(id) = next.pop() {
        for (to, _) in graph.uses(id) {
            if !takes_in_order(graph, to) && below.insert(to) {
                next.push(to);
            }
        }
    }
    below
}

/// Returns whether of the inputs of a union only one is filled: they lie behind different outputs
/// of one node.
fn is_exclusive(graph: &Graph, id: NodeId) -> bool {
    let ways: Vec<BTreeMap<NodeId, Port>> = graph.nodes[id]
        .inputs
        .iter()
        .map(|edge| way(graph, edge))
        .collect();
    let apart = |a: &BTreeMap<NodeId, Port>, b: &BTreeMap<NodeId, Port>| {
        let mut all = a.iter();
        all.any(|(node, port)| b.get(node).is_some_and(|other| other != port))
    };
    let mut all = ways.iter().enumerate();
    all.all(|(index, a)| ways[..index].iter().all(|b| apart(a, b)))
}

/// The outputs that an item must have taken to come along an edge.
fn way(graph: &Graph, edge: &Edge) -> BTreeMap<NodeId, Port> {
    if edge.back {
        return BTreeMap::new();
    }
    let node = &graph.nodes[edge.from];
    let ways = node.inputs.iter().map(|edge| way(graph, edge));
    let common = ways.reduce(|mut a, b| {
        a.retain(|node, port| b.get(node) == Some(port));
        a
    });
    let mut common = common.unwrap_or_default();
    if matches!(node.op, Op::Match(_) | Op::Try(_) | Op::TryEach(_)) {
        common.insert(edge.from, edge.port);
    }
    common
}

/// Returns whether all that comes into the inputs of a fan-in ends at once.
fn ends_at_once(graph: &Graph, id: NodeId) -> bool {
    let inputs = graph.nodes[id].inputs.iter().filter(|edge| !edge.back);
    let closers: BTreeSet<NodeId> = inputs.map(|edge| closer(graph, edge.from)).collect();
    closers.len() < 2
}

fn closer(graph: &Graph, id: NodeId) -> NodeId {
    let node = &graph.nodes[id];
    let inputs = node.inputs.iter().filter(|edge| !edge.back);
    let closers: BTreeSet<_> = inputs.map(|edge| closer(graph, edge.from)).collect();
    let early = node.op.is_gate() || (node.op == Op::Zip && !is_lockstep(graph, id));
    match closers.first() {
        Some(only) if closers.len() == 1 && !early => *only,
        _ => id,
    }
}
