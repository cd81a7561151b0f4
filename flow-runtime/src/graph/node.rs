//! An operator in its place.

/// One operator of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// The name of the chain it is part of: `hot` in `hot = readings ->
    /// filter(…);`.
    pub name: Option<&'static str>,
    /// The operator's word.
    pub operator: &'static str,
    /// What it does to the shape of the flow.
    pub kind: NodeKind,
    /// What stands in its parentheses, or its `::<…>`, as it is written; cut off
    /// where it is very long.
    pub detail: &'static str,
    /// Where it is written: file, line and column.
    pub location: &'static str,
}

/// What an operator does to the shape of a flow; pictures have a shape for
/// each.
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
    /// What comes before and what comes behind it run concurrently.
    Cut,
    /// A chain ends in it.
    Sink,
    /// A chain ends in it, and its value is the flow's.
    Value,
}
