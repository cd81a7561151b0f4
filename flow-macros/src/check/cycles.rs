//! The rules of cycles.

use proc_macro2::Ident;

use crate::{
    errors::Errors,
    graph::{Graph, Node, NodeId},
    sorted::Set,
    table::AtEnd,
    values::is_zero,
};

/// Names defined by each other.
pub(super) fn check_cycles(graph: &Graph<'_>, errors: &mut Errors) {
    let Err(cycle) = graph.topological() else {
        return;
    };
    if cycle.iter().any(|id| graph.nodes[*id].health.broken) {
        return;
    }
    let mut path: Vec<String> = Vec::new();
    for id in &cycle {
        let stage = graph.nodes[*id].stage();
        if path.last() != Some(&stage) {
            path.push(stage);
        }
    }
    path.extend(path.first().cloned());
    let fed = |id: &NodeId| {
        let inside = |from: &NodeId| cycle.contains(from);
        graph.nodes[*id]
            .inputs
            .iter()
            .any(|edge| !inside(&edge.from))
    };
    let path = path.join(" -> ");
    let first = &graph.nodes[cycle[0]];
    let span = first.chain.map_or(first.span, Ident::span);
    if cycle.iter().any(fed) {
        let wrong = format!("these stages read each other: {path}");
        errors.at(span, wrong, "a cycle goes through a segment: `… -> name`");
    } else {
        errors.at(
            span,
            format!("nothing feeds these stages, they are defined by each other: {path}"),
            "start one of them with a source",
        );
    }
}

/// Checks that nothing on a way round through a cut holds items that leave only when it has
/// ended: it ends with the way round.
pub(super) fn check_back_edges(graph: &Graph<'_>, errors: &mut Errors) {
    if graph.topological().is_err() {
        return;
    }
    let mut holding = Set::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        if node.inputs.iter().any(|edge| edge.returns) {
            let round = graph.round(id).into_iter();
            holding.extend(round.filter(|id| ends_once(&graph.nodes[*id])));
        }
        if let Some(capacity) = node.capacity {
            let span = syn::spanned::Spanned::span(capacity);
            if is_zero(capacity) {
                errors.at(span, "`capacity` must not be zero", "write 1 or more");
            } else if !may_be_come_back_to(graph, id) && !node.health.broken {
                let (wrong, help) = match comes_back_at(graph, id) {
                    Some(segment) => (
                        "`capacity` on a segment that its cycle does not come back to",
                        format!("the cycle comes back at `{segment}`: put it there"),
                    ),
                    None => (
                        "`capacity` on a segment that is in no cycle",
                        "remove it: nothing waits where no cycle comes back".to_string(),
                    ),
                };
                errors.at(span, wrong, help);
            }
        }
    }
    for id in holding {
        let node = &graph.nodes[id];
        let name = node.operator.name;
        let wrong = format!("`{name}` cannot stand in a cycle through a concurrent operator");
        let help = match node.behaviour.at_end {
            AtEnd::Settles => {
                "it waits for the end of its inputs, and so the cycle never ends: move it out of the cycle"
            }
            _ => "what it holds leaves only when it has ended for good: move it out of the cycle",
        };
        errors.at(node.span, wrong, help);
    }
}

/// Returns whether several chains feed a segment, one of them out of a cycle. Where several
/// such segments are in one cycle, it comes back to one of them.
fn may_be_come_back_to(graph: &Graph<'_>, head: NodeId) -> bool {
    graph.nodes[head].inputs.len() > 1 && !graph.round(head).is_empty()
}

/// Finds the segment that the cycle of a node comes back to.
fn comes_back_at(graph: &Graph<'_>, id: NodeId) -> Option<String> {
    let mut round = graph.round(id).into_iter();
    let head = round.find(|id| may_be_come_back_to(graph, *id))?;
    graph.nodes[head].chain.map(Ident::to_string)
}

/// Returns whether a node gives what it holds only once, at its end.
fn ends_once(node: &Node<'_>) -> bool {
    let behaviour = &node.behaviour;
    let waits_for_inputs = behaviour.at_end == AtEnd::Settles && !behaviour.is_latest();
    waits_for_inputs || behaviour.is_opaque()
}

/// Returns whether a node may hold items to the end of input.
fn holds_to_the_end(node: &Node<'_>) -> bool {
    ends_once(node) || is_flushed(node)
}

/// Returns whether a node may hold items to the end of input, and then, or whenever a cycle
/// through it has come to rest, gives them.
pub fn is_flushed(node: &Node<'_>) -> bool {
    if node.runs_apart() {
        return node.option("idle").is_none() && chain_holds(node);
    }
    node.behaviour.flushes()
}

/// Returns whether the chain within a node may hold items to the end of input.
pub fn chain_holds(node: &Node<'_>) -> bool {
    let inner = node.inner.as_deref();
    inner.is_some_and(|inner| inner.nodes.iter().any(holds_to_the_end))
}
