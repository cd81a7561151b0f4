//! What the operators on stores and files of rows are given beside their arguments.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    check::is_word,
    expand::{attempts, names::Writer},
    graph::Node,
};

/// The arguments behind those that the user wrote; `name` is the constructor's, which
/// becomes that of a variant.
pub fn arguments(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &mut String,
) -> Vec<TokenStream> {
    let key = node.option("key").map(|key| quote!(#key));
    match node.operator.name {
        "append" => Vec::new(),
        "missing" => stale(writer, node, name).into_iter().collect(),
        "assemble" => key.into_iter().chain([holes(writer, node)]).collect(),
        "ensure_batch" => {
            if node.option("retry").is_some() {
                name.push_str("_again");
            }
            let attempts = attempts::of_operator(writer, node);
            key.into_iter().chain([attempts]).collect()
        }
        _ => {
            let stale = stale(writer, node, name);
            let attempts = attempts::of_operator(writer, node);
            stale.into_iter().chain([attempts]).collect()
        }
    }
}

/// `stale = …`, where it is given: a variant of its own.
fn stale(writer: &Writer<'_, '_, '_>, node: &Node<'_>, name: &mut String) -> Option<TokenStream> {
    let stale = node.option("stale")?;
    name.push_str("_stale");
    let stale = if is_word(stale, "keep") {
        quote!(op::Stale::Keep)
    } else if is_word(stale, "error") {
        quote!(op::Stale::Error)
    } else {
        quote!(op::Stale::Replace)
    };
    Some(writer.private(stale))
}

/// `holes = …`, or what it is without.
fn holes(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    writer.private(match node.option("holes") {
        Some(holes) if is_word(holes, "fill") => quote!(op::Holes::Fill),
        Some(holes) if is_word(holes, "error") => quote!(op::Holes::Error),
        _ => quote!(op::Holes::Anew),
    })
}
