//! The rule of `chain`: where items have to wait for their turn, it is said how many may.

use crate::{
    errors::Errors,
    graph::{Graph, Node, NodeId, Waiting},
    inputs,
    table::Inputs,
};

/// Demands a `capacity` of each `chain` at which items have to wait.
pub(super) fn check_turns(graph: &Graph<'_>, errors: &mut Errors) {
    let edges = || graph.nodes.iter().flat_map(|node| &node.inputs);
    // Of what leads nowhere there is no telling.
    if edges().any(|edge| edge.from >= graph.nodes.len()) {
        return;
    }
    for (id, node) in graph.nodes.iter().enumerate() {
        if node.behaviour.inputs() == Some(Inputs::Turns)
            && !node.health.broken
            && node.option("capacity").is_none()
        {
            check_chain(graph, id, node, errors);
        }
    }
}

fn check_chain(graph: &Graph<'_>, id: NodeId, node: &Node<'_>, errors: &mut Errors) {
    let waits = |input| Some((input, graph.waits_for_its_turn(id, input)?));
    let Some((input, waiting)) = (1..node.inputs.len()).find_map(waits) else {
        return;
    };
    let name = inputs::name(node, input);
    let reason = match waiting {
        Waiting::Pushed => "the program pushes them".to_string(),
        Waiting::Shared(other) => {
            let other = inputs::name(node, other);
            format!("they depend on the same source as those of `{other}`")
        }
        Waiting::MeetsAgain => "they meet again what leaves the `chain`".to_string(),
    };
    let wrong = format!("items of `{name}` have to wait for their turn: {reason}");
    let help = "say how many may wait: `chain(…, capacity = n)`, which gives a `Result`; `union` takes them as they come";
    errors.at(node.inputs[input].span, wrong, help);
}
