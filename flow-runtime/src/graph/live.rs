//! A drawing that numbers are put on while the flow runs.

use super::{Bound, Edge, Node, Shape, svg, words::edge_words};

/// A number as wide as what comes to stand at the lines: a count and a rate.
const WIDE: u64 = 999_999_999_999_999;

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
    let wide = edges.iter().map(|edge| Edge {
        bound: Bound::Direct,
        items: Some(WIDE),
        ..*edge
    });
    let wide: Vec<Edge> = wide.collect();
    let shape = Shape {
        nodes,
        edges: &wide,
    };
    // Behind the number.
    let words = |edge| {
        let words = edge_words(&shape, edge);
        words.split_once(" · ").map(|(_, more)| more.to_owned())
    };
    let words = wide.iter().map(|edge| words(edge).unwrap_or_default());
    let words = words.collect();
    Live {
        svg: svg::numbered(&shape),
        words,
    }
}
