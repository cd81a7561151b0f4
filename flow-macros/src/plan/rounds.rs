//! Rounds: what goes back to earlier stages through cuts.

use super::Plan;
use crate::{check, graph::NodeId};

impl Plan<'_, '_> {
    /// The nodes that lie on a way from a node back to itself, in order, itself
    /// included; none where there is no such way.
    pub fn round(&self, node: NodeId) -> Vec<NodeId> {
        let round = self.graph.round(node);
        if round.is_empty() {
            return round;
        }
        let order = self.order.iter().copied();
        order.filter(|other| round.contains(other)).collect()
    }

    /// Finds the nodes to which something returns from another region.
    pub(super) fn find_rounds(&mut self) {
        let nodes = &self.graph.nodes;
        let returns = |id: &NodeId| nodes[*id].inputs.iter().any(|edge| edge.returns);
        self.returned_to = self.order.iter().copied().filter(returns).collect();
    }

    /// The nodes to which something returns from another region.
    pub fn returned_to(&self) -> &[NodeId] {
        &self.returned_to
    }

    /// The first of the nodes that something returns to on the same ways round:
    /// it stands for those ways.
    pub fn round_of(&self, head: NodeId) -> NodeId {
        let round = self.round(head);
        let mut heads = self.returned_to().iter().copied();
        heads.find(|other| round.contains(other)).unwrap_or(head)
    }

    /// The nodes on the ways round that a head stands for which hold items until they are
    /// asked for them, in the order of the graph.
    pub fn flushed(&self, head: NodeId) -> Vec<NodeId> {
        let round = self.round(head).into_iter();
        round
            .filter(|node| check::is_flushed(&self.graph.nodes[*node]))
            .collect()
    }

    /// Returns whether a region has to give what its operators hold when a cycle has come
    /// to rest.
    pub fn flushes(&self, region: usize) -> bool {
        let heads = self.rounds_through(region).into_iter();
        heads
            .flat_map(|head| self.flushed(head))
            .any(|node| self.flushes_in(node, region))
    }

    /// Returns whether a region gives what a node holds. What a cut holds is no region's.
    pub fn flushes_in(&self, node: NodeId, region: usize) -> bool {
        !self.graph.nodes[node].is_cut() && self.region_of[node] == region
    }

    /// The ways round that a region lies on.
    pub fn rounds_through(&self, region: usize) -> Vec<NodeId> {
        let heads = self.returned_to().iter().copied();
        let through = |head: &NodeId| {
            let first = self.round_of(*head) == *head;
            let mut round = self.graph.round(*head).into_iter();
            first && round.any(|node| self.region_of_output(node) == region)
        };
        heads.filter(through).collect()
    }
}
