//! Rounds: what goes back to earlier stages through cuts.

use super::Plan;
use crate::graph::NodeId;

impl Plan<'_, '_> {
    /// The nodes that lie on a way from a node back to itself, in order, itself
    /// included; none where there is no such way.
    pub fn round(&self, node: NodeId) -> Vec<NodeId> {
        let round = self.graph.round(node);
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
