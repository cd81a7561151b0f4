//! Tells at which inputs of a fan-in one item waits at most, and which fan-ins give what
//! they can once in a turn.
//!
//! A source that leads to one input alone is pulled only while nothing waits there. So
//! what one item of it becomes, one item at most, finds the input empty.

use super::{Closer, Plan, Root};
use crate::{
    graph::{NodeId, Port, Use},
    table::{AtEnd, Inputs, Role},
};

impl Plan<'_, '_> {
    /// Returns whether one item waits at an input at most, of a fan-in that decides what
    /// its sources give.
    pub fn waits_alone(&self, to: Use) -> bool {
        self.closer(to.node) == Closer::Node(to.node)
            && !self.is_pushed(to)
            && !self.holds_up(to)
            && self.only_root(to).is_some()
    }

    /// The root that leads to an input and to nothing else, with one item at most for one.
    fn only_root(&self, to: Use) -> Option<Root> {
        let mut to = to;
        loop {
            if let Some(crossing) = self.crossing(to) {
                return Some(Root::Crossing(crossing));
            }
            let edge = &self.graph.nodes[to.node].inputs[to.input];
            let from = &self.graph.nodes[edge.from];
            let alone = self.graph.only_use(edge.from).is_some();
            if edge.goes_round() || edge.returns || edge.port != Port::Items || !alone {
                return None;
            }
            let behaviour = &from.behaviour;
            if from.is_cut() {
                let alone = !behaviour.gives_several();
                return alone.then_some(Root::Results(edge.from));
            }
            if behaviour.role == Role::Source {
                return Some(Root::Source(edge.from));
            }
            if behaviour.at_end == AtEnd::Leaves || !behaviour.gives_one_at_most() {
                return None;
            }
            to = Use {
                node: edge.from,
                input: 0,
            };
        }
    }

    /// Returns whether a fan-in gives what it can once in a turn of its region, behind the
    /// last of its roots, which follow each other: where it can give, none of them is
    /// wanted, so that none is pulled in between.
    pub fn gives_at_end_of_turn(&self, node: NodeId) -> bool {
        self.last_root(node).is_some()
    }

    /// The last of the roots of such a fan-in, by its place in the region.
    pub fn last_root(&self, node: NodeId) -> Option<usize> {
        let each = &self.graph.nodes[node];
        let decides = match each.behaviour.inputs() {
            Some(Inputs::Pairs) => !self.is_lockstep(node) && each.option("capacity").is_none(),
            Some(Inputs::Keys) => true,
            _ => false,
        };
        let region = self.region_of_output(node);
        let roots = &self.regions[region].roots;
        if !decides || self.acked[node] || self.carries || !self.regions[region].inlets.is_empty() {
            return None;
        }
        let places: Option<Vec<usize>> = (0..each.inputs.len())
            .map(|input| {
                let to = Use { node, input };
                let root = self.only_root(to).filter(|_| self.waits_alone(to))?;
                roots.iter().position(|other| *other == root)
            })
            .collect();
        let mut places = places?;
        places.sort_unstable();
        let returns =
            |place: &usize| matches!(roots[*place], Root::Crossing(each) if self.returns(each));
        let in_a_row = places.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        (in_a_row && !places.iter().any(returns)).then(|| places[places.len() - 1])
    }
}
