//! `match`: every arm is a chain of its own, and those left open join again.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

use super::{End, Ends, Place, Resolver};
use crate::{
    bindings::bindings,
    graph::NodeId,
    parse::report_value_as_arm,
    syntax::{Arm, Chain, Statement},
    table::{self, Role},
};

/// Returns whether one of these words is among some tokens.
fn mentions(tokens: TokenStream, words: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => words.contains(&word),
        TokenTree::Group(group) => mentions(group.stream(), words),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

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
            if self.report_arm_value(arm, body) {
                self.graph.nodes[node].health.broken = true;
                continue;
            }
            let from = End::Arm(node, index);
            let ends = self.resolve_chain(body, Some(from), None, Place::Arm);
            self.graph.nodes[node].health.broken |= ends.health.broken;
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

    /// Reports an arm that looks like a chain and is a Rust value: a method of
    /// something, or with what the pattern binds. Whether it is one.
    fn report_arm_value(&mut self, arm: &Arm, body: &Chain) -> bool {
        let (Some(value), Some(first)) = (&body.value, body.elements.first()) else {
            return false;
        };
        if self.is_defined(&first.word) || table::find(&first.word.to_string()).is_some() {
            return false;
        }
        let called = body.elements.get(1).is_some_and(|next| next.dot.is_some());
        let bound = bindings(&arm.pattern);
        if called || mentions(value.to_token_stream(), &bound) {
            let span = first.word.span();
            report_value_as_arm(&arm.pattern, value, span, self.errors);
            return true;
        }
        false
    }

    fn flows_on(&self, end: End<'s>) -> bool {
        match end {
            End::Node(node) => {
                let each = &self.graph.nodes[node];
                // A `match` in an arm all of whose arms end is an end, too.
                !each.operator.is_sink() && each.behaviour.role != Role::Split
            }
            End::Arm(..) | End::Alias(_) => true,
        }
    }

    /// `#[capacity(n)]` bounds what waits at a segment's head.
    pub(super) fn set_capacity(&mut self, statement: &'s Statement, ends: Ends<'s>) {
        let Some(capacity) = &statement.attributes.capacity else {
            return;
        };
        match ends.open {
            Some(head) => self.graph.nodes[head].capacity = Some(capacity),
            None if ends.health.broken => {}
            None => {
                let span = syn::spanned::Spanned::span(capacity);
                let help = "put it on the segment that the cycle feeds";
                self.errors
                    .at(span, "`capacity` bounds what waits at a segment", help);
            }
        }
    }
}
