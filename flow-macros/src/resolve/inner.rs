//! Chains within an element: a graph of their own, from an inlet to an outlet.

use proc_macro2::Ident;

use super::{End, Feed, Place, Resolver};
use crate::{
    graph::{Edge, Graph, NodeId, Port},
    sorted::Map,
    syntax::Inner,
    table,
};

impl<'s> Resolver<'s, '_> {
    /// Resolves the chain within `node`.
    pub(super) fn resolve_inner(
        &mut self,
        node: NodeId,
        inner: &'s Inner,
        name: Option<&'s Ident>,
    ) {
        let around = self.names.iter().map(|name| name.word);
        let outside = around.chain(self.outside.iter().copied()).collect();
        let mut within = Resolver {
            graph: Graph::default(),
            names: Vec::new(),
            places: Map::new(),
            outside,
            reads: Vec::new(),
            feeds: Vec::new(),
            sides: Vec::new(),
            lost: Vec::new(),
            unknown: Vec::new(),
            order: 0,
            errors: self.errors,
        };
        let span = self.graph.nodes[node].span;
        let inlet = within.push_node(table::INLET, span, name);
        let ends = within.resolve_chain(&inner.chain, Some(End::Node(inlet)), name, Place::Arm);
        let place = match inner.gather {
            Some(_) => "between `scatter` and `gather`",
            None => "in braces",
        };
        within.report_sinks(place);
        if let Some(end) = ends.end {
            let outlet = within.push_node(table::OUTLET, span, name);
            if let Some(gather) = &inner.gather {
                let each = &mut within.graph.nodes[outlet];
                each.operator = &table::GATHER;
                each.element = Some(gather);
                each.span = gather.word.span();
                each.health.broken = gather.health.broken;
                each.settle();
            }
            let span = within.graph.nodes[outlet].span;
            within.join(end, outlet, span);
        }
        within.connect_feeds();
        let lost = std::mem::take(&mut within.lost);
        within.connect_reads();
        let sides = std::mem::take(&mut within.sides);
        let mut graph = within.graph;
        let mut broken = ends.health.broken || ends.end.is_none();
        for each in &mut graph.nodes {
            // The name is what the element gives.
            each.names_end = false;
            broken |= each.health.broken;
        }
        self.graph.nodes[node].health.broken |= broken;
        self.graph.nodes[node].enclose(graph);
        for (side, segment) in sides.into_iter().enumerate() {
            let order = self.next_order();
            self.feeds.push(Feed {
                from: End::Node(node),
                port: Port::Side(side),
                span: segment.span(),
                order,
                segment,
            });
        }
        for word in lost {
            self.forgive(&word.to_string());
        }
        // It cannot fail, which is reported.
        if let Some(gather) = &inner.gather {
            self.skip_errors(gather);
        }
    }

    /// Checks that items leave an element at its end, and nowhere else.
    fn report_sinks(&mut self, place: &str) {
        for node in &mut self.graph.nodes {
            // What is dropped leaves by no chain of its own.
            let written = node.element.is_some();
            if node.operator.is_sink() && written && !node.health.broken {
                let wrong = format!("the sink `{}` cannot stand {place}", node.operator.name);
                let help = "leave the chain open, and end it behind";
                self.errors.at(node.span, wrong, help);
                node.health.broken = true;
            }
        }
    }

    /// Has errors leave the chain of an element, to a segment around it; returns whether
    /// there is one of this name.
    pub(super) fn leave_by_side(&mut self, edge: Edge, segment: &'s Ident) -> bool {
        let errors = matches!(edge.port, Port::Errors | Port::Side(_));
        if !errors || !self.outside.contains(&segment) {
            return false;
        }
        let side = self.push_node(table::SIDE, segment.span(), None);
        self.graph.nodes[side].inputs = vec![Edge {
            feed: false,
            ..edge
        }];
        self.sides.push(segment);
        true
    }

    /// Reports a name that is defined around the chain of an element; whether
    /// it is one.
    pub(super) fn report_outside(&mut self, word: &Ident) -> bool {
        let found = self.outside.contains(&word);
        // Of one name it is one mistake.
        if found && !self.lost.contains(word) {
            let wrong = format!("the stage `{word}` cannot be reached from here");
            let help =
                "a chain that is copied stands for itself: only errors leave it, by `? else name`";
            self.errors.at(word.span(), wrong, help);
            self.lost.push(word.clone());
        }
        found
    }
}
