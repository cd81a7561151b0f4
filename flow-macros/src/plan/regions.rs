//! Regions: what runs in one loop.

use super::{Crossing, Plan, Region, Root, Shape, Waits};
use crate::{
    graph::{NodeId, Use},
    sorted::Map,
    table::Role,
};

impl Plan<'_, '_> {
    /// Cuts the graph into regions.
    ///
    /// A node lies as deep as there are cuts on the way to it, at most; an edge
    /// to a deeper node crosses. What is joined by other edges is one region,
    /// so regions never wait for each other in a circle.
    pub(super) fn lay_regions(&mut self) {
        let nodes = &self.graph.nodes;
        let depth = self.graph.depths(&self.order);
        let leaves = |from: NodeId| self.graph.leaves(from, &depth);
        // Two places a node: where its code runs, and where what comes out of
        // it does. They differ for a cut.
        let mut sets = Sets::new(nodes.len() * 2);
        for (id, node) in nodes.iter().enumerate() {
            if !node.is_cut() {
                sets.join(id * 2, id * 2 + 1);
            }
            for edge in node.inputs.iter().filter(|edge| !edge.back) {
                if leaves(edge.from) == depth[id] {
                    sets.join(edge.from * 2 + 1, id * 2);
                }
            }
        }
        // What the program drives item by item is one loop, where nothing waits.
        if self.waits == Waits::Never && self.shape() != Shape::Closed {
            (1..nodes.len() * 2).for_each(|place| sets.join(0, place));
        }
        let mut index: Map<usize, usize> = Map::new();
        let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
        for (rank, &id) in self.order.iter().enumerate() {
            ranked.push((depth[id], rank, sets.find(id * 2)));
            ranked.push((leaves(id), rank, sets.find(id * 2 + 1)));
        }
        ranked.sort_unstable();
        for (_, _, set) in ranked {
            let next = index.len();
            index.or_insert_with(set, || next);
        }
        self.regions = (0..index.len()).map(|_| Region::default()).collect();
        let mut region = |place: usize| index[&sets.find(place)];
        for &id in &self.order {
            let (inside, outside) = (region(id * 2), region(id * 2 + 1));
            self.region_of[id] = inside;
            self.regions[inside].nodes.push(id);
            if nodes[id].operator.is_source() {
                self.regions[inside].roots.push(Root::Source(id));
            }
            if nodes[id].is_cut() {
                self.regions[outside].roots.push(Root::Results(id));
            }
            for (input, edge) in nodes[id].inputs.iter().enumerate() {
                if edge.returns || (!edge.back && leaves(edge.from) < depth[id]) {
                    let root = Root::Crossing(self.crossings.len());
                    self.regions[inside].roots.push(root);
                    let to = Use { node: id, input };
                    self.crossed_to.insert((id, input), self.crossings.len());
                    self.crossings.push(Crossing {
                        from: edge.from,
                        to,
                    });
                }
            }
        }
    }

    /// The region in which what comes out of a node runs.
    pub fn region_of_output(&self, node: NodeId) -> usize {
        if !self.graph.nodes[node].is_cut() {
            return self.region_of[node];
        }
        let root = Root::Results(node);
        let region = self
            .regions
            .iter()
            .position(|region| region.roots.contains(&root));
        region.expect("what comes out of a cut is a root")
    }

    /// The regions that a region's items go on to, directly.
    pub fn below(&self, region: usize) -> Vec<usize> {
        let leads = |root: &Root| match root {
            Root::Source(_) => false,
            Root::Results(node) => self.region_of[*node] == region,
            Root::Crossing(crossing) if self.returns(*crossing) => false,
            Root::Crossing(crossing) => {
                self.region_of_output(self.crossings[*crossing].from) == region
            }
        };
        (0..self.regions.len())
            .filter(|each| self.regions[*each].roots.iter().any(leads))
            .collect()
    }

    /// Returns whether some chain ends in this region.
    pub fn has_ends(&self, region: usize) -> bool {
        self.regions[region]
            .nodes
            .iter()
            .any(|node| self.graph.all_uses(*node).is_empty())
    }

    /// Finds the inlets among the roots of each region.
    pub(super) fn find_inlets(&mut self) {
        for region in 0..self.regions.len() {
            let roots = &self.regions[region].roots;
            let inlets = (0..roots.len()).filter(|index| self.is_inlet(roots[*index]));
            let inlets: Vec<usize> = inlets.collect();
            let paced = !inlets.is_empty() && roots.iter().any(|root| self.is_iterator(*root));
            (self.regions[region].inlets, self.regions[region].is_paced) = (inlets, paced);
        }
    }

    /// Returns whether sources of a region keep step with what the program pushes.
    pub fn is_paced(&self, region: usize) -> bool {
        self.regions[region].is_paced
    }

    /// Returns whether a root is what the program emits.
    pub fn is_inlet(&self, root: Root) -> bool {
        matches!(root, Root::Source(node) if self.graph.nodes[node].behaviour.role == Role::Inlet)
    }

    /// Returns whether a root is a source that has its items at once.
    pub fn is_iterator(&self, root: Root) -> bool {
        let Root::Source(node) = root else {
            return false;
        };
        let behaviour = &self.graph.nodes[node].behaviour;
        behaviour.role == Role::Source && behaviour.waits == Waits::Never
    }
}

/// Disjoint sets.
struct Sets(Vec<usize>);

impl Sets {
    fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    fn find(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}
