//! Defines where words stand at the lines.
//!
//! Each has its place in the middle of the first bend of its line. Where another
//! one or a node is there, it moves along its line until it is free.

use super::{
    Scene,
    route::Line,
    theme::{HEIGHT, width},
};
use crate::graph::{Shape, words::edge_words};

/// The words at each line, and their middle.
#[inline]
pub fn labels(graph: &Shape<'_>, scene: &Scene<'_>, lines: &[Line]) -> Vec<(String, (f64, f64))> {
    let mut taken: Vec<[f64; 4]> = (0..graph.nodes.len())
        .map(|id| {
            let vertex = &scene.rows.vertices[id];
            let middle = (scene.placed.x[id], scene.placed.bands[vertex.row].middle);
            around(middle, vertex.width, vertex.height)
        })
        .collect();
    let mut labels = Vec::with_capacity(lines.len());
    for (edge, line) in graph.edges.iter().zip(lines) {
        let words = edge_words(graph, edge);
        if words.is_empty() {
            labels.push((words, line.label));
            continue;
        }
        let area = |at: (f64, f64)| around(at, width(&words), HEIGHT);
        let overlap =
            |at: (f64, f64)| -> f64 { taken.iter().map(|other| shared(&area(at), other)).sum() };
        // The first that is free, or else the first of those that hide least.
        let (mut at, mut least) = (line.label, overlap(line.label));
        for spot in &line.spots {
            if least == 0.0 {
                break;
            }
            let hidden = overlap(*spot);
            if hidden < least {
                (at, least) = (*spot, hidden);
            }
        }
        taken.push(area(at));
        labels.push((words, at));
    }
    labels
}

/// Left, right, top and bottom.
#[inline]
fn around((x, y): (f64, f64), width: f64, height: f64) -> [f64; 4] {
    let (width, height) = (width / 2.0, height / 2.0);
    [x - width, x + width, y - height, y + height]
}

/// The area that two rectangles have in common.
#[inline]
fn shared(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let width = a[1].min(b[1]) - a[0].max(b[0]);
    let height = a[3].min(b[3]) - a[2].max(b[2]);
    width.max(0.0) * height.max(0.0)
}
