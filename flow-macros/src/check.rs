//! The rules a resolved flow must meet, one function a rule.

mod cycles;
mod functions;
mod inner;
mod operator;
mod options;
mod turns;
mod uses;

use proc_macro2::Span;

pub use self::cycles::{chain_holds, is_flushed};
use self::{
    cycles::{check_back_edges, check_cycles},
    functions::check_functions,
    operator::{check_arguments, check_extents, check_inputs, check_number, check_question},
    options::{check_needed, check_options},
    turns::check_turns,
    uses::{check_consumed, check_inlets},
};
use crate::{
    acknowledge, aggregates,
    errors::Errors,
    graph::{Graph, Node},
    syntax::Syntax,
};

/// Checks all rules; what is wrong goes into `errors`.
pub fn all(syntax: &Syntax, graph: &mut Graph<'_>, errors: &mut Errors) {
    check_not_empty(syntax, errors);
    graph_of(graph, errors);
    inner::check_piece(graph, errors);
}

/// All rules of a graph, and of the chains within its nodes.
pub fn graph_of(graph: &mut Graph<'_>, errors: &mut Errors) {
    for id in 0..graph.nodes.len() {
        let node = &graph.nodes[id];
        let understood = check_arguments(node, errors)
            & check_functions(node, errors)
            & check_inputs(node, errors)
            & check_question(node, errors)
            & check_needed(node, errors)
            & aggregates::check(graph, id, errors);
        check_options(node, errors);
        check_extents(node, errors);
        check_consumed(graph, id, node, errors);
        let builds = builds(&graph.nodes[id]);
        graph.nodes[id].health.mended &= builds;
        graph.nodes[id].health.broken |= !understood;
        inner::check(&mut graph.nodes[id], errors);
    }
    check_inlets(graph, errors);
    check_cycles(graph, errors);
    check_back_edges(graph, errors);
    check_turns(graph, errors);
    acknowledge::check(graph, errors);
}

/// Checks one operator, whatever is around it.
pub fn alone(node: &Node<'_>, errors: &mut Errors) {
    check_arguments(node, errors);
    check_options(node, errors);
    check_extents(node, errors);
}

/// Returns whether an operator with mended arguments could be built of them.
fn builds(node: &Node<'_>) -> bool {
    let mut errors = Errors::default();
    let fits = check_number(node, &mut errors) && check_needed(node, &mut errors);
    check_options(node, &mut errors);
    fits && errors.gate().is_ok()
}

fn check_not_empty(syntax: &Syntax, errors: &mut Errors) {
    if syntax.statements.is_empty() && syntax.result.is_none() && errors.gate().is_ok() {
        let help = "start with a source: `from(iter) -> for_each(f);`";
        errors.at(Span::call_site(), "this flow is empty", help);
    }
}
