//! Tells whether one item that enters a flow can mean several that leave it.

use super::{Plan, Root};
use crate::{
    graph::{NodeId, Use},
    table::AtEnd,
};

impl Plan<'_, '_> {
    /// Returns whether one item that is pulled, or pushed, never means several that
    /// leave at an outlet.
    pub fn leaves_once(&self, outlet: NodeId) -> bool {
        self.goes_by_levels() || (!self.fails && self.gives_once(outlet))
    }

    /// As [`leaves_once`](Self::leaves_once), not counting an error with which the flow ends.
    pub fn gives_once(&self, outlet: NodeId) -> bool {
        let region = &self.regions[0];
        let steady = region.nodes.iter().all(|node| {
            let behaviour = &self.graph.nodes[*node].behaviour;
            behaviour.at_end != AtEnd::Leaves && behaviour.inputs().is_none()
        });
        let is_one = matches!(region.roots.as_slice(), [Root::Source(_)]);
        is_one && steady && self.comes_once(outlet)
    }

    /// Returns whether a node's code runs at most once for an item of the source.
    fn comes_once(&self, node: NodeId) -> bool {
        let each = &self.graph.nodes[node];
        if each.is_cycle_head() || (each.inputs.len() > 1 && !self.is_exclusive(node)) {
            return false;
        }
        (0..each.inputs.len()).all(|input| {
            let from = each.inputs[input].from;
            let crosses = self.crossing(Use { node, input }).is_some();
            let several = self.graph.nodes[from].behaviour.gives_several();
            !crosses && !several && self.comes_once(from)
        })
    }
}
