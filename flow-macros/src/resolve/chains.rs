//! Chains: elements become nodes, joined from left to right.

use proc_macro2::{Ident, Span};
use syn::Expr;

use super::{End, Ends, Feed, NOWHERE, Place, Resolver};
use crate::{
    check,
    graph::{Edge, Node, NodeId, Port},
    health::Health,
    parse::{report_joint, report_value_as_source},
    syntax::{Chain, Element, Special},
    table::{self, Role},
};

impl<'s> Resolver<'s, '_> {
    /// Makes the nodes of a chain and joins them; `from` is what flows into it
    /// where it stands.
    pub(super) fn resolve_chain(
        &mut self,
        chain: &'s Chain,
        from: Option<End<'s>>,
        name: Option<&'s Ident>,
        place: Place,
    ) -> Ends<'s> {
        let mut ends = Ends {
            health: chain.elements.is_empty().into(),
            ..Ends::default()
        };
        let last = chain.elements.len().saturating_sub(1);
        let mut previous: Option<End<'s>> = from;
        for (index, element) in chain.elements.iter().enumerate() {
            let before = previous;
            let begins = index == 0 && from.is_none();
            if begins && self.report_value(chain, place) {
                self.lose_rest(chain, 0, &mut ends);
                break;
            }
            if let Some(dot) = element.dot {
                let named = matches!(before, Some(End::Alias(_)));
                if named && table::find(&element.word.to_string()).is_none() {
                    let help = "call its methods on what the flow gives";
                    self.errors.at(dot, "a stage is no Rust value", help);
                    self.lose_rest(chain, index, &mut ends);
                    break;
                }
                report_joint(".", dot, self.errors);
            }
            let is_name = element.arguments.is_none()
                && element.turbofish.is_none()
                && element.special.is_none()
                && self.is_defined(&element.word);
            if is_name {
                previous = self.resolve_name(element, previous, index == last, place, &mut ends);
                if index > 0 || from.is_some() {
                    continue;
                }
            } else {
                let value = chain.value.as_ref().filter(|_| begins);
                previous = self.resolve_operator(element, value, previous, name, &mut ends);
                if place == Place::Inside && ends.open.is_some() {
                    self.errors.at(
                        element.word.span(),
                        format!("`{}` has no input here", element.word),
                        "an input of a fan-in starts with a source or a name",
                    );
                    ends = Ends {
                        health: Health::BROKEN,
                        ..Ends::default()
                    };
                    self.break_node(previous);
                }
            }
            ends.health.broken |= element.health.is_unclear();
            if element.health.lost {
                self.lose(previous);
            }
            if previous.is_none() {
                // Reported. What follows has no input to be checked against.
                self.lose(before);
                self.lose_rest(chain, index, &mut ends);
                break;
            }
        }
        if let (Some(End::Node(node)), Some(name)) = (previous, name) {
            let end = &mut self.graph.nodes[node];
            // That of the only arm of a `match` that is left open has none yet.
            end.chain.get_or_insert(name);
            end.names_end = true;
        }
        self.skip_words(&chain.skipped);
        ends.end = previous;
        ends
    }

    /// Skips the elements behind one that was reported.
    fn lose_rest(&mut self, chain: &'s Chain, index: usize, ends: &mut Ends<'s>) {
        ends.health.broken = true;
        let rest = chain.elements[index + 1..].iter();
        for rest in rest.skip_while(|rest| rest.dot.is_some()) {
            self.report_unknown_operator(rest);
            self.check_alone(rest);
            self.skip_feed(rest);
        }
    }

    /// Reports methods of a Rust value where a chain has to start with a source;
    /// whether there are some. Of a stage, and of an operator, a `->` was meant.
    fn report_value(&mut self, chain: &Chain, place: Place) -> bool {
        let [first, second, ..] = chain.elements.as_slice() else {
            return false;
        };
        let known = self.is_defined(&first.word) || table::find(&first.word.to_string()).is_some();
        match &chain.value {
            Some(value) if place != Place::Arm && second.dot.is_some() && !known => {
                report_value_as_source(value, first.word.span(), self.errors);
                true
            }
            _ => false,
        }
    }

    /// A name: at the head it is read, at the end it is fed.
    pub(super) fn resolve_name(
        &mut self,
        element: &'s Element,
        previous: Option<End<'s>>,
        is_last: bool,
        place: Place,
        ends: &mut Ends<'s>,
    ) -> Option<End<'s>> {
        let word = &element.word;
        if let Some(question) = &element.question {
            self.errors.at(
                question.span,
                "a name cannot carry `?`",
                "put it behind the operator that gives the `Result`",
            );
            // What would flow on is known of neither.
            self.forgive(&word.to_string());
            self.lose(previous);
            return None;
        }
        let Some(previous) = previous else {
            return Some(End::Alias(word));
        };
        if !is_last || place == Place::Inside {
            self.errors.at(
                word.span(),
                format!("`{word}` is a stage and ends a chain here"),
                format!("start another statement with `{word} -> …`"),
            );
            ends.health.broken = true;
            self.skip_feed(element);
            return Some(previous);
        }
        let order = self.next_order();
        let span = if let End::Alias(from) = previous {
            from.span()
        } else {
            word.span()
        };
        let feed = Feed {
            from: previous,
            port: Port::Items,
            span,
            order,
            segment: word,
        };
        self.feeds.push(feed);
        ends.fed = true;
        Some(previous)
    }

    /// Checks an operator whatever flows into it: of a chain that
    /// broke off before it.
    fn check_alone(&mut self, element: &'s Element) {
        let operator = table::find(&element.word.to_string());
        if let (Some(operator), Some(_), None) = (operator, &element.arguments, &element.special) {
            let node = Node {
                health: Health::BROKEN,
                ..self.node_of(operator, element, None)
            };
            check::alone(&node, self.errors);
        }
    }

    fn node_of(
        &self,
        operator: &'static table::Operator,
        element: &'s Element,
        name: Option<&'s Ident>,
    ) -> Node<'s> {
        let mut node = Node {
            operator,
            behaviour: operator.behaviour,
            element: Some(element),
            span: element.word.span(),
            chain: name,
            names_end: false,
            inputs: Vec::new(),
            capacity: None,
            allows: &[],
            inner: None,
            health: element.health,
        };
        let arguments = element.arguments.as_ref();
        node.health.mended = arguments.is_some_and(|arguments| arguments.health.mended);
        node.settle();
        node
    }

    /// An operator becomes a node; `None` where its word is unknown. Where a chain
    /// begins, `value` is what it may be besides.
    pub(super) fn resolve_operator(
        &mut self,
        element: &'s Element,
        value: Option<&Expr>,
        previous: Option<End<'s>>,
        name: Option<&'s Ident>,
        ends: &mut Ends<'s>,
    ) -> Option<End<'s>> {
        let word = &element.word;
        let operator = match &element.special {
            Some(Special::Inlet(_)) => table::INLET,
            Some(Special::Match(_)) => table::MATCH,
            Some(Special::Members) => table::MEMBERS,
            Some(Special::LinesOf) => table::LINES_OF,
            Some(Special::Inner(_)) | None => self.find_operator(element, value)?,
        };
        let node = self.graph.nodes.len();
        let made = self.node_of(operator, element, name);
        self.graph.nodes.push(made);
        if operator.is_source() || operator.is_fan_in() {
            let known = self.lost.len();
            if operator.is_fan_in() {
                self.resolve_inputs(node, element);
            }
            if previous.is_some() {
                // Inputs that cannot be reached from here are the mistake, where there are some.
                let lost = &self.lost[known..];
                if !lost.iter().any(|word| self.outside.contains(&word)) {
                    self.report_begun(operator, word);
                }
                self.graph.nodes[node].health.broken = true;
                self.lose(previous);
            }
        } else {
            match previous {
                None => ends.open = Some(node),
                Some(previous) => self.join(previous, node, word.span()),
            }
        }
        if let Some(Special::Inner(inner)) = &element.special {
            self.resolve_inner(node, inner, name);
        }
        if let Some(Special::Match(arms)) = &element.special {
            return Some(self.resolve_arms(node, arms, name));
        }
        if let Some(question) = &element.question {
            self.skip_words(&question.skipped);
            if let Some(segment) = &question.or_else {
                self.divert(node, segment);
            }
        }
        Some(End::Node(node))
    }

    /// `? else`: errors go to a segment, or nowhere.
    fn divert(&mut self, node: NodeId, segment: &'s Ident) {
        let (order, span) = (self.next_order(), segment.span());
        if segment != "drop" || self.is_defined(segment) {
            self.feeds.push(Feed {
                from: End::Node(node),
                port: Port::Errors,
                span,
                order,
                segment,
            });
            return;
        }
        let drain = self.push_node(table::DROP, span, None);
        self.graph.nodes[drain].inputs.push(Edge {
            from: node,
            port: Port::Errors,
            span,
            order,
            feed: false,
            back: false,
            returns: false,
        });
    }

    /// The chains in a fan-in's parentheses.
    pub(super) fn resolve_inputs(&mut self, node: NodeId, element: &'s Element) {
        let Some(arguments) = &element.arguments else {
            return;
        };
        for chain in &arguments.inputs {
            let ends = self.resolve_chain(chain, None, None, Place::Inside);
            let span = chain
                .elements
                .last()
                .map_or(element.word.span(), |last| last.word.span());
            match ends.end {
                Some(end) => self.join(end, node, span),
                None => self.graph.nodes[node].health.broken = true,
            }
            self.graph.nodes[node].health.broken |= ends.health.broken;
            if chain.elements.is_empty() {
                // Any stage may have been meant.
                let stages = self.names.iter().map(|name| name.word.clone());
                self.lost.extend(stages);
            }
        }
    }

    /// Reports an operator behind another that only begins a chain.
    fn report_begun(&mut self, operator: &table::Operator, word: &Ident) {
        let (wrong, help) = if operator.is_source() {
            (
                format!("`{}` is a source: nothing flows into it", operator.name),
                "start a chain with it, and join chains with `union(a, b)`".to_string(),
            )
        } else {
            (
                format!("`{word}` takes its inputs in the parentheses"),
                format!("name what comes before, and start a chain: `{word}(name, …) -> …`"),
            )
        };
        self.errors.at(word.span(), wrong, help);
    }

    /// An edge from what came before to `node`.
    pub(super) fn join(&mut self, previous: End<'s>, node: NodeId, span: Span) {
        let order = self.next_order();
        let input = self.graph.nodes[node].inputs.len();
        let (from, port) = match previous {
            End::Node(from) => {
                self.check_flows_on(from, span);
                (from, Port::Items)
            }
            End::Arm(from, arm) => (from, Port::Arm(arm)),
            End::Alias(name) => {
                self.reads.push((node, input, name, order));
                (NOWHERE, Port::Items)
            }
        };
        let span = if let End::Alias(name) = previous {
            name.span()
        } else {
            span
        };
        self.graph.nodes[node].inputs.push(Edge {
            from,
            port,
            span,
            order,
            feed: false,
            back: false,
            returns: false,
        });
    }

    /// Nothing may stand behind a sink.
    pub(super) fn check_flows_on(&mut self, from: NodeId, next: Span) {
        let operator = self.graph.nodes[from].operator;
        if operator.behaviour.role == Role::Split && !self.graph.nodes[from].health.broken {
            let help = "leave an arm open: what its chain gives flows on behind the `match`";
            let wrong = "every arm ends: nothing flows out of this `match`";
            self.errors.at(next, wrong, help);
            self.graph.nodes[from].health.broken = true;
        }
        if operator.is_sink() && !self.graph.nodes[from].health.is_unclear() {
            self.errors.at(
                next,
                format!("nothing flows out of the sink `{}`", operator.name),
                "end the chain there, or use `inspect` to look at items on their way",
            );
            self.graph.nodes[from].health.broken = true;
        }
    }

    pub(super) fn break_node(&mut self, end: Option<End<'s>>) {
        if let Some(End::Node(node)) = end {
            self.graph.nodes[node].health.broken = true;
        }
    }
}
