//! Sinks that may fail, and what is told of the last commits.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    expand::{names::Writer, raised_value},
    graph::NodeId,
    operators::Form,
};

/// Returns whether a sink's file is synced before its items are acknowledged.
pub fn is_synced(writer: &Writer<'_, '_, '_>, node: NodeId) -> bool {
    writer.is_acked(node) && writer.graph().nodes[node].operator.name == "write_lines"
}

/// A sink that may not have taken an item: then it is never acknowledged.
pub fn sunk(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let each = &writer.graph().nodes[node];
    if !writer.is_acked(node) || !(is_synced(writer, node) || each.operator.form == Form::SinkSend)
    {
        return TokenStream::new();
    }
    let (op, token, ledger) = (writer.local(node), writer.token(), writer.ledger());
    if let (true, Some(span)) = (is_synced(writer, node), each.raises()) {
        // At once: nothing that comes behind can be committed any more.
        let written = raised_value(writer, node, span, &quote!(#op.written()));
        return quote!(#written;);
    }
    quote!(if #op.is_over() { #ledger.withhold(&#token); })
}

/// The end of a flow: what could not be committed of a source that carries a bare `?`
/// ends it with an error.
pub fn written(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let sources = writer.plan.acknowledging.iter();
    let code = sources.filter_map(|&source| {
        let node = &writer.graph().nodes[source];
        let span = node.raises().filter(|_| node.operator.name == "lines")?;
        let (ledger, (_, path)) = (writer.ledger(), writer.path(source));
        let written = raised_value(writer, source, span, &quote!(#ledger.written(#path)));
        Some(quote!(#written;))
    });
    code.collect()
}
