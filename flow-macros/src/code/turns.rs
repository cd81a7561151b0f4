//! The turns of the inputs of `chain`: what leads to a later input only is not begun
//! before.
//!
//! ```text
//! if from_1_open {                                        // in the loop of the `chain`
//!     match if chain_2.lanes.1.is_due() && … { Ready(from_1.next()) } else { Pending } { … }
//! }
//! let chain_2_gate_1 = chain_2.lanes.1.gate();            // in another region
//! chain_2_gate_1.opened().await;
//! for x in from_0 { … }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Index;

use super::demand::{Demand, Demands};
use crate::{
    graph::{NodeId, Turn, Use},
    names::Writer,
    plan::{Closer, Plan, Root},
    table::Inputs,
};

/// The condition under which a root may be pulled, by the turns of the `chain`s in the region.
pub fn due(writer: &Writer<'_, '_, '_>, region: usize, root: Root) -> Demand {
    let node = match root {
        Root::Source(node) | Root::Results(node) => node,
        Root::Crossing(crossing) => writer.plan.crossings[crossing].from,
    };
    let turns = writer.plan.turns.iter();
    turns
        .filter(|turn| writer.plan.region_of_output(turn.chain) == region && turn.held[node])
        .map(|turn| {
            let (op, lane) = (writer.local(turn.chain), Index::from(turn.input));
            Demand::when(quote!(#op.lanes.#lane.is_due()))
        })
        .fold(Demand::Always, Demand::and)
}

/// The gates that regions wait for, made before the regions are.
pub fn gates(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let turns = writer.plan.turns.iter();
    let waited_for = |turn: &&Turn| {
        let mut regions = 0..writer.plan.regions.len();
        regions.any(|region| waits(writer.plan, region, turn))
    };
    turns
        .filter(waited_for)
        .map(|turn| {
            let (op, lane) = (writer.local(turn.chain), Index::from(turn.input));
            let gate = gate(writer, turn);
            quote!(let #gate = #op.lanes.#lane.gate();)
        })
        .collect()
}

/// Waits until the region may begin.
pub fn begin(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let turns = writer.plan.turns.iter();
    turns
        .filter(|turn| waits(writer.plan, region, turn))
        .map(|turn| {
            let gate = gate(writer, turn);
            quote!(#gate.opened().await;)
        })
        .collect()
}

/// Ends the inputs of a `chain`, or of what goes by keys, that lead through a branch which has
/// ended before the source that it shares with the others: `x -> take(3)`.
pub fn ended(mut demands: Demands<'_, '_, '_, '_>, node: NodeId) -> TokenStream {
    let writer = demands.writer();
    let each = &writer.graph().nodes[node];
    let count = match each.behaviour.inputs() {
        Some(Inputs::Turns) => each.inputs.len() - 1,
        // Where they have sources of their own, each is closed when it ends.
        Some(Inputs::Keys) if writer.plan.closer(node) != Closer::Node(node) => each.inputs.len(),
        _ => return TokenStream::new(),
    };
    let op = writer.local(node);
    let mut more = |input| demands.may_come(Use { node, input }).condition();
    (0..count)
        .filter_map(|input| Some((Index::from(input), more(input)?)))
        .map(|(lane, more)| quote!(if !(#more) { #op.lanes.#lane.close(); }))
        .collect()
}

/// Returns whether a region has sources that are held back for a `chain` in another.
fn waits(plan: &Plan<'_, '_>, region: usize, turn: &Turn) -> bool {
    let mut roots = plan.regions[region].roots.iter();
    plan.region_of_output(turn.chain) != region
        && roots.any(|root| matches!(root, Root::Source(node) if turn.held[*node]))
}

fn gate(writer: &Writer<'_, '_, '_>, turn: &Turn) -> Ident {
    let (chain, input) = (writer.local(turn.chain), turn.input);
    quote::format_ident!("{chain}_gate_{input}")
}
