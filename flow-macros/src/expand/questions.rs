//! The set-up of `?`, and of errors that are fatal.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::names::Writer;
use crate::{
    graph::{Node, NodeId, Port},
    table::Question,
};

/// Writes what ends the flow with an operator's fatal errors.
pub(super) fn fatal(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    if !node.may_be_fatal() {
        return TokenStream::new();
    }
    let (at, fatal) = (writer.place(id), writer.fatal(id));
    let made = match writer.error {
        Some(error) => {
            let into = quote_spanned!(at=> ::<#error>);
            writer.call_generic(node.span, "fatal_into", &into, &TokenStream::new())
        }
        None => {
            let stage = writer.stage(id);
            writer.call(node.span, "fatal", &stage)
        }
    };
    let ending = writer.ends_when_fatal.then(|| {
        let ending = writer.flag("ending");
        quote_spanned!(at=> .ending(&#ending))
    });
    quote_spanned!(at=> let #fatal = #made #ending;)
}

/// Writes what a `?` makes of the witness of a `Result`.
pub(super) fn question(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    if !matches!(node.operator.question, Question::Items | Question::Function) {
        return TokenStream::new();
    }
    if let Some(span) = node.raises() {
        return raise(writer, id, span);
    }
    let Some(segment) = node.diverts() else {
        return TokenStream::new();
    };
    let question = node.element.and_then(|element| element.question.as_ref());
    let span = question.map_or(segment.span(), |question| question.span);
    let (at, divert) = (writer.at(span), writer.divert(id));
    let item = writer.witness_at(id, Port::Items, at);
    let error = writer.witness(id, Port::Errors);
    let parted = writer.call(span, "divert", &quote_spanned!(at=> #item));
    let divert = match writer.keeps_diverts() {
        true => quote!(#divert),
        false => quote_spanned!(at=> _),
    };
    quote_spanned!(at=> let (#divert, #item, #error) = #parted;)
}

/// Writes what a bare `?` makes of the flow.
fn raise(writer: &Writer<'_, '_, '_>, id: NodeId, span: Span) -> TokenStream {
    let at = writer.at(span);
    let item = writer.witness_at(id, Port::Items, at);
    let raise = writer.raise(id);
    let raised = match writer.error {
        Some(error) => {
            let into = quote_spanned!(at=> ::<#error, _, _>);
            writer.call_generic(span, "raise_into", &into, &quote!(#item))
        }
        None => {
            let stage = writer.stage(id);
            let erasing = writer.private_at(at, "erasing_of");
            let kind = quote_spanned!(at=> #erasing(#item).kind());
            writer.call(span, "raise", &quote_spanned!(at=> #kind, #item, #stage))
        }
    };
    quote_spanned!(at=> let (#raise, #item) = #raised;)
}
