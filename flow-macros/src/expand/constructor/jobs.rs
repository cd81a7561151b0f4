//! The arguments that operators on stores and files of rows are given beside the user's.

use proc_macro2::TokenStream;
use quote::quote;

use super::ensuring::{ensuring, stale};
use crate::{code::attempts, graph::Node, names::Writer, table::Build, values::is_word};

/// The arguments behind those that the user wrote; `name` is the constructor's, which
/// becomes that of a variant.
pub fn arguments(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &mut String,
) -> Vec<TokenStream> {
    let key = node.option("key").map(|key| quote!(#key));
    match node.operator.build {
        Build::Missing => stale(writer, node, name).into_iter().collect(),
        Build::Assemble => key.into_iter().chain([holes(writer, node)]).collect(),
        Build::StoreBatch => {
            if node.option("retry").is_some() {
                name.push_str("_again");
            }
            let attempts = attempts::of_operator(writer, node);
            key.into_iter().chain([attempts]).collect()
        }
        _ => {
            let options = ensuring(writer, node, name);
            let attempts = attempts::of_operator(writer, node);
            options.into_iter().chain([attempts]).collect()
        }
    }
}

/// `holes = …`, or what it is without.
fn holes(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    writer.private(match node.option("holes") {
        Some(holes) if is_word(holes, "fill") => quote!(op::Holes::Fill),
        Some(holes) if is_word(holes, "error") => quote!(op::Holes::Error),
        _ => quote!(op::Holes::Anew),
    })
}
