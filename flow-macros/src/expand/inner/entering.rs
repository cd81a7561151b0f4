//! The input of an element with a chain, and the source of its key: an item, or an item with its
//! token where the chain stands behind a cut.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::ends;
use crate::{
    graph::{NodeId, Port},
    names::Writer,
    table::Within,
};

/// Returns whether a chain stands behind a cut that its items enter with their tokens.
fn enters_with_tokens(writer: &Writer<'_, '_, '_>, id: NodeId) -> bool {
    writer.is_acked(id) && writer.graph().nodes[id].is_cut()
}

/// The witness of what enters the element of a chain.
pub(super) fn entering(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
) -> TokenStream {
    let at = writer.place(id);
    let enters = within.witness_at(ends(within).0, Port::Items, at);
    if !enters_with_tokens(writer, id) {
        return enters.into_token_stream();
    }
    let with_token = writer.private_at(at, "checkpoint::with_token");
    quote_spanned!(at=> #with_token(#enters))
}

/// The first argument of an element with a chain: a size, or what gives the key of an item.
pub(super) fn value(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
) -> Option<TokenStream> {
    let node = &writer.graph().nodes[id];
    let arguments = node.element?.arguments.as_ref()?;
    let value = arguments.values.first()?;
    match node.behaviour.within {
        Within::Keys => Some(of_item(writer, id, within, value)),
        Within::None | Within::Workers => Some(value.to_token_stream()),
    }
}

/// A function of an item, which may come with its token.
pub(super) fn of_item(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    f: &Expr,
) -> TokenStream {
    if !enters_with_tokens(writer, id) {
        return f.to_token_stream();
    }
    let at = writer.place(id);
    let enters = within.witness_at(ends(within).0, Port::Items, at);
    let span = writer.graph().nodes[id].span;
    writer.call(span, "of_item", &quote_spanned!(at=> #enters, #f))
}
