//! Makes a graph that fails smaller: all that could be left out is tried in one
//! build, and the smallest that still fails is tried again.

use crate::graph::{Arm, ArmEnd, Edge, Graph, NodeId, Op};
use crate::{Case, compile};

/// The smallest graph that is found in so many rounds and fails, and what it gives.
pub fn shrink(mut case: Case, mut given: String, rounds: usize) -> (Case, String) {
    for _ in 0..rounds {
        let smaller: Vec<Case> = candidates(&case.graph)
            .into_iter()
            .filter_map(Case::of)
            .collect();
        let outputs = compile::run(&smaller);
        let failed = compile::wrong(&smaller, &outputs);
        let Some(best) = failed
            .into_iter()
            .min_by_key(|index| size(&smaller[*index]))
        else {
            break;
        };
        (case, given) = (smaller[best].clone(), outputs[best].clone());
    }
    (case, given)
}

fn size(case: &Case) -> (usize, usize) {
    (case.graph.nodes.len(), case.text.len())
}

fn candidates(graph: &Graph) -> Vec<Graph> {
    let mut found = Vec::new();
    for id in 0..graph.nodes.len() {
        match &graph.nodes[id].op {
            Op::Sink(_) => found.extend(without(graph, &[id])),
            Op::Source(items) => {
                for index in 0..items.len() {
                    let mut smaller = graph.clone();
                    let Op::Source(items) = &mut smaller.nodes[id].op else {
                        continue;
                    };
                    items.remove(index);
                    found.push(smaller);
                }
            }
            _ => {
                for input in 0..graph.nodes[id].inputs.len() {
                    found.extend(less_input(graph, id, input));
                }
                found.extend(bypass(graph, id));
            }
        }
        if graph.nodes[id].named {
            let mut smaller = graph.clone();
            smaller.nodes[id].named = false;
            smaller.name_what_must_be();
            if !smaller.nodes[id].named {
                found.push(smaller);
            }
        }
    }
    found
}

/// Without some nodes, and all that nothing comes of any more.
fn without(graph: &Graph, gone: &[NodeId]) -> Option<Graph> {
    let mut gone = gone.to_vec();
    loop {
        let dead = |id: &NodeId| {
            let node = &graph.nodes[*id];
            let mut uses = graph.uses(*id).into_iter();
            let unread =
                uses.all(|(to, input)| gone.contains(&to) || graph.nodes[to].inputs[input].back);
            let fed = node
                .inputs
                .iter()
                .any(|edge| !edge.back && !gone.contains(&edge.from));
            let source = matches!(node.op, Op::Source(_));
            !gone.contains(id) && ((unread && !matches!(node.op, Op::Sink(_))) || (!fed && !source))
        };
        match (0..graph.nodes.len()).find(dead) {
            Some(id) => gone.push(id),
            None => break,
        }
    }
    let ids: Vec<usize> = (0..graph.nodes.len())
        .filter(|id| !gone.contains(id))
        .collect();
    let new = |id: NodeId| ids.iter().position(|each| *each == id);
    let mut smaller = Graph {
        nodes: Vec::new(),
        style: graph.style,
    };
    for &id in &ids {
        let mut node = graph.nodes[id].clone();
        let edges = node.inputs.len();
        node.inputs = node
            .inputs
            .iter()
            .filter_map(|edge| {
                Some(Edge {
                    from: new(edge.from)?,
                    ..*edge
                })
            })
            .collect();
        if node.inputs.len() < edges && !matches!(node.op, Op::Segment | Op::Union | Op::Zip) {
            return None;
        }
        if let Op::Match(arms) = &mut node.op {
            for arm in arms {
                *arm = Arm {
                    body: arm.body.iter().map(|id| new(*id)).collect::<Option<_>>()?,
                    end: match arm.end {
                        ArmEnd::Open(join) => ArmEnd::Open(new(join)?),
                        ArmEnd::Feed(segment) => ArmEnd::Feed(new(segment)?),
                        end => end,
                    },
                    ..*arm
                };
            }
        }
        let errors = graph.uses(id).len()
            - graph
                .uses(id)
                .iter()
                .filter(|(to, _)| !gone.contains(to))
                .count();
        if errors > 0 && matches!(node.op, Op::Try(_) | Op::TryEach(_) | Op::Match(_)) {
            return None;
        }
        smaller.nodes.push(node);
    }
    tidy(smaller)
}

/// Without one of several inputs.
fn less_input(graph: &Graph, id: NodeId, input: usize) -> Option<Graph> {
    let node = &graph.nodes[id];
    let from = &graph.nodes[node.inputs[input].from].op;
    if node.inputs.len() < 2
        || node.op == Op::Join
        || !matches!(node.inputs[input].port, crate::graph::Port::Items)
    {
        return None;
    }
    if matches!(from, Op::Match(_)) || graph.in_arms().contains(&node.inputs[input].from) {
        return None;
    }
    let mut smaller = graph.clone();
    smaller.nodes[id].inputs.remove(input);
    without(&smaller, &[])
}

/// Without one operator: what flows into it flows on.
fn bypass(graph: &Graph, id: NodeId) -> Option<Graph> {
    let node = &graph.nodes[id];
    let simple = node.inputs.len() == 1
        && !matches!(
            node.op,
            Op::Try(_) | Op::TryEach(_) | Op::Match(_) | Op::Segment | Op::Join
        );
    if !simple || node.inputs[0].back || graph.in_arms().contains(&id) {
        return None;
    }
    let mut smaller = graph.clone();
    let from = node.inputs[0];
    for (to, input) in graph.uses(id) {
        let edge = &mut smaller.nodes[to].inputs[input];
        (edge.from, edge.port) = (from.from, from.port);
    }
    smaller.nodes[id].inputs.clear();
    without(&smaller, &[id])
}

/// Gives a graph what it must have to be written.
fn tidy(mut graph: Graph) -> Option<Graph> {
    for id in 0..graph.nodes.len() {
        let node = &graph.nodes[id];
        let uses = graph.uses(id);
        let heads = |(to, _): &(NodeId, usize)| {
            !graph.nodes[*to].op.meets() && graph.nodes[*to].inputs.len() == 1
        };
        let fine = match node.op {
            Op::Segment => {
                uses.len() == 1
                    && uses.iter().all(heads)
                    && node.inputs.iter().any(|edge| !edge.back)
            }
            Op::Union | Op::Zip | Op::Merge => node.inputs.len() > 1,
            Op::Source(_) => !uses.is_empty(),
            _ => node.inputs.len() == 1 || node.op == Op::Join,
        };
        if !fine {
            return None;
        }
    }
    graph.name_what_must_be();
    (!graph.nodes.is_empty()).then_some(graph)
}
