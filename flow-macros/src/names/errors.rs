//! Errors of a flow: of which type they are, and what they do.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Writer;
use crate::{
    graph::NodeId,
    plan::{Plan, Shape, Waits},
    table::Question,
};

/// The effect of an error on the flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnError {
    /// It leaves the code at once: `?`.
    Leaves,
    /// It is an end of input.
    Ends,
    /// It is kept for the program, and the flow goes on.
    Kept,
    /// It leaves at the open end, and the flow goes on.
    Given,
}

impl Writer<'_, '_, '_> {
    /// Returns what an error does here.
    pub fn on_error(&self) -> OnError {
        if !self.plan.fails {
            return OnError::Leaves;
        }
        match (self.copies, self.plan.shape()) {
            (Some(_), _) if self.collects => OnError::Kept,
            (Some(_), _) if self.plan.waits == Waits::Never => OnError::Leaves,
            (Some(_), _) | (None, Shape::Piece(..)) => OnError::Given,
            (None, Shape::Open(_)) => OnError::Kept,
            // What was counted is published behind the loop.
            (None, Shape::Closed | Shape::Lazy(_)) if is_done(self.plan) && !self.observes() => {
                OnError::Leaves
            }
            (None, Shape::Closed | Shape::Lazy(_)) => OnError::Ends,
        }
    }
}

/// Returns whether nothing is left to be done behind an error: nothing is held, nothing is left
/// of the item, and no sink has to be finished.
fn is_done(plan: &Plan<'_, '_>) -> bool {
    let leaves_nothing = |id: NodeId| {
        let node = &plan.graph.nodes[id];
        let ends = node.behaviour.ends && node.behaviour.is_sink();
        let told = ends && node.operator.question == Question::Value;
        !told && !plan.ends(id) && !plan.together[id]
    };
    plan.regions.len() == 1 && (0..plan.graph.nodes.len()).all(leaves_nothing)
}

/// The type of the error a bare `?` gives.
pub fn error_type(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let krate = writer.krate;
    match writer.error {
        Some(error) => quote!(#error),
        None if writer.plan.fails => quote!(#krate::Error),
        None => quote!(::core::convert::Infallible),
    }
}

/// The `Result` of a bare `?` on what a sink gives.
pub fn raised_result(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    span: Span,
    value: &TokenStream,
) -> TokenStream {
    let (at, error) = (writer.place(id), writer.flag("error"));
    let raised = match writer.error {
        Some(into) => quote_spanned!(at=> <#into as ::core::convert::From<_>>::from(#error)),
        None => {
            let stage = writer.stage(id);
            let erasing = writer.private_at(at, "erasing_this");
            let kind = quote_spanned!(at=> #erasing(&#error).kind());
            let raised = writer.private_at(writer.at(span), "op::raised");
            let named = writer.flag("kind");
            quote_spanned!(at=> { let #named = #kind; #raised(#error, #stage, #named) })
        }
    };
    quote_spanned!(writer.at(span)=> #value.map_err(|#error| #raised))
}
