//! Sources that compete for one place: those of a `union` in front of a `zip`, which takes one
//! item of them all at a time. They take turns there as well.
//!
//! A root that has had its turn rests until the others have had theirs, or nothing else moves.

use super::{Closer, Plan, Root};
use crate::{
    graph::{NodeId, Use},
    sorted::{Map, Set},
    table::Inputs,
};

impl Plan<'_, '_> {
    /// Finds the roots of each region that compete, by their places there: all of a set with each
    /// other.
    pub(super) fn find_rivals(&mut self) {
        for region in 0..self.regions.len() {
            let several = self.regions[region].roots.len() > 1;
            let rivals = if several {
                self.rivals_in(region)
            } else {
                Vec::new()
            };
            self.regions[region].rivals = rivals;
        }
    }

    /// Returns the roots that a root competes with, itself included, by their places.
    pub fn rivals_of(&self, region: usize, root: usize) -> Option<&Set<usize>> {
        let mut rivals = self.regions[region].rivals.iter();
        rivals.find(|each| each.contains(&root))
    }

    fn rivals_in(&self, region: usize) -> Vec<Set<usize>> {
        let mut sets: Vec<Set<usize>> = Vec::new();
        for &node in &self.regions[region].nodes {
            if !self.joins_roots(node) || !self.is_rationed(node) {
                continue;
            }
            let mut all = self.rivals_at(region, node);
            if all.is_empty() {
                continue;
            }
            sets.retain(|set| {
                let meets = !set.is_disjoint(&all);
                if meets {
                    all.extend(set);
                }
                !meets
            });
            sets.push(all);
        }
        sets
    }

    /// The roots that compete at a node, by their places: some lead to one of its inputs alone,
    /// others to others.
    fn rivals_at(&self, region: usize, node: NodeId) -> Set<usize> {
        let roots = &self.regions[region].roots;
        let inputs = 0..self.graph.nodes[node].inputs.len();
        let inputs: Vec<Set<usize>> = inputs
            .map(|input| {
                let into = self.roots_into(Use { node, input }).into_iter();
                let turns = into.filter(|root| self.takes_turns(*root));
                turns
                    .filter_map(|root| roots.iter().position(|each| *each == root))
                    .collect()
            })
            .collect();
        // The number of inputs that each leads to.
        let mut ways: Map<usize, usize> = Map::new();
        for root in inputs.iter().flatten() {
            *ways.or_default(*root) += 1;
        }
        let has_own = |input: &&Set<usize>| {
            input.len() < ways.len() && input.iter().any(|root| ways[root] == 1)
        };
        let apart: Vec<&Set<usize>> = inputs.iter().filter(has_own).collect();
        let competes = |root: &usize| {
            let on_all = apart.iter().all(|input| input.contains(root));
            !apart.is_empty() && (ways[root] == 1 || !on_all)
        };
        ways.keys().copied().filter(competes).collect()
    }

    /// Returns whether what comes out of a node is of one root or of another.
    fn joins_roots(&self, node: NodeId) -> bool {
        let behaviour = &self.graph.nodes[node].behaviour;
        behaviour.is_union() || behaviour.is_latest()
    }

    /// Returns whether a root is wanted for what is rationed alone, and so may have to wait.
    fn takes_turns(&self, root: Root) -> bool {
        match root {
            Root::Source(node) => !self.is_inlet(root) && self.is_rationed(node),
            Root::Results(node) => self.is_rationed(node),
            Root::Crossing(crossing) => {
                !self.returns(crossing) && self.is_rationed_at(self.crossings[crossing].to)
            }
        }
    }

    /// Returns whether all that comes out of a node reaches inputs that take one item at a time.
    pub(super) fn is_rationed(&self, node: NodeId) -> bool {
        let uses = self.seen_uses(node);
        let mut each = uses
            .iter()
            .map(|to| self.crossing(*to).is_none() && self.is_rationed_at(*to));
        !uses.is_empty() && each.all(|rationed| rationed)
    }

    /// The uses of what comes out of a node, but for `? else drop`.
    fn seen_uses(&self, node: NodeId) -> Vec<Use> {
        let mut uses = self.graph.all_uses(node);
        uses.retain(|to| !self.graph.nodes[to.node].is_dropped());
        uses
    }

    /// Returns whether all that comes into an input does.
    fn is_rationed_at(&self, to: Use) -> bool {
        let (mut seen, mut next) = (Set::new(), vec![to]);
        while let Some(to) = next.pop() {
            let each = &self.graph.nodes[to.node];
            if each.inputs[to.input].back {
                return false;
            }
            let takes_one = match each.behaviour.inputs() {
                Some(Inputs::Pairs | Inputs::Keys) => true,
                Some(Inputs::FirstWithLatest) => to.input == 0,
                _ => false,
            };
            let decides = self.closer(to.node) == Closer::Node(to.node) && !self.holds_up(to);
            if takes_one && decides {
                continue;
            }
            let uses = self.seen_uses(to.node);
            let leaves = |to: &Use| self.crossing(*to).is_some();
            if each.is_cut() || uses.is_empty() || uses.iter().any(leaves) {
                return false;
            }
            if seen.insert(to.node) {
                next.extend(uses);
            }
        }
        true
    }
}
