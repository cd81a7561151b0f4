//! The part of a flow that leads to an `ensure`: all that a plan runs.

use std::cell::OnceCell;

use super::{Graph, NodeId};
use crate::table::{PLANNED, Planning, Waits};

/// The part of a flow that leads to an `ensure`.
pub struct Ensured<'s> {
    /// The same nodes. Those of the part have the inputs that come from it, the others
    /// none, and an `ensure` in it gives nothing.
    pub graph: Graph<'s>,
    /// The nodes of the part, every one after all it reads.
    pub order: Vec<NodeId>,
    /// Each `ensure` in it.
    pub ensures: Vec<NodeId>,
}

impl<'s> Graph<'s> {
    /// The part that leads to an `ensure` which no other one leads to; `None` where there
    /// is no `ensure`.
    ///
    /// # Errors
    ///
    /// What has to run before anybody knows what comes to the `ensure`.
    pub fn ensured(&self) -> Option<Result<Ensured<'s>, NodeId>> {
        let is_ensure = |id: NodeId| self.nodes[id].behaviour.planning == Planning::Ensures;
        let order = self.topological().ok()?;
        // What lies behind one.
        let mut behind = vec![false; self.nodes.len()];
        for &id in &order {
            let mut inputs = self.nodes[id].inputs.iter().filter(|edge| !edge.back);
            behind[id] = inputs.any(|edge| is_ensure(edge.from) || behind[edge.from]);
        }
        let ensures: Vec<NodeId> = order
            .iter()
            .copied()
            .filter(|id| is_ensure(*id) && !behind[*id])
            .collect();
        if ensures.is_empty() {
            return None;
        }
        let mut leads = vec![false; self.nodes.len()];
        let mut next = ensures.clone();
        while let Some(id) = next.pop() {
            if !std::mem::replace(&mut leads[id], true) {
                let inputs = self.nodes[id].inputs.iter().map(|edge| edge.from);
                next.extend(inputs.filter(|from| !behind[*from] && !is_ensure(*from)));
            }
        }
        let order: Vec<NodeId> = order.into_iter().filter(|id| leads[*id]).collect();
        let mut before = order.iter().filter(|id| !is_ensure(**id));
        if let Some(id) = before.find(|id| self.cannot_be_planned(**id)) {
            return Some(Err(*id));
        }
        let mut graph = self.clone();
        for (id, node) in graph.nodes.iter_mut().enumerate() {
            let planned = leads[id] && is_ensure(id);
            node.inputs
                .retain(|edge| leads[id] && leads[edge.from] && !is_ensure(edge.from));
            if planned {
                (node.operator, node.element) = (PLANNED, None);
                node.settle();
            }
        }
        graph.result = None;
        graph.readers = OnceCell::new();
        Some(Ok(Ensured {
            graph,
            order,
            ensures,
        }))
    }

    /// Returns whether a node waits for more than a store's look-up, or needs what only
    /// a run has.
    fn cannot_be_planned(&self, id: NodeId) -> bool {
        let node = &self.nodes[id];
        match node.behaviour.planning {
            Planning::Runs => node.behaviour.waits != Waits::Never,
            Planning::LooksUp | Planning::Ensures => false,
            Planning::Never => true,
        }
    }
}
