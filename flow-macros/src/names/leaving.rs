//! Items that leave a chain, and the steps behind.

use std::cell::Cell;

use proc_macro2::{Ident, TokenStream};
use syn::Lifetime;

use super::{Copies, Writer};
use crate::{graph::NodeId, plan::Shape};

/// The code for what leaves the chain of a key.
#[derive(Default)]
pub struct Bodies {
    /// The code for an item.
    pub items: TokenStream,
    /// The code for an error, of each `? else` in the chain.
    pub sides: Vec<TokenStream>,
}

impl Bodies {
    /// The code for an item, or for what leaves by a side.
    pub fn of(&self, side: Option<usize>) -> &TokenStream {
        side.map_or(&self.items, |side| &self.sides[side])
    }
}

/// The steps of items that leave the chain of a key.
pub struct Out {
    /// The code for an item, and for errors.
    pub bodies: Bodies,
    /// The condition under which more is needed; `None`: always.
    pub needed: Option<TokenStream>,
    /// The condition under which an error has come behind the chain, where it ends no more than
    /// one of several items; `None`: the chain's code is left.
    pub failed: Option<TokenStream>,
    /// The label of the chain's code.
    pub label: Lifetime,
    /// True when the chain's code is left by its label.
    pub left: Cell<bool>,
}

impl Writer<'_, '_, '_> {
    /// Returns whether what leaves this chain leaves a worker, which may give several for one
    /// item.
    pub fn leaves_worker(&self) -> bool {
        let outlet = match self.plan.shape() {
            Shape::Piece(_, outlet) => outlet,
            _ => return false,
        };
        let is_worker = self.copies == Some(Copies::PerWorker) && self.out.is_none();
        is_worker && !self.leaves_one(outlet)
    }

    /// Returns whether at most one item leaves this chain for each that enters it.
    pub fn leaves_one(&self, outlet: NodeId) -> bool {
        let alone = self.graph().sides().is_empty() && !self.plan.apart;
        alone && self.plan.leaves_once(outlet)
    }

    /// The outbox of a flow with an open end.
    pub fn outbox(&self) -> Ident {
        self.flag("out")
    }
}
