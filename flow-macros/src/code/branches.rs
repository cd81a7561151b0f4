//! Branches that end before others of the same source: nothing is done in one that has ended.
//!
//! ```text
//! if !take_2.is_over() {
//!     let x = map_1(x.clone());
//!     if take_2.admit(&x) { … }
//! }
//! ```
//!
//! A branch goes on while any way goes on on which its items may leave it: where it parts, one
//! of the ways, and where it meets others, what follows.

use quote::quote;

use super::demand::{Ask, Demand, Demands, asked};
use crate::{
    graph::{NodeId, Use},
    names::Writer,
    sorted::Map,
};

/// The bytes of a condition that is asked at a branch, at most: what parts and meets again and
/// again would make it longer each time.
const LONGEST: usize = 400;

/// Answers whether branches go on, remembering what it has answered.
pub struct Branches<'w, 'p, 'g, 's> {
    needed: Demands<'w, 'p, 'g, 's>,
    outputs: Map<NodeId, Demand>,
}

impl<'w, 'p, 'g, 's> Branches<'w, 'p, 'g, 's> {
    /// Asks about the branches of a flow.
    pub fn new(writer: &'w Writer<'p, 'g, 's>) -> Self {
        Self {
            needed: Demands::new(writer, Ask::Needed),
            outputs: Map::new(),
        }
    }

    /// The condition under which something goes on behind a node.
    pub fn output(&mut self, node: NodeId) -> Demand {
        if let Some(known) = self.outputs.get(&node) {
            return known.clone();
        }
        let uses = self.needed.writer().graph().all_uses(node).into_iter();
        let ways = uses.map(|to| self.branch(to)).collect();
        let demand = Demand::any(ways).within(LONGEST);
        self.outputs.insert(node, demand.clone());
        demand
    }

    /// The condition under which a branch has not ended.
    pub fn branch(&mut self, to: Use) -> Demand {
        let writer = self.needed.writer();
        let (plan, node) = (writer.plan, &writer.graph().nodes[to.node]);
        if node.inputs[to.input].back || node.is_cut() || plan.crossing(to).is_some() {
            return self.needed.use_of(to);
        }
        if node.is_dropped() {
            return Demand::Never;
        }
        let own = self.takes_more(to.node);
        match node.operator.is_sink() {
            true => own,
            false => own.and(self.output(to.node)),
        }
    }

    /// The condition of a branch beside others, where what is known behind the node that they
    /// leave has been asked.
    pub fn apart(&mut self, node: NodeId, to: Use) -> Demand {
        let known = self.output(node);
        self.branch(to).without(&known)
    }

    /// The condition under which what a node gave, some time after it came, is of use: where
    /// that is asked at once behind it, it need not be asked before.
    pub fn given(&mut self, node: NodeId) -> Demand {
        let writer = self.needed.writer();
        let demand = self.output(node);
        let Some(only) = writer.graph().only_use(node) else {
            return demand;
        };
        let asks =
            writer.graph().nodes[only.node].behaviour.ends && writer.plan.crossing(only).is_none();
        match asks {
            true => demand.without(&self.takes_more(only.node)),
            false => demand,
        }
    }

    /// The condition under which an operator has not ended. That a `zip` has nothing more to pair
    /// is not asked: an item may be on its way to another input.
    fn takes_more(&self, node: NodeId) -> Demand {
        let writer = self.needed.writer();
        let behaviour = &writer.graph().nodes[node].behaviour;
        // The source of one that it does for itself has no more.
        if behaviour.ends && behaviour.inputs().is_none() && writer.adapted(node).is_none() {
            let op = writer.local(node);
            return Demand::when(quote!(!#op.is_over()));
        }
        asked(writer, node)
    }
}
