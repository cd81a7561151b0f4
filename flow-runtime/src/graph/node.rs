//! An operator in its place, or a node of a mesh.

/// One operator of a flow, or one node of a [mesh](crate::mesh).
///
/// ```
/// use flow_runtime::flow;
///
/// let graph = flow! { hot = from([1, 95]) -> filter(|n| *n > 90); hot -> count() }.graph();
/// let node = graph.nodes()[1];
/// assert_eq!((node.name, node.operator, node.detail), (Some("hot"), "filter", "|n| *n > 90"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node<'g> {
    /// The name of the chain it is part of: `hot` in `hot = readings ->
    /// filter(…);`. In a mesh, the node's own.
    pub name: Option<&'g str>,
    /// The operator's word; empty in a mesh.
    pub operator: &'g str,
    /// Holds what it does to the shape of the flow.
    pub kind: NodeKind,
    /// Holds what stands in its parentheses, or its `::<…>`, as it is written; cut off
    /// where it is very long. In a mesh, what was worked and what waits.
    pub detail: &'g str,
    /// Says where it is written: file, line and column; empty in a mesh.
    pub location: &'static str,
}

/// Says what an operator does to the shape of a flow; pictures have a shape for
/// each.
///
/// ```
/// use flow_runtime::{flow, graph::NodeKind};
///
/// let graph = flow! { from([1, 2]) -> count() }.graph();
/// assert_eq!(graph.nodes()[0].kind, NodeKind::Source);
/// assert_eq!(graph.nodes()[1].kind, NodeKind::Value);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// Items are pulled from it.
    Source,
    /// The program emits items into it.
    Inlet,
    /// Items go through it one by one, or are held there.
    Operator,
    /// Several chains meet in it.
    FanIn,
    /// It routes by pattern.
    Match,
    /// The stages before it and those behind it run concurrently.
    Cut,
    /// A chain ends in it.
    Sink,
    /// A chain ends in it, and its value is the flow's.
    Value,
}
