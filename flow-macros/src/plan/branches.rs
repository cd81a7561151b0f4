//! Branches of one item that await, and so run at the same time.
//!
//! They may, where nothing is in the way: no branch uses what another one uses
//! before a fan-in in which they meet, and none of them goes back into a cycle.
//! Where they meet, each input waits in a place of its own until all branches are
//! done, and is then taken in the order of the branches.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, Shape};
use crate::{
    acknowledge,
    graph::{Node, NodeId, Port, Use},
    table::{Inputs, Waits},
};

/// Of several branches, those that reach a node.
enum Owner {
    /// This one alone.
    One(usize),
    /// More than one.
    Several,
}

impl Plan<'_, '_> {
    /// Finds the outputs whose branches run at the same time.
    pub(super) fn find_joined(&mut self) {
        let acknowledges = !acknowledge::sources(self.graph).is_empty();
        let awaiting = (0..self.graph.nodes.len()).filter(|id| self.awaits(*id));
        if acknowledges || matches!(self.shape(), Shape::Piece(..)) || awaiting.count() < 2 {
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
        let Some(owners) = self.owners(uses) else {
            return false;
        };
        let own = |id: &NodeId| matches!(owners.get(id), Some(Owner::One(_)));
        let meets_apart = |id: &NodeId| {
            let mut ways = self.graph.nodes[*id].inputs.iter().map(|edge| edge.from);
            !ways.any(|from| from == node || own(&from)) || self.meets_apart(*id, &own)
        };
        let mut all = owners.iter();
        let mut awaiting = BTreeSet::new();
        all.all(|(id, owner)| match owner {
            Owner::Several => meets_apart(id),
            Owner::One(branch) => {
                awaiting.extend(self.awaits(*id).then_some(*branch));
                true
            }
        }) && awaiting.len() > 1
    }

    /// Returns what these branches reach within the step of an item, and which of them
    /// does; `None` where one goes back into a cycle.
    fn owners(&self, branches: &[Use]) -> Option<BTreeMap<NodeId, Owner>> {
        let mut owners = BTreeMap::new();
        for (branch, to) in branches.iter().enumerate() {
            let mut next = vec![*to];
            while let Some(to) = next.pop() {
                if self.graph.nodes[to.node].inputs[to.input].goes_round() {
                    return None;
                }
                if self.crossing(to).is_some() {
                    continue;
                }
                // What two branches reach, both reach to its end.
                let owner = match owners.get(&to.node) {
                    None => Owner::One(branch),
                    Some(Owner::One(other)) if *other != branch => Owner::Several,
                    Some(_) => continue,
                };
                owners.insert(to.node, owner);
                if !self.graph.nodes[to.node].is_cut() {
                    next.extend(self.graph.all_uses(to.node));
                }
            }
        }
        Some(owners)
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
