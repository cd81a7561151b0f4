//! The levels of a flow that the program pulls: what gives several items for one is gone through
//! one by one. Each level has turns of its own, the last on the way to the open end first, and no
//! more leaves in a turn than one.
//!
//! ```text
//! if let Some(x) = union_4_rest.next() { … out = Some(x) … }
//! else if let Some(x) = flat_map_1_rest.next() { … union_4_rest.push([union_4_0, union_4_1]) … }
//! else if let Some(x) = from_0.next() { … flat_map_1_rest.push(flat_map_1(x)) … }
//! ```
//!
//! The items of a level have to be the last thing that is done with an item, and so has what leaves:
//! else what comes behind would be done before its items were taken. Where that is otherwise, the
//! flow is a coroutine.

use super::{Plan, Root, Shape, Waits};
use crate::{
    graph::NodeId,
    sorted::Map,
    table::{AtEnd, Form, Memory},
};

/// The place in which the items of a level wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// The iterator that an operator gives for an item.
    Given,
    /// A place for each input of a union.
    Slots,
    /// The queue of a union, of which an input may be filled several times.
    Queue,
}

/// The number of operators that hold, at most: what leaves each goes through all that follows, in
/// code of its own.
const HOLDERS: usize = 3;

impl Plan<'_, '_> {
    /// Finds the levels; `None` where the flow is not pulled by turns in which all is done at
    /// once, and one item leaves at most.
    pub(super) fn find_levels(&self) -> Option<Map<NodeId, Level>> {
        let Shape::Lazy(outlet) = self.shape() else {
            return None;
        };
        let ([region], true) = (self.regions.as_slice(), self.acknowledging.is_empty()) else {
            return None;
        };
        let [Root::Source(source)] = region.roots.as_slice() else {
            return None;
        };
        let form = self.graph.nodes[*source].operator.form;
        let pulled = matches!(form, Form::Iterator | Form::Stream);
        let mut others = self.order.iter().filter(|node| *node != source);
        if !pulled || !others.all(|node| self.is_done_at_once(*node)) {
            return None;
        }
        let mut found = Levels {
            plan: self,
            parents: self.dominators(),
            levels: Map::new(),
        };
        found.find(outlet, *source)?;
        let ends: Vec<NodeId> = found.levels.keys().copied().chain([outlet]).collect();
        let last = ends.into_iter().all(|node| found.is_last(node));
        (last && self.are_seen(&found.levels)).then_some(found.levels)
    }

    /// Returns whether the flow is pulled by turns in which all is done at once, and one item
    /// leaves at most.
    pub fn goes_by_levels(&self) -> bool {
        self.levels.is_some()
    }

    /// Returns whether the end of input has turns of its own, in each of which one operator
    /// gives what it holds.
    pub fn ends_by_turns(&self) -> bool {
        self.goes_by_levels() && self.order.iter().any(|node| self.holds(*node))
    }

    /// Returns the place of what is kept at a node, where that is a level.
    pub fn level(&self, node: NodeId) -> Option<Level> {
        self.levels.as_ref()?.get(&node).copied()
    }

    /// Returns whether nothing leaves a node but for an item that comes in the same step, and no
    /// item waits there for others.
    pub(super) fn is_steady(&self, node: NodeId) -> bool {
        let behaviour = &self.graph.nodes[node].behaviour;
        let late = behaviour.inputs().is_some() && !(behaviour.pairs() && self.is_lockstep(node));
        behaviour.at_end != AtEnd::Leaves && !late && !self.is_cycle_head(node)
    }

    fn holds(&self, node: NodeId) -> bool {
        self.graph.nodes[node].behaviour.flushes()
    }

    /// Returns whether a node awaits nothing, and at the end of input gives one item at most.
    fn is_done_at_once(&self, node: NodeId) -> bool {
        let behaviour = &self.graph.nodes[node].behaviour;
        let lone = behaviour.memory == Memory::Together && !behaviour.gives_several();
        let gives_one = lone && !behaviour.is_cut();
        behaviour.waits == Waits::Never && (self.is_steady(node) || gives_one)
    }

    /// Returns whether what is done in such turns is seen where the flow is observed, and what
    /// holds is no more than it may be.
    fn are_seen(&self, levels: &Map<NodeId, Level>) -> bool {
        let held = self.order.iter().filter(|node| self.holds(**node)).count();
        let chained = levels.values().all(|level| *level == Level::Given);
        let plain = self.waits == Waits::Never && !self.fails && held == 0 && chained;
        held <= HOLDERS && (plain || !self.graph.observed)
    }

    /// The last node that every item has gone through which comes to a node, of each; of those
    /// that nothing leads to, themselves.
    fn dominators(&self) -> Vec<NodeId> {
        let mut parents: Vec<NodeId> = (0..self.graph.nodes.len()).collect();
        for &node in &self.order {
            let inputs = self.graph.nodes[node].inputs.iter();
            let inputs = inputs.filter(|edge| !edge.back).map(|edge| edge.from);
            let met = self.last_before(inputs, |node| parents[node]);
            parents[node] = met.unwrap_or(node);
        }
        parents
    }
}

/// The levels found so far.
struct Levels<'a, 'g, 's> {
    plan: &'a Plan<'g, 's>,
    /// The last node on all ways to a node.
    parents: Vec<NodeId>,
    levels: Map<NodeId, Level>,
}

impl Levels<'_, '_, '_> {
    /// Finds the levels on all ways from `first` to a node, which is one itself where it gives
    /// several; `None` where they cannot be gone through one by one.
    fn find(&mut self, node: NodeId, first: NodeId) -> Option<()> {
        let mut at = node;
        while at != first {
            let each = &self.plan.graph.nodes[at];
            if each.behaviour.gives_several() {
                if !matches!(each.operator.form, Form::Each | Form::Flatten) {
                    return None;
                }
                self.levels.insert(at, Level::Given);
            }
            at = self.before(at)?;
        }
        Some(())
    }

    /// The node before one; of a union, that behind which its ways part, and the levels between.
    fn before(&mut self, node: NodeId) -> Option<NodeId> {
        let (plan, parent) = (self.plan, self.parents[node]);
        let each = &plan.graph.nodes[node];
        if each.inputs.len() < 2 || !each.behaviour.is_union() {
            return Some(parent);
        }
        if plan.is_exclusive(node) {
            let mut inputs = each.inputs.iter();
            inputs.try_for_each(|edge| self.find(edge.from, parent))?;
            return Some(parent);
        }
        let between = plan.graph.reached(vec![parent]);
        let above = plan.graph_above(node).into_iter();
        let mut above = above.filter(|id| *id != parent && between[*id]);
        let level = match above.any(|id| plan.repeats(id)) {
            true => Level::Queue,
            false => Level::Slots,
        };
        self.levels.insert(node, level);
        Some(parent)
    }

    /// Returns whether nothing is done behind what a level gives, or the open end, in the step of
    /// an item.
    fn is_last(&self, node: NodeId) -> bool {
        let Some(begin) = self.begin(node) else {
            return false;
        };
        let (plan, nodes) = (self.plan, &self.plan.graph.nodes);
        let (below, above) = (plan.graph.reached(vec![node]), plan.graph_above(node));
        let fan_ins = (0..nodes.len()).filter(|id| *id != node && nodes[*id].inputs.len() > 1);
        let mut fan_ins = fan_ins.filter(|id| !above.contains(id));
        fan_ins.all(|id| match below[id] {
            true => plan.is_exclusive(id) || nodes[id].inputs.iter().all(|edge| below[edge.from]),
            false => plan.rank(id) < plan.rank(begin) || plan.are_apart(id, node),
        })
    }

    /// The root, the level or the fan-in behind which an item comes straight to a node; `None`
    /// where it has other uses behind that.
    fn begin(&self, node: NodeId) -> Option<NodeId> {
        let graph = self.plan.graph;
        let mut at = node;
        while let [edge] = graph.nodes[at].inputs.as_slice() {
            let uses = graph.uses(edge.from, edge.port);
            if uses.last().is_none_or(|last| last.node != at) {
                return None;
            }
            at = edge.from;
            if self.levels.contains_key(&at) {
                break;
            }
        }
        Some(at)
    }
}
