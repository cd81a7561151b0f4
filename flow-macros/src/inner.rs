//! Defines what may stand in a chain within an element: in the braces of `by_key`, or
//! between `scatter` and `gather`.

use crate::{
    check,
    errors::Errors,
    graph::{Graph, Node},
    plan::{Waits, waits_of},
    table::Form,
};

/// Checks the chain within a node, where there is one.
pub fn check(node: &mut Node<'_>, errors: &mut Errors) {
    let Some(inner) = &mut node.inner else { return };
    check::graph_of(inner, errors);
    let scattered = node.operator.name == "scatter";
    let place = if scattered {
        "between `scatter` and `gather`"
    } else {
        "in the braces of `by_key`"
    };
    for each in inner.nodes.iter_mut().filter(|each| !each.broken) {
        let name = each.operator.name;
        let help = if name == "scatter" {
            "scatter before, and keep a key on one worker: `scatter(n, by = f)`".to_string()
        } else if !may_be_copied(each) {
            "put it before or behind".to_string()
        } else if !scattered {
            continue;
        } else if each.watches_keys() {
            "leave out its `idle`".to_string()
        } else if each.operator.form == Form::Hold && each.is_cut() {
            "leave out its `timeout`".to_string()
        } else if each.operator.name == "in_order" && each.is_cut() {
            "leave out its `idle`".to_string()
        } else if each.operator.form == Form::Cut {
            "put it before or behind".to_string()
        } else if waits_of(each) != Waits::Never {
            "workers do not await: `then(f, concurrency = n)` stands before or behind".to_string()
        } else {
            continue;
        };
        errors.at(each.span, format!("`{name}` cannot stand {place}"), help);
        each.broken = true;
    }
    node.broken |= inner.nodes.iter().any(|each| each.broken);
}

/// Returns whether there may be as many of it as there are keys: a progress bar is one.
fn may_be_copied(node: &Node<'_>) -> bool {
    node.operator.form != Form::Tick
}

/// An inlet and an open end make a piece: an operator for `via` or `via_async`, which has
/// one input.
pub fn check_piece(graph: &Graph<'_>, errors: &mut Errors) {
    let of_form = |form| {
        graph
            .nodes
            .iter()
            .filter(move |node| node.operator.form == form)
    };
    let inlets = of_form(Form::Inlet).count();
    let Some(end) = of_form(Form::Outlet).next() else {
        return;
    };
    if inlets > 1 {
        let help = "end it in a sink, such as `-> collect::<Vec<_>>()`; a piece of a flow, with an open end, has one inlet";
        errors.at(end.span, "a flow with several inlets has no open end", help);
    }
}
