//! Ends: what ends when, and what leaves then.

use std::collections::BTreeSet;

use super::{MOST_STEPS, Run};
use crate::graph::{NodeId, Op, Port};

impl Run<'_> {
    /// The closer of the items that leave a node: the source they all come from, or
    /// a node with an end of its own.
    pub(super) fn closer(&self, id: NodeId) -> NodeId {
        let node = &self.graph.nodes[id];
        let inputs = node.inputs.iter().filter(|edge| !edge.back);
        let closers: BTreeSet<_> = inputs.map(|edge| self.closer(edge.from)).collect();
        let early = node.op.is_gate() || matches!(node.op, Op::Zip | Op::Merge);
        let early = early || self.kept.contains(&id);
        match closers.first() {
            Some(only) if closers.len() == 1 && !(early && self.several) => *only,
            _ => id,
        }
    }

    pub(super) fn has_ended(&self, id: NodeId) -> bool {
        self.ended[self.closer(id)]
    }

    /// Returns whether a node with an end of its own is at it.
    pub(super) fn is_over(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        let state = &self.states[id];
        let mut inputs = node.inputs.iter().zip(&state.waiting);
        let mut forward = node.inputs.iter().filter(|edge| !edge.back);
        match node.op {
            Op::Zip => inputs.any(|(edge, queue)| self.has_ended(edge.from) && queue.is_empty()),
            Op::Merge => inputs.all(|(edge, queue)| self.has_ended(edge.from) && queue.is_empty()),
            _ if self.left.contains_key(&id) => false,
            _ => state.is_over(&node.op) || forward.all(|edge| self.has_ended(edge.from)),
        }
    }

    /// Lets what is held behind an end leave, in the order of the graph. What comes
    /// back in a cycle and is held again leaves before what is behind the cycle.
    pub(super) fn end(&mut self, closer: NodeId) {
        self.ended[closer] = true;
        self.ending = Some(closer);
        let mut done = BTreeSet::new();
        for id in self.order.clone() {
            let circle = self.circle(id);
            if !done.insert(id) {
                continue;
            }
            done.extend(&circle);
            let mut left = true;
            while left && self.steps < MOST_STEPS {
                left = false;
                for &each in &circle {
                    left |= self.flush(each, closer);
                }
                left &= circle.len() > 1;
            }
        }
        self.ending = None;
    }

    /// A node, and those that are in a cycle with it.
    pub(super) fn circle(&self, id: NodeId) -> Vec<NodeId> {
        let below = self.graph.reach(id, None, true);
        let back = |other: &NodeId| {
            below.contains(other) && self.graph.reach(*other, None, true).contains(&id)
        };
        self.order.iter().copied().filter(back).collect()
    }

    /// Lets what a node holds leave; gives whether there was anything.
    pub(super) fn flush(&mut self, id: NodeId, closer: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        let ends = |(input, edge): (usize, &crate::graph::Edge)| {
            (!edge.back && self.closer(edge.from) == closer).then_some(input)
        };
        let ends: Vec<usize> = node.inputs.iter().enumerate().filter_map(ends).collect();
        if ends.is_empty() {
            return false;
        }
        if node.op == Op::Merge {
            ends.iter()
                .for_each(|input| self.states[id].closed[*input] = true);
            self.work(id);
        }
        let items = self.states[id].finish(&node.op);
        let left = !items.is_empty();
        for x in items {
            if !self.all_have_ended(id) {
                self.round(id, Port::Items, x);
            }
        }
        left
    }
}
