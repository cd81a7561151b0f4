//! Branches that end before others of the same source: nothing is done in one that has ended.
//!
//! ```text
//! if !take_2.is_over() {
//!     let x = map_1(x.clone());
//!     if take_2.admit(&x) { … }
//! }
//! ```

use proc_macro2::TokenStream;
use quote::quote;

use super::demand::{Demand, asked};
use crate::{
    graph::{NodeId, Use},
    names::Writer,
};

/// The condition under which a branch has not ended: no operator on its way has, as far as it
/// neither parts nor meets another.
pub fn goes_on(writer: &Writer<'_, '_, '_>, first: Use) -> Option<TokenStream> {
    let (plan, graph) = (writer.plan, writer.graph());
    let (mut demand, mut next) = (Demand::Always, Some(first));
    while let Some(to) = next {
        let node = &graph.nodes[to.node];
        let apart = node.is_cut() || plan.crossing(to).is_some() || plan.keeps(to.node);
        if apart || node.inputs.len() != 1 || node.inputs[0].back {
            break;
        }
        demand = demand.and(takes_more(writer, to.node));
        next = match graph.all_uses(to.node).as_slice() {
            [only] => Some(*only),
            _ => None,
        };
    }
    demand.condition()
}

/// As [`goes_on`], of what is behind an inlet.
pub fn goes_on_behind(writer: &Writer<'_, '_, '_>, inlet: NodeId) -> Option<TokenStream> {
    match writer.graph().all_uses(inlet).as_slice() {
        [only] => goes_on(writer, *only),
        _ => None,
    }
}

/// The condition under which an operator has not ended.
fn takes_more(writer: &Writer<'_, '_, '_>, node: NodeId) -> Demand {
    let behaviour = &writer.graph().nodes[node].behaviour;
    // The source of one that it does for itself has no more.
    if behaviour.ends && behaviour.inputs().is_none() && writer.adapted(node).is_none() {
        let op = writer.local(node);
        return Demand::when(quote!(!#op.is_over()));
    }
    asked(writer, node)
}
