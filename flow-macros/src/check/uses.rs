//! The rules of what is used: data goes somewhere, and several inlets have names.

use crate::{
    errors::Errors,
    graph::{Graph, Node, NodeId, Port},
    syntax::Special,
    table::{self, Role},
};

/// Data must go somewhere.
pub(super) fn check_consumed(graph: &Graph<'_>, id: NodeId, node: &Node<'_>, errors: &mut Errors) {
    if node.health.broken || node.health.lost || !graph.uses(id, Port::Items).is_empty() {
        return;
    }
    if node.behaviour.role == Role::Split {
        check_arms(graph, id, node, errors);
        return;
    }
    if node.may_end() {
        let unseen = node
            .element
            .is_some_and(|element| element.question.is_none());
        if let (Some(wrong), true) = (node.operator.writes, unseen) {
            let name = node.operator.name;
            let help = format!("write `{name}(…)?`, or `{name}(…)? else failed`");
            errors.at(node.span, wrong, help);
        }
        return;
    }
    match node.chain {
        Some(name) if node.names_end => errors.at(
            name.span(),
            format!("nobody uses `{name}`"),
            "end its chain in a sink; `-> drain()` says that nothing is to be done with it",
        ),
        _ => errors.at(
            node.span,
            format!("what comes out of `{}` goes nowhere", written(node)),
            "end the chain in a sink; `-> drain()` says that nothing is to be done with it",
        ),
    }
}

/// Returns what a node is called in the flow: where arms join there stands a `match`.
fn written(node: &Node<'_>) -> &'static str {
    match node.element {
        None if node.behaviour.is_union() => table::MATCH.name,
        _ => node.operator.name,
    }
}

/// An arm's bindings go somewhere, unless it says `drop`.
fn check_arms(graph: &Graph<'_>, id: NodeId, node: &Node<'_>, errors: &mut Errors) {
    let Some(Special::Match(arms)) = node.element.and_then(|each| each.special.as_ref()) else {
        return;
    };
    if arms.is_empty() {
        errors.at(
            node.span,
            "this `match` has no arms",
            "write `pattern => chain,`",
        );
    }
    for (index, arm) in arms.iter().enumerate() {
        if arm.body.is_some() && graph.uses(id, Port::Arm(index)).is_empty() {
            let span = syn::spanned::Spanned::span(&arm.pattern);
            let help = "`=> drop` says that nothing is to be done with it";
            errors.at(span, "what this arm binds goes nowhere", help);
        }
    }
}

/// Several inlets are emitted to by name.
pub(super) fn check_inlets(graph: &Graph<'_>, errors: &mut Errors) {
    let inlets: Vec<&Node<'_>> = graph
        .nodes
        .iter()
        .filter(|node| node.behaviour.role == Role::Inlet && !node.health.broken)
        .collect();
    let named = |node: &Node<'_>| node.chain.is_some() && node.names_end;
    for inlet in inlets.iter().filter(|node| !named(node)) {
        if inlets.len() > 1 {
            let help =
                "name it in a statement of its own, `left = <T>;`: its items come by `emit_left`";
            errors.at(
                inlet.span,
                "this is one of several inlets and has no name",
                help,
            );
        }
    }
}
