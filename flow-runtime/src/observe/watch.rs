//! The handle that reads the numbers of a flow.

use std::{fmt, sync::Arc};

use super::{Snapshot, shared::Shared};
use crate::graph::Graph;

/// A view of a flow with `#![observe]`, which `flow.watch()` gives.
///
/// It can be cloned and sent to other threads, and outlives the flow: after the end, an
/// error or a panic it tells the last numbers.
///
/// ```
/// use flow_runtime::flow;
///
/// let job = flow! {
///     #![observe = "halves"]
///     even = from(0..10) -> filter(|n| n % 2 == 0);
///     even -> map(|n| n / 2) -> sum::<i32>()
/// };
/// let watch = job.watch();
/// assert_eq!(job.run(), 10);
///
/// let told = watch.snapshot();
/// assert_eq!((told.name.as_str(), told.ended.as_deref()), ("halves", Some("done")));
/// let edges: Vec<_> = told.edges.iter().map(|edge| (&*edge.from, &*edge.to, edge.items)).collect();
/// assert_eq!(edges, [("from_0", "even", 10), ("even", "map_2", 5), ("map_2", "sum_3", 5)]);
/// ```
#[derive(Clone)]
pub struct Watch {
    shared: Arc<Shared>,
}

impl Watch {
    pub(super) fn of(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Returns the name of the flow: that of `#![observe = "name"]`, else its file and line.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let job = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
    /// assert_eq!(job.watch().name(), "sums");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.shared.about.name
    }

    /// Returns the operators of the flow and what flows between them, to be drawn. Its
    /// edges are the first of [`Snapshot::edges`], in the same order.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let job = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
    /// assert_eq!(job.watch().graph(), job.graph());
    /// ```
    #[must_use]
    pub fn graph(&self) -> Graph {
        *self.shared.about.graph
    }

    /// Returns the numbers of the flow as they are now. It may be asked at any time, from any
    /// thread; the flow does not wait for it.
    ///
    /// In synchronous code numbers are at most 1,024 items old.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let job = flow! { #![observe = "sums"] from([1, 2]) -> sum::<u8>() };
    /// let before = job.watch().snapshot();
    /// assert_eq!((before.ended, before.edges[0].items), (None, 0));
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Returns whether both are views of one flow.
    #[cfg(feature = "inspect")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.shared.life().ended.is_some()
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
