//! The steps of a flow: lowered to a tree, passed over, printed.

use proc_macro2::TokenStream;

use super::{
    keyed,
    names::{Bodies, Writer},
};
use crate::{
    graph::NodeId,
    lower::{self, Shared},
    print,
};

/// The body of a loop over what comes out of a node, `x` being bound to it.
pub fn output(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let opened = keyed::opened(writer, node);
    print::step(writer, lower::output(writer, node, opened))
}

/// As [`output`], of the only loop of a flow, which an error leaves: the step, and the
/// label of the loop, where there is one.
pub fn only(writer: &Writer<'_, '_, '_>, node: NodeId) -> (TokenStream, Option<TokenStream>) {
    let opened = keyed::opened(writer, node);
    print::only_step(writer, lower::output(writer, node, opened))
}

/// As [`output`], of a turn of several parts: what is done before, and behind each future.
pub fn parts(writer: &Writer<'_, '_, '_>, node: NodeId) -> Vec<TokenStream> {
    print::parts(writer, lower::output(writer, node, None))
}

/// The body of a loop over what a node held, and what is done behind the loop; the nodes
/// that it feeds are noted.
pub fn flush<'w, 'p, 'g, 's>(
    writer: &'w Writer<'p, 'g, 's>,
    node: NodeId,
    shared: &mut Shared<'w, 'p, 'g, 's>,
) -> (Bodies, TokenStream) {
    let step = lower::flush(writer, node, shared);
    shared.fed.extend(&step.fed);
    print::flush(writer, step)
}

/// The body of a loop over what crosses over into a node.
pub fn input(writer: &Writer<'_, '_, '_>, crossing: usize) -> TokenStream {
    let to = writer.plan.crossings[crossing].to;
    let bounded = writer.plan.returns(crossing) && writer.graph().nodes[to.node].capacity.is_some();
    print::step(writer, lower::input(writer, crossing, bounded))
}

/// A fan-in gives all that it can; the nodes that it feeds are noted.
pub fn stage<'w, 'p, 'g, 's>(
    writer: &'w Writer<'p, 'g, 's>,
    node: NodeId,
    shared: &mut Shared<'w, 'p, 'g, 's>,
) -> TokenStream {
    let step = lower::stage(writer, node, shared);
    shared.fed.extend(&step.fed);
    print::step(writer, step)
}
