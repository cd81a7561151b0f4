//! The code that the program drives: for an item of an inlet, and at the end of input.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{branches::Branches, kept::kept, names::Writer, roots, several, step};
use crate::{
    graph::NodeId,
    plan::{Closer, Root},
};

/// The locals of a flow with inlets that are kept from item to item, and the flags of
/// what has not ended: kept, too, and true at first.
pub fn kept_and_flags(writer: &Writer<'_, '_, '_>) -> (Vec<Ident>, Vec<Ident>) {
    let mut kept = kept(writer);
    let flags = match writer.plan.regions[0].roots.as_slice() {
        [_] => Vec::new(),
        _ => roots::flags(writer, 0),
    };
    kept.extend(flags.iter().cloned());
    (kept, flags)
}

/// Writes what is done with an item of an inlet, lent what the flow remembers.
pub fn step(writer: &Writer<'_, '_, '_>, inlet: NodeId) -> TokenStream {
    let lending = writer.lending();
    let mut step = step::output(&lending, inlet);
    // Where nothing wants more of it, nothing is done.
    let goes_on_behind = Branches::new(&lending).output(inlet);
    if let Some(goes_on) = goes_on_behind.condition() {
        let refused = refused(writer);
        step = quote!(if #goes_on { #step } #refused);
    }
    let keep_step = goes_on(writer).then(|| several::keep_step(&lending, 0, true));
    quote!(#step #keep_step)
}

/// The condition under which something behind an inlet takes more, in code that is lent what the
/// flow remembers.
pub fn takes_more(writer: &Writer<'_, '_, '_>, inlet: NodeId) -> TokenStream {
    let goes_on = Branches::new(&writer.lending()).output(inlet).condition();
    goes_on.unwrap_or_else(|| quote!(true))
}

/// Writes what is done with an item that nothing wants, where it has a token that the chain
/// keeps: it is let go of.
fn refused(writer: &Writer<'_, '_, '_>) -> Option<TokenStream> {
    let (ledger, x) = (writer.ledger(), writer.x());
    let token = writer.token();
    writer.plan.apart.then(|| {
        quote!(else {
            let (_, #token) = #ledger.enter(#x);
            #ledger.release(#token);
        })
    })
}

/// Writes what is done when one inlet of several has ended, lent what the flow remembers.
pub fn end_of(writer: &Writer<'_, '_, '_>, inlet: NodeId) -> TokenStream {
    let lending = writer.lending();
    let roots = &writer.plan.regions[0].roots;
    let root = roots.iter().position(|root| *root == Root::Source(inlet));
    let closer = Closer::Root(root.expect("an inlet is a root"));
    let ended = several::end_once(&lending, 0, closer);
    let rest = match goes_on(writer) {
        true => several::keep_step(&lending, 0, false),
        false => several::overs(&lending, 0),
    };
    quote!(#ended #rest)
}

/// Returns whether there is more to be done behind an item: sources keep step with it, or
/// something may be left of it.
fn goes_on(writer: &Writer<'_, '_, '_>) -> bool {
    writer.plan.is_paced(0) || !writer.plan.kept_in(0).is_empty()
}

/// Writes what is done at the end of input.
pub fn end(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if goes_on(writer) {
        return several::end_of_inlets(writer, 0);
    }
    let roots = 0..writer.plan.regions[0].roots.len();
    let nodes = writer.plan.regions[0].nodes.iter().copied();
    let nodes = nodes.filter(|node| writer.plan.closer(*node) == Closer::Node(*node));
    let closers = roots.map(Closer::Root).chain(nodes.map(Closer::Node));
    closers
        .map(|closer| several::end_once(writer, 0, closer))
        .collect()
}
