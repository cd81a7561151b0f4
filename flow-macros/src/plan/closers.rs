//! Closers: what ends when, and who pulls from whom.

use super::{Closer, Plan, Root};
use crate::{
    graph::{Node, NodeId, Use},
    table::{AtEnd, Inputs, Memory, Role, Within},
};

impl Plan<'_, '_> {
    pub(super) fn find_closers(&mut self) {
        self.closers = vec![Closer::Root(0); self.graph.nodes.len()];
        self.find_root_places();
        for &id in &self.order {
            let node = &self.graph.nodes[id];
            let region = &self.regions[self.region_of[id]];
            let several = region.roots.len() > 1;
            let closers: Vec<Closer> = (0..node.inputs.len())
                .filter(|input| !node.inputs[*input].goes_round())
                .map(|input| self.closer_of_input(id, input))
                .collect();
            let ends_early = several
                && match node.behaviour.inputs() {
                    // What is left outlives what it was made of.
                    _ if self.keeps(id) => true,
                    Some(Inputs::Pairs) => !self.is_lockstep(id),
                    _ => node.behaviour.ends && !node.behaviour.is_sink(),
                };
            self.closers[id] = match closers.as_slice() {
                [] => Closer::Root(self.root_index(self.region_of[id], Root::Source(id))),
                [first, rest @ ..] if !ends_early && rest.iter().all(|each| each == first) => {
                    *first
                }
                _ => Closer::Node(id),
            };
        }
    }

    /// Notes which inputs end with which closer.
    pub(super) fn find_ends(&mut self) {
        self.ended.clear();
        self.ranks = vec![0; self.graph.nodes.len()];
        for (rank, &node) in self.order.iter().enumerate() {
            self.ranks[node] = rank;
            let inputs = &self.graph.nodes[node].inputs;
            for (input, _) in inputs
                .iter()
                .enumerate()
                .filter(|(_, edge)| !edge.goes_round())
            {
                let closer = (self.region_of[node], self.closer_of_input(node, input));
                let ended = self.ended.or_default(closer);
                ended.or_default(rank).push(input);
            }
        }
    }

    /// The inputs that end with a closer of a region, by the ranks of their nodes.
    pub fn ended(&self, region: usize, closer: Closer) -> impl Iterator<Item = (usize, &[usize])> {
        let ended = self.ended.get(&(region, closer)).into_iter().flatten();
        ended.map(|(rank, inputs)| (*rank, inputs.as_slice()))
    }

    /// The place of a node in the order.
    pub fn rank(&self, node: NodeId) -> usize {
        self.ranks[node]
    }

    fn find_root_places(&mut self) {
        let regions = self.regions.iter().enumerate();
        let places = regions.flat_map(|(region, each)| {
            let roots = each.roots.iter().enumerate();
            roots.map(move |(place, root)| ((region, *root), place))
        });
        self.root_places = places.collect();
    }

    /// Returns the place of a root among those of its region.
    pub fn root_index(&self, region: usize, root: Root) -> usize {
        let place = self.root_places.get(&(region, root));
        *place.expect("a root is in its region")
    }

    /// Returns what closes an input of a node.
    pub fn closer_of_input(&self, node: NodeId, input: usize) -> Closer {
        let region = self.region_of[node];
        let edge = &self.graph.nodes[node].inputs[input];
        match self.crossing(Use { node, input }) {
            Some(crossing) => Closer::Root(self.root_index(region, Root::Crossing(crossing))),
            None if self.graph.nodes[edge.from].is_cut() => {
                Closer::Root(self.root_index(region, Root::Results(edge.from)))
            }
            None => self.closers[edge.from],
        }
    }

    /// Returns what closes what comes out of a node within its region.
    pub fn closer(&self, node: NodeId) -> Closer {
        self.closers[node]
    }

    /// Returns whether a cut may take no more before its input has ended: it says so itself, or
    /// the chains within it do, on all worker threads.
    pub fn may_take_no_more(&self, node: NodeId) -> bool {
        let behaviour = &self.graph.nodes[node].behaviour;
        let ends = |inner: &Self| {
            let mut within = inner.graph.nodes.iter().map(|node| &node.behaviour);
            within.any(|within| within.ends || within.memory == Memory::Asked)
        };
        behaviour.memory == Memory::Asked
            || behaviour.within == Within::Workers && self.inner.get(&node).is_some_and(ends)
    }

    /// Returns whether a node does something at the end of input.
    pub fn ends(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        match (node.behaviour.memory, node.behaviour.at_end) {
            _ if node.is_cut() => false,
            (Memory::Chains, _) => {
                let within = &self.inner[&id];
                within.order.iter().any(|node| within.ends(*node))
            }
            // What is in it is done with.
            (Memory::Window, _) => self.acked[id],
            (_, at_end) => at_end != AtEnd::Nothing,
        }
    }

    /// Returns whether leaving an input of a fan-in unread could hold up another one: it
    /// comes from another region, and by way of the rest of the graph, or of the program, the two
    /// depend on each other. Then items wait in the fan-in, and it always reads.
    pub fn holds_up(&self, to: Use) -> bool {
        if !self.comes_from_another_region(to) {
            return false;
        }
        let node = &self.graph.nodes[to.node];
        let around = |input: usize| self.graph.around(node.inputs[input].from, to.node);
        let is_inlet = |node: &Node<'_>| node.behaviour.role == Role::Inlet;
        let emitted = |around: &[bool]| {
            let mut nodes = self.graph.nodes.iter().zip(around);
            nodes.any(|(node, around)| *around && is_inlet(node))
        };
        let own = around(to.input);
        // The program may emit into one inlet after the other: up to the bound it is let.
        let waits = node.option("capacity").is_some() && emitted(&own);
        let mut others = (0..node.inputs.len()).filter(|other| *other != to.input);
        others.any(|other| own[node.inputs[other].from] || waits && emitted(&around(other)))
    }

    fn comes_from_another_region(&self, to: Use) -> bool {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        if edge.back {
            return edge.returns;
        }
        self.is_from_elsewhere(to) || self.crossed[edge.from]
    }

    /// Returns whether what comes into an input begins a region, or comes out of another.
    fn is_from_elsewhere(&self, to: Use) -> bool {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        self.graph.nodes[edge.from].is_cut() || self.crossing(to).is_some()
    }

    /// Returns whether what comes into an input was pushed by the program.
    pub fn is_pushed(&self, to: Use) -> bool {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        !edge.back && !self.is_from_elsewhere(to) && self.pushed[edge.from]
    }

    /// Finds what is pushed by the program, and what has crossed from another region.
    pub(super) fn find_origins(&mut self) {
        self.crossed = vec![false; self.graph.nodes.len()];
        self.pushed = vec![false; self.graph.nodes.len()];
        for &node in &self.order {
            let each = &self.graph.nodes[node];
            let inputs = || (0..each.inputs.len()).map(|input| Use { node, input });
            let crossed = inputs().any(|to| self.comes_from_another_region(to));
            let is_inlet = each.behaviour.role == Role::Inlet;
            let pushed = is_inlet || inputs().any(|to| self.is_pushed(to));
            (self.crossed[node], self.pushed[node]) = (crossed, pushed);
        }
    }
}
