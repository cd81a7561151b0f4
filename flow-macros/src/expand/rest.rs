//! The turns of what is left of an item that gives several, in front of a fan-in that wants one
//! at a time.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{
    demand::{Ask, Demands},
    names::Writer,
    step, turns as turns_of_chains,
};
use crate::{graph::NodeId, plan::Root};

/// The places of what is left, in a region with several roots.
pub fn declared(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let nodes = writer.plan.regions[region].nodes.iter();
    let kept = nodes.filter(|node| writer.plan.keeps(**node)).map(|node| {
        let (rest, at) = (writer.rest_of(*node), writer.place(*node));
        quote_spanned!(at=> let mut #rest = ::core::option::Option::None;)
    });
    kept.collect()
}

/// The turn of a root, and those of what is left of its last item: while there is any, the
/// root has none.
pub fn turns(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    root: Root,
    turn: TokenStream,
    moves: &Option<TokenStream>,
) -> TokenStream {
    let kept = kept_behind(writer, root);
    if kept.is_empty() {
        return turn;
    }
    let empty = |nodes: &[NodeId]| {
        let rests = nodes.iter().map(|node| writer.rest_of(*node));
        quote!(#(#rests.is_none())&&*)
    };
    let none = empty(&kept);
    let mut tokens = quote!(if #none { #turn });
    for (index, node) in kept.iter().enumerate() {
        let given = given(writer, region, root, *node, moves);
        let behind = &kept[index + 1..];
        tokens.extend(match behind {
            [] => given,
            _ => {
                let none = empty(behind);
                quote!(if #none { #given })
            }
        });
    }
    tokens
}

/// Returns whether something may be left of an item of a root.
pub fn keeps(writer: &Writer<'_, '_, '_>, root: Root) -> bool {
    !kept_behind(writer, root).is_empty()
}

fn kept_behind(writer: &Writer<'_, '_, '_>, root: Root) -> Vec<NodeId> {
    let kept = match root {
        Root::Source(_) => writer.plan.kept_behind(root),
        _ => Vec::new(),
    };
    let kept = kept.into_iter();
    kept.filter(|node| writer.plan.keeps(*node)).collect()
}

/// The turn of what is left of an item.
fn given(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    root: Root,
    node: NodeId,
    moves: &Option<TokenStream>,
) -> TokenStream {
    let (at, x, kept) = (writer.place(node), writer.x(), writer.rest_of(node));
    let rest = writer.flag("rest");
    let needed = Demands::new(writer, Ask::Needed).output(node);
    let wanted = Demands::new(writer, Ask::Wanted).output(node);
    let wanted = turns_of_chains::due(writer, region, root)
        .and(wanted)
        .without(&needed);
    let body = step::output(writer, node);
    let dropped = quote_spanned!(at=> #kept = ::core::option::Option::None;);
    let mut next = quote_spanned! {at=>
        match ::core::iter::Iterator::next(#rest) {
            ::core::option::Option::Some(#x) => { #moves #body }
            ::core::option::Option::None => { #moves #dropped }
        }
    };
    if let Some(wanted) = wanted.condition() {
        next = quote_spanned!(at=> if #wanted { #next });
    }
    if let Some(needed) = needed.condition() {
        next = quote_spanned!(at=> if !(#needed) { #moves #dropped } else { #next });
    }
    quote_spanned!(at=> if let ::core::option::Option::Some(#rest) = &mut #kept { #next })
}
