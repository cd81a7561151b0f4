//! The end of input of many operators that hold: where what leaves one waits.
//!
//! It goes through code that is written out behind each operator that holds, as it
//! is behind a source: item by item, so that nothing is met too early or too late. Where that
//! would be too much, it waits at the first *gate* on its way: an operator that holds, and
//! that all goes through that can come of it. What is behind the gate is written once.

use crate::{
    graph::NodeId,
    plan::Plan,
    sorted::{Map, Set},
    table::Memory,
};

/// The number of times that a node may be written, on average.
const TIMES: usize = 8;

/// The number of nodes that may be written in all.
const MOST: usize = 500;

/// The gates of what leaves in a region when one of its roots has ended.
pub struct Gates<'p, 'g, 's> {
    plan: &'p Plan<'g, 's>,
    /// The nodes that something happens to, in order; those that hold and may be a gate.
    due: Vec<(NodeId, bool)>,
    /// The nodes of the region that what leaves one of them comes to. It is empty where all
    /// is written out.
    behind: Map<NodeId, Set<NodeId>>,
}

impl<'p, 'g, 's> Gates<'p, 'g, 's> {
    /// No gates: all is written out.
    pub fn none(plan: &'p Plan<'g, 's>) -> Self {
        Self {
            plan,
            due: Vec::new(),
            behind: Map::new(),
        }
    }

    /// The gates of a region, of what is `due` when one of its roots has ended, in order.
    pub fn new<'r>(
        plan: &'p Plan<'g, 's>,
        region: usize,
        due: impl Iterator<Item = &'r usize>,
    ) -> Self {
        let nodes = &plan.regions[region].nodes;
        let due = due.map(|rank| plan.order[*rank]);
        let mut due = due.filter(|node| plan.ends(*node)).peekable();
        let is_cycle = || nodes.iter().any(|node| plan.is_cycle_head(*node));
        if due.peek().is_none() || is_cycle() {
            return Self::none(plan);
        }
        let holds = |node: NodeId| plan.graph.nodes[node].behaviour.flushes();
        // What a piece gives may be without end: it is carried on at once.
        let asked = |node: NodeId| plan.graph.nodes[node].behaviour.memory == Memory::Asked;
        let waits = |node: NodeId| holds(node) && !asked(node) && !plan.keeps(node);
        let due: Vec<(NodeId, bool)> = due.map(|node| (node, waits(node))).collect();
        let behind: Map<NodeId, Set<NodeId>> = due
            .iter()
            .map(|(node, _)| (*node, behind(plan, region, *node)))
            .collect();
        let held = due.iter().filter(|(node, _)| holds(*node));
        let written: usize = held.map(|(node, _)| behind[node].len()).sum();
        if written <= (TIMES * nodes.len()).min(MOST) {
            return Self::none(plan);
        }
        Self { plan, due, behind }
    }

    /// The gate at which what leaves a node waits, where there is one; something waits at those
    /// that are `fed`, and is not overtaken.
    pub fn of(&self, node: NodeId, fed: &Set<NodeId>) -> Option<NodeId> {
        let behind = self.behind.get(&node)?;
        let later = || {
            let due = self.due.iter().skip_while(move |(other, _)| *other != node);
            due.skip(1)
        };
        // What happens elsewhere in between would come before what waits.
        let mut free = later().take_while(|(other, _)| behind.contains(other));
        let gate = free.find(|(other, waits)| *waits && self.is_gate(node, behind, *other));
        let waits = |other: &NodeId| behind.contains(other) && fed.contains(other);
        let gate = gate.or_else(|| later().find(|(other, _)| waits(other)));
        gate.map(|(gate, _)| *gate)
    }

    /// Returns whether all that can come of what leaves a node goes through another, the last
    /// that is done before what is behind that.
    fn is_gate(&self, node: NodeId, behind: &Set<NodeId>, gate: NodeId) -> bool {
        let last = &self.behind[&gate];
        let comes = |from: NodeId| from == node || behind.contains(&from);
        let mut others = behind.difference(last);
        let mut edges = last
            .iter()
            .flat_map(|id| &self.plan.graph.nodes[*id].inputs);
        others.all(|other| self.plan.rank(*other) <= self.plan.rank(gate))
            && edges.all(|edge| edge.from == gate || last.contains(&edge.from) || !comes(edge.from))
    }
}

/// The nodes of a region that what leaves one of its nodes comes to.
fn behind(plan: &Plan<'_, '_>, region: usize, node: NodeId) -> Set<NodeId> {
    let (mut behind, mut next) = (Set::new(), vec![node]);
    while let Some(node) = next.pop() {
        if plan.region_of_output(node) == region {
            let uses = plan.graph.all_uses(node).into_iter();
            let uses = uses.filter(|to| plan.crossing(*to).is_none());
            next.extend(uses.map(|to| to.node).filter(|to| behind.insert(*to)));
        }
    }
    behind
}
