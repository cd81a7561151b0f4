//! The input of an element with a chain, and the source of its key: an item, or an item with its
//! token where the chain stands behind a cut.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use crate::{graph::NodeId, names::Writer, table::Within};

/// Returns whether a chain stands behind a cut that its items enter with their tokens.
fn enters_with_tokens(writer: &Writer<'_, '_, '_>, id: NodeId) -> bool {
    writer.is_acked(id) && writer.graph().nodes[id].is_cut()
}

/// The witness of what enters the element of a chain.
pub(super) fn entering(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    input: &TokenStream,
) -> TokenStream {
    let at = writer.place(id);
    if !enters_with_tokens(writer, id) {
        return input.clone();
    }
    let with_token = writer.private_at(at, "checkpoint::with_token");
    quote_spanned!(at=> #with_token(#input))
}

/// The first argument of an element with a chain: a size, or what gives the key of an item.
pub(super) fn value(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    input: &TokenStream,
) -> Option<TokenStream> {
    let node = &writer.graph().nodes[id];
    let arguments = node.element?.arguments.as_ref()?;
    let value = arguments.values.first()?;
    match node.behaviour.within {
        Within::Keys => Some(of_item(writer, id, input, value)),
        Within::None | Within::Workers => Some(value.to_token_stream()),
    }
}

/// A function of an item, which may come with its token.
pub(super) fn of_item(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    input: &TokenStream,
    f: &Expr,
) -> TokenStream {
    if !enters_with_tokens(writer, id) {
        return f.to_token_stream();
    }
    let (at, span) = (writer.place(id), writer.graph().nodes[id].span);
    let (key, item) = (Ident::new("key", at), Ident::new("item", at));
    let of_item = writer.call(span, "of_item", &quote_spanned!(at=> #input, #f));
    quote_spanned! {at=> {
        let mut #key = #of_item;
        move |(#item, _): &(_, _)| #key(#item)
    }}
}
