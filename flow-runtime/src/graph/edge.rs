//! Defines what flows from one operator to another.

/// One use of what comes out of a node.
///
/// ```
/// use flow_runtime::flow;
///
/// let graph = flow! { from([1, 2]) -> count() }.graph();
/// let edge = graph.edges()[0];
/// assert_eq!((edge.from, edge.to, edge.order, edge.back, edge.items), (0, 1, 0, false, None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge {
    /// Says where items come from, as an index into [`Graph::nodes`].
    ///
    /// [`Graph::nodes`]: super::Graph::nodes
    pub from: usize,
    /// Says where they go, as an index into [`Graph::nodes`].
    ///
    /// [`Graph::nodes`]: super::Graph::nodes
    pub to: usize,
    /// The output of `from` that it leaves by.
    pub port: Port,
    /// Its place among the uses of that output, from 0. An item goes to them
    /// in this order.
    pub order: u32,
    /// Says how many items may wait on the way.
    pub bound: Bound,
    /// Says whether it leads back to an earlier stage, around a cycle.
    pub back: bool,
    /// The items that have taken it so far, where they are counted: in a
    /// [mesh](crate::mesh). `None` in a flow.
    pub items: Option<u64>,
}

/// One of the outputs of a node.
///
/// ```
/// use flow_runtime::{flow, graph::Port};
///
/// let flow = flow! {
///     numbers = from(["1", "x"]) -> map(str::parse::<u8>)? else rejects;
///     rejects = drain();
///     numbers -> count()
/// };
/// assert!(flow.graph().edges().iter().any(|edge| edge.port == Port::Errors));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Port {
    /// The items; behind a `?`, what was in `Ok`.
    Items,
    /// The errors: the contents of `Err`, behind `? else`.
    Errors,
    /// The items that an arm of a `match` lets through: its pattern.
    Arm(&'static str),
}

/// Says how many items may wait on an edge.
///
/// ```
/// use flow_runtime::{flow, graph::Bound};
///
/// let graph = flow! { from([1, 2]) -> count() }.graph();
/// assert_eq!(graph.edges()[0].bound, Bound::Direct);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bound {
    /// None: an item is handed on where it comes out.
    Direct,
    /// This many.
    Slots(usize),
    /// As many as this expression says, which is evaluated when the flow is
    /// built.
    Given(&'static str),
    /// As many as come.
    Unbounded,
}
