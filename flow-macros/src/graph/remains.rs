//! Defines what is left of a graph with mistakes.

use super::{Edge, Graph, NodeId, Port};

impl<'s> Graph<'s> {
    /// Returns what can be understood of a graph with mistakes: the nodes that are
    /// whole, and so is all that flows into them. Of a node with a mistake in the
    /// chain within it that chain is left, and of one whose arguments break off
    /// itself: nothing comes out of them.
    pub fn remains(self) -> Graph<'s> {
        let mut whole: Vec<bool> = self.nodes.iter().map(|_| false).collect();
        loop {
            let known = |edge: &Edge| {
                let from = &self.nodes[edge.from];
                let flows = edge.port != Port::Items || !from.operator.is_sink();
                // The arms of a `match` are known, whatever is wrong behind them.
                let known = !from.health.broken || matches!(edge.port, Port::Arm(_));
                edge.back || (flows && known && whole[edge.from])
            };
            let next = self.nodes.iter().enumerate().position(|(id, node)| {
                let fed = node.operator.is_source() || node.inputs.iter().any(|edge| !edge.back);
                let understood = !node.health.broken
                    || node.remains_within()
                    || node.is_unfinished()
                    || node.is_whole_match();
                !whole[id] && understood && fed && node.inputs.iter().all(known)
            });
            match next {
                Some(id) => whole[id] = true,
                None => break,
            }
        }
        let mut left = 0;
        let places: Vec<Option<NodeId>> = whole
            .iter()
            .map(|whole| {
                left += usize::from(*whole);
                whole.then(|| left - 1)
            })
            .collect();
        let mut nodes = Vec::with_capacity(left);
        for (id, mut node) in self.nodes.into_iter().enumerate() {
            if !whole[id] {
                continue;
            }
            if node.remains_within() {
                let inner = node.inner.take();
                inner
                    .into_iter()
                    .for_each(|inner| node.enclose(inner.remains()));
            }
            node.inputs.retain_mut(|edge| match places[edge.from] {
                Some(from) => {
                    edge.from = from;
                    true
                }
                None => false,
            });
            nodes.push(node);
        }
        Graph {
            nodes,
            result: None,
            tuple: false,
            ..Graph::default()
        }
    }
}
