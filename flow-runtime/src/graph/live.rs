//! A drawing that numbers are put on while the flow runs.

use super::{Bound, Edge, Node, Shape, svg, words::edge_words};

/// A number as wide as those that come to stand at the lines.
const WIDE: u64 = 9_999_999_999;

/// The rules of a drawing: what stands in its `style`.
pub(crate) use svg::STYLE;

/// A drawing, and what its lines say beside numbers.
pub(crate) struct Live {
    /// The drawing; nodes, edges and labels have their indices in `data-node`,
    /// `data-edge` and `data-label`.
    pub(crate) svg: String,
    /// The words at each edge, without a number.
    pub(crate) words: Vec<String>,
}

/// Draws a graph with room for a number at each edge.
pub(crate) fn live(nodes: &[Node<'_>], edges: &[Edge]) -> Live {
    // Where items wait is shown at the nodes, with how many may.
    let plain = edges.iter().map(|edge| Edge {
        bound: Bound::Direct,
        ..*edge
    });
    let plain: Vec<Edge> = plain.collect();
    let shape = Shape {
        nodes,
        edges: &plain,
    };
    let words = plain.iter().map(|edge| edge_words(&shape, edge)).collect();
    let wide = plain.iter().map(|edge| Edge {
        items: Some(WIDE),
        ..*edge
    });
    let wide: Vec<Edge> = wide.collect();
    let shape = Shape {
        nodes,
        edges: &wide,
    };
    Live {
        svg: svg::numbered(&shape),
        words,
    }
}
