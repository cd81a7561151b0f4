//! The order in which sources are pulled: the inputs of a `zip` are filled one after the
//! other, as those of `Iterator::zip` are.
//!
//! A later input has to wait only where an earlier one may give nothing in its turn, behind a
//! `filter`; else the turns of the roots are order enough.

use super::{Plan, Root, Shape};
use crate::{
    graph::{NodeId, Port, Use},
    sorted::Set,
    table::{Inputs, Role},
};

impl Plan<'_, '_> {
    /// Puts the sources of each region in the order in which the inputs of `zip`s want them.
    /// All else stays where it is.
    pub(super) fn order_roots(&mut self) {
        for region in 0..self.regions.len() {
            if self.regions[region].roots.len() < 2 {
                continue;
            }
            let before = self.pulled_before(region);
            if before.is_empty() {
                continue;
            }
            let mut left = self.regions[region].roots.clone();
            let mut roots = Vec::new();
            while !left.is_empty() {
                let waits = |root: &Root| {
                    let mut others = left.iter();
                    others.any(|other| before.contains(&(*other, *root)))
                };
                // Those that wait for each other come as they are written.
                let next = left.iter().position(|root| !waits(root)).unwrap_or(0);
                roots.push(left.remove(next));
            }
            self.regions[region].roots = roots;
        }
    }

    /// Pairs of sources, the first of which fills an earlier input of a `zip`, and the second
    /// a later one.
    fn pulled_before(&self, region: usize) -> Set<(Root, Root)> {
        let mut before = Set::new();
        for &node in &self.regions[region].nodes {
            let each = &self.graph.nodes[node];
            if each.behaviour.inputs() != Some(Inputs::Pairs) {
                continue;
            }
            let roots: Vec<Set<Root>> = (0..each.inputs.len())
                .map(|input| self.roots_into(Use { node, input }))
                .collect();
            for (later, behind) in roots.iter().enumerate() {
                for earlier in &roots[..later] {
                    let alone = |root: &&Root| self.is_iterator(**root);
                    for first in earlier.difference(behind).filter(alone) {
                        let seconds = behind.difference(earlier).filter(alone);
                        before.extend(seconds.map(|second| (*first, *second)));
                    }
                }
            }
        }
        before
    }

    /// The roots that lead to an input within its region.
    pub fn roots_into(&self, to: Use) -> Set<Root> {
        let mut roots = Set::new();
        let (mut seen, mut next) = (Set::new(), vec![to]);
        while let Some(to) = next.pop() {
            let edge = &self.graph.nodes[to.node].inputs[to.input];
            if let Some(crossing) = self.crossing(to) {
                roots.insert(Root::Crossing(crossing));
                continue;
            }
            let from = &self.graph.nodes[edge.from];
            if edge.back || !seen.insert(edge.from) {
                continue;
            }
            if from.is_cut() {
                roots.insert(Root::Results(edge.from));
            } else if from.operator.is_source() {
                roots.insert(Root::Source(edge.from));
            }
            let inputs = 0..if from.is_cut() { 0 } else { from.inputs.len() };
            next.extend(inputs.map(|input| Use {
                node: edge.from,
                input,
            }));
        }
        roots
    }

    /// Returns whether an input of a `zip` is not filled before another one is: that one comes
    /// first, and its sources may give nothing in their turn though they have not ended.
    pub fn waits_for(&self, to: Use, other: usize) -> bool {
        if other > to.input {
            return false;
        }
        let first = Use { input: other, ..to };
        let roots = self.roots_into(first);
        let behind = self.roots_into(to);
        if !roots.iter().all(|root| self.is_iterator(*root)) {
            // What may have to be awaited comes first as well, where both are pulled for the
            // `zip` alone.
            let pulled = |root: &Root| !self.is_inlet(*root) && !matches!(root, Root::Crossing(_));
            let source = |root: &Root| pulled(root) && matches!(root, Root::Source(_));
            let apart = self.graph.round(to.node).is_empty() && roots.is_disjoint(&behind);
            return apart && roots.iter().all(pulled) && behind.iter().all(source);
        }
        let place = |root: &Root| {
            let roots = &self.regions[self.region_of(to.node)].roots;
            roots.iter().position(|each| each == root)
        };
        let follows = match (self.gives_in_its_turn(first), behind.iter().next()) {
            (Some(root), Some(only)) => behind.len() == 1 && place(&root) < place(only),
            _ => false,
        };
        // What is left of several items takes the item of the first in its turn.
        !follows || self.may_leave_some(to)
    }

    /// Returns whether an item of a source may become several that wait at an input.
    fn may_leave_some(&self, to: Use) -> bool {
        let (mut seen, mut next) = (Set::new(), vec![to]);
        while let Some(to) = next.pop() {
            let edge = &self.graph.nodes[to.node].inputs[to.input];
            let from = &self.graph.nodes[edge.from];
            if edge.back || self.crossing(to).is_some() || from.is_cut() || !seen.insert(edge.from)
            {
                continue;
            }
            let one = match from.behaviour.inputs() {
                Some(Inputs::Pairs) => self.is_lockstep(edge.from),
                _ => from.inputs.len() < 2 || self.is_exclusive(edge.from),
            };
            if !one || from.behaviour.gives_several() {
                return true;
            }
            next.extend((0..from.inputs.len()).map(|input| Use {
                node: edge.from,
                input,
            }));
        }
        false
    }

    /// The source that gives an input an item in each of its turns, or ends.
    fn gives_in_its_turn(&self, to: Use) -> Option<Root> {
        let mut node = self.source_of(to)?;
        while self.graph.nodes[node].behaviour.role != Role::Source {
            let each = &self.graph.nodes[node];
            // An error takes the item's place, where the flow goes on behind it.
            let loses = each.raises().is_some()
                && matches!(self.shape(), Shape::Open(_) | Shape::Piece(..));
            let pairs = each.behaviour.inputs() == Some(Inputs::Pairs) && self.is_lockstep(node);
            let one = each.behaviour.gives_one() || pairs;
            if !one || each.diverts().is_some() || loses {
                return None;
            }
            node = self.source_of(Use { node, input: 0 })?;
        }
        let root = Root::Source(node);
        // One that competes with others may have to rest.
        let mut rivals = self.regions[self.region_of(node)].rivals.iter().flatten();
        let roots = &self.regions[self.region_of(node)].roots;
        (!rivals.any(|index| roots[*index] == root)).then_some(root)
    }

    /// The node that an input reads in its region, by the port of its items.
    fn source_of(&self, to: Use) -> Option<NodeId> {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        let here = !edge.back && edge.port == Port::Items;
        (here && self.crossing(to).is_none()).then_some(edge.from)
    }
}
