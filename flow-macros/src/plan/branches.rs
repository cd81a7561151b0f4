//! Branches of one item that await, and so run at the same time.
//!
//! They may, where nothing is in the way: no branch uses what another one uses
//! before a fan-in in which they meet, and none of them goes back into a cycle.
//! Where they meet, each input waits in a place of its own until all branches are
//! done, and is then taken in the order of the branches.

use std::collections::BTreeSet;

use super::{Plan, Shape};
use crate::{
    acknowledge,
    graph::{Node, NodeId, Port, Use},
    table::{Inputs, Waits},
};

impl Plan<'_, '_> {
    /// Finds the outputs whose branches run at the same time.
    pub(super) fn find_joined(&mut self) {
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

    /// Returns whether the branches of an output run at the same time.
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
        let own = |id: &NodeId| all.contains(id) && !shared(id);
        let meets_apart = |id: &NodeId| {
            let mut ways = self.graph.nodes[*id].inputs.iter().map(|edge| edge.from);
            !ways.any(|from| from == node || own(&from)) || self.meets_apart(*id, &own)
        };
        if !all.iter().filter(|id| shared(id)).all(meets_apart) {
            return false;
        }
        let awaits = |branch: &&BTreeSet<NodeId>| {
            let own = branch.iter().filter(|id| !shared(id));
            own.into_iter().any(|id| self.awaits(*id))
        };
        branches.iter().filter(awaits).count() > 1
    }

    /// Returns what a branch reaches within the step of an item; `None` where it goes
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

    /// Returns whether the code for one input of a fan-in uses nothing that the code for
    /// another uses. `own` are the nodes of one branch alone. A loop over several
    /// items asks the fan-in whether it needs more; a union has one queue for them.
    fn meets_apart(&self, fan_in: NodeId, own: &impl Fn(&NodeId) -> bool) -> bool {
        let fan_in = &self.graph.nodes[fan_in];
        if fan_in.is_cycle_head() || !fan_in.behaviour.is_fan_in() {
            return false;
        }
        let before = |node: &Node<'_>| {
            let ways = node.inputs.iter().map(|edge| edge.from);
            ways.filter(own).collect::<Vec<_>>()
        };
        let mut seen = BTreeSet::new();
        let mut next = before(fan_in);
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                next.extend(before(&self.graph.nodes[id]));
            }
        }
        !seen.into_iter().any(|id| self.repeats(id))
    }

    /// Returns whether a node may give several items for one.
    pub(super) fn repeats(&self, id: NodeId) -> bool {
        let behaviour = &self.graph.nodes[id].behaviour;
        if behaviour.inputs() == Some(Inputs::Pairs) {
            !self.is_lockstep(id)
        } else if behaviour.is_union() {
            !self.is_exclusive(id)
        } else {
            behaviour.gives_several()
        }
    }

    /// Returns whether the code of a node waits for something that the user wrote.
    fn awaits(&self, id: NodeId) -> bool {
        let behaviour = &self.graph.nodes[id].behaviour;
        behaviour.waits == Waits::Always && !behaviour.is_cut()
    }
}
