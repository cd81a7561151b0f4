//! A flow as nodes and edges, and three ways to draw it.
//!
//! ```text
//! Graph ──words──▶ Mermaid, DOT                     others lay it out
//!       ──layers──▶ split ──▶ order ──▶ place ──▶ draw      SVG, laid out here
//! ```
//!
//! A graph is a constant that the macro writes. Nothing in this module runs
//! unless a picture is asked for.

pub(crate) mod constant;
mod dot;
mod edge;
mod mermaid;
mod node;
#[cfg(test)]
mod samples;
mod svg;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

pub use edge::{Bound, Edge, Port};
pub use node::{Node, NodeKind};

/// The shape of a flow: its operators, and what flows between them.
///
/// Every flow has one, known at compile time; it costs nothing unless it is
/// asked for.
///
/// ```
/// use flow_runtime::{flow, graph::NodeKind};
///
/// let flow = flow! {
///     numbers = from(1..=10) -> map(|n| n * n);
///     evens   = numbers -> filter(|n| n % 2 == 0) -> collect::<Vec<_>>();
///     sum     = numbers -> sum();
///     (evens, sum)
/// };
/// let graph = flow.graph();
/// assert_eq!(graph.nodes().len(), 5);
/// assert_eq!(graph.nodes()[0].kind, NodeKind::Source);
/// assert_eq!(graph.nodes()[1].detail, "|n| n * n");
///
/// // For a page of documentation, a README, or a report.
/// let picture = graph.to_svg();
/// # assert!(picture.starts_with("<svg"));
/// ```
///
/// `Display` writes Mermaid, which many places draw from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graph {
    nodes: &'static [Node],
    edges: &'static [Edge],
}

impl Graph {
    /// The operators, in the order they are written; behind them the unions in
    /// which several chains meet that flow into one segment.
    #[must_use]
    pub const fn nodes(&self) -> &'static [Node] {
        self.nodes
    }

    /// What flows between them.
    #[must_use]
    pub const fn edges(&self) -> &'static [Edge] {
        self.edges
    }

    /// The text of a [Mermaid](https://mermaid.js.org) flowchart.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        mermaid::text(self)
    }

    /// The text of a [Graphviz](https://graphviz.org) graph.
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::text(self)
    }

    /// A drawing, from top to bottom, readable on light and dark pages.
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::drawing(self)
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_mermaid())
    }
}
