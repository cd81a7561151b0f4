//! Walks: what lies behind, before and around a node.

use super::{Graph, NodeId, Port, Readers, Use};

impl Graph<'_> {
    /// The nodes that are joined to `start` in any direction, not by way of
    /// `without`.
    pub fn around(&self, start: NodeId, without: NodeId) -> Vec<bool> {
        let mut around = vec![false; self.nodes.len()];
        let mut next = vec![start];
        while let Some(node) = next.pop() {
            if node == without || std::mem::replace(&mut around[node], true) {
                continue;
            }
            next.extend(self.nodes[node].inputs.iter().map(|edge| edge.from));
            next.extend(self.all_uses(node).into_iter().map(|to| to.node));
        }
        around
    }

    /// Returns where all outputs of a node go.
    pub fn all_uses(&self, from: NodeId) -> Vec<Use> {
        let ports = self.nodes[from].ports().into_iter();
        ports
            .flat_map(|port| self.uses(from, port))
            .copied()
            .collect()
    }

    /// Returns the use of what comes out of a node, where there is but one.
    pub fn only_use(&self, from: NodeId) -> Option<Use> {
        match self.readers()[from].as_slice() {
            [(_, uses)] if uses.len() == 1 => uses.first().copied(),
            _ => None,
        }
    }

    /// Returns how deep every node lies: as many cuts as are on the way to it, at most.
    pub fn depths(&self, order: &[NodeId]) -> Vec<usize> {
        let mut depth = vec![0; self.nodes.len()];
        for &id in order {
            let inputs = self.nodes[id].inputs.iter().filter(|edge| !edge.back);
            depth[id] = inputs
                .map(|edge| self.leaves(edge.from, &depth))
                .max()
                .unwrap_or(0);
        }
        depth
    }

    /// Returns how deep what comes out of a node lies.
    pub fn leaves(&self, from: NodeId, depth: &[usize]) -> usize {
        depth[from] + usize::from(self.nodes[from].is_cut())
    }

    /// The nodes that lie on a way from a node back to itself, in the order of
    /// the graph, itself included; none where there is no such way.
    pub fn round(&self, node: NodeId) -> Vec<NodeId> {
        let rounds = self.rounds.get_or_init(|| self.find_rounds());
        let Some(round) = rounds[node] else {
            return Vec::new();
        };
        let nodes = 0..self.nodes.len();
        nodes.filter(|id| rounds[*id] == Some(round)).collect()
    }

    /// Finds of every node the way round that it lies on: the nodes of one all reach each
    /// other.
    fn find_rounds(&self) -> Vec<Option<usize>> {
        let mut rounds = vec![None; self.nodes.len()];
        let mut seen = vec![false; self.nodes.len()];
        // What leads to the first of those that are left, and is left too, it reaches as well.
        for (round, first) in self.left_last().into_iter().enumerate() {
            let (mut next, mut nodes) = (vec![first], Vec::new());
            while let Some(node) = next.pop() {
                if !std::mem::replace(&mut seen[node], true) {
                    nodes.push(node);
                    let inputs = self.nodes[node].inputs.iter().map(|edge| edge.from);
                    next.extend(inputs.filter(|from| *from < seen.len()));
                }
            }
            let reads_itself = || {
                self.nodes[first]
                    .inputs
                    .iter()
                    .any(|edge| edge.from == first)
            };
            if nodes.len() > 1 || reads_itself() {
                nodes
                    .into_iter()
                    .for_each(|node| rounds[node] = Some(round));
            }
        }
        rounds
    }

    /// The nodes as a walk along the arrows leaves them, from the last to the first.
    fn left_last(&self) -> Vec<NodeId> {
        let mut left = Vec::with_capacity(self.nodes.len());
        let mut seen = vec![false; self.nodes.len()];
        let mut next: Vec<(NodeId, bool)> = (0..seen.len()).map(|node| (node, false)).collect();
        while let Some((node, leaves)) = next.pop() {
            if leaves {
                left.push(node);
            } else if !std::mem::replace(&mut seen[node], true) {
                next.push((node, true));
                let uses = self.readers()[node].iter().flat_map(|(_, uses)| uses);
                next.extend(uses.map(|to| (to.node, false)));
            }
        }
        left.reverse();
        left
    }

    /// Of every node, whether it is one of these or lies below one.
    pub fn reached(&self, mut next: Vec<NodeId>) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        while let Some(node) = next.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                next.extend(self.all_uses(node).into_iter().map(|to| to.node));
            }
        }
        reached
    }

    /// Of every node, whether several items leave it together that an error may come of, or come
    /// round to it: they go through, whichever of them fails.
    pub fn together(&self) -> Vec<bool> {
        let nodes = 0..self.nodes.len();
        let mut next: Vec<NodeId> = nodes.filter(|id| self.nodes[*id].fails()).collect();
        let mut fails_below = vec![false; self.nodes.len()];
        while let Some(node) = next.pop() {
            if !std::mem::replace(&mut fails_below[node], true) {
                next.extend(self.nodes[node].inputs.iter().map(|edge| edge.from));
            }
        }
        let nodes = self.nodes.iter().zip(fails_below);
        nodes
            .map(|(node, fails)| {
                let several = node.gives_several() && !node.is_cut();
                fails && (several || node.is_cycle_head())
            })
            .collect()
    }

    /// Returns where an output goes, in the order the uses are written.
    pub fn uses(&self, from: NodeId, port: Port) -> &[Use] {
        let of_node = self.readers().get(from).into_iter().flatten();
        let mut of_port = of_node.filter(|(of, _)| *of == port);
        of_port.next().map_or(&[], |(_, uses)| uses)
    }

    /// All outputs with what reads them, found once: the graph does not change from then on.
    fn readers(&self) -> &Readers {
        self.readers.get_or_init(|| {
            let mut edges = Vec::new();
            for (node, each) in self.nodes.iter().enumerate() {
                for (input, edge) in each.inputs.iter().enumerate() {
                    edges.push((edge, Use { node, input }));
                }
            }
            edges.sort_by_key(|(edge, _)| edge.order);
            let mut readers: Readers = vec![Vec::new(); self.nodes.len()];
            for (edge, to) in edges {
                // What leads nowhere is reported.
                let Some(ports) = readers.get_mut(edge.from) else {
                    continue;
                };
                match ports.iter_mut().find(|(port, _)| *port == edge.port) {
                    Some((_, uses)) => uses.push(to),
                    None => ports.push((edge.port, vec![to])),
                }
            }
            readers
        })
    }
}
