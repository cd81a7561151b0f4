//! Branches of one item that await, and so run at the same time.
//!
//! They may, where nothing is in the way: no branch uses what another one uses
//! before a `zip` in which they meet, and none of them goes back into a cycle.

use std::collections::BTreeSet;

use crate::{
    acknowledge,
    graph::{NodeId, Port, Use},
    operators::Form,
    plan::{Plan, Shape},
};

impl Plan<'_, '_> {
    /// Finds the outputs whose branches run at the same time.
    pub fn find_joined(&mut self) {
        let acknowledges = !acknowledge::sources(self.graph).is_empty();
        if acknowledges || matches!(self.shape(), Shape::Piece(..)) {
            return;
        }
        for (id, node) in self.graph.nodes.iter().enumerate() {
            for (index, port) in node.ports().into_iter().enumerate() {
                if self.may_join(id, port) {
                    self.joined.insert((id, index));
                }
            }
        }
    }

    /// Whether the branches of an output run at the same time.
    pub fn joins(&self, node: NodeId, port: Port) -> bool {
        let mut ports = self.graph.nodes[node].ports().into_iter();
        let index = ports.position(|each| each == port);
        index.is_some_and(|index| self.joined.contains(&(node, index)))
    }

    fn may_join(&self, node: NodeId, port: Port) -> bool {
        let uses = self.graph.uses(node, port);
        if uses.len() < 2 {
            return false;
        }
        let branches: Option<Vec<_>> = uses.iter().map(|to| self.branch(*to)).collect();
        let Some(branches) = branches else {
            return false;
        };
        let shared = |id: &NodeId| branches.iter().filter(|each| each.contains(id)).count() > 1;
        let all: BTreeSet<NodeId> = branches.iter().flatten().copied().collect();
        let meets_in_zip = |id: &NodeId| {
            let each = &self.graph.nodes[*id];
            let mut ways = each.inputs.iter().map(|edge| edge.from);
            let enters = ways.any(|from| from == node || (all.contains(&from) && !shared(&from)));
            !enters || each.operator.form == Form::Zip
        };
        if !all.iter().filter(|id| shared(id)).all(meets_in_zip) {
            return false;
        }
        let awaits = |branch: &&BTreeSet<NodeId>| {
            let own = branch.iter().filter(|id| !shared(id));
            own.into_iter().any(|id| self.awaits(*id))
        };
        branches.iter().filter(awaits).count() > 1
    }

    /// What a branch reaches within the step of an item; `None` where it goes
    /// back into a cycle.
    fn branch(&self, to: Use) -> Option<BTreeSet<NodeId>> {
        let mut reached = BTreeSet::new();
        let mut next = vec![to];
        while let Some(to) = next.pop() {
            if self.graph.nodes[to.node].inputs[to.input].goes_round() {
                return None;
            }
            let ends = self.graph.nodes[to.node].is_cut();
            if self.crossing(to).is_none() && reached.insert(to.node) && !ends {
                next.extend(self.graph.all_uses(to.node));
            }
        }
        Some(reached)
    }

    /// Whether the code of a node waits for something that the user wrote.
    fn awaits(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        node.operator.form.awaits() && !node.is_cut()
    }
}
