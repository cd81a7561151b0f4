//! Ways: which of several outputs an item must have taken to reach a node.

use super::Plan;
use crate::{
    graph::{Edge, NodeId, Port},
    sorted::Map,
    table::Role,
};

impl Plan<'_, '_> {
    pub(super) fn find_ways(&mut self) {
        self.ways = vec![Map::new(); self.graph.nodes.len()];
        for &id in &self.order {
            let inputs = self.graph.nodes[id].inputs.iter();
            let ways = inputs.map(|edge| {
                if edge.back {
                    Map::new()
                } else {
                    self.way_of(edge)
                }
            });
            let common = ways.reduce(|mut a, b| {
                a.retain(|node, port| b.get(node) == Some(port));
                a
            });
            self.ways[id] = common.unwrap_or_default();
        }
    }

    /// The outputs an item must have taken to come along an edge, where a node
    /// gives it to one of several.
    fn way_of(&self, edge: &Edge) -> Map<NodeId, Port> {
        let mut way = self.ways[edge.from].clone();
        let node = &self.graph.nodes[edge.from];
        if node.behaviour.role == Role::Split || node.diverts().is_some() {
            way.insert(edge.from, edge.port);
        }
        way
    }

    /// Returns whether of a union's inputs only one is ever filled: they lie behind
    /// different arms of one `match`, or before and behind one `else`.
    pub fn is_exclusive(&self, union: NodeId) -> bool {
        let ways: Vec<_> = self.graph.nodes[union]
            .inputs
            .iter()
            .map(|edge| self.way_of(edge))
            .collect();
        ways.iter()
            .enumerate()
            .all(|(index, a)| ways[..index].iter().all(|b| apart(a, b)))
    }

    /// Returns whether no item reaches both of two nodes.
    pub(super) fn are_apart(&self, a: NodeId, b: NodeId) -> bool {
        apart(&self.ways[a], &self.ways[b])
    }
}

/// Returns whether no item goes both ways.
fn apart(a: &Map<NodeId, Port>, b: &Map<NodeId, Port>) -> bool {
    let other = |node, port| b.get(node).is_some_and(|other| other != port);
    a.iter().any(|(node, port)| other(node, port))
}
