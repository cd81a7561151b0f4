//! Who has sent to whom.

use super::{MeshOf, kind::Kind};
use crate::graph::{Bound, Edge, NodeKind, OwnedGraph, OwnedNode, Port};

impl<K: Kind> MeshOf<K> {
    /// Who has sent to whom so far, and how many items, to be drawn. A
    /// node that was sent to from outside has the shape of an inlet, one that sends
    /// nothing that of a sink.
    ///
    /// See [`OwnedGraph`] for an example.
    #[must_use]
    pub fn graph(&self) -> OwnedGraph {
        let nodes = (0..self.places.len()).map(|index| self.pictured(index));
        let edges = self.edges();
        OwnedGraph::new(nodes.collect(), edges)
    }

    /// One node: sent to from outside, sending on, or the end of the way.
    fn pictured(&self, index: usize) -> OwnedNode {
        let (slot, place) = (&self.post.slots[index], &self.places[index]);
        let sends = self.post.links(index).iter().next().is_some();
        let kind = match (slot.outside > 0, sends) {
            (true, _) => NodeKind::Inlet,
            (false, true) => NodeKind::Operator,
            (false, false) => NodeKind::Sink,
        };
        let mut detail = format!("{} worked", place.worked);
        if slot.len > 0 {
            detail = format!("{detail}, {} waiting", slot.len);
        }
        let name = slot.name.clone();
        OwnedNode { name, kind, detail }
    }

    /// All edges, by sender and receiver in the order they were made.
    fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for from in 0..self.post.slots.len() {
            for (order, (to, items)) in self.post.links(from).iter().enumerate() {
                let bound = match self.post.slots[to].capacity() {
                    usize::MAX => Bound::Unbounded,
                    capacity => Bound::Slots(capacity),
                };
                edges.push(Edge {
                    from,
                    to,
                    port: Port::Items,
                    order: order as u32,
                    bound,
                    // Where cycles are closed is seen on the whole.
                    back: false,
                    items: Some(items),
                });
            }
        }
        edges
    }
}
