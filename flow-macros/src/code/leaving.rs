//! The code for items that leave a flow at its open end, or a copied chain.

use proc_macro2::{Ident, TokenStream};
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
    if let Some(put) = put(writer, &item) {
        return put;
    }
    let given = observe::left(writer, node, quote!(#out.give(#item)));
    if !writer.graph().nodes.iter().any(Node::runs_jobs) {
        return quote!(#given.await;);
    }
    // What runs is told, so that no more is begun than somebody wants.
    let pulse = writer.flag("pulse");
    quote!(#pulse.leaves(); #given.await; #pulse.left();)
}

/// Puts what leaves where the turn ends; `None` where the flow stands still until it is taken.
fn put(writer: &Writer<'_, '_, '_>, item: &TokenStream) -> Option<TokenStream> {
    let out = writer.outbox();
    match writer.turns_of_stream() {
        Some(Turns::Polls) => Some(quote!(*#out = ::core::option::Option::Some(#item);)),
        Some(Turns::Parts | Turns::Futures) => {
            Some(quote!(#out = ::core::option::Option::Some(#item);))
        }
        None if writer.plan.waits == Waits::Never && !writer.is_coroutine() => {
            let leave = writer.private(quote!(flow::leave));
            Some(quote!(#leave(#out, #item);))
        }
        None => None,
    }
}

/// The error leaves that ends a flow which is pulled by turns.
pub fn failed(writer: &Writer<'_, '_, '_>, error: &Ident) -> TokenStream {
    put(writer, &quote!(::core::result::Result::Err(#error))).unwrap_or_default()
}

/// As [`failed`], and with it the last turn.
pub fn failed_now(writer: &Writer<'_, '_, '_>, error: &Ident) -> TokenStream {
    let turns = writer.turns_of_stream();
    if turns == Some(Turns::Parts) {
        let stopped = writer.private(quote!(flow::Stopped));
        let failed = quote!(::core::result::Result::Err(#error));
        return quote!(return ::core::result::Result::Err(#stopped::Last(#failed)););
    }
    let failed = failed(writer, error);
    match turns {
        Some(_) => quote!(#failed return ::core::task::Poll::Ready(false);),
        None => quote!(#failed return false;),
    }
}

/// Tells the flow around a chain that runs apart what became of the tokens there.
pub fn let_go(writer: &Writer<'_, '_, '_>) -> Option<TokenStream> {
    let Shape::Piece(_, outlet) = writer.plan.shape() else {
        return None;
    };
    if !writer.plan.apart {
        return None;
    }
    let (ledger, fate) = (writer.ledger(), writer.flag("fate"));
    let given = given(writer, outlet, &quote!(#fate));
    Some(quote! {
        while let ::core::option::Option::Some(#fate) = #ledger.next_fate() { #given }
    })
}
