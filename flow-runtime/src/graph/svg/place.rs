//! Coordinates: what `across` found, and the heights of the rows.

use super::{
    across::across,
    split::{Rows, Vertex, What},
    theme::{HEIGHT, width},
};
use crate::graph::{Shape, words::edge_words};

/// Says where everything is.
pub struct Placed {
    /// The middle of each vertex.
    pub x: Vec<f64>,
    /// The rows, from the top.
    pub bands: Vec<Band>,
    /// Says how wide the drawing is.
    pub width: f64,
    /// Says how high it is.
    pub height: f64,
}

/// The height that a row takes. Edges run straight inside it and bend between
/// two of them.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// Its upper end, above the heads of frames that begin here.
    pub top: f64,
    /// The middle of its nodes.
    pub middle: f64,
    /// Its lower end, below the feet of frames that end here.
    pub bottom: f64,
}

/// Space around everything.
pub const MARGIN: f64 = 16.0;
/// Space above the first node in a frame, where its name stands.
pub const HEAD: f64 = 24.0;
/// Space below the last node in a frame.
pub const FOOT: f64 = 12.0;
/// Between two rows, where nothing needs more.
const GAP: f64 = 34.0;
/// Between two rows, where there are words at the edges.
const LABELLED: f64 = 44.0;

/// Places all vertices.
#[inline]
pub fn place(graph: &Shape<'_>, rows: &Rows) -> Placed {
    let (x, width) = across(rows);
    let x: Vec<f64> = x.iter().map(|x| x + MARGIN).collect();
    let (bands, height) = down(graph, rows, &x);
    Placed {
        x,
        bands,
        width: width + 2.0 * MARGIN,
        height,
    }
}

/// Returns what a row needs below it where the words at the lines out of a node do not
/// fit beside each other: for each node.
#[inline]
fn crowds(graph: &Shape<'_>, rows: &Rows, x: &[f64]) -> Vec<f64> {
    let mut ends: Vec<Vec<(f64, f64)>> = vec![Vec::new(); graph.nodes.len()];
    for (edge, path) in graph.edges.iter().zip(&rows.paths) {
        let words = edge_words(graph, edge);
        if !words.is_empty() {
            let middle = f64::midpoint(x[edge.from], x[path[1]]);
            ends[edge.from].push((middle, width(&words)));
        }
    }
    let crowded =
        |pair: &&[(f64, f64)]| pair[1].0 - pair[0].0 < f64::midpoint(pair[0].1, pair[1].1);
    let crowd = |mut ends: Vec<(f64, f64)>| {
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count = ends.windows(2).filter(crowded).count();
        count.min(4) as f64 * 1.3 * HEIGHT
    };
    ends.into_iter().map(crowd).collect()
}

/// The rows' heights; how high all of them are.
#[inline]
fn down(graph: &Shape<'_>, rows: &Rows, x: &[f64]) -> (Vec<Band>, f64) {
    let mut gaps = vec![GAP; rows.rows.len() + 1];
    // A line that goes far to the side is not to lie flat.
    for &(above, below) in &rows.links {
        let gap = &mut gaps[rows.vertices[below].row];
        *gap = gap.max((GAP + (x[above] - x[below]).abs() * 0.06).min(2.0 * GAP));
    }
    // What leads back turns above the first row it passes, and below the last.
    let margin = |row: Option<&Vec<usize>>| {
        let mut row = row.into_iter().flatten();
        let turns = |id: &usize| matches!(rows.vertices[*id].what, What::Return { .. });
        if row.any(turns) { MARGIN + GAP } else { MARGIN }
    };
    let crowds = crowds(graph, rows, x);
    for (edge, _) in graph
        .edges
        .iter()
        .zip(&rows.back)
        .filter(|(_, back)| !**back)
    {
        if !edge_words(graph, edge).is_empty() {
            let gap = &mut gaps[rows.vertices[edge.from].row + 1];
            *gap = gap.max(LABELLED + crowds[edge.from]);
        }
    }
    let mut y = margin(rows.rows.first());
    let mut bands = Vec::with_capacity(rows.rows.len());
    for (index, row) in rows.rows.iter().enumerate() {
        if index > 0 {
            y += gaps[index];
        }
        let vertices = || row.iter().map(|id| &rows.vertices[*id]);
        let side = |vertex: &&Vertex| vertex.what == What::Left;
        let begins = vertices().filter(side).any(|vertex| vertex.above.is_none());
        let stops = vertices().filter(side).any(|vertex| vertex.below.is_none());
        let height = vertices().map(|vertex| vertex.height).fold(0.0, f64::max);
        let top = y;
        let middle = top + if begins { HEAD } else { 0.0 } + height / 2.0;
        y = middle + height / 2.0 + if stops { FOOT } else { 0.0 };
        bands.push(Band {
            top,
            middle,
            bottom: y,
        });
    }
    (bands, y + margin(rows.rows.last()))
}
