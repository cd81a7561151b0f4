//! The work that the iterator of a source does itself: no item is tested in the loop, and a
//! collection is filled by it.

use super::Writer;
use crate::{
    graph::{NodeId, Port},
    plan::{Root, Shape, Waits},
    table::Form,
};

impl Writer<'_, '_, '_> {
    /// Returns whether nothing but the end of its sources ends the loop of the flow: nobody looks
    /// into it, to stop it, to count or to acknowledge. Then an iterator may run it.
    pub fn is_plain(&self) -> bool {
        let plan = self.plan;
        let seen = self.copies.is_some() || self.acknowledges() || self.observes();
        !seen && plan.waits == Waits::Never && plan.shape() == Shape::Closed
    }

    /// Returns the source whose iterator does the work of a node: nothing else is made of its
    /// items.
    ///
    /// Beside other sources none does: where one has ended is known there before it is asked
    /// for more.
    pub fn adapted(&self, node: NodeId) -> Option<NodeId> {
        let each = &self.graph().nodes[node];
        if !each.operator.of_iterators || !self.is_plain() || self.plan.flushes(0) {
            return None;
        }
        let from = self.only_before(node)?;
        match self.is_only_root(from) {
            true => Some(from),
            false => self.adapted(from),
        }
    }

    /// Returns whether the iterator of the source fills a collection: the flow is one chain, in
    /// which each item means one, and no other stands beside it.
    pub fn fills(&self, collect: NodeId) -> bool {
        let operator = self.graph().nodes[collect].operator;
        let collects = operator.is_collection() && operator.form == Form::SinkPush;
        let alone = self.plan.regions.len() == 1 && self.is_plain() && !self.plan.fails;
        collects && alone && self.is_filled(collect)
    }

    fn is_filled(&self, node: NodeId) -> bool {
        let Some(from) = self.only_before(node) else {
            return false;
        };
        let each = &self.graph().nodes[from];
        let in_line = matches!(each.operator.form, Form::Call | Form::Look | Form::Tick);
        let gives_one = in_line && each.behaviour.gives_one();
        self.is_only_root(from)
            || ((gives_one || self.adapted(from).is_some()) && self.is_filled(from))
    }

    /// Returns what a node is given all items of, and nobody else any.
    fn only_before(&self, node: NodeId) -> Option<NodeId> {
        let graph = self.graph();
        let [edge] = graph.nodes[node].inputs.as_slice() else {
            return None;
        };
        let from = &graph.nodes[edge.from];
        let alone = edge.port == Port::Items
            && graph.uses(edge.from, Port::Items).len() == 1
            && from.raises().is_none()
            && from.diverts().is_none();
        alone.then_some(edge.from)
    }

    /// Returns whether a node is the only source of the flow, and an iterator.
    fn is_only_root(&self, node: NodeId) -> bool {
        let roots = self.plan.regions.first().map(|region| &*region.roots);
        let form = self.graph().nodes[node].operator.form;
        roots == Some(&[Root::Source(node)]) && form == Form::Iterator
    }
}
