//! The rules of what is used: data goes somewhere, and several inlets have names.

use crate::{
    errors::Errors,
    graph::{Graph, Node, NodeId, Port},
    syntax::Special,
    table::Form,
};

/// Data must go somewhere.
pub(super) fn check_consumed(graph: &Graph<'_>, id: NodeId, node: &Node<'_>, errors: &mut Errors) {
    if node.broken || node.lost || !graph.uses(id, Port::Items).is_empty() {
        return;
    }
    if node.operator.form == Form::Match {
        check_arms(graph, id, node, errors);
        return;
    }
    if node.may_end() {
        let unseen = node
            .element
            .is_some_and(|element| element.question.is_none());
        if node.operator.is_writer() && unseen {
            let name = node.operator.name;
            let help = format!("write `{name}(…)?`, or `{name}(…)? else failed`");
            let wrong = match name {
                "store" => "nobody looks at what could not be stored",
                _ => "nobody looks at what could not be appended",
            };
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
        None if node.operator.form == Form::Union => "match",
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
        .filter(|node| node.operator.form == Form::Inlet && !node.broken)
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
