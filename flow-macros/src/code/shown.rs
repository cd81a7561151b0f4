//! The form that an operator is built in: a closure, a value, or one of which nothing else is
//! known than what it gives.

use super::functions::may_not_fit;
use crate::{
    graph::{Node, NodeId},
    names::Writer,
    table::{Build, ByValue},
};

impl Writer<'_, '_, '_> {
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
