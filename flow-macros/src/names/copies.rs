//! Copies of operators.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::Writer;
use crate::{
    code::functions::may_not_fit,
    graph::{Node, NodeId},
    table::{Build, ByValue},
};

/// The owner of each copy of a chain's operators.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// `by_key`.
    PerKey,
    /// `scatter`.
    PerWorker,
}

impl Writer<'_, '_, '_> {
    /// A witness, in the mode of this chain.
    pub fn in_mode(&self, span: Span, witness: &TokenStream) -> TokenStream {
        let at = self.at(span);
        let mode = match self.copies {
            None => "alone",
            Some(Copies::PerKey) => "per_key",
            Some(Copies::PerWorker) => "per_worker",
        };
        let mode = Ident::new(mode, at);
        quote_spanned!(at=> #witness.#mode())
    }

    /// Returns whether all that is known of an operator is what it gives, for its function may
    /// not fit. What that gives may be known later only.
    pub fn is_hidden(&self, node: &Node<'_>) -> bool {
        self.copies.is_none() && !self.in_piece && may_not_fit(node)
    }

    /// Returns whether an operator is a value, and no closure.
    pub fn is_value(&self, id: NodeId) -> bool {
        let node = &self.graph().nodes[id];
        if matches!(node.operator.build, Build::Function) && self.is_hidden(node) {
            return false;
        }
        match node.operator.by_value {
            ByValue::Never => false,
            ByValue::Always => true,
            ByValue::With(option) => node.option(option).is_some(),
        }
    }
}
