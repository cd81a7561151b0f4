//! Results and sinks.

pub(crate) mod collect;
pub(crate) mod extreme;
pub(crate) mod feed;
pub(crate) mod fold;
pub(crate) mod for_each;
mod rank;
pub(crate) mod reduce;
pub(crate) mod send;
pub(crate) mod sum;
pub(crate) mod tap;
pub(crate) mod top;
pub(crate) mod write_lines;
