//! The code for items that leave a flow at its open end, or a copied chain.

use proc_macro2::TokenStream;
use quote::quote;

use super::observe;
use crate::{
    graph::{Node, NodeId},
    names::{Turns, Writer},
    plan::{Shape, Waits},
};

/// An item leaves at this end.
pub fn given(writer: &Writer<'_, '_, '_>, node: NodeId, item: &TokenStream) -> TokenStream {
    let out = writer.outbox();
    let item = match writer.leaves_results() {
        true => quote!(::core::result::Result::Ok(#item)),
        false => item.clone(),
    };
    match writer.turns_of_stream() {
        Some(Turns::Polls) => return quote!(*#out = ::core::option::Option::Some(#item);),
        Some(Turns::Parts | Turns::Futures) => {
            return quote!(#out = ::core::option::Option::Some(#item););
        }
        None => {}
    }
    if writer.plan.waits == Waits::Never && !writer.is_coroutine() {
        let leave = writer.private(quote!(flow::leave));
        return quote!(#leave(#out, #item););
    }
    let given = observe::left(writer, node, quote!(#out.give(#item)));
    if !writer.graph().nodes.iter().any(Node::runs_jobs) {
        return quote!(#given.await;);
    }
    // What runs is told, so that no more is begun than somebody wants.
    let pulse = writer.flag("pulse");
    quote!(#pulse.leaves(); #given.await; #pulse.left();)
}

/// Lets the tokens leave that nothing in a chain holds any more which runs apart.
pub fn let_go(writer: &Writer<'_, '_, '_>) -> Option<TokenStream> {
    let Shape::Piece(_, outlet) = writer.plan.shape() else {
        return None;
    };
    if !writer.plan.apart {
        return None;
    }
    let (ledger, done) = (writer.ledger(), writer.flag("done"));
    let given = given(writer, outlet, &quote!(#done));
    Some(quote! {
        while let ::core::option::Option::Some(#done) = #ledger.next_done() { #given }
    })
}
