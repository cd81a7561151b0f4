//! The flow's result: a chain of its own, a name, or several.

use proc_macro2::Ident;

use super::{End, Found, Place, Resolver, is_a_name};
use crate::{
    graph::NodeId,
    health::Health,
    suggest::{list, nearest},
    syntax::{Chain, Statement},
    table::{self, Role},
};

impl<'s> Resolver<'s, '_> {
    /// The result, where it is a chain of its own.
    pub(super) fn resolve_result_chain(&mut self, chain: &'s Chain) {
        let ends = self.resolve_chain(chain, None, None, Place::Top);
        if let (Some(open), false) = (ends.open, ends.health.broken) {
            self.report_no_source(open);
        }
        if let Some(End::Node(node)) = ends.end {
            self.take_result(node, None);
        }
    }

    /// Reports a statement that is but a name: the last one is meant as the result.
    pub(super) fn report_name_alone(&mut self, statement: &Statement, last: bool) {
        let (Some(semicolon), true) = (
            statement.semicolon,
            is_a_name(&statement.chain, &self.names),
        ) else {
            return;
        };
        let name = &statement.chain.elements[0].word;
        if last {
            let wrong = "the flow's result stands without `;`";
            self.errors.at(semicolon, wrong, "remove it");
        } else {
            let help = format!("lead it on: `{name} -> …`");
            let wrong = format!("`{name}` alone does nothing");
            self.errors.at(name.span(), wrong, help);
        }
        self.lost.push(name.clone());
    }

    pub(super) fn report_no_source(&mut self, open: NodeId) {
        let word = self.graph.nodes[open].operator.name;
        self.errors.at(
            self.graph.nodes[open].span,
            format!("`{word}` has no input here"),
            "start the chain with a source, such as `from(iter)`, or with a name",
        );
        self.graph.nodes[open].health.broken = true;
    }

    /// Takes a node as the flow's result: a sink for its value, or the one open
    /// end of the flow.
    pub(super) fn take_result(&mut self, node: NodeId, name: Option<&Ident>) {
        let end = &self.graph.nodes[node];
        let only = !self.graph.tuple && end.behaviour.role != Role::Split;
        if end.may_end() {
            self.graph.result.get_or_insert_default().push(node);
        } else if end.is_unclear() {
        } else if only {
            let (span, chain) = (name.map_or(end.span, Ident::span), end.chain);
            let outlet = self.push_node(table::OUTLET, span, chain);
            self.join(End::Node(node), outlet, span);
        } else {
            let span = name.map_or(end.span, Ident::span);
            let wrong = match name {
                Some(name) => format!("`{name}` is not an end: it has no value to give"),
                None => "the result is not an end: every arm has its own".to_string(),
            };
            let help = match end.behaviour.role {
                Role::Split => "write `;` behind it, and name the end whose value is wanted",
                _ => "end it in a sink, such as `-> collect::<Vec<_>>()`",
            };
            self.errors.at(span, wrong, help);
            self.graph.nodes[node].health.broken = true;
        }
    }

    /// The result, where it is a name or several. Where some were reported, it may be that
    /// none of them was meant to be an end.
    pub(super) fn resolve_result_names(&mut self, names: &[Ident], health: Health) {
        if names.is_empty() {
            self.graph.result = Some(Vec::new());
        }
        for word in names {
            match self.find_end(word) {
                Found::Node(node) if health.broken && !self.graph.nodes[node].may_end() => {
                    self.graph.nodes[node].health.lost = true;
                }
                Found::Node(node) => {
                    self.take_result(node, Some(word));
                    self.graph.nodes[node].names_end = true;
                }
                Found::Unknown if self.unknown.contains(&word.to_string()) => {}
                Found::Unknown => {
                    let defined: Vec<String> = self
                        .names
                        .iter()
                        .map(|name| name.word.to_string())
                        .collect();
                    let help = match nearest(&word.to_string(), defined.iter().map(String::as_str))
                    {
                        Some(near) => {
                            let near = near.to_string();
                            self.forgive(&near);
                            format!("did you mean `{near}`?")
                        }
                        None => format!(
                            "the stages are {}",
                            list(defined.iter().map(String::as_str))
                        ),
                    };
                    self.errors
                        .at(word.span(), format!("unknown name `{word}`"), help);
                }
                Found::Broken => {}
            }
        }
    }
}
