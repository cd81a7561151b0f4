//! The rest of an item that gives several, in front of a `zip` or a `merge_keyed`: it is kept, and
//! taken one by one as the fan-in wants it. So it may be without end.
//!
//! ```text
//! flat_map_1_rest.push(flat_map_1(x));                        // in the turn of a root
//! …
//! if !flat_map_1_rest.is_empty() && zip_0_0.is_empty() {      // a turn of its own
//!     if let Some(x) = flat_map_1_rest.next() { … }
//! }
//! ```
//!
//! What such an operator reads is not wanted while something is left there. Sources whose items
//! join what it gives wait as well: an item is carried through before the next is pulled.
//!
//! It is kept as well in a flow that the program pulls item by item (`levels.rs`).

use super::{Plan, Root, Shape};
use crate::{
    graph::{NodeId, Port, Use},
    sorted::Set,
    table::{Form, Inputs},
};

impl Plan<'_, '_> {
    /// Finds the operators whose items are kept.
    pub(super) fn find_kept(&mut self) {
        self.levels = self.find_levels();
        if let Some(levels) = &self.levels {
            self.kept.extend(levels.keys());
            return;
        }
        for region in 0..self.regions.len() {
            let rations = |node: &NodeId| self.takes_in_order(*node);
            let nodes = &self.regions[region].nodes;
            if self.regions[region].roots.len() < 2 || !nodes.iter().any(rations) {
                continue;
            }
            for node in nodes.clone() {
                if !self.may_keep(node) {
                    continue;
                }
                let Some(mut waiting) = self.waiting_for(region, node) else {
                    continue;
                };
                if !waiting.is_empty() {
                    waiting.extend(self.kept_above(node));
                }
                self.kept.insert(node);
                if !waiting.is_empty() {
                    self.held_up.or_default(waiting).push(node);
                }
                if let Some(inner) = self.inner.get_mut(&node) {
                    inner.leaves_whole = true;
                }
            }
        }
        if !self.kept.is_empty() {
            self.find_closers();
            self.find_ends();
        }
    }

    /// Returns whether what an operator gives for an item is kept, and taken one by one.
    pub fn keeps(&self, node: NodeId) -> bool {
        self.kept.contains(&node)
    }

    /// The operators of a region that keep what they give for an item, in order.
    pub fn kept_in(&self, region: usize) -> Vec<NodeId> {
        let nodes = self.regions[region].nodes.iter().copied();
        nodes.filter(|node| self.keeps(*node)).collect()
    }

    /// The operators above one that keep what they give: of one item, something may be left at
    /// both. What is left above may take another way to where the two meet.
    fn kept_above(&self, node: NodeId) -> impl Iterator<Item = Root> {
        let above = self.graph_above(node).into_iter();
        above.filter(|each| self.keeps(*each)).map(Root::Source)
    }

    /// The operators that a root waits for, or what is left at an operator, until nothing is
    /// left there: those that others wait for as well in one list.
    pub fn held_up_by(&self, root: Root) -> impl Iterator<Item = &[NodeId]> {
        let waiting = self.held_up.iter();
        let waiting = waiting.filter(move |(roots, _)| roots.contains(&root));
        waiting.map(|(_, nodes)| nodes.as_slice())
    }

    /// The first of several operators that the same roots wait for, where a node is one of them:
    /// it is counted at how many something is left.
    pub fn counted_at(&self, node: NodeId) -> Option<NodeId> {
        let mut lists = self.held_up.values();
        let list = lists.find(|nodes| nodes.len() > 1 && nodes.contains(&node))?;
        list.first().copied()
    }

    /// Returns whether what an operator gives for an item leaves the chain as a whole.
    pub fn leaves_whole(&self, node: NodeId) -> bool {
        self.leaves_whole && self.last_of_chain() == Some(node)
    }

    /// The last operator of a chain within a node, where it gives several items for one, and
    /// nothing else leaves the chain.
    fn last_of_chain(&self) -> Option<NodeId> {
        let Shape::Piece(_, outlet) = self.shape() else {
            return None;
        };
        let [edge] = self.graph.nodes[outlet].inputs.as_slice() else {
            return None;
        };
        let last = &self.graph.nodes[edge.from];
        let several = matches!(last.operator.form, Form::Each | Form::Flatten);
        let alone = self.graph.only_use(edge.from).is_some();
        let whole = edge.port == Port::Items && last.raises().is_none() && last.diverts().is_none();
        (several && alone && whole).then_some(edge.from)
    }

    /// Returns whether what an operator gives for an item can be kept, and is wanted one by one.
    fn may_keep(&self, node: NodeId) -> bool {
        let each = &self.graph.nodes[node];
        let several = match each.operator.form {
            Form::Each | Form::Flatten | Form::Via => !each.is_cut(),
            Form::Keyed if !each.is_cut() => {
                let within = self.inner.get(&node);
                within.is_some_and(|inner| inner.last_of_chain().is_some())
            }
            _ => false,
        };
        several
            && !self.acked[node]
            && !self.carries
            && self.is_rationed(node)
            && self.graph.round(node).is_empty()
    }

    /// The roots that wait while something is left of an item at a node: theirs join what it
    /// gives, in the order in which they come. `None` where that order could not be kept.
    fn waiting_for(&self, region: usize, node: NodeId) -> Option<Set<Root>> {
        let before = self.graph_above(node);
        let (until, all) = (self.below_until(node), self.graph.reached(vec![node]));
        let (mut waiting, mut over) = (Set::new(), Set::new());
        for &meeting in &self.regions[region].nodes {
            let each = &self.graph.nodes[meeting];
            if !all[meeting] || each.inputs.len() < 2 {
                continue;
            }
            let into = |input| {
                self.roots_into(Use {
                    node: meeting,
                    input,
                })
            };
            let roots: Set<Root> = (0..each.inputs.len()).flat_map(into).collect();
            if each.behaviour.is_latest() && roots.len() > 1 {
                return None;
            }
            if !each.behaviour.is_union() || !until.contains(&meeting) {
                continue;
            }
            let others = each
                .inputs
                .iter()
                .filter(|edge| !edge.back && !all[edge.from]);
            let others: Vec<NodeId> = others.map(|edge| edge.from).collect();
            let beside = |from: &NodeId| {
                let above = self.graph_above(*from);
                before.contains(from) || above.iter().any(|node| before.contains(node))
            };
            if !self.is_exclusive(meeting) && others.iter().any(beside) {
                return None;
            }
            if !others.is_empty() {
                waiting.extend(roots);
                over.extend(self.graph_above(meeting));
            }
        }
        // What waits leads to the meeting, and to no fan-in that waits for it elsewhere.
        let elsewhere = |id: usize| all[id] || !over.contains(&id);
        let holds_up = waiting.iter().any(|root| self.is_inlet(*root))
            || (0..all.len()).any(|id| elsewhere(id) && self.waits_elsewhere(id, &all, &waiting));
        (!holds_up).then_some(waiting)
    }

    /// Returns whether a fan-in waits for one of these roots by way of an input that is not
    /// `reached` from what is kept.
    fn waits_elsewhere(&self, node: NodeId, reached: &[bool], roots: &Set<Root>) -> bool {
        let inputs = self.graph.nodes[node].inputs.iter().enumerate();
        self.takes_in_order(node)
            && inputs
                .filter(|(_, edge)| !edge.back && !reached[edge.from])
                .any(|(input, _)| !self.roots_into(Use { node, input }).is_disjoint(roots))
    }

    /// Returns whether a fan-in takes its items one by one.
    fn takes_in_order(&self, node: NodeId) -> bool {
        match self.graph.nodes[node].behaviour.inputs() {
            Some(Inputs::Pairs) => !self.is_lockstep(node),
            inputs => inputs == Some(Inputs::Keys),
        }
    }

    /// The nodes above one, by way of the step of an item.
    pub(super) fn graph_above(&self, node: NodeId) -> Set<NodeId> {
        let (mut above, mut next) = (Set::new(), vec![node]);
        while let Some(node) = next.pop() {
            let edges = self.graph.nodes[node].inputs.iter();
            let edges = edges.filter(|edge| !edge.back).map(|edge| edge.from);
            next.extend(edges.filter(|from| above.insert(*from)));
        }
        above
    }

    /// The nodes below one, as far as the fan-ins that take one item at a time.
    fn below_until(&self, node: NodeId) -> Set<NodeId> {
        let (mut below, mut next) = (Set::new(), vec![node]);
        while let Some(node) = next.pop() {
            for to in self.graph.all_uses(node) {
                if !self.takes_in_order(to.node) && below.insert(to.node) {
                    next.push(to.node);
                }
            }
        }
        below
    }
}
