//! `match`: every arm is a chain of its own, and those left open join again.

use proc_macro2::Ident;

use super::{End, Ends, Place, Resolver};
use crate::{
    graph::NodeId,
    syntax::{Arm, Statement},
};

impl<'s> Resolver<'s, '_> {
    /// The arms of the `match` at `node`; gives what flows on behind it.
    pub(super) fn resolve_arms(
        &mut self,
        node: NodeId,
        arms: &'s [Arm],
        name: Option<&'s Ident>,
    ) -> End<'s> {
        let mut open = Vec::new();
        for (index, arm) in arms.iter().enumerate() {
            let Some(body) = &arm.body else { continue };
            let from = End::Arm(node, index);
            let ends = self.resolve_chain(body, Some(from), None, Place::Arm);
            self.graph.nodes[node].broken |= ends.broken;
            if let Some(end) = ends.end.filter(|end| !ends.fed && self.flows_on(*end)) {
                open.push(end);
            }
        }
        match open.as_slice() {
            [] => End::Node(node),
            [only] => *only,
            _ => {
                let span = self.graph.nodes[node].span;
                let union = self.push_union(span, name);
                for end in open {
                    self.join(end, union, span);
                }
                End::Node(union)
            }
        }
    }

    fn flows_on(&self, end: End<'s>) -> bool {
        match end {
            End::Node(node) => {
                let each = &self.graph.nodes[node];
                // A `match` in an arm all of whose arms end is an end, too.
                !each.operator.is_sink() && each.operator.form != crate::operators::Form::Match
            }
            End::Arm(..) | End::Alias(_) => true,
        }
    }

    /// `#[capacity(n)]` bounds what waits at a segment's head.
    pub(super) fn set_capacity(&mut self, statement: &'s Statement, ends: Ends<'s>) {
        let Some(capacity) = &statement.capacity else {
            return;
        };
        match ends.open {
            Some(head) => self.graph.nodes[head].capacity = Some(capacity),
            None if ends.broken => {}
            None => {
                let span = syn::spanned::Spanned::span(capacity);
                let help = "put it on the segment that the cycle feeds";
                self.errors
                    .at(span, "`capacity` bounds what waits at a segment", help);
            }
        }
    }
}
