//! Flows with an open end, in which something is awaited, that go on by turns.

use super::{OnError, Writer};
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
    /// Each has parts, and awaits one future between two of them: that of an operator.
    Parts,
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
        // An error leaves between two parts as it does elsewhere, where nothing is left to be done.
        let fails = self.plan.fails && !self.plan.goes_by_levels();
        let once = match fails {
            true => self.on_error() == OnError::Leaves && self.plan.gives_once(outlet),
            false => self.plan.leaves_once(outlet),
        };
        let by_turns = plain
            && self.plan.waits != Waits::Never
            && once
            && (self.plan.goes_by_levels() || !self.branches());
        if !by_turns {
            return None;
        }
        let waits = |id: &NodeId| id != source && nodes[*id].behaviour.waits != Waits::Never;
        let waiting: Vec<NodeId> = (0..nodes.len()).filter(waits).collect();
        match (nodes[*source].operator.form, waiting.as_slice()) {
            (Form::Stream, []) => Some(Turns::Polls),
            (Form::Iterator | Form::Stream, all)
                if self.are_between_parts(*source, outlet, all) =>
            {
                Some(Turns::Parts)
            }
            (Form::Iterator | Form::Stream, _) if !fails => Some(Turns::Futures),
            _ => None,
        }
    }

    /// Returns whether an error that leaves the flow at once does so in a turn, which ends with it.
    pub fn ends_turns(&self) -> bool {
        let turns = self.plan.goes_by_levels() || self.turns_of_stream() == Some(Turns::Parts);
        self.copies.is_none() && turns
    }

    /// Returns whether an operator awaits between two parts of a turn.
    pub fn is_between_parts(&self, node: NodeId) -> bool {
        let form = self.graph().nodes[node].operator.form;
        form == Form::Await && self.turns_of_stream() == Some(Turns::Parts)
    }

    /// Returns whether some output is used more than once.
    fn branches(&self) -> bool {
        let graph = self.graph();
        let is_branch = |edge: &Edge| graph.uses(edge.from, edge.port).len() > 1;
        let mut edges = graph.nodes.iter().flat_map(|node| &node.inputs);
        edges.any(is_branch)
    }

    /// Returns whether these nodes, all that wait, await what borrows nothing from them, and all
    /// that is done behind each is made of what it gives.
    fn are_between_parts(&self, source: NodeId, outlet: NodeId, waiting: &[NodeId]) -> bool {
        let nodes = &self.graph().nodes;
        let meets = |node: &Node<'_>| node.inputs.len() > 1 || node.operator.form == Form::Match;
        let free = |id: &NodeId| gives_free_futures(&nodes[*id]);
        if nodes.iter().any(meets) || !waiting.iter().all(free) {
            return false;
        }
        // All are in the chain that leaves, and nothing in front of the last lends what it gives.
        let lends_nothing = |form| {
            use Form::{Await, Call, Gate, Look, Select, Test, Tick};
            matches!(form, Await | Call | Gate | Look | Select | Test | Tick)
        };
        let (mut left, mut at) = (waiting.len(), nodes[outlet].inputs[0].from);
        while at != source {
            left -= usize::from(waiting.contains(&at));
            if left < waiting.len() && !lends_nothing(nodes[at].operator.form) {
                return false;
            }
            at = nodes[at].inputs[0].from;
        }
        left == 0 && !waiting.is_empty()
    }
}
