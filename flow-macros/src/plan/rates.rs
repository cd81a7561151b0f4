//! Rates: which nodes give exactly one item for each other's.

use super::Plan;
use crate::{
    graph::{Edge, NodeId, Port, Use},
    table::Inputs,
};

impl Plan<'_, '_> {
    pub(super) fn find_rates(&mut self) {
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next
        };
        self.rates = vec![0; self.graph.nodes.len()];
        for &id in &self.order {
            let node = &self.graph.nodes[id];
            let keeps = match node.behaviour.inputs() {
                Some(Inputs::Pairs) => self.is_lockstep(id),
                _ => node.behaviour.gives_one() && node.diverts().is_none(),
            };
            let rate = if keeps {
                self.rate_of_input(id, 0)
            } else {
                None
            };
            self.rates[id] = rate.unwrap_or_else(&mut fresh);
        }
    }

    /// The rate of an input; `None` where it is nobody else's.
    fn rate_of_input(&self, node: NodeId, input: usize) -> Option<usize> {
        let edge: &Edge = &self.graph.nodes[node].inputs[input];
        let own = edge.port != Port::Items || self.crossing(Use { node, input }).is_some();
        (!own).then(|| self.rates[edge.from])
    }

    /// Returns whether a node is given exactly one item for each of a source.
    pub fn keeps_rate_of(&self, source: NodeId, node: NodeId) -> bool {
        self.rate_of_input(node, 0) == Some(self.rates[source])
    }

    /// Returns whether all inputs of a `zip` arrive exactly once for each other.
    pub fn is_lockstep(&self, zip: NodeId) -> bool {
        let first = self.rate_of_input(zip, 0);
        let inputs = 1..self.graph.nodes[zip].inputs.len();
        first.is_some()
            && inputs
                .into_iter()
                .all(|input| self.rate_of_input(zip, input) == first)
    }
}
