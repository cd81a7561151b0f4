//! The rests of items that give several, in front of a fan-in that wants one at a time: their
//! places, and whether something is left there.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::demand::{Ask, Demand, Demands};
use crate::{
    graph::{NodeId, Port},
    names::Writer,
    plan::{Level, Root},
    sorted::Set,
    table::Form,
};

/// The places of what is left, in all of a flow.
pub fn declared(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let regions = 0..writer.plan.regions.len();
    let kept = regions.flat_map(|region| writer.plan.kept_in(region));
    // The queue of a union is declared with it.
    let kept = kept.filter(|node| writer.plan.level(*node) != Some(Level::Queue));
    let kept = kept.map(|node| {
        let (rest, at) = (writer.rest_of(node), writer.place(node));
        let each = &writer.graph().nodes[node];
        // Behind a `?` the type of the items is another one.
        let known = each.raises().is_none() && each.diverts().is_none() && !each.may_be_fatal();
        let item = known.then(|| writer.witness(node, Port::Items));
        let name = match (each.operator.form, known) {
            (Form::Via, true) => "op::rest_of_via",
            (Form::Via, false) => "op::rest_of_any_via",
            _ if writer.plan.level(node) == Some(Level::Slots) => "op::slots",
            (_, true) if writer.plan.level(node).is_some() => "op::lone_rest",
            (_, false) if writer.plan.level(node).is_some() => "op::lone_rest_of_any",
            (_, true) => "op::rest",
            (_, false) => "op::rest_of_any",
        };
        let new = writer.private_at(at, name);
        let counted = (writer.plan.counted_at(node) == Some(node)).then(|| {
            let left = writer.left_of(node);
            quote_spanned!(at=> let mut #left = 0_usize;)
        });
        quote_spanned!(at=> let mut #rest = #new(#item); #counted)
    });
    kept.collect()
}

/// The next item of what is left at a node.
pub fn next(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let (at, rest) = (writer.place(node), writer.rest_of(node));
    match writer.plan.level(node) {
        Some(Level::Queue) => quote_spanned!(at=> #rest.pop()),
        _ => quote_spanned!(at=> #rest.next()),
    }
}

/// Forgets what has come by other ways to the unions in front of a node that fails: it was made of
/// the item that has failed. What one item gave goes through.
pub fn forget(writer: &Writer<'_, '_, '_>, failed: Option<NodeId>) -> TokenStream {
    let failed = failed.filter(|_| writer.plan.goes_by_levels());
    let (mut next, mut seen) = (Vec::from_iter(failed), Set::new());
    let mut forgotten = TokenStream::new();
    while let Some(node) = next.pop() {
        let level = writer.plan.level(node);
        if level == Some(Level::Given) || !seen.insert(node) {
            continue;
        }
        if level.is_some() {
            let rest = writer.rest_of(node);
            forgotten.extend(quote!(#rest.clear();));
        }
        let inputs = writer.graph().nodes[node].inputs.iter();
        next.extend(inputs.map(|edge| edge.from));
    }
    forgotten
}

/// Drops what is left of what operators gave, behind an error: it has no end.
pub fn drop_given(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let nodes = writer.plan.order.iter();
    let given = nodes.filter(|node| writer.plan.level(**node) == Some(Level::Given));
    let rests = given.map(|node| writer.held(&writer.rest_of(*node)));
    quote!(#(#rests.clear();)*)
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

/// Writes that an item is kept at a node: by `kept`, which says whether nothing was left there.
pub fn keep(writer: &Writer<'_, '_, '_>, node: NodeId, kept: &TokenStream) -> TokenStream {
    let at = writer.place(node);
    match writer.plan.counted_at(node) {
        None => quote_spanned!(at=> #kept;),
        Some(first) => {
            let left = writer.held(&writer.left_of(first));
            quote_spanned!(at=> if #kept { #left += 1; })
        }
    }
}

/// Writes that nothing is left at a node now, where that is counted.
pub fn ended(writer: &Writer<'_, '_, '_>, node: NodeId) -> Option<TokenStream> {
    let left = writer.held(&writer.left_of(writer.plan.counted_at(node)?));
    Some(quote!(#left -= 1;))
}

/// The condition under which nothing is left that a root waits for.
pub fn none_before(writer: &Writer<'_, '_, '_>, root: Root) -> Demand {
    let all = writer.plan.held_up_by(root).map(|nodes| match nodes {
        [node] => {
            let rest = writer.rest_of(*node);
            Demand::when(quote!(#rest.is_empty()))
        }
        nodes => {
            let left = writer.held(&writer.left_of(nodes[0]));
            Demand::when(quote!(#left == 0))
        }
    });
    all.fold(Demand::Always, Demand::and)
}

/// The condition under which what is left at a node is needed: something behind it has not
/// ended, and no error has ended the input of what has no end.
pub fn needed(writer: &Writer<'_, '_, '_>, node: NodeId) -> Demand {
    let needed = Demands::new(writer, Ask::Needed).output(node);
    let says = writer.graph().nodes[node].operator.form != Form::Via;
    // An error forgets what is left at a union of branches.
    let forgets = matches!(writer.plan.level(node), Some(Level::Slots | Level::Queue));
    if forgets || !says || !writer.asks_for_faults() {
        return needed;
    }
    let (faults, rest) = (writer.faults(), writer.rest_of(node));
    Demand::when(quote!(!(#faults.any() && #rest.is_endless()))).and(needed)
}
