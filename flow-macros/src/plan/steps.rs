//! The nodes of one step, in which an item goes from a root to where it ends.

use super::Plan;
use crate::{
    graph::{NodeId, Use},
    sorted::{Map, Set},
};

impl Plan<'_, '_> {
    /// The nodes between a fan-in and the last node that all which comes to it has gone
    /// through, in each of the steps that `node` is part of.
    pub(super) fn before_meeting(&self, fan_in: NodeId, node: NodeId) -> Set<NodeId> {
        let mut before = Set::new();
        for root in self.begins(node) {
            let parents = self.parents_from(root);
            let Some(parent) = parents.get(&fan_in) else {
                continue;
            };
            let between = |id: &NodeId| id != parent && parents.contains_key(id);
            before.extend(self.above(fan_in, between));
        }
        before
    }

    /// The nodes at which the steps begin that a node is part of.
    fn begins(&self, node: NodeId) -> Vec<NodeId> {
        let mut above = self.above(node, |_| true);
        above.insert(node);
        let begins = |id: &NodeId| {
            let inputs = self.graph.nodes[*id].inputs.len();
            self.before(*id).count() < inputs.max(1)
        };
        above.into_iter().filter(begins).collect()
    }

    /// Of each node that a step reaches, the last one before it on all ways from the root.
    fn parents_from(&self, root: NodeId) -> Map<NodeId, NodeId> {
        let mut parents = Map::from([(root, root)]);
        for &node in &self.order[self.rank(root) + 1..] {
            let inputs = self.before(node).filter(|from| parents.contains_key(from));
            if let Some(met) = self.last_before(inputs, |node| parents[&node]) {
                parents.insert(node, met);
            }
        }
        parents
    }

    /// The last node that lies on all ways to these; `parent` gives that of each node before.
    pub(super) fn last_before(
        &self,
        nodes: impl Iterator<Item = NodeId>,
        parent: impl Fn(NodeId) -> NodeId,
    ) -> Option<NodeId> {
        nodes.reduce(|mut a, mut b| {
            while a != b {
                match self.rank(a) > self.rank(b) {
                    true => a = parent(a),
                    false => b = parent(b),
                }
            }
            a
        })
    }

    /// The nodes above one in its step, as far as these.
    fn above(&self, node: NodeId, these: impl Fn(&NodeId) -> bool) -> Set<NodeId> {
        let (mut above, mut next) = (Set::new(), vec![node]);
        while let Some(node) = next.pop() {
            let before = self.before(node).filter(&these);
            next.extend(before.filter(|from| above.insert(*from)));
        }
        above
    }

    /// The nodes from which an item comes to a node in the same step.
    fn before(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let each = &self.graph.nodes[node];
        let inputs = each.inputs.iter().enumerate();
        let within = inputs.filter(move |(input, edge)| {
            let input = *input;
            !each.is_cut() && !edge.back && self.crossing(Use { node, input }).is_none()
        });
        within.map(|(_, edge)| edge.from)
    }
}
