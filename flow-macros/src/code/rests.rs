//! The rests of items that give several, in front of a fan-in that wants one at a time: their
//! places, and whether something is left there.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::demand::{Ask, Demand, Demands};
use crate::{
    graph::{NodeId, Port},
    names::Writer,
    table::Form,
};

/// The places of what is left, in all of a flow.
pub fn declared(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let regions = 0..writer.plan.regions.len();
    let kept = regions.flat_map(|region| writer.plan.kept_in(region));
    let kept = kept.map(|node| {
        let (rest, at) = (writer.rest_of(node), writer.place(node));
        let each = &writer.graph().nodes[node];
        // Behind a `?` the type of the items is another one.
        let known = each.raises().is_none() && each.diverts().is_none() && !each.may_be_fatal();
        let item = known.then(|| writer.witness(node, Port::Items));
        let name = match (each.operator.form, known) {
            (Form::Via, true) => "op::rest_of_via",
            (Form::Via, false) => "op::rest_of_any_via",
            (_, true) => "op::rest",
            (_, false) => "op::rest_of_any",
        };
        let new = writer.private_at(at, name);
        quote_spanned!(at=> let mut #rest = #new(#item);)
    });
    kept.collect()
}

/// Returns whether something is left in a region.
pub fn any(writer: &Writer<'_, '_, '_>, region: usize) -> Vec<TokenStream> {
    let kept = writer.plan.kept_in(region).into_iter();
    kept.map(|node| is_left(writer, node)).collect()
}

/// Returns whether something is left of an item at a node.
pub fn is_left(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let rest = writer.rest_of(node);
    quote!(!#rest.is_empty())
}

/// The condition under which what is left at a node is needed: something behind it has not
/// ended, and no error has ended the input of what has no end.
pub fn needed(writer: &Writer<'_, '_, '_>, node: NodeId) -> Demand {
    let needed = Demands::new(writer, Ask::Needed).output(node);
    let says = writer.graph().nodes[node].operator.form != Form::Via;
    if !says || !writer.asks_for_faults() {
        return needed;
    }
    let (faults, rest) = (writer.faults(), writer.rest_of(node));
    Demand::when(quote!(!(#faults.any() && #rest.is_endless()))).and(needed)
}
