//! Cycles: which edges lead back, and an order of the nodes without them.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Edge, Graph, NodeId};

impl Graph<'_> {
    /// Marks the edges that lead back, and nothing is left of the cycles without
    /// them, but of those that no segment is in.
    ///
    /// Nodes are placed behind all they read. Where none can be, some of those left
    /// make a circle that nothing else flows into. It is opened at a segment that
    /// something already placed flows into: what flows into it from the circle
    /// leads back. So every node that a source reaches is reached without the edges
    /// that lead back, in whatever order statements are written. Every turn places a
    /// node or marks an edge.
    pub fn mark_back_edges(&mut self) {
        let mut placed = vec![false; self.nodes.len()];
        loop {
            self.place(&mut placed);
            let circle = self.first_circle(&placed);
            if circle.is_empty() {
                break;
            }
            match self.opening(&circle, &placed) {
                Some(node) => {
                    let inputs = self.nodes[node].inputs.iter_mut();
                    let inside = inputs.filter(|edge| !placed[edge.from]);
                    inside.for_each(|edge| edge.back = true);
                }
                // The checks report it. The rest is looked at all the same.
                None => circle.into_iter().for_each(|node| placed[node] = true),
            }
        }
        self.mark_returns();
    }

    /// The nodes of a circle that nothing flows into from outside, but from nodes
    /// already placed; none where all are placed.
    fn first_circle(&self, placed: &[bool]) -> Vec<NodeId> {
        let Some(mut node) = placed.iter().position(|placed| !placed) else {
            return Vec::new();
        };
        let mut above = self.left_above(node, placed);
        // What is above a node, and not below it, has less above it.
        loop {
            let higher = above.iter().find_map(|&other| {
                let higher = self.left_above(other, placed);
                (!higher.contains(&node)).then_some((other, higher))
            });
            match higher {
                Some(higher) => (node, above) = higher,
                None => return above,
            }
        }
    }

    /// The nodes not placed from which there is a way to a node.
    fn left_above(&self, node: NodeId, placed: &[bool]) -> Vec<NodeId> {
        let mut seen = vec![false; self.nodes.len()];
        let mut next = vec![node];
        while let Some(node) = next.pop() {
            let inputs = self.nodes[node].inputs.iter();
            let left = inputs.filter(|edge| !edge.back && !placed[edge.from]);
            next.extend(
                left.map(|edge| edge.from)
                    .filter(|from| !std::mem::replace(&mut seen[*from], true)),
            );
        }
        (0..seen.len()).filter(|node| seen[*node]).collect()
    }

    /// The node at which a circle is opened. Of several that something else flows
    /// into, one that says how many may wait, and the one written first; where there
    /// is none, a segment that is then found to be unfed. `None` where no segment is
    /// in the circle, or part of it goes round without one.
    fn opening(&self, circle: &[NodeId], placed: &[bool]) -> Option<NodeId> {
        if self.goes_round_without_segments(circle) {
            return None;
        }
        let inside = |edge: &&Edge| !edge.back && !placed[edge.from];
        let first = |opens: &dyn Fn(NodeId) -> bool| {
            let nodes = circle.iter().copied().filter(|node| opens(*node));
            nodes.min_by_key(|node| {
                let bounded = self.nodes[*node].capacity.is_some();
                (!bounded, self.written(*node))
            })
        };
        let fed = |node: NodeId| self.nodes[node].inputs.iter().any(|edge| placed[edge.from]);
        let by_feeds = |node: NodeId| {
            self.nodes[node]
                .inputs
                .iter()
                .filter(inside)
                .all(|edge| edge.feed)
        };
        first(&|node| fed(node) && by_feeds(node))
            .or_else(|| first(&|node| fed(node) && self.nodes[node].behaviour.is_union()))
            .or_else(|| first(&by_feeds))
    }

    /// Returns whether there is a way round within these nodes on which none feeds a segment.
    fn goes_round_without_segments(&self, nodes: &[NodeId]) -> bool {
        let mut left = nodes.to_vec();
        loop {
            let reads = |node: &NodeId| {
                let inputs = self.nodes[*node].inputs.iter();
                inputs
                    .filter(|edge| !edge.back && !edge.feed)
                    .any(|edge| left.contains(&edge.from))
            };
            let still: Vec<NodeId> = left.iter().copied().filter(reads).collect();
            if still.len() == left.len() {
                return !left.is_empty();
            }
            left = still;
        }
    }

    /// The place of a node in the order in which the user wrote them: where chains
    /// that feed one segment meet, the segment's head.
    fn written(&self, node: NodeId) -> NodeId {
        let met = self.nodes[node].element.is_none();
        let reads =
            |each: &crate::graph::Node<'_>| each.inputs.iter().any(|edge| edge.from == node);
        let head = || self.nodes.iter().position(reads);
        met.then(head).flatten().unwrap_or(node)
    }

    /// Marks what comes back from behind a cut.
    fn mark_returns(&mut self) {
        let Ok(order) = self.topological() else {
            return;
        };
        let depth = self.depths(&order);
        for id in 0..self.nodes.len() {
            for input in 0..self.nodes[id].inputs.len() {
                let edge = &self.nodes[id].inputs[input];
                let returns = edge.back && self.leaves(edge.from, &depth) != depth[id];
                self.nodes[id].inputs[input].returns = returns;
            }
        }
    }

    /// The nodes in an order in which every one comes after all it reads; `Err`
    /// with the nodes of a cycle, in the order data flows.
    ///
    /// Among those that could come next, the one written first does.
    pub fn topological(&self) -> Result<Vec<NodeId>, Vec<NodeId>> {
        let mut placed = vec![false; self.nodes.len()];
        let order = self.place(&mut placed);
        if order.len() == placed.len() {
            Ok(order)
        } else {
            Err(self.cycle(&placed))
        }
    }

    /// Places every node of which all that it reads is placed; gives them in order.
    fn place(&self, placed: &mut [bool]) -> Vec<NodeId> {
        let mut missing = vec![0; self.nodes.len()];
        let mut readers: Vec<Vec<NodeId>> = vec![Vec::new(); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            for edge in node
                .inputs
                .iter()
                .filter(|edge| !edge.back && !placed[edge.from])
            {
                missing[id] += 1;
                readers[edge.from].push(id);
            }
        }
        let ready = |node: &NodeId| missing[*node] == 0 && !placed[*node];
        let mut next: BinaryHeap<_> = (0..missing.len()).filter(ready).map(Reverse).collect();
        let mut order = Vec::new();
        while let Some(Reverse(node)) = next.pop() {
            placed[node] = true;
            order.push(node);
            for &reader in &readers[node] {
                missing[reader] -= 1;
                if missing[reader] == 0 && !placed[reader] {
                    next.push(Reverse(reader));
                }
            }
        }
        order
    }

    /// A cycle among the nodes not placed: walking up from any of them never
    /// leaves them, so it comes round.
    fn cycle(&self, placed: &[bool]) -> Vec<NodeId> {
        let mut path: Vec<NodeId> = Vec::new();
        let mut next = placed.iter().position(|placed| !placed);
        while let Some(node) = next {
            if let Some(start) = path.iter().position(|seen| *seen == node) {
                let mut cycle = path.split_off(start);
                cycle.reverse();
                return cycle;
            }
            path.push(node);
            next = self.nodes[node]
                .inputs
                .iter()
                .filter(|edge| !edge.back)
                .map(|edge| edge.from)
                .find(|from| !placed[*from]);
        }
        path
    }
}
