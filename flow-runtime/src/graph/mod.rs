//! A flow as nodes and edges, and three ways to draw it.
//!
//! ```text
//! Graph ──words──▶ Mermaid, DOT                     others lay it out
//!       ──layers──▶ split ──▶ order ──▶ place ──▶ draw      SVG, laid out here
//! ```
//!
//! The graph of a flow is a constant that the macro writes, that of a mesh is put
//! together when it is asked for; both are drawn through their `Shape`. Nothing in
//! this module runs unless a picture is asked for.

pub(crate) mod constant;
mod dot;
mod edge;
#[cfg(feature = "inspect")]
pub(crate) mod live;
mod mermaid;
mod node;
mod owned;
#[cfg(test)]
mod samples;
mod svg;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

pub use edge::{Bound, Edge, Port};
pub use node::{Node, NodeKind};
pub use owned::OwnedGraph;
pub(crate) use owned::OwnedNode;

/// The shape of a flow: its operators, and what flows between them.
///
/// Every flow has one, known at compile time; it costs nothing unless it is
/// asked for.
///
/// ```
/// use flow_runtime::{flow, graph::{Bound, NodeKind}};
///
/// let flow = flow! {
///     readings = from(["20.5", "91.0", "off"]) -> map(|line| line.parse::<f64>())? else rejects;
///     hot      = readings -> filter(|celsius| *celsius > 90.0) -> collect::<Vec<_>>();
///     mean     = readings -> sliding_window(2) -> map(|[a, b]| (a + b) / 2.0) -> last();
///     rejects  = for_each(|error| eprintln!("{error}"));
///     (hot, mean)
/// };
/// let graph = flow.graph();
/// assert_eq!(graph.nodes()[0].kind, NodeKind::Source);
/// assert_eq!(graph.nodes()[2].detail, "|celsius| *celsius > 90.0");
/// assert!(graph.edges().iter().all(|edge| edge.bound == Bound::Direct));
///
/// // For a page of documentation, a README, or a report.
/// let picture = graph.to_svg();
/// # let shown = concat!(env!("CARGO_MANIFEST_DIR"), "/src/graph/readings.svg");
/// # if std::env::var_os("UPDATE_PICTURES").is_some() { std::fs::write(shown, &picture)?; }
/// # assert_eq!(picture, std::fs::read_to_string(shown)?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// At an edge stand, where they say something: its number among several branches that
/// take the same items, in the order in which they do; `else` for errors, or the pattern of
/// an arm; and how many items may wait there, `≤ 8`, or `unbounded`. So `1 · ≤ 1` is the
/// first of several branches, on which one item may wait. Arms that are `drop`, and
/// `? else drop`, lead to a node `drop`. Long texts are shortened, paths first; in an SVG
/// the whole text is shown where the pointer rests.
///
/// This is the picture:
///
#[doc = include_str!("readings.svg")]
///
/// `std::fs::write("flow.svg", graph.to_svg())` saves it; a browser shows the
/// file, and so does Markdown that names it as an image.
///
/// `Display` writes Mermaid, which many places draw from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graph {
    nodes: &'static [Node<'static>],
    edges: &'static [Edge],
}

impl Graph {
    /// The operators, in the order they are written; behind them the unions in
    /// which several chains meet that flow into one segment.
    #[must_use]
    pub const fn nodes(&self) -> &'static [Node<'static>] {
        self.nodes
    }

    /// Returns what flows between them.
    #[must_use]
    pub const fn edges(&self) -> &'static [Edge] {
        self.edges
    }

    /// The text of a [Mermaid](https://mermaid.js.org) flowchart.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let graph = flow! { from([1, 2]) -> count() }.graph();
    /// assert!(graph.to_mermaid().starts_with("flowchart"));
    /// ```
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        mermaid::text(&self.shape())
    }

    /// The text of a [Graphviz](https://graphviz.org) graph.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let graph = flow! { from([1, 2]) -> count() }.graph();
    /// assert!(graph.to_dot().starts_with("digraph"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::text(&self.shape())
    }

    /// A drawing, from top to bottom, readable on light and dark pages.
    #[must_use]
    #[inline]
    pub fn to_svg(&self) -> String {
        svg::drawing(&self.shape())
    }

    /// The graph as it is drawn.
    fn shape(&self) -> Shape<'_> {
        Shape {
            nodes: self.nodes,
            edges: self.edges,
        }
    }
}

/// A graph as it is drawn, whoever owns it.
#[derive(Clone, Copy)]
struct Shape<'g> {
    nodes: &'g [Node<'g>],
    edges: &'g [Edge],
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_mermaid())
    }
}
