//! What flows from one operator to another.

/// One use of what comes out of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge {
    /// Where items come from, as an index into [`Graph::nodes`].
    ///
    /// [`Graph::nodes`]: super::Graph::nodes
    pub from: usize,
    /// Where they go, as an index into [`Graph::nodes`].
    ///
    /// [`Graph::nodes`]: super::Graph::nodes
    pub to: usize,
    /// Which of the outputs of `from` it is.
    pub port: Port,
    /// Its place among the uses of that output, from 0. An item goes to them
    /// in this order.
    pub order: u32,
    /// How many items may wait on the way.
    pub bound: Bound,
    /// Whether it leads back to an earlier stage, around a cycle.
    pub back: bool,
    /// The items that have taken it so far, where they are counted: in a
    /// [mesh](crate::mesh). `None` in a flow.
    pub items: Option<u64>,
}

/// One of the outputs of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Port {
    /// The items; behind a `?`, what was in `Ok`.
    Items,
    /// What was in `Err`, behind `? else`.
    Errors,
    /// What an arm of a `match` lets through: its pattern.
    Arm(&'static str),
}

/// How many items may wait on an edge.
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
