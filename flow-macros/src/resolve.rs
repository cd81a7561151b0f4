//! [`Syntax`] to [`Graph`]: words to operators and stages, names to nodes.
//!
//! Names are collected first, so a statement may refer to a later one.

use proc_macro2::{Ident, Span};

use crate::{
    errors::Errors,
    graph::{Edge, Graph, Node, NodeId, Port},
    operators::{self, Operator},
    suggest::{list, nearest},
    syntax::{Chain, Element, Outcome, Statement, Syntax},
};

/// Resolves a flow; what is wrong goes into `errors`, and what could be
/// resolved into the graph all the same.
pub fn graph<'s>(syntax: &'s Syntax, errors: &mut Errors) -> Graph<'s> {
    let mut resolver = Resolver {
        graph: Graph::default(),
        names: Vec::new(),
        reads: Vec::new(),
        feeds: Vec::new(),
        order: 0,
        errors,
    };
    resolver.collect_names(&syntax.statements);
    for (index, statement) in syntax.statements.iter().enumerate() {
        let ends = resolver.resolve_chain(&statement.chain, statement.name.as_ref(), Place::Top);
        if statement.name.is_none() {
            if let (Some(open), false) = (ends.open, ends.broken) {
                resolver.report_no_source(open);
            }
        } else {
            for name in &mut resolver.names {
                if name.statement == index {
                    name.ends = ends;
                }
            }
        }
    }
    let result = match &syntax.result {
        Some(Outcome::Chain(chain)) if is_a_name(chain, &resolver.names) => {
            Some(vec![chain.elements[0].word.clone()])
        }
        Some(Outcome::Chain(chain)) => {
            resolver.resolve_result_chain(chain);
            None
        }
        Some(Outcome::Names(names)) => {
            resolver.graph.tuple = true;
            Some(names.clone())
        }
        None => None,
    };
    resolver.connect_feeds();
    resolver.connect_reads();
    if let Some(names) = result {
        resolver.resolve_result_names(&names);
    }
    resolver.report_unfed();
    resolver.graph
}

fn is_a_name(chain: &Chain, names: &[Name<'_>]) -> bool {
    match chain.elements.as_slice() {
        [only] => only.arguments.is_none() && names.iter().any(|name| *name.word == only.word),
        _ => false,
    }
}

/// A defined name.
struct Name<'s> {
    word: &'s Ident,
    statement: usize,
    ends: Ends<'s>,
}

/// The two ends of a chain.
#[derive(Clone, Copy, Default)]
struct Ends<'s> {
    /// The operator at the head, where it waits to be fed.
    open: Option<NodeId>,
    /// What comes out.
    end: Option<End<'s>>,
    /// Whether some of the chain was reported.
    broken: bool,
}

#[derive(Clone, Copy)]
enum End<'s> {
    Node(NodeId),
    /// The chain is but another name.
    Alias(&'s Ident),
}

/// Where a chain stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A statement or the result.
    Top,
    /// In the parentheses of a fan-in.
    Inside,
}

struct Resolver<'s, 'e> {
    graph: Graph<'s>,
    names: Vec<Name<'s>>,
    /// Inputs that read a name: (node, input, name, order).
    reads: Vec<(NodeId, usize, &'s Ident, usize)>,
    feeds: Vec<Feed<'s>>,
    order: usize,
    errors: &'e mut Errors,
}

/// An output that feeds a segment.
struct Feed<'s> {
    from: End<'s>,
    port: Port,
    span: Span,
    order: usize,
    segment: &'s Ident,
}

/// Stands in an input until its name is connected.
const NOWHERE: NodeId = usize::MAX;

impl<'s> Resolver<'s, '_> {
    fn collect_names(&mut self, statements: &'s [Statement]) {
        for (statement, each) in statements.iter().enumerate() {
            let Some(word) = &each.name else { continue };
            if let Some(first) = self.names.iter().find(|name| name.word == word) {
                let first = first.word.span();
                let help =
                    "choose another name; to merge several chains, feed a segment: `… -> name`";
                self.errors
                    .at(word.span(), format!("`{word}` is defined twice"), help);
                self.errors
                    .at(first, format!("`{word}` is defined here first"), "");
            } else {
                self.names.push(Name {
                    word,
                    statement,
                    ends: Ends::default(),
                });
            }
        }
    }

    fn is_defined(&self, word: &Ident) -> bool {
        self.names.iter().any(|name| name.word == word)
    }

    fn next_order(&mut self) -> usize {
        self.order += 1;
        self.order
    }

    /// Makes the nodes of a chain and joins them.
    fn resolve_chain(
        &mut self,
        chain: &'s Chain,
        name: Option<&'s Ident>,
        place: Place,
    ) -> Ends<'s> {
        let mut ends = Ends::default();
        let last = chain.elements.len().saturating_sub(1);
        let mut previous: Option<End<'s>> = None;
        for (index, element) in chain.elements.iter().enumerate() {
            let is_name = element.arguments.is_none()
                && element.turbofish.is_none()
                && self.is_defined(&element.word);
            if is_name {
                previous = self.resolve_name(element, previous, index == last, place, &mut ends);
                if index > 0 {
                    continue;
                }
            } else {
                previous = self.resolve_operator(element, previous, index == 0, name, &mut ends);
                if place == Place::Inside && ends.open.is_some() {
                    self.errors.at(
                        element.word.span(),
                        format!("`{}` has no input here", element.word),
                        "an input of a fan-in starts with a source or a name",
                    );
                    ends = Ends {
                        broken: true,
                        ..Ends::default()
                    };
                    self.break_node(previous);
                }
            }
            ends.broken |= element.broken;
            if previous.is_none() {
                // Reported. What follows has no input to be checked against.
                ends.broken = true;
                for rest in &chain.elements[index + 1..] {
                    self.report_unknown_operator(rest);
                    self.skip_feed(rest);
                }
                break;
            }
        }
        if let (Some(End::Node(node)), Some(_)) = (previous, name) {
            self.graph.nodes[node].names_end = true;
        }
        ends.end = previous;
        ends
    }

    /// A name: at the head it is read, at the end it is fed.
    fn resolve_name(
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
            ends.broken = true;
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
        Some(previous)
    }

    /// An operator becomes a node; `None` where its word is unknown.
    fn resolve_operator(
        &mut self,
        element: &'s Element,
        previous: Option<End<'s>>,
        is_first: bool,
        name: Option<&'s Ident>,
        ends: &mut Ends<'s>,
    ) -> Option<End<'s>> {
        let word = &element.word;
        let operator = self.find_operator(element)?;
        let node = self.graph.nodes.len();
        self.graph.nodes.push(Node {
            operator,
            element: Some(element),
            span: word.span(),
            chain: name,
            names_end: false,
            inputs: Vec::new(),
            broken: element.broken,
        });
        if operator.is_source() || operator.is_fan_in() {
            if previous.is_some() {
                let (wrong, help) = if operator.is_source() {
                    (
                        "a source cannot stand in the middle of a chain",
                        "start a chain with it",
                    )
                } else {
                    (
                        "a fan-in takes its inputs in the parentheses",
                        "start a chain with it: `union(a, b) -> …`",
                    )
                };
                self.errors.at(word.span(), wrong, help);
                self.graph.nodes[node].broken = true;
            }
            if operator.is_fan_in() {
                self.resolve_inputs(node, element);
            }
        } else if is_first {
            ends.open = Some(node);
        } else if let Some(previous) = previous {
            self.join(previous, node, word.span());
        }
        if let Some(segment) = element
            .question
            .as_ref()
            .and_then(|each| each.or_else.as_ref())
        {
            let order = self.next_order();
            let (from, span) = (End::Node(node), segment.span());
            self.feeds.push(Feed {
                from,
                port: Port::Errors,
                span,
                order,
                segment,
            });
        }
        Some(End::Node(node))
    }

    /// The chains in a fan-in's parentheses.
    fn resolve_inputs(&mut self, node: NodeId, element: &'s Element) {
        let Some(arguments) = &element.arguments else {
            return;
        };
        for chain in &arguments.inputs {
            let ends = self.resolve_chain(chain, None, Place::Inside);
            let span = chain
                .elements
                .last()
                .map_or(element.word.span(), |last| last.word.span());
            match ends.end {
                Some(end) => self.join(end, node, span),
                None => self.graph.nodes[node].broken = true,
            }
            self.graph.nodes[node].broken |= ends.broken;
        }
    }

    /// An edge from what came before to `node`.
    fn join(&mut self, previous: End<'s>, node: NodeId, span: Span) {
        let order = self.next_order();
        let input = self.graph.nodes[node].inputs.len();
        let from = match previous {
            End::Node(from) => {
                self.check_flows_on(from, span);
                from
            }
            End::Alias(name) => {
                self.reads.push((node, input, name, order));
                NOWHERE
            }
        };
        let span = if let End::Alias(name) = previous {
            name.span()
        } else {
            span
        };
        self.graph.nodes[node].inputs.push(Edge {
            from,
            port: Port::Items,
            span,
            order,
        });
    }

    /// Nothing may stand behind a sink.
    fn check_flows_on(&mut self, from: NodeId, next: Span) {
        let operator = self.graph.nodes[from].operator;
        if operator.is_sink() && !self.graph.nodes[from].broken {
            self.errors.at(
                next,
                format!("nothing flows out of the sink `{}`", operator.name),
                "end the chain there, or use `inspect` to look at items on their way",
            );
            self.graph.nodes[from].broken = true;
        }
    }

    fn break_node(&mut self, end: Option<End<'s>>) {
        if let Some(End::Node(node)) = end {
            self.graph.nodes[node].broken = true;
        }
    }

    /// The row of an element's word; reports an unknown one.
    fn find_operator(&mut self, element: &Element) -> Option<&'static Operator> {
        let word = element.word.to_string();
        if let Some(row) = operators::find(&word) {
            return Some(row);
        }
        let is_call = element.arguments.is_some() || element.turbofish.is_some();
        let names = || {
            self.names
                .iter()
                .map(|name| name.word.to_string())
                .collect::<Vec<_>>()
        };
        let (wrong, help) = if let Some(here) = operators::elsewhere(&word) {
            (
                format!("unknown operator `{word}`"),
                format!("here it is {here}"),
            )
        } else if operators::NOT_YET.contains(&word.as_str()) {
            (format!("`{word}` is not supported yet"), String::new())
        } else if is_call {
            let words = operators::OPERATORS.iter().map(|row| row.name);
            let help = match nearest(&word, words) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "see the reference of operators in the documentation".to_string(),
            };
            (format!("unknown operator `{word}`"), help)
        } else {
            let defined = names();
            let words = operators::OPERATORS.iter().map(|row| row.name);
            let near = nearest(&word, defined.iter().map(String::as_str).chain(words));
            let help = match near {
                Some(near) if operators::find(near).is_some() => {
                    format!("did you mean `{near}(…)`?")
                }
                Some(near) => format!("did you mean `{near}`?"),
                None if defined.is_empty() => "no stage has a name in this flow".to_string(),
                None => format!(
                    "the stages are {}",
                    list(defined.iter().map(String::as_str))
                ),
            };
            (format!("unknown name `{word}`"), help)
        };
        self.errors.at(element.word.span(), wrong, help);
        None
    }

    /// Behind an element that was reported, typing errors are still worth
    /// telling.
    fn report_unknown_operator(&mut self, element: &Element) {
        let is_call = element.arguments.is_some();
        if is_call && operators::find(&element.word.to_string()).is_none() {
            self.find_operator(element);
        }
    }

    /// A chain that broke off would have fed this segment: it is not unfed.
    fn skip_feed(&mut self, element: &'s Element) {
        let segments = element
            .question
            .iter()
            .filter_map(|each| each.or_else.as_ref());
        for word in segments.chain(element.arguments.is_none().then_some(&element.word)) {
            for name in &mut self.names {
                if name.word == word {
                    name.ends.broken = true;
                }
            }
        }
    }

    /// The result, where it is a chain of its own.
    fn resolve_result_chain(&mut self, chain: &'s Chain) {
        let ends = self.resolve_chain(chain, None, Place::Top);
        if let (Some(open), false) = (ends.open, ends.broken) {
            self.report_no_source(open);
        }
        if let Some(End::Node(node)) = ends.end {
            self.check_is_end(node, None);
        }
    }

    fn report_no_source(&mut self, open: NodeId) {
        let word = self.graph.nodes[open].operator.name;
        self.errors.at(
            self.graph.nodes[open].span,
            format!("`{word}` has no input here"),
            "start the chain with a source, such as `from(iter)`, or with a name",
        );
        self.graph.nodes[open].broken = true;
    }

    /// Takes a node as the flow's result, where it is an end.
    fn check_is_end(&mut self, node: NodeId, name: Option<&Ident>) {
        let end = &self.graph.nodes[node];
        if end.may_end() {
            self.graph.result.get_or_insert_default().push(node);
        } else if !end.broken {
            let span = name.map_or(end.span, Ident::span);
            let wrong = match name {
                Some(name) => format!("`{name}` is not an end: it has no value to give"),
                None => "the result does not end in a sink".to_string(),
            };
            self.errors.at(
                span,
                wrong,
                "end it in one, such as `-> collect::<Vec<_>>()`",
            );
            self.graph.nodes[node].broken = true;
        }
    }

    /// The result, where it is a name or several.
    fn resolve_result_names(&mut self, names: &[Ident]) {
        if names.is_empty() {
            self.graph.result = Some(Vec::new());
        }
        for word in names {
            match self.find_end(word) {
                Found::Node(node) => {
                    self.check_is_end(node, Some(word));
                    self.graph.nodes[node].names_end = true;
                }
                Found::Unknown => {
                    let defined: Vec<String> = self
                        .names
                        .iter()
                        .map(|name| name.word.to_string())
                        .collect();
                    let help = match nearest(&word.to_string(), defined.iter().map(String::as_str))
                    {
                        Some(near) => format!("did you mean `{near}`?"),
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

    /// What comes out of the chain of this name.
    fn find_end(&mut self, word: &Ident) -> Found {
        let mut path = vec![word.clone()];
        let mut word = word;
        loop {
            let Some(name) = self.names.iter().find(|name| name.word == word) else {
                return Found::Unknown;
            };
            match name.ends.end {
                Some(End::Node(node)) => return Found::Node(node),
                None => return Found::Broken,
                Some(End::Alias(next)) => {
                    if path.contains(next) {
                        let names: Vec<String> = path.iter().map(Ident::to_string).collect();
                        self.errors.at(
                            name.word.span(),
                            format!(
                                "nothing feeds {}: defined by each other",
                                list(names.iter().map(String::as_str))
                            ),
                            "start one of them with a source",
                        );
                        for name in &mut self.names {
                            if path.contains(name.word) {
                                name.ends = Ends {
                                    broken: true,
                                    ..Ends::default()
                                };
                            }
                        }
                        return Found::Broken;
                    }
                    path.push(next.clone());
                    word = next;
                }
            }
        }
    }

    /// Inputs that read a name.
    fn connect_reads(&mut self) {
        for (node, input, word, _) in std::mem::take(&mut self.reads) {
            match self.find_end(word) {
                Found::Node(from) => {
                    self.check_read(from, word);
                    self.graph.nodes[node].inputs[input].from = from;
                    self.graph.nodes[node].broken |= self.graph.nodes[from].broken;
                }
                Found::Unknown | Found::Broken => self.graph.nodes[node].broken = true,
            }
        }
        // What could not be connected has been reported: leave it out.
        for node in &mut self.graph.nodes {
            let before = node.inputs.len();
            node.inputs.retain(|edge| edge.from != NOWHERE);
            node.broken |= node.inputs.len() < before;
        }
    }

    fn check_read(&mut self, from: NodeId, word: &Ident) {
        let node = &self.graph.nodes[from];
        if node.operator.is_sink() && !node.broken {
            let sink = node.operator.name;
            self.errors.at(
                word.span(),
                format!("nothing flows out of `{word}`: it ends in the sink `{sink}`"),
                "read the stage before it",
            );
        }
    }

    /// Outputs that feed a segment; several of them meet in a union.
    fn connect_feeds(&mut self) {
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
            let found = match from {
                End::Node(from) => Found::Node(from),
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
            };
            let Some(ends) = self
                .names
                .iter()
                .find(|name| name.word == word)
                .map(|name| name.ends)
            else {
                self.report_unknown_segment(word);
                continue;
            };
            match ends.open {
                Some(head) => match heads.iter_mut().find(|(each, _)| *each == head) {
                    Some((_, edges)) => edges.push(edge),
                    None => heads.push((head, vec![edge])),
                },
                None if ends.broken => {}
                None => {
                    self.errors.at(
                        word.span(),
                        format!("`{word}` already has a source"),
                        "only a segment, a chain that starts with an operator, can be fed",
                    );
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
    fn insert_union(&mut self, head: NodeId, edges: Vec<Edge>) {
        let Some(operator) = operators::find("union") else {
            return;
        };
        let span = self.graph.nodes[head].span;
        let chain = self.graph.nodes[head].chain;
        let union = self.graph.nodes.len();
        self.graph.nodes.push(Node {
            operator,
            element: None,
            span,
            chain,
            names_end: false,
            inputs: edges,
            broken: false,
        });
        let order = self.next_order();
        let edge = Edge {
            from: union,
            port: Port::Items,
            span,
            order,
        };
        self.graph.nodes[head].inputs = vec![edge];
    }

    fn report_unknown_segment(&mut self, word: &Ident) {
        let open: Vec<String> = self
            .names
            .iter()
            .filter(|name| name.ends.open.is_some())
            .map(|name| name.word.to_string())
            .collect();
        let help = match nearest(&word.to_string(), open.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("define it: `{word} = for_each(|error| …);`"),
        };
        self.errors
            .at(word.span(), format!("unknown segment `{word}`"), help);
    }

    /// Segments that nothing flows into.
    fn report_unfed(&mut self) {
        for name in &self.names {
            let Some(open) = name.ends.open else { continue };
            if self.graph.nodes[open].inputs.is_empty()
                && !self.graph.nodes[open].broken
                && !name.ends.broken
            {
                let word = name.word;
                self.errors.at(
                    word.span(),
                    format!("nothing flows into the segment `{word}`"),
                    format!("feed it: `… -> {word}`, or start it with a source"),
                );
                self.graph.nodes[open].broken = true;
            }
        }
    }
}

/// What a name stands for.
enum Found {
    Node(NodeId),
    Unknown,
    Broken,
}
