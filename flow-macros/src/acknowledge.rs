//! Sources that acknowledge, the nodes behind them, and the rules for both.
//!
//! Beside what comes from such a source travels a token, all the way to where it
//! leaves the flow. Where no source acknowledges, there is none.

use proc_macro2::Span;

use crate::{
    errors::Errors,
    graph::{Graph, Node, NodeId},
    syntax::Special,
    table::{Acks, Effect, Memory, Role},
    values::flag,
};

mod snapshots;

/// The sources that acknowledge, in the order they are written.
pub fn sources(graph: &Graph<'_>) -> Vec<NodeId> {
    let nodes = 0..graph.nodes.len();
    nodes.filter(|id| graph.nodes[*id].acknowledges()).collect()
}

/// Of every node, whether what comes to it may have come from a source that
/// acknowledges; such sources included.
pub fn reached(graph: &Graph<'_>) -> Vec<bool> {
    graph.reached(sources(graph))
}

/// The source of every item that comes to a node, where that is one which
/// acknowledges, and its items come one by one.
pub fn source_of(graph: &Graph<'_>, mut node: NodeId) -> Option<NodeId> {
    for _ in 0..graph.nodes.len() {
        let [edge] = graph.nodes[node].inputs.as_slice() else {
            return None;
        };
        node = edge.from;
        let from = &graph.nodes[node];
        if from.acknowledges() {
            return Some(node);
        }
        if !gives_one_by_one(from) {
            return None;
        }
    }
    None
}

/// Returns whether each item that an operator gives was made of one that came.
fn gives_one_by_one(node: &Node<'_>) -> bool {
    match node.inner.as_deref() {
        Some(inner) if node.runs_apart() => {
            let ends = |node: &Node<'_>| matches!(node.behaviour.role, Role::Outlet | Role::Side);
            let passes = |node: &Node<'_>| ends(node) || gives_one_by_one(node);
            inner.nodes[1..].iter().all(passes)
        }
        _ => node.behaviour.gives_one_by_one(),
    }
}

/// Checks the rules of an acknowledging flow.
pub fn check(graph: &mut Graph<'_>, errors: &mut Errors) {
    check_appends(graph, errors);
    let inlet = graph
        .nodes
        .iter()
        .any(|node| node.behaviour.role == Role::Inlet);
    for (id, reached) in reached(graph).into_iter().enumerate() {
        let node = &graph.nodes[id];
        if node.health.broken {
            continue;
        }
        if let Some((word, span)) = acknowledgement(node)
            && inlet
        {
            let wrong = format!("`{word}` cannot stand in a flow with an inlet");
            let help = "take what the program emits from a channel: `stream(s)`";
            errors.at(span, wrong, help);
        }
        if reached {
            check_pieces(node, errors);
        }
        let node = &graph.nodes[id];
        if node
            .element
            .is_some_and(|each| matches!(each.special, Some(Special::LinesOf)))
        {
            if let Err(wrong) = snapshots::check(graph, id) {
                wrong.report(errors);
                graph.nodes[id].health.broken = true;
            }
        } else if node.behaviour.tells_source && source_of(graph, id).is_none() {
            let wrong = "no source says anything of the items here";
            let help = "it stands behind `lines(path, resume = offsets)` or \
                        `stream(s, ack = true)`, before items are joined";
            errors.at(node.span, wrong, help);
            graph.nodes[id].health.broken = true;
        }
    }
}

/// Refuses pieces that await, also in the chain within a node: what they still hold cannot
/// be told.
fn check_pieces(node: &Node<'_>, errors: &mut Errors) {
    let within = node.inner.iter().flat_map(|inner| &inner.nodes);
    within.for_each(|node| check_pieces(node, errors));
    if node.behaviour.is_opaque() && !node.health.broken {
        let name = node.operator.name;
        let wrong = format!("`{name}` cannot stand behind a source that acknowledges");
        let help = "what a piece that awaits still holds cannot be told: write its chain here, \
                    or in `by_key(f) { … }`";
        errors.at(node.span, wrong, help);
    }
}

/// Behind a source that resumes a file is appended to: emptied at every start, it
/// would lose what was committed before.
fn check_appends(graph: &Graph<'_>, errors: &mut Errors) {
    let resuming = (0..graph.nodes.len()).filter(|id| {
        let node = &graph.nodes[*id];
        node.behaviour.acks == Acks::Resumes
    });
    let behind = graph.reached(resuming.collect());
    let behind = graph.nodes.iter().zip(behind).filter(|(_, behind)| *behind);
    for (node, _) in behind {
        check_append(node, errors);
    }
}

fn check_append(node: &Node<'_>, errors: &mut Errors) {
    let within = node.inner.iter().flat_map(|inner| &inner.nodes);
    for node in within {
        check_append(node, errors);
    }
    let append = node
        .operator
        .option_that(|effect| effect == Effect::Appends);
    let appends = match append.and_then(|option| node.option(option.name)) {
        // Reported where it is no flag.
        Some(append) => flag(append) != Some(false),
        None => false,
    };
    if node.behaviour.memory == Memory::File && !appends && !node.health.broken {
        let wrong = "`write_lines` empties its file, and the source goes on behind the lines that \
                     were written to it before";
        let help = "write `write_lines(path, append = true)`: what is in the file stays";
        errors.at(node.span, wrong, help);
    }
}

/// The option by which a source acknowledges.
fn acknowledgement(node: &Node<'_>) -> Option<(&'static str, Span)> {
    let arguments = node.element?.arguments.as_ref()?;
    let (option, _) = node.operator.acknowledged_by()?;
    let mut options = arguments.options.iter();
    let (name, _) = options.find(|(name, _)| node.acknowledges() && name == option.name)?;
    Some((option.name, name.span()))
}
