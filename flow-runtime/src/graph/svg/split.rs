//! Rows of vertices: beside the nodes, the bends of long edges and the sides of
//! frames.
//!
//! ```text
//!   parse ╌╌╌╮          the edge from `parse` to `for_each` is longer than one
//!     │      ┆          row: where it passes one it has a bend, and its bends
//!   filter   •          are one column
//!     │      ┆
//!   collect  •
//!            ┆
//!         for_each
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::{
    layers::Layers,
    theme::{HEAD, LABEL, letters},
};
use crate::graph::{Port, Shape, words::edge_words};

/// Holds what stands in a row.
pub struct Vertex {
    /// Holds what it is.
    pub what: What,
    /// Its row.
    pub row: usize,
    /// Says how wide it is.
    pub width: f64,
    /// Says how high it is.
    pub height: f64,
    /// Says how far from its middle the next one stands at least: where a frame
    /// begins, its name is between them.
    pub head: f64,
    /// The frame that it stands in.
    pub frame: Option<usize>,
    /// Its place from left to right before any sorting; the same all along a
    /// column.
    pub seed: f64,
    /// The vertex of its column in the row above.
    pub above: Option<usize>,
    /// The vertex of its column in the row below.
    pub below: Option<usize>,
}

/// Says what a vertex is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A node.
    Node,
    /// Says where a long edge passes a row.
    Bend,
    /// Says where an edge that leads back passes a row.
    Return {
        /// The lower end of the edge.
        from: usize,
        /// The upper one.
        to: usize,
    },
    /// The left side of a frame.
    Left,
    /// The right side of a frame.
    Right,
}

/// Vertices in rows.
pub struct Rows {
    /// All of them; the nodes come first, in their order.
    pub vertices: Vec<Vertex>,
    /// The rows, each from left to right.
    pub rows: Vec<Vec<usize>>,
    /// Holds what is joined, a vertex and one in the row below it.
    pub links: Vec<(usize, usize)>,
    /// The vertices that each edge of the graph passes, both ends included.
    pub paths: Vec<Vec<usize>>,
    /// The edges that lead back.
    pub back: Vec<bool>,
    /// Says how many frames there are.
    pub frames: usize,
    /// The separate part of the graph that each vertex is in; `parts` says it.
    pub part: Vec<usize>,
}

/// Splits long edges and frames.
#[inline]
pub fn split(
    graph: &Shape<'_>,
    layers: &Layers,
    sizes: &[(f64, f64)],
    frame_of: &[Option<usize>],
    frames: &[(&str, Vec<usize>)],
) -> Rows {
    let (nodes, edges) = seeds(graph, &layers.back);
    let vertex = |id: usize| Vertex {
        what: What::Node,
        row: layers.of[id],
        width: sizes[id].0,
        height: sizes[id].1,
        head: 0.0,
        frame: frame_of[id],
        seed: nodes[id],
        above: None,
        below: None,
    };
    let height = layers.of.iter().max().map_or(0, |last| last + 1);
    let mut rows = Rows {
        vertices: (0..graph.nodes.len()).map(vertex).collect(),
        rows: vec![Vec::new(); height],
        links: Vec::new(),
        paths: Vec::new(),
        back: layers.back.clone(),
        frames: frames.len(),
        part: Vec::new(),
    };
    rows.lay_edges(graph, &edges);
    rows.join_chains(graph);
    rows.raise_frames(frames);
    for (id, vertex) in rows.vertices.iter().enumerate() {
        rows.rows[vertex.row].push(id);
    }
    rows
}

/// The order in which nodes and edges are met on a walk from the sources along
/// the branches, the first branch first.
#[inline]
fn seeds(graph: &Shape<'_>, back: &[bool]) -> (Vec<f64>, Vec<f64>) {
    let mut outputs: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    let mut fed = vec![false; graph.nodes.len()];
    for (index, edge) in graph
        .edges
        .iter()
        .enumerate()
        .filter(|(index, _)| !back[*index])
    {
        outputs[edge.from].push(index);
        fed[edge.to] = true;
    }
    for (id, each) in outputs.iter_mut().enumerate() {
        debug_assert!(each.iter().all(|edge| graph.edges[*edge].from == id));
        each.sort_by_key(|edge| {
            let edge = &graph.edges[*edge];
            (edge.port == Port::Errors, edge.order)
        });
    }
    let mut next = 0.0;
    let mut count = || {
        next += 1.0;
        next
    };
    let mut nodes = vec![0.0; graph.nodes.len()];
    let mut edges = vec![0.0; graph.edges.len()];
    for root in (0..graph.nodes.len()).filter(|id| !fed[*id]) {
        let mut stack = vec![(root, None)];
        while let Some((id, over)) = stack.pop() {
            if let Some(over) = over {
                edges[over] = count();
            }
            if nodes[id] == 0.0 {
                nodes[id] = count();
                let further = outputs[id].iter().rev();
                stack.extend(further.map(|edge| (graph.edges[*edge].to, Some(*edge))));
            }
        }
    }
    (nodes, edges)
}

impl Rows {
    /// A line that is the only one out of what it leaves and into what it enters
    /// is straight: the two are of one column.
    #[inline]
    fn join_chains(&mut self, graph: &Shape<'_>) {
        let mut out = vec![0; self.vertices.len()];
        let mut into = vec![0; self.vertices.len()];
        let errors = |edge: usize| graph.edges[edge].port == Port::Errors;
        let mut joints = BTreeSet::new();
        for (edge, path) in self
            .paths
            .iter()
            .enumerate()
            .filter(|(edge, _)| !self.back[*edge])
        {
            for pair in path.windows(2) {
                let first_seen = joints.insert((pair[0], pair[1]));
                let counts = first_seen || self.vertices[pair[1]].what == What::Node;
                into[pair[1]] += usize::from(counts);
                out[pair[0]] += usize::from(counts && !errors(edge));
            }
        }
        for (edge, path) in self
            .paths
            .iter()
            .enumerate()
            .filter(|(edge, _)| !self.back[*edge])
        {
            for pair in path.windows(2) {
                let (upper, lower) = (&self.vertices[pair[0]], &self.vertices[pair[1]]);
                let single = out[pair[0]] == 1 && into[pair[1]] == 1 && !errors(edge);
                if single && upper.frame == lower.frame {
                    self.vertices[pair[0]].below = Some(pair[1]);
                    self.vertices[pair[1]].above = Some(pair[0]);
                }
            }
        }
        for top in 0..self.vertices.len() {
            let mut next = Some(top).filter(|top| self.vertices[*top].above.is_none());
            while let Some(id) = next {
                self.vertices[id].seed = self.vertices[top].seed;
                next = self.vertices[id].below;
            }
        }
    }

    /// A new vertex below another of its column.
    #[inline]
    fn grow(&mut self, above: Option<usize>, vertex: Vertex) -> usize {
        let id = self.vertices.len();
        self.vertices.push(Vertex { above, ..vertex });
        if let Some(above) = above {
            self.vertices[above].below = Some(id);
            self.links.push((above, id));
        }
        id
    }

    /// The column of an edge, through rows `first..=last`.
    #[inline]
    fn column(
        &mut self,
        what: What,
        first: usize,
        last: usize,
        frame: Option<usize>,
        seed: f64,
    ) -> Vec<usize> {
        let mut column: Vec<usize> = Vec::new();
        for row in first..=last {
            let bend = Vertex {
                what,
                row,
                width: 0.0,
                height: 0.0,
                head: 0.0,
                frame,
                seed,
                above: None,
                below: None,
            };
            column.push(self.grow(column.last().copied(), bend));
        }
        column
    }

    /// Every edge gets its path. Those that meet in a union anyway share one
    /// column on the way there.
    #[inline]
    fn lay_edges(&mut self, graph: &Shape<'_>, seeds: &[f64]) {
        let mut trunks: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut paths = vec![Vec::new(); graph.edges.len()];
        for (index, edge) in graph.edges.iter().enumerate() {
            let (from, to) = (&self.vertices[edge.from], &self.vertices[edge.to]);
            let frame = from.frame.filter(|frame| to.frame == Some(*frame));
            if self.back[index] {
                let what = What::Return {
                    from: edge.from,
                    to: edge.to,
                };
                let (top, bottom, seed) = (to.row, from.row, to.seed + 0.5);
                let mut column = self.column(what, top, bottom, None, seed);
                let words = edge_words(graph, edge);
                for bend in column.iter().filter(|_| !words.is_empty()) {
                    self.vertices[*bend].width = letters(&words) * LABEL + 6.0;
                }
                column.reverse();
                paths[index] = [vec![edge.from], column, vec![edge.to]].concat();
            } else if from.row + 1 == to.row {
                paths[index] = vec![edge.from, edge.to];
            } else {
                let shared = graph.nodes[edge.to].operator == "union";
                let alone = (!shared).then_some(index);
                let key = (edge.to, edge.port == Port::Errors, frame, alone);
                trunks.entry(key).or_default().push(index);
            }
        }
        for ((to, _, frame, _), edges) in trunks {
            let last = self.vertices[to].row - 1;
            let starts = edges
                .iter()
                .map(|edge| self.vertices[graph.edges[*edge].from].row + 1);
            let first = starts.min().unwrap_or(last);
            let seed = edges
                .iter()
                .map(|edge| seeds[*edge])
                .fold(f64::MAX, f64::min);
            let column = self.column(What::Bend, first, last, frame, seed);
            for index in edges {
                let from = graph.edges[index].from;
                let skipped = self.vertices[from].row + 1 - first;
                paths[index] = [&[from], &column[skipped..], &[to]].concat();
            }
        }
        for (path, _) in paths.iter().zip(&self.back).filter(|(_, back)| !**back) {
            self.links
                .extend(path.windows(2).map(|pair| (pair[0], pair[1])));
        }
        self.links = BTreeSet::from_iter(self.links.drain(..))
            .into_iter()
            .collect();
        self.paths = paths;
    }

    /// Both sides of every frame, through all rows in which something stands in
    /// it.
    #[inline]
    fn raise_frames(&mut self, frames: &[(&str, Vec<usize>)]) {
        for (frame, (name, _)) in frames.iter().enumerate() {
            let members = || {
                self.vertices
                    .iter()
                    .filter(|vertex| vertex.frame == Some(frame))
            };
            let rows = || members().map(|vertex| vertex.row);
            let seed = members().map(|vertex| vertex.seed).fold(f64::MAX, f64::min);
            if let (Some(first), Some(last)) = (rows().min(), rows().max()) {
                let head = letters(name) * HEAD + 24.0;
                for side in [What::Left, What::Right] {
                    let column = self.column(side, first, last, Some(frame), seed);
                    self.vertices[column[0]].head = head;
                }
            }
        }
    }
}
