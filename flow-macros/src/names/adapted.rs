//! Operators right behind a source that its iterator has itself: no item is tested in the loop.

use super::Writer;
use crate::{
    graph::{NodeId, Port},
    plan::{Root, Shape, Waits},
    table::Form,
};

impl Writer<'_, '_, '_> {
    /// Returns the source whose iterator does the work of a node: nothing else is made of its
    /// items, and nobody looks into the loop over them, to stop it, to count or to acknowledge.
    ///
    /// Beside other sources none does: where one has ended is known there before it is asked
    /// for more.
    pub fn adapted(&self, node: NodeId) -> Option<NodeId> {
        let (graph, plan) = (self.graph(), self.plan);
        let each = &graph.nodes[node];
        let ([edge], Some(region)) = (each.inputs.as_slice(), plan.regions.first()) else {
            return None;
        };
        let plain = self.copies.is_none() && !self.observes() && plan.waits == Waits::Never;
        if !each.operator.of_iterators
            || !plain
            || plan.shape() != Shape::Closed
            || region.roots.len() > 1
            || plan.flushes(0)
        {
            return None;
        }
        let from = &graph.nodes[edge.from];
        let alone = edge.port == Port::Items
            && graph.uses(edge.from, Port::Items).len() == 1
            && from.raises().is_none()
            && from.diverts().is_none();
        let root = Root::Source(edge.from);
        let is_iterator = from.operator.form == Form::Iterator && !from.acknowledges();
        match alone {
            true if is_iterator && region.roots == [root] => Some(edge.from),
            true => self.adapted(edge.from),
            false => None,
        }
    }
}
