//! Defines how expansions write a graph: as a constant.

use super::{Bound, Edge, Graph, Node, NodeKind, Port};

/// The graph of a flow of which none is known.
pub const NONE: Graph = graph(&[], &[]);

/// A graph.
#[must_use]
pub const fn graph(nodes: &'static [Node<'static>], edges: &'static [Edge]) -> Graph {
    Graph { nodes, edges }
}

/// A node.
#[must_use]
pub const fn node(
    name: Option<&'static str>,
    operator: &'static str,
    kind: NodeKind,
    detail: &'static str,
    location: &'static str,
) -> Node<'static> {
    Node {
        name,
        operator,
        kind,
        detail,
        location,
    }
}

/// An edge.
#[must_use]
pub const fn edge(
    from: usize,
    to: usize,
    port: Port,
    order: u32,
    bound: Bound,
    back: bool,
) -> Edge {
    Edge {
        from,
        to,
        port,
        order,
        bound,
        back,
        items: None,
    }
}

/// An edge on which nothing waits, to the first that reads a node.
#[must_use]
pub const fn direct(from: usize, to: usize) -> Edge {
    edge(from, to, Port::Items, 0, Bound::Direct, false)
}
