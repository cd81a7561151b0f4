//! The options that are about what a store knows: `stale`, `rerun_failed`, `estimate`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;

use crate::{code::attempts, graph::Node, names::Writer, values::is_word};

/// Writes what `ensure` does with what the store knows, where anything is said of it: a variant
/// of its own.
pub(super) fn ensuring(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &mut String,
) -> Option<TokenStream> {
    let mut said = TokenStream::new();
    if let Some(stale) = node.option("stale") {
        let stale = kind_of_stale(writer, stale);
        said.extend(quote!(.stale(#stale)));
    }
    if let Some(rerun) = node.option("rerun_failed") {
        let rerun = writer.private(if is_word(rerun, "transient") {
            quote!(op::Rerun::Transient)
        } else if is_word(rerun, "false") {
            quote!(op::Rerun::None)
        } else {
            quote!(op::Rerun::All)
        });
        said.extend(quote!(.rerun(#rerun)));
    }
    if let Some((word, f)) = attempts::option(node, "estimate") {
        let (at, witness) = (
            writer.at(word.span()),
            writer.input_witness(node, word.span()),
        );
        let estimate = Ident::new("estimate", at);
        said.extend(quote_spanned!(at=> .#estimate(#witness, #f)));
    }
    (!said.is_empty()).then(|| {
        name.push_str("_with");
        let options = writer.private(quote!(op::ensuring));
        quote!(#options() #said)
    })
}

/// `stale = …` of `missing`, where it is given: a variant of its own.
pub(super) fn stale(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &mut String,
) -> Option<TokenStream> {
    let stale = node.option("stale")?;
    name.push_str("_stale");
    Some(kind_of_stale(writer, stale))
}

fn kind_of_stale(writer: &Writer<'_, '_, '_>, stale: &Expr) -> TokenStream {
    let stale = if is_word(stale, "keep") {
        quote!(op::Stale::Keep)
    } else if is_word(stale, "error") {
        quote!(op::Stale::Error)
    } else {
        quote!(op::Stale::Replace)
    };
    writer.private(stale)
}
