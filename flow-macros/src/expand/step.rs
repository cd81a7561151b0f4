//! The steps of a flow: lowered to a tree, passed over, printed.

use proc_macro2::TokenStream;

use super::{inner, names::Writer};
use crate::{graph::NodeId, lower, print};

/// The body of a loop over what comes out of a node, `x` being bound to it.
pub fn output(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let opened = inner::opened(writer, node);
    print::step(writer, lower::output(writer, node, opened))
}

/// The body of a loop over what a node held, and what is done behind the loop.
pub fn flush(writer: &Writer<'_, '_, '_>, node: NodeId) -> [TokenStream; 2] {
    print::flush(writer, lower::flush(writer, node))
}

/// The body of a loop over what crosses over into a node.
pub fn input(writer: &Writer<'_, '_, '_>, crossing: usize) -> TokenStream {
    let to = writer.plan.crossings[crossing].to;
    let bounded = writer.plan.returns(crossing) && writer.graph().nodes[to.node].capacity.is_some();
    print::step(writer, lower::input(writer, crossing, bounded))
}

/// A fan-in gives all that it can.
pub fn stage(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    print::step(writer, lower::stage(writer, node))
}
