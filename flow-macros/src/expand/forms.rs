//! Flows that the program drives item by item: with inlets, with an open end,
//! or with both.
//!
//! The step is lent what the flow remembers. Where it awaits, the flow is one
//! future instead, which waits at its inlet and at its open end.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    kept::kept,
    names::Writer,
    observe, open, pieces, pulled, region, roots,
    state::{left, unpack},
    streams::stream,
    tokens, told,
};
use crate::{
    graph::NodeId,
    plan::{Root, Shape, Waits},
};

/// The value of a flow that is not simply run.
pub fn form(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let waits = writer.plan.waits != Waits::Never;
    match writer.plan.shape() {
        Shape::Closed => TokenStream::new(),
        Shape::Open(inlets) if waits => open::asynchronous(writer, &inlets),
        Shape::Open(inlets) => open::synchronous(writer, &inlets),
        Shape::Lazy(outlet) if waits => stream(writer, outlet),
        Shape::Lazy(outlet) => lazy(writer, outlet),
        Shape::Piece(inlet, outlet) if waits => pieces::asynchronous(writer, inlet, outlet),
        Shape::Piece(inlet, outlet) => pieces::synchronous(writer, inlet, outlet),
    }
}

/// An open end: an iterator.
fn lazy(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let (witness, out) = (left(writer, outlet), writer.outbox());
    if writer.is_coroutine() {
        let (begin, body) = (tokens::begin(writer), region::body(writer, 0));
        let work = told::giving(writer, &quote!(#begin #body));
        let work = observe::coroutine(writer, quote!(async move { #work }));
        let new = writer.private(quote!(LazyFlow::coroutine));
        return quote!(#new(#witness, move |#out| #work));
    }
    let lending = writer.lending();
    let mut kept = kept(writer);
    let flags = roots::flags(writer, 0);
    let single = matches!(writer.plan.regions[0].roots.as_slice(), [Root::Source(_)]);
    let body = if single {
        pulled::of_single(&lending, 0)
    } else {
        pulled::of_several(&lending, 0)
    };
    let state = writer.flag("state");
    let flags: &[Ident] = if single { &[] } else { &flags };
    let (ending, ended) = pulled::ending(writer);
    kept.extend(flags.iter().cloned().chain(ended));
    let lent = unpack(&lending, &kept);
    let body = observe::lazy(&lending, tokens::turned(writer, body));
    let begin = tokens::begin(&lending);
    let new = writer.private(quote!(LazyFlow::by_turns));
    quote! {{
        #(let #flags = true;)*
        #ending
        #new(#witness, (#(#kept,)*), move |#state, #out| { #lent #begin #body })
    }}
}
