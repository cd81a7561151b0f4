//! Flows with an open end, in which something is awaited, that go on by turns.

use super::Writer;
use crate::{
    captures::gives_free_futures,
    graph::{Edge, Node, NodeId},
    plan::{Root, Shape, Waits},
    table::Form,
};

/// The turns of a stream, in each of which one source item is carried through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turns {
    /// Each is polled, and awaits nothing but the source.
    Polls,
    /// Each awaits one future between its two halves: that of this node.
    Halves(NodeId),
    /// Each is a future.
    Futures,
}

impl Writer<'_, '_, '_> {
    /// The turns of a stream, where what leaves is the last that is made of a source item.
    /// `None` where that is otherwise, or the flow is no stream.
    pub fn turns_of_stream(&self) -> Option<Turns> {
        let Shape::Lazy(outlet) = self.plan.shape() else {
            return None;
        };
        let nodes = &self.graph().nodes;
        let [region] = self.plan.regions.as_slice() else {
            return None;
        };
        let [Root::Source(source)] = region.roots.as_slice() else {
            return None;
        };
        let plain = self.copies.is_none() && !self.observes() && !self.acknowledges();
        let by_turns = plain
            && self.plan.waits != Waits::Never
            && self.plan.leaves_once(outlet)
            && !self.branches();
        if !by_turns {
            return None;
        }
        let waits = |id: &NodeId| id != source && nodes[*id].behaviour.waits != Waits::Never;
        let waiting: Vec<NodeId> = (0..nodes.len()).filter(waits).collect();
        match (nodes[*source].operator.form, waiting.as_slice()) {
            (Form::Iterator, [only]) if self.is_between_halves(*source, *only) => {
                Some(Turns::Halves(*only))
            }
            (Form::Iterator, _) => Some(Turns::Futures),
            (Form::Stream, []) => Some(Turns::Polls),
            _ => None,
        }
    }

    /// Returns whether some output is used more than once.
    fn branches(&self) -> bool {
        let graph = self.graph();
        let is_branch = |edge: &Edge| graph.uses(edge.from, edge.port).len() > 1;
        let mut edges = graph.nodes.iter().flat_map(|node| &node.inputs);
        edges.any(is_branch)
    }

    /// Returns whether a node awaits what borrows nothing from it, and all that is done
    /// behind it is made of what it gives.
    fn is_between_halves(&self, source: NodeId, id: NodeId) -> bool {
        let nodes = &self.graph().nodes;
        let meets = |node: &Node<'_>| node.inputs.len() > 1 || node.operator.form == Form::Match;
        if nodes.iter().any(meets) || !gives_free_futures(&nodes[id]) {
            return false;
        }
        // Nothing before it lends what it gives.
        let mut before = nodes[id].inputs[0].from;
        while before != source {
            use Form::{Call, Gate, Look, Select, Test, Tick};
            let form = nodes[before].operator.form;
            if !matches!(form, Call | Gate | Look | Select | Test | Tick) {
                return false;
            }
            before = nodes[before].inputs[0].from;
        }
        true
    }
}
