//! Defines what may stand in a chain within an element: in the braces of `by_key`, or
//! between `scatter` and `gather`.

use crate::{
    errors::Errors,
    graph::{Graph, Node},
    table::{Boundary, Effect, Role, Waits, Within},
};

/// Checks the chain within a node, where there is one.
pub(super) fn check(node: &mut Node<'_>, errors: &mut Errors) {
    let Some(inner) = &mut node.inner else { return };
    super::graph_of(inner, errors);
    let scattered = node.behaviour.within == Within::Workers;
    let place = if scattered {
        "between `scatter` and `gather`"
    } else {
        "in the braces of `by_key`"
    };
    for each in inner.nodes.iter_mut().filter(|each| !each.health.broken) {
        let name = each.operator.name;
        let Some(help) = misplaced(each, scattered) else {
            continue;
        };
        errors.at(each.span, format!("`{name}` cannot stand {place}"), help);
        each.health.broken = true;
    }
    node.health.broken |= inner.nodes.iter().any(|each| each.health.broken);
}

/// Returns what to do with an operator that cannot stand in a chain for keys, or for workers.
fn misplaced(node: &Node<'_>, scattered: bool) -> Option<String> {
    if node.behaviour.within == Within::Workers {
        let help = "scatter before, and keep a key on one worker: `scatter(n, by = f)`";
        return Some(help.to_string());
    }
    if node.behaviour.single {
        return Some("put it before or behind".to_string());
    }
    if !scattered {
        return None;
    }
    let held = |effect| {
        matches!(
            effect,
            Effect::Boundary(Boundary::Holds(_) | Boundary::Keys)
        )
    };
    let by = node.operator.option_that(held);
    match (node.behaviour.boundary, by) {
        (Boundary::Holds(_) | Boundary::Keys, Some(option)) => {
            Some(format!("leave out its `{}`", option.name))
        }
        (Boundary::Holds(_), None) => Some("put it before or behind".to_string()),
        _ if node.behaviour.waits != Waits::Never => Some(
            "workers do not await: `then(f, concurrency = n)` stands before or behind".to_string(),
        ),
        _ => None,
    }
}

/// An inlet and an open end make a piece: an operator for `via` or `via_async`, which has
/// one input.
pub(super) fn check_piece(graph: &Graph<'_>, errors: &mut Errors) {
    let of_role = |role| {
        graph
            .nodes
            .iter()
            .filter(move |node| node.behaviour.role == role)
    };
    let inlets = of_role(Role::Inlet).count();
    let Some(end) = of_role(Role::Outlet).next() else {
        return;
    };
    if inlets > 1 {
        let help = "end it in a sink, such as `-> collect::<Vec<_>>()`; a piece of a flow, with an open end, has one inlet";
        errors.at(end.span, "a flow with several inlets has no open end", help);
    }
}
