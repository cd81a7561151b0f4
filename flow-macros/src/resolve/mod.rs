//! [`Syntax`] to [`Graph`]: words to operators and stages, names to nodes.
//!
//! Names are collected first, so a statement may refer to a later one. Then
//! chains become nodes; what refers to a name is connected last.

mod arms;
mod chains;
mod feeds;
mod inner;
mod names;
mod results;
mod words;

use proc_macro2::{Ident, Span};

use crate::{
    errors::Errors,
    graph::{Graph, NodeId, Port},
    health::Health,
    sorted::Map,
    syntax::{Chain, Outcome, Syntax},
};

/// Resolves a flow; what is wrong goes into `errors`, and what could be
/// resolved into the graph all the same.
pub fn graph<'s>(syntax: &'s Syntax, errors: &mut Errors) -> Graph<'s> {
    let mut resolver = Resolver {
        graph: Graph::default(),
        names: Vec::new(),
        places: Map::new(),
        outside: Vec::new(),
        reads: Vec::new(),
        feeds: Vec::new(),
        sides: Vec::new(),
        lost: Vec::new(),
        unknown: Vec::new(),
        order: 0,
        errors,
    };
    resolver.graph.observed = syntax.observe.is_some();
    resolver.collect_names(&syntax.statements);
    for (index, statement) in syntax.statements.iter().enumerate() {
        let name = statement.name.as_ref();
        let first = resolver.graph.nodes.len();
        let ends = resolver.resolve_chain(&statement.chain, None, name, Place::Top);
        for node in &mut resolver.graph.nodes[first..] {
            node.allows = &statement.attributes.allows;
        }
        resolver.set_capacity(statement, ends);
        if name.is_none() {
            let last = index + 1 == syntax.statements.len() && syntax.result.is_none();
            resolver.report_name_alone(statement, last);
            if let (Some(open), false) = (ends.open, ends.health.broken) {
                resolver.report_no_source(open);
            }
        } else if let Ok(place) = resolver
            .names
            .binary_search_by_key(&index, |name| name.statement)
        {
            let name = &mut resolver.names[place];
            // What was reported before may have been about this one.
            let broken = name.ends.health.broken;
            name.ends = ends;
            name.ends.health.broken |= broken;
        } else {
            // The name is another's: reported.
            resolver.lose(ends.end);
        }
    }
    let result = match &syntax.result {
        Some(Outcome::Chain(chain)) if is_a_name(chain, &resolver.names) => {
            Some((vec![chain.elements[0].word.clone()], Health::default()))
        }
        Some(Outcome::Chain(chain)) => {
            resolver.resolve_result_chain(chain);
            None
        }
        Some(Outcome::Names(names)) => {
            resolver.graph.tuple = true;
            resolver.skip_words(&names.skipped);
            Some((names.words.clone(), names.health))
        }
        None => None,
    };
    resolver.connect_feeds();
    resolver.connect_reads();
    if let Some((names, health)) = result {
        resolver.resolve_result_names(&names, health);
    }
    resolver.graph.mark_back_edges();
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
    /// Holds what comes out.
    end: Option<End<'s>>,
    /// Says whether it ends by feeding a segment.
    fed: bool,
    /// Says whether some of the chain was reported.
    health: Health,
}

#[derive(Clone, Copy)]
enum End<'s> {
    Node(NodeId),
    /// An arm of a `match`, before anything is done with what it binds.
    Arm(NodeId, usize),
    /// The chain is but another name.
    Alias(&'s Ident),
}

/// Says where a chain stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A statement or the result.
    Top,
    /// In the parentheses of a fan-in.
    Inside,
    /// In an arm of a `match`.
    Arm,
}

struct Resolver<'s, 'e> {
    graph: Graph<'s>,
    names: Vec<Name<'s>>,
    /// The places of the names, by their words.
    places: Map<String, usize>,
    /// The names around the chain of an element, which it cannot reach.
    outside: Vec<&'s Ident>,
    /// Inputs that read a name: (node, input, name, order).
    reads: Vec<(NodeId, usize, &'s Ident, usize)>,
    feeds: Vec<Feed<'s>>,
    /// The segments around the chain of an element that its errors go to.
    sides: Vec<&'s Ident>,
    /// Names that are used by something that was reported.
    lost: Vec<Ident>,
    /// Names that were reported, as there are none.
    unknown: Vec<String>,
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

/// Says what a name stands for.
enum Found {
    Node(NodeId),
    Unknown,
    Broken,
}

impl<'s> Resolver<'s, '_> {
    /// Marks an output that goes to something that was reported: whether anybody
    /// uses it there is no telling.
    fn lose(&mut self, end: Option<End<'s>>) {
        match end {
            Some(End::Node(node)) => self.graph.nodes[node].health.lost = true,
            Some(End::Alias(name)) => self.lost.push(name.clone()),
            Some(End::Arm(..)) | None => {}
        }
    }

    fn next_order(&mut self) -> usize {
        self.order += 1;
        self.order
    }
}
