//! The turns of what is left of items that give several, in front of a fan-in that wants one at a
//! time.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{demand::Demand, names::Writer, rests, roots::step_of};
use crate::{graph::NodeId, plan::Root, table::Form};

/// The turn of what is left of an item, if it is wanted.
pub fn turn(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    node: NodeId,
    needed: &Demand,
    wanted: &Demand,
) -> TokenStream {
    let (at, x, rest) = (writer.place(node), writer.x(), writer.rest_of(node));
    let (moved, left) = (writer.flag("moved"), rests::is_left(writer, node));
    let body = step_of(writer, region, Root::Source(node));
    let via = (writer.graph().nodes[node].operator.form == Form::Via).then(|| {
        let op = writer.held(&writer.local(node));
        quote_spanned!(at=> &mut #op)
    });
    let ended = rests::ended(writer, node);
    let empty = ended
        .as_ref()
        .map(|ended| quote_spanned!(at=> else if #rest.is_empty() { #ended }));
    let mut next = quote_spanned! {at=>
        #moved = true;
        if let ::core::option::Option::Some(#x) = #rest.next(#via) { #body } #empty
    };
    if let Some(wanted) = wanted.clone().without(needed).condition() {
        next = quote_spanned!(at=> if #wanted { #next });
    }
    if let Some(needed) = needed.condition() {
        next = quote_spanned!(at=> if !(#needed) { #moved = true; #rest.clear(); #ended } else { #next });
    }
    quote_spanned!(at=> if #left { #next })
}
