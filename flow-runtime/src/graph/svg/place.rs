//! Coordinates.
//!
//! Every column has one x. Neighbours in a row keep their distance, which is a
//! constraint on two columns; each column would like to stand at the mean of
//! what it is joined to. Pushing all columns right until nothing is too near is
//! one solution, pushing them left another, and the mean of two solutions is a
//! solution: a few dozen rounds of that settle.

use super::split::{Rows, Vertex, What};
use crate::graph::{Graph, words::edge_words};

/// Where everything is.
pub struct Placed {
    /// The middle of each vertex.
    pub x: Vec<f64>,
    /// The rows, from the top.
    pub bands: Vec<Band>,
    /// How wide the drawing is.
    pub width: f64,
    /// How high it is.
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
const ROUNDS: usize = 80;

/// Places all vertices.
pub fn place(graph: &Graph, rows: &Rows) -> Placed {
    let x = across(rows);
    let left = extent(rows, &x, f64::min, -0.5);
    let right = extent(rows, &x, f64::max, 0.5);
    let x: Vec<f64> = x.iter().map(|x| x - left + MARGIN).collect();
    let (bands, height) = down(graph, rows, &x);
    Placed {
        x,
        bands,
        width: right - left + 2.0 * MARGIN,
        height,
    }
}

fn extent(rows: &Rows, x: &[f64], pick: fn(f64, f64) -> f64, side: f64) -> f64 {
    let ends = x.iter().zip(&rows.vertices);
    let ends = ends.map(|(x, vertex)| x + side * vertex.width);
    ends.reduce(pick).unwrap_or(0.0)
}

/// The space between two neighbours in a row.
fn between(left: &Vertex, right: &Vertex) -> f64 {
    let space = match (left.what, right.what) {
        (What::Left, _) | (_, What::Right) => 14.0,
        (What::Node, What::Node) | (What::Right, What::Left) => 26.0,
        (What::Bend | What::Return { .. }, What::Bend | What::Return { .. }) => 16.0,
        _ => 20.0,
    };
    space + (left.width + right.width) / 2.0
}

/// The columns, and what holds them apart.
struct Columns {
    /// The column of each vertex.
    of: Vec<usize>,
    /// Every column after all to the left of it.
    order: Vec<usize>,
    /// (column, column to the right of it, distance).
    apart: Vec<(usize, usize, f64)>,
    /// What is to the left, as indices into `apart`, and to the right.
    lefts: Vec<Vec<usize>>,
    rights: Vec<Vec<usize>>,
}

fn columns(rows: &Rows) -> Columns {
    let mut of = vec![usize::MAX; rows.vertices.len()];
    let mut count = 0;
    for row in &rows.rows {
        for &id in row {
            of[id] = match rows.vertices[id].above {
                Some(above) => of[above],
                None => {
                    count += 1;
                    count - 1
                }
            };
        }
    }
    let mut apart = Vec::new();
    let (mut lefts, mut rights) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for row in &rows.rows {
        for pair in row.windows(2) {
            let distance = between(&rows.vertices[pair[0]], &rows.vertices[pair[1]]);
            let (left, right) = (of[pair[0]], of[pair[1]]);
            lefts[right].push(apart.len());
            rights[left].push(apart.len());
            apart.push((left, right, distance));
        }
    }
    let mut unmet: Vec<usize> = lefts.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..count).filter(|column| unmet[*column] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for &constraint in &rights[order[next]] {
            let (_, right, _) = apart[constraint];
            unmet[right] -= 1;
            if unmet[right] == 0 {
                order.push(right);
            }
        }
        next += 1;
    }
    debug_assert_eq!(order.len(), count, "no two columns change sides");
    Columns {
        of,
        order,
        apart,
        lefts,
        rights,
    }
}

impl Columns {
    /// As near to the wishes as pushing right allows.
    fn push_right(&self, wishes: &[f64]) -> Vec<f64> {
        let mut x = wishes.to_vec();
        for &column in &self.order {
            for &constraint in &self.lefts[column] {
                let (left, _, distance) = self.apart[constraint];
                x[column] = x[column].max(x[left] + distance);
            }
        }
        x
    }

    /// As near to the wishes as pushing left allows.
    fn push_left(&self, wishes: &[f64]) -> Vec<f64> {
        let mut x = wishes.to_vec();
        for &column in self.order.iter().rev() {
            for &constraint in &self.rights[column] {
                let (_, right, distance) = self.apart[constraint];
                x[column] = x[column].min(x[right] - distance);
            }
        }
        x
    }
}

/// The x of every vertex.
fn across(rows: &Rows) -> Vec<f64> {
    let columns = columns(rows);
    let mut sides = vec![0_i8; columns.order.len()];
    for (id, vertex) in rows.vertices.iter().enumerate() {
        sides[columns.of[id]] = match vertex.what {
            What::Left => 1,
            What::Right => -1,
            _ => continue,
        };
    }
    let mut pulls: Vec<(usize, usize, f64)> = Vec::new();
    let mut pull = |a: usize, b: usize, weight: f64| {
        let (a, b) = (columns.of[a], columns.of[b]);
        if a != b {
            pulls.extend([(a, b, weight), (b, a, weight)]);
        }
    };
    for &(above, below) in &rows.links {
        pull(above, below, 1.0);
    }
    for (path, _) in rows.paths.iter().zip(&rows.back).filter(|(_, back)| **back) {
        pull(path[0], path[1], 0.2);
        pull(path[path.len() - 1], path[path.len() - 2], 0.2);
    }
    let mut x = columns.push_right(&vec![0.0; columns.order.len()]);
    for _ in 0..ROUNDS {
        let mut wishes = vec![(0.0, 0.0); x.len()];
        for &(column, other, weight) in &pulls {
            wishes[column].0 += x[other] * weight;
            wishes[column].1 += weight;
        }
        let mut wanted: Vec<f64> = wishes
            .iter()
            .zip(&x)
            .map(|((sum, weight), x)| if *weight == 0.0 { *x } else { sum / weight })
            .collect();
        // The sides of a frame lie close to what is in it.
        for (wanted, side) in wanted.iter_mut().zip(&sides) {
            match side {
                1 => *wanted = f64::MAX,
                -1 => *wanted = f64::MIN,
                _ => {}
            }
        }
        for &(left, right, distance) in &columns.apart {
            if sides[left] == 1 {
                wanted[left] = wanted[left].min(x[right] - distance);
            }
            if sides[right] == -1 {
                wanted[right] = wanted[right].max(x[left] + distance);
            }
        }
        let (right, left) = (columns.push_right(&wanted), columns.push_left(&wanted));
        x = right
            .iter()
            .zip(&left)
            .map(|(a, b)| f64::midpoint(*a, *b))
            .collect();
    }
    columns.of.iter().map(|column| x[*column]).collect()
}

/// The rows' heights; how high all of them are.
fn down(graph: &Graph, rows: &Rows, x: &[f64]) -> (Vec<Band>, f64) {
    let mut gaps = vec![GAP; rows.rows.len() + 1];
    // A line that goes far to the side is not to lie flat.
    for &(above, below) in &rows.links {
        let gap = &mut gaps[rows.vertices[below].row];
        *gap = gap.max((GAP + (x[above] - x[below]).abs() * 0.06).min(2.0 * GAP));
    }
    let returns = rows.back.iter().any(|back| *back);
    let ends = if returns { MARGIN + GAP } else { MARGIN };
    for (edge, _) in graph
        .edges
        .iter()
        .zip(&rows.back)
        .filter(|(_, back)| !**back)
    {
        if !edge_words(graph, edge).is_empty() {
            let gap = &mut gaps[rows.vertices[edge.from].row + 1];
            *gap = gap.max(LABELLED);
        }
    }
    let mut y = ends;
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
    (bands, y + ends)
}
