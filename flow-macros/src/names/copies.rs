//! Copies of operators, and the constructors that build them.

use proc_macro2::Ident;

use super::Writer;
use crate::{
    graph::NodeId,
    table::{self, ByValue},
};

/// The owner of each copy of a chain's operators.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// `by_key`.
    PerKey,
    /// `scatter`.
    PerWorker,
}

/// Constructors of a bare `?`, and of the function of an operator, that are others where what
/// they build is copied.
const VARIANTS: [&str; 4] = ["function", "of_item", "raise", "raise_into"];

impl Copies {
    /// The type that says so.
    pub fn mode(self) -> &'static str {
        match self {
            Self::PerKey => "PerKey",
            Self::PerWorker => "PerWorker",
        }
    }

    /// The mode, where the constructor has a variant for it.
    pub fn constructor(self, name: &Ident) -> Option<&'static str> {
        let name = name.to_string();
        let copied = table::is_variant(&name, |variants| variants.copied);
        (copied || VARIANTS.contains(&name.as_str())).then(|| self.mode())
    }
}

impl Writer<'_, '_, '_> {
    /// Returns whether a constructor has a variant for pieces.
    pub(super) fn is_held(&self, constructor: &str) -> bool {
        table::is_variant(constructor, |variants| match self.copies {
            None => variants.in_pieces,
            // What the others give there is `Clone`.
            Some(_) => variants.in_pieces_within,
        })
    }

    /// Returns whether an operator is not called as the closure that it is elsewhere.
    pub fn is_value(&self, id: NodeId) -> bool {
        let node = &self.graph().nodes[id];
        self.in_piece
            && self.copies.is_none()
            && match node.operator.by_value {
                ByValue::Never => false,
                ByValue::Always => true,
                ByValue::With(option) => node.option(option).is_some(),
            }
    }
}
