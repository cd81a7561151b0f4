//! Branches of one item that await, and so run at the same time.
//!
//! They may, where nothing is in the way: no branch uses what another one uses
//! before a fan-in in which they meet, and none of them goes back into a cycle.
//! A union that may be filled several times has one queue: two branches cannot both fill it.
//! Where they meet, each input waits in a place of its own until all branches are
//! done, and is then taken in the order of the branches.

use super::{Plan, Shape};
use crate::{
    acknowledge,
    graph::{NodeId, Port, Use},
    sorted::{Map, Set},
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

    /// Returns whether the branches of an output may run at the same time, and several await.
    fn may_join(&self, node: NodeId, port: Port) -> bool {
        let uses = self.graph.uses(node, port);
        if uses.len() < 2 {
            return false;
        }
        let Some(owners) = self.owners(uses) else {
            return false;
        };
        let (mut meetings, mut awaiting) = (Vec::new(), Set::new());
        for (id, owner) in &owners {
            if let Owner::One(branch) = owner {
                awaiting.extend(self.awaits(*id).then_some(*branch));
                continue;
            }
            let inputs = self.graph.nodes[*id].inputs.iter().enumerate();
            let filled = inputs.filter_map(|(input, edge)| match owners.get(&edge.from) {
                Some(Owner::One(branch)) => Some(*branch),
                Some(Owner::Several) => None,
                None => uses.iter().position(|to| *to == Use { node: *id, input }),
            });
            let branches = filled.collect::<Set<_>>().len();
            if branches > 0 {
                meetings.push((*id, branches));
            }
        }
        let own = |id: &NodeId| matches!(owners.get(id), Some(Owner::One(_)));
        let apart = |&(id, branches): &_| self.meets_apart(id, branches, node, &own);
        awaiting.len() > 1 && meetings.iter().all(apart)
    }

    /// Returns what these branches reach within the step of an item, and which of them
    /// does; `None` where one goes back into a cycle.
    fn owners(&self, branches: &[Use]) -> Option<Map<NodeId, Owner>> {
        let mut owners = Map::new();
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
    /// another uses, where so many branches of `node` fill it. `own` are the nodes of one
    /// branch alone. A loop over several items asks the fan-in whether it needs more. A union
    /// has one queue for all inputs as soon as one of them may be filled several times.
    fn meets_apart(
        &self,
        fan_in: NodeId,
        branches: usize,
        node: NodeId,
        own: &impl Fn(&NodeId) -> bool,
    ) -> bool {
        let each = &self.graph.nodes[fan_in];
        if each.is_cycle_head() || !each.behaviour.is_fan_in() {
            return false;
        }
        let queues = each.behaviour.is_union() && branches > 1;
        let mut before = self.before_meeting(fan_in, node).into_iter();
        !before.any(|id| (queues || own(&id)) && self.repeats(id))
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
