//! `keep_item = true`: what an operator is given stays beside its error.
//!
//! ```text
//! let item_3 = op::keep_item(item_2, item_3);                         // the set-up
//! …
//! let x = { let x = x; let kept = op::kept(&x); op::failed(kept, map_3(x)) };  // the step
//! ```

use proc_macro2::TokenStream;
use quote::quote_spanned;

use crate::names::Writer;
use crate::{
    graph::{Node, NodeId, Port},
    table::Form,
    values::flag,
};

/// Returns whether an operator keeps its items.
fn keeps(node: &Node<'_>) -> bool {
    let may = node.operator.option("keep_item").is_some();
    may && node.option("keep_item").and_then(flag) == Some(true)
}

/// The witness of what leaves.
pub fn setup(writer: &Writer<'_, '_, '_>, id: NodeId, input: &TokenStream) -> Option<TokenStream> {
    let node = &writer.graph().nodes[id];
    let (at, item) = (writer.place(id), writer.witness(id, Port::Items));
    keeps(node).then(|| {
        let kept = writer.call(node.span, "keep_item", &quote_spanned!(at=> #input, #item));
        quote_spanned!(at=> let #item = #kept;)
    })
}

/// Writes what an operator gives for an item: `given` of it.
pub fn given(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    item: &TokenStream,
    given: impl FnOnce(&TokenStream) -> TokenStream,
) -> TokenStream {
    let node = &writer.graph().nodes[id];
    if !keeps(node) {
        return given(item);
    }
    let (at, x, kept) = (writer.place(id), writer.x(), writer.flag("kept"));
    let given = given(&quote_spanned!(at=> #x));
    let failed = match node.operator.form {
        Form::Select => "op::failed_some",
        Form::Each | Form::Flatten => "op::failed_each",
        Form::Await | Form::Job => "op::failed_later",
        _ => "op::failed",
    };
    let [keep, failed] = ["op::kept", failed].map(|path| writer.private_at(at, path));
    // What does not fit is blamed on the operator's word, as in the set-up, and so once.
    quote_spanned! {at=> {
        let #x = #item;
        let #kept = (&#keep)(&#x);
        (&#failed)(#kept, #given)
    }}
}
