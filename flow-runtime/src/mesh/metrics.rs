//! Defines what a node has done so far.

use std::time::Duration;

use super::{MeshOf, kind::Kind, node::Id};

/// Holds what a node has done so far.
///
/// ```
/// use flow_runtime::mesh::{Mesh, Metrics};
///
/// let mut mesh = Mesh::new();
/// let node = mesh.tasklet("node", |_: u32, _| ());
/// assert_eq!(mesh.metrics(node.id()), Metrics::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// The number of items that wait now.
    pub pending: usize,
    /// The greatest number that ever waited.
    pub most_pending: usize,
    /// The number of items it has worked on, those that failed included.
    pub worked: u64,
    /// The time its behaviour has taken. Turns are measured one by one, but for
    /// those of nodes that have proved to be quick (thirty-two turns below a
    /// microsecond, or below twenty-five looks at a slow clock): these are measured
    /// up to sixty-four at a time, and share the time by the number of their items.
    pub time: Duration,
}

impl<K: Kind> MeshOf<K> {
    /// Returns what a node has done so far, since it was made: a new behaviour changes
    /// nothing of it.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |_: u32, _| ());
    /// for n in 0..3 {
    ///     mesh.send(node, n)?;
    /// }
    /// mesh.next(node)?;
    /// let metrics = mesh.metrics(node.id());
    /// assert_eq!((metrics.pending, metrics.most_pending, metrics.worked), (2, 3, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where `id` is of another mesh.
    #[must_use]
    #[track_caller]
    pub fn metrics(&self, id: impl Into<Id>) -> Metrics {
        let index = id.into().index(self.post.tag);
        let (slot, place) = (&self.post.slots[index], &self.places[index]);
        Metrics {
            pending: slot.len,
            most_pending: slot.most,
            worked: place.worked,
            time: place.time.total(),
        }
    }
}
