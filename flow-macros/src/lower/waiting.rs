//! The end of input of many operators that hold: what leaves one waits before the next.
//!
//! What an operator gives at the end of input goes through all that follows, and so does
//! what leaves the next one because of it. Written out for each, the code grows with the
//! square of their number. So where there are many in a row, what leaves the next one waits
//! until that one is done: the step is written twice, not more.
//!
//! ```text
//! let mut partition_2_stash = stash();
//! if let Some(x) = partition_1.finish() {
//!     if let Some(x) = partition_2.push(x) { partition_2_stash.push(x); }
//! }
//! if let Some(x) = partition_2.finish() { partition_2_stash.push(x); }
//! while let Some(x) = partition_2_stash.pop() { … }
//! ```

use quote::{quote, quote_spanned};

use super::{
    Lowering, Todo,
    tree::{Kind, Origin, Stmt},
};
use crate::{graph::NodeId, table::Memory};

impl Lowering<'_, '_, '_, '_> {
    /// The steps after an operator that holds: the rest of the step, or its stash.
    pub(super) fn leave_held(&mut self, node: NodeId) {
        match self.waits.contains(&node) {
            _ if self.writer.plan.keeps(node) => {
                let x = self.writer.x();
                self.keep(node, quote!(#x));
            }
            true => self.stash(node),
            false => self.after(node),
        }
    }

    /// The steps of what a node held until the end of input.
    pub(super) fn leave_flushed(&mut self, node: NodeId) {
        let plan = self.writer.plan;
        let asked = self.writer.graph().nodes[node].behaviour.memory == Memory::Asked;
        // Where it may give without end, that is asked between its items.
        match asked || plan.keeps(node) || self.waits.contains(&node) {
            true => self.leave_held(node),
            false => self.after_where_needed(node),
        }
    }

    /// The item waits.
    pub(super) fn stash(&mut self, node: NodeId) {
        let (at, x) = (self.writer.place(node), self.writer.x());
        let stash = self.writer.stash(node);
        self.fed.insert(node);
        self.push(Stmt::Stash {
            node,
            at,
            stash: quote!(#stash),
            item: quote!(#x),
        });
    }

    /// The steps of the items that waited.
    pub(super) fn unstash(&mut self, node: NodeId) {
        let (at, x) = (self.writer.place(node), self.writer.x());
        let stash = self.writer.stash(node);
        let before = self.begin(true);
        let body = self.block(Kind::Loop, Origin::Queued(node), Todo::Given(node));
        self.meet_all();
        self.end(before);
        self.push(Stmt::While {
            drains: false,
            apart: true,
            at,
            pattern: quote_spanned!(at=> #x),
            value: quote_spanned!(at=> #stash.pop()),
            body,
            behind: proc_macro2::TokenStream::new(),
        });
    }
}
