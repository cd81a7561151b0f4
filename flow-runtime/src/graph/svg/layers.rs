//! In which row each node stands.

use crate::graph::Shape;

/// The rows, and what does not obey them.
pub struct Layers {
    /// The row of each node, 0 at the top. Edges lead down.
    pub of: Vec<usize>,
    /// The edges that lead back up, or to the node they come from.
    pub back: Vec<bool>,
}

/// Puts every node below all it reads, as high up as that allows; a source
/// stands right above what it flows into.
#[inline]
pub fn layers(graph: &Shape<'_>) -> Layers {
    let (topological, mut back) = unroll(graph);
    let mut of = vec![0; graph.nodes.len()];
    let (inputs, outputs) = ends(graph, &back);
    for &id in &topological {
        let above = inputs[id].iter().map(|from| of[*from] + 1);
        of[id] = above.max().unwrap_or(0);
    }
    // What hangs from nothing but a source comes down with it.
    let mut hangs = vec![false; graph.nodes.len()];
    for &id in &topological {
        hangs[id] = match inputs[id].as_slice() {
            [] => true,
            [only] => hangs[*only] && outputs[*only].len() == 1,
            _ => false,
        };
    }
    for &id in topological.iter().rev().filter(|id| hangs[**id]) {
        if let Some(below) = outputs[id].iter().map(|to| of[*to]).min() {
            of[id] = below - 1;
        }
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        back[index] = of[edge.from] >= of[edge.to];
    }
    Layers { of, back }
}

/// The nodes, every one after all it reads but over edges that lead back.
/// Where nothing but a cycle is left, the node that is written first begins it.
#[inline]
fn unroll(graph: &Shape<'_>) -> (Vec<usize>, Vec<bool>) {
    let count = graph.nodes.len();
    let mut back: Vec<bool> = graph
        .edges
        .iter()
        .map(|edge| edge.back || edge.from == edge.to)
        .collect();
    let mut unmet = vec![0_usize; count];
    for (edge, back) in graph.edges.iter().zip(&back) {
        unmet[edge.to] += usize::from(!back);
    }
    let mut order = Vec::with_capacity(count);
    let mut placed = vec![false; count];
    while order.len() < count {
        let next = (0..count).find(|id| !placed[*id] && unmet[*id] == 0);
        let next = next.or_else(|| (0..count).find(|id| !placed[*id]));
        let Some(next) = next else { break };
        placed[next] = true;
        order.push(next);
        for (index, edge) in graph.edges.iter().enumerate() {
            if edge.to == next && !placed[edge.from] {
                back[index] = true;
            }
            if edge.from == next && !placed[edge.to] && !back[index] {
                unmet[edge.to] -= 1;
            }
        }
    }
    (order, back)
}

/// The nodes above and below each.
#[inline]
fn ends(graph: &Shape<'_>, back: &[bool]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut inputs = vec![Vec::new(); graph.nodes.len()];
    let mut outputs = vec![Vec::new(); graph.nodes.len()];
    for (edge, _) in graph.edges.iter().zip(back).filter(|(_, back)| !**back) {
        inputs[edge.to].push(edge.from);
        outputs[edge.from].push(edge.to);
    }
    (inputs, outputs)
}
