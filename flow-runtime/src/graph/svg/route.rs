//! The lines of edges.
//!
//! A line leaves a node at its lower side, enters another at its upper side, and
//! bends between two rows only: it never passes behind a node. Where several
//! begin or end at one node they stand side by side, in the order of where they
//! lead, so that they do not cross there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{
    place::Placed,
    split::{Rows, What},
};

/// An edge's line.
pub struct Line {
    /// Holds what SVG draws.
    pub path: String,
    /// Says where its arrow ends, if it does not end at another line.
    pub tip: Option<(f64, f64)>,
    /// Says where words stand on it.
    pub label: (f64, f64),
    /// Says where else they could stand, the nearest first.
    pub spots: Vec<(f64, f64)>,
}

/// Says how high an arrow is.
pub const ARROW: f64 = 7.0;
/// Says how far a line that turns back goes on before it does.
const TURN: f64 = 34.0;
/// Between two lines at one node.
const PORTS: f64 = 22.0;

/// The lines of all edges.
#[inline]
pub fn lines(rows: &Rows, placed: &Placed) -> Vec<Line> {
    let starts = ports(rows, placed, false);
    let ends = ports(rows, placed, true);
    let mut drawn = BTreeSet::new();
    (0..rows.paths.len())
        .map(|edge| line(rows, placed, edge, (starts[edge], ends[edge]), &mut drawn))
        .collect()
}

/// Returns where each edge begins, or ends, across. Edges that share a column share
/// that place.
#[inline]
fn ports(rows: &Rows, placed: &Placed, ends: bool) -> Vec<f64> {
    let mut at: BTreeMap<usize, Vec<(f64, usize, usize)>> = BTreeMap::new();
    for (edge, path) in rows.paths.iter().enumerate() {
        let (node, next) = match ends {
            false => (path[0], path[1]),
            true => (path[path.len() - 1], path[path.len() - 2]),
        };
        let lane = match rows.vertices[next].what {
            What::Node => rows.vertices.len() + edge,
            _ => next,
        };
        at.entry(node)
            .or_default()
            .push((placed.x[next], lane, edge));
    }
    let mut ports = vec![0.0; rows.paths.len()];
    for (node, mut edges) in at {
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut lanes: Vec<(f64, usize)> = edges.iter().map(|(x, lane, _)| (*x, *lane)).collect();
        lanes.dedup();
        let (middle, width) = (placed.x[node], rows.vertices[node].width);
        // One that leads straight on keeps the middle.
        let straight = lanes.iter().position(|(x, _)| (x - middle).abs() < 1.0);
        let centre = straight.map_or((lanes.len() - 1) as f64 / 2.0, |at| at as f64);
        let aside = centre.max((lanes.len() - 1) as f64 - centre).max(0.5);
        let apart = PORTS.min((width / 2.0 - 16.0).max(4.0) / aside);
        for (_, lane, edge) in edges {
            let place = lanes
                .iter()
                .position(|(_, other)| *other == lane)
                .unwrap_or(0);
            ports[edge] = middle + (place as f64 - centre) * apart;
        }
    }
    ports
}

/// `drawn` has the bends that a line before has passed: this one ends where it
/// meets such a line.
#[inline]
fn line(
    rows: &Rows,
    placed: &Placed,
    edge: usize,
    (start, end): (f64, f64),
    drawn: &mut BTreeSet<usize>,
) -> Line {
    let path = &rows.paths[edge];
    let (from, to) = (path[0], path[path.len() - 1]);
    let band = |vertex: usize| placed.bands[rows.vertices[vertex].row];
    let half = |vertex: usize| rows.vertices[vertex].height / 2.0;
    let (leaves, enters) = (band(from).middle + half(from), band(to).middle - half(to));
    let mut text = String::new();
    let _ = write!(text, "M{start:.1} {leaves:.1}V{:.1}", band(from).bottom);
    let label;
    let spots;
    if rows.back[edge] {
        let (x, low, high) = (placed.x[path[1]], band(from).bottom, band(to).top);
        let (below, above) = (low + TURN, high - TURN);
        let _ = write!(
            text,
            "C{start:.1} {below:.1} {x:.1} {below:.1} {x:.1} {low:.1}V{high:.1}"
        );
        let _ = write!(
            text,
            "C{x:.1} {above:.1} {end:.1} {above:.1} {end:.1} {high:.1}"
        );
        label = (x, f64::midpoint(low, high));
        spots = [0.4, 0.6, 0.3, 0.7, 0.2, 0.8]
            .map(|t| (x, high + (low - high) * t))
            .to_vec();
    } else {
        let mut at = (start, band(from).bottom);
        let first = path[1];
        let x = |vertex: usize| if vertex == to { end } else { placed.x[vertex] };
        label = (
            f64::midpoint(start, x(first)),
            f64::midpoint(at.1, band(first).top),
        );
        spots = bend(at, (x(first), band(first).top));
        for &next in &path[1..] {
            let (x, y) = (x(next), band(next).top);
            if (x - at.0).abs() >= 0.1 {
                let turn = (y - at.1) * 0.55;
                let (a, b) = (at.1 + turn, y - turn);
                let _ = write!(text, "C{:.1} {a:.1} {x:.1} {b:.1} {x:.1} {y:.1}", at.0);
            }
            if next != to && !drawn.insert(next) {
                return Line {
                    path: text,
                    tip: None,
                    label,
                    spots,
                };
            }
            at = (x, band(next).bottom);
            if next != to {
                let _ = write!(text, "V{:.1}", at.1);
            }
        }
    }
    let _ = write!(text, "V{:.1}", enters - ARROW);
    Line {
        path: text,
        tip: Some((end, enters)),
        label,
        spots,
    }
}

/// Places along a bend, those near its middle first.
#[inline]
fn bend(from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
    let turn = (to.1 - from.1) * 0.55;
    let at = |t: f64| {
        let u = 1.0 - t;
        let weights = [u * u * u, 3.0 * t * u * u, 3.0 * t * t * u, t * t * t];
        let y = [from.1, from.1 + turn, to.1 - turn, to.1];
        let x = [from.0, from.0, to.0, to.0];
        let sum = |of: [f64; 4]| of.iter().zip(weights).map(|(end, w)| end * w).sum();
        (sum(x), sum(y))
    };
    let steps = (1..=22_u32).map(|step| f64::from(step) * 0.02);
    steps
        .flat_map(|step| [at(0.5 + step), at(0.5 - step)])
        .collect()
}
