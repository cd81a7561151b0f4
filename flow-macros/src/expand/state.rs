//! The state of a flow that is driven item by item: its locals from one item to the next.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{error_type, names::Writer, sides};
use crate::{graph::NodeId, plan::Waits};

/// `let (a, b) = state;`, by value or by reference.
pub fn unpack(writer: &Writer<'_, '_, '_>, kept: &[Ident]) -> TokenStream {
    let state = writer.flag("state");
    let owned = kept.iter().map(|kept| quote!(mut #kept));
    let kept = match (writer.in_piece, writer.lent) {
        (false, true) => quote!((#(#kept,)*)),
        (false, false) => quote!((#(#owned,)*)),
        (true, true) => held(writer, kept),
        (true, false) => held(writer, owned),
    };
    if writer.lent {
        quote!(let #kept = #state;)
    } else {
        quote! {
            #[allow(unused_mut, unused_variables)]
            let #kept = #state;
        }
    }
}

/// Writes what a piece remembers: an expression, or a pattern.
pub fn held<K: ToTokens>(
    writer: &Writer<'_, '_, '_>,
    kept: impl IntoIterator<Item = K>,
) -> TokenStream {
    let awaits = writer.copies.is_none() && writer.plan.waits != Waits::Never;
    let place = writer.private(if awaits {
        quote!(op::Built)
    } else {
        quote!(op::Held)
    });
    let kept = kept.into_iter().map(|kept| quote!(#place(#kept)));
    tuple(kept.collect())
}

/// A tuple; where it is large one of tuples, for only those of up to twelve are `Clone`.
fn tuple(mut parts: Vec<TokenStream>) -> TokenStream {
    while parts.len() > 12 {
        let inner = parts.chunks(12).map(|parts| quote!((#(#parts,)*)));
        parts = inner.collect();
    }
    quote!((#(#parts,)*))
}

/// The witness of what leaves.
pub fn left(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let edge = &writer.graph().nodes[outlet].inputs[0];
    let witness = writer.witness(edge.from, edge.port);
    let mut witness = sides::witness(writer, witness.into_token_stream());
    if writer.plan.apart {
        let passed = writer.private(quote!(checkpoint::passed));
        witness = quote!(#passed(#witness));
    }
    if writer.leaves_results() {
        let error = error_type(writer);
        let result = writer.private(quote!(flow::result));
        quote!(#result::<_, #error, _>(#witness))
    } else {
        witness
    }
}

/// The output buffer of a chain that is copied: an `Option` if each input yields at most
/// one item, else a queue.
pub fn outbox(writer: &Writer<'_, '_, '_>, outlet: NodeId) -> TokenStream {
    let witness = left(writer, outlet);
    let new = writer.private(if writer.leaves_one(outlet) {
        quote!(flow::one)
    } else {
        quote!(op::made)
    });
    quote!(#new(#witness))
}

/// `let (a, b) = state;`
pub(super) fn lent(within: &Writer<'_, '_, '_>, kept: &[Ident], state: &Ident) -> TokenStream {
    if within.in_piece {
        let kept = held(within, kept);
        return quote!(let #kept = #state;);
    }
    quote!(let (#(#kept,)*) = #state;)
}
