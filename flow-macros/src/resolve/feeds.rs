//! Segments, and what flows into them.

use proc_macro2::{Ident, Span};

use super::{End, Feed, Found, Resolver};
use crate::{
    graph::{Edge, Node, NodeId, Port},
    health::Health,
    suggest::nearest,
    table::{self, Operator},
};

impl<'s> Resolver<'s, '_> {
    /// Outputs that feed a segment; several of them meet in a union.
    pub(super) fn connect_feeds(&mut self) {
        let feeds = std::mem::take(&mut self.feeds);
        let mut heads: Vec<(NodeId, Vec<Edge>)> = Vec::new();
        for Feed {
            from,
            port,
            span,
            order,
            segment: word,
        } in feeds
        {
            let mut port = port;
            let found = match from {
                End::Node(from) => Found::Node(from),
                End::Arm(from, arm) => {
                    port = Port::Arm(arm);
                    Found::Node(from)
                }
                End::Alias(name) => self.find_end(name),
            };
            let Found::Node(from) = found else { continue };
            if port == Port::Items {
                self.check_flows_on(from, word.span());
            }
            let edge = Edge {
                from,
                port,
                span,
                order,
                feed: true,
                back: false,
                returns: false,
            };
            let Some(ends) = self
                .names
                .iter()
                .find(|name| name.word == word)
                .map(|name| name.ends)
            else {
                if self.leave_by_side(edge, word) {
                    continue;
                }
                self.report_unknown_segment(word);
                self.lose(Some(End::Node(from)));
                continue;
            };
            match ends.open {
                Some(head) => match heads.iter_mut().find(|(each, _)| *each == head) {
                    Some((_, edges)) => edges.push(edge),
                    None => heads.push((head, vec![edge])),
                },
                None if ends.health.broken => self.lose(Some(End::Node(from))),
                None => {
                    self.errors.at(
                        word.span(),
                        format!("`{word}` already has a source"),
                        "only a segment, a chain that starts with an operator, can be fed",
                    );
                    self.forgive(&word.to_string());
                    self.lose(Some(End::Node(from)));
                }
            }
        }
        for (head, edges) in heads {
            if edges.len() == 1 {
                self.graph.nodes[head].inputs = edges;
            } else {
                self.insert_union(head, edges);
            }
        }
    }

    /// Several chains feed `head`: they meet in a node of their own.
    pub(super) fn insert_union(&mut self, head: NodeId, edges: Vec<Edge>) {
        let (span, chain) = (self.graph.nodes[head].span, self.graph.nodes[head].chain);
        let union = self.push_union(span, chain);
        self.graph.nodes[union].inputs = edges;
        self.graph.nodes[union].capacity = self.graph.nodes[head].capacity.take();
        let edge = Edge {
            from: union,
            port: Port::Items,
            span,
            order: self.next_order(),
            feed: false,
            back: false,
            returns: false,
        };
        self.graph.nodes[head].inputs = vec![edge];
    }

    /// A node at which several chains meet.
    pub(super) fn push_union(&mut self, span: Span, chain: Option<&'s Ident>) -> NodeId {
        self.push_node(table::UNION, span, chain)
    }

    /// A node that the user wrote no operator for.
    pub(super) fn push_node(
        &mut self,
        operator: &'static Operator,
        span: Span,
        chain: Option<&'s Ident>,
    ) -> NodeId {
        self.graph.nodes.push(Node {
            operator,
            behaviour: operator.behaviour,
            element: None,
            span,
            chain,
            names_end: false,
            inputs: Vec::new(),
            capacity: None,
            allows: &[],
            inner: None,
            health: Health::default(),
        });
        self.graph.nodes.len() - 1
    }

    pub(super) fn report_unknown_segment(&mut self, word: &Ident) {
        if self.report_outside(word) || !self.is_news(word) {
            return;
        }
        let open: Vec<String> = self
            .names
            .iter()
            .filter(|name| name.ends.open.is_some())
            .map(|name| name.word.to_string())
            .collect();
        let help = match nearest(&word.to_string(), open.iter().map(String::as_str)) {
            Some(near) => {
                self.forgive(near);
                format!("did you mean `{near}`?")
            }
            None => format!("define it: `{word} = for_each(|error| …);`"),
        };
        self.errors
            .at(word.span(), format!("unknown segment `{word}`"), help);
    }

    /// Segments that nothing flows into, or nothing but what comes back to them.
    pub(super) fn report_unfed(&mut self) {
        for name in &self.names {
            let Some(open) = name.ends.open else { continue };
            let feeds = self.feeds_of(open);
            if !feeds.iter().all(|edge| edge.back)
                || self.graph.nodes[open].health.broken
                || name.ends.health.broken
            {
                continue;
            }
            let word = name.word;
            let (wrong, help) = if feeds.is_empty() {
                (
                    format!("nothing flows into the segment `{word}`"),
                    format!("feed it: `… -> {word}`, or start it with a source"),
                )
            } else {
                (
                    format!("nothing flows into the segment `{word}` but what comes back to it"),
                    format!("start the cycle: `from(iter) -> {word}`"),
                )
            };
            self.errors.at(word.span(), wrong, help);
            self.graph.nodes[open].health.broken = true;
        }
    }

    /// Returns what feeds the segment with this head, where it meets.
    fn feeds_of(&self, head: NodeId) -> &[Edge] {
        let inputs = &self.graph.nodes[head].inputs;
        match inputs.as_slice() {
            [edge] if !edge.feed => &self.graph.nodes[edge.from].inputs,
            _ => inputs,
        }
    }
}
