//! Sinks that may fail, and what is told of the last commits.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    code::observe,
    graph::NodeId,
    names::Writer,
    table::{Acks, Memory},
};

/// Returns whether a sink's file is synced before its items are acknowledged.
pub fn is_synced(writer: &Writer<'_, '_, '_>, node: NodeId) -> bool {
    writer.is_acked(node) && writer.graph().nodes[node].behaviour.memory == Memory::File
}

/// The end of a flow: what could not be committed of a source that carries a bare `?`
/// ends it with an error.
pub fn written(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let sources = writer.plan.acknowledging.iter();
    let code = sources.filter_map(|&source| {
        let node = &writer.graph().nodes[source];
        let span = node
            .raises()
            .filter(|_| node.behaviour.acks == Acks::Resumes)?;
        let (ledger, (_, path)) = (writer.ledger(), writer.path(source));
        let written = quote!(#ledger.written(#path));
        let written = observe::raised_value(writer, source, span, &written);
        Some(quote!(#written;))
    });
    code.collect()
}
