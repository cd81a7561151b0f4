//! An SVG drawing, laid out in layers.
//!
//! ```text
//! layers   in which row each node stands, and which edges lead back
//! split    long edges, frames and chains become columns of vertices
//! order    the vertices of each row, from left to right, with few crossings
//! place    their coordinates
//! labels   where the words at the lines stand
//! draw     shapes, lines and words
//! ```
//!
//! From top to bottom, because what is written in a node makes it wide: a chain
//! of ten is a page that scrolls, not a line that does not fit.
//!
//! What keeps the drawing calm is the *column*: vertices of consecutive rows
//! that must stand exactly below each other. A chain is one, the bends of a long
//! edge are one, so is each side of a frame. All sorting moves whole columns.
//!
//! All functions are `#[inline]`, not for speed: so they are compiled in the programs that
//! draw, and not with this crate in all others.

mod across;
mod columns;
mod draw;
mod labels;
mod layers;
mod order;
mod parts;
mod place;
mod route;
mod shapes;
mod split;
mod theme;

#[cfg(feature = "inspect")]
pub use self::theme::STYLE;
#[cfg(test)]
pub use self::{
    draw::areas,
    labels::labels,
    theme::{DETAIL, HEIGHT, TITLE, letters, width},
};
use super::{
    Shape,
    words::{Words, cluster_of, clusters, words},
};

/// The drawing.
#[inline]
pub fn drawing(graph: &Shape<'_>) -> String {
    let scene = scene(graph);
    draw::draw(graph, &scene, false)
}

/// The drawing, whose nodes, edges and words are found by their indices:
/// `data-node`, `data-edge`, `data-label`.
#[cfg(feature = "inspect")]
#[inline]
pub fn numbered(graph: &Shape<'_>) -> String {
    let scene = scene(graph);
    draw::draw(graph, &scene, true)
}

/// A graph laid out.
pub struct Scene<'g> {
    /// The frames: their names.
    pub frames: Vec<&'g str>,
    /// Holds what is written at each node.
    pub words: Vec<Words<'g>>,
    /// The vertices, of which the first are the nodes.
    pub rows: split::Rows,
    /// Says where they are.
    pub placed: place::Placed,
}

/// The lines that are drawn.
#[cfg(test)]
pub fn lines(scene: &Scene<'_>) -> Vec<route::Line> {
    route::lines(&scene.rows, &scene.placed)
}

/// Lays a graph out.
#[inline]
pub fn scene<'g>(graph: &Shape<'g>) -> Scene<'g> {
    let clusters = clusters(graph);
    let cluster_of = cluster_of(graph, &clusters);
    let words: Vec<Words<'_>> = (0..graph.nodes.len())
        .map(|id| words(graph, id, cluster_of[id].is_some()))
        .collect();
    let layers = layers::layers(graph);
    let sizes: Vec<_> = words
        .iter()
        .zip(graph.nodes)
        .map(|(words, node)| shapes::size(words, node.kind))
        .collect();
    let mut rows = split::split(graph, &layers, &sizes, &cluster_of, &clusters);
    rows.part = parts::parts(&rows);
    order::order(&mut rows);
    let placed = place::place(graph, &rows);
    Scene {
        frames: clusters.iter().map(|(name, _)| *name).collect(),
        words,
        rows,
        placed,
    }
}
