//! Who decides which node works next.

use super::{Mesh, node::Id};

/// Who decides which node works next: a value that is asked for turns.
///
/// [`RoundRobin`](super::RoundRobin) and [`ByPriority`](super::ByPriority) are
/// there. This one takes the node for which most waits:
///
/// ```
/// use flow_runtime::mesh::{Mesh, Scheduler, Turn};
///
/// struct Longest;
///
/// impl Scheduler for Longest {
///     fn next(&mut self, mesh: &mut Mesh) -> Option<Turn> {
///         let ready = mesh.ids().filter(|id| mesh.is_ready(*id));
///         ready.max_by_key(|id| mesh.pending(*id)).map(Turn::One)
///     }
/// }
///
/// let mut mesh = Mesh::new();
/// let out = mesh.declare("out");
/// let few = mesh.tasklet("few", move |c: char, mail| mail.send(out, c));
/// let many = mesh.tasklet("many", move |c: char, mail| mail.send(out, c.to_ascii_uppercase()));
/// mesh.send(few, 'a')?;
/// for c in ['b', 'c', 'd'] {
///     mesh.send(many, c)?;
/// }
/// mesh.run(&mut Longest)?;
/// assert_eq!(mesh.close(out), ['B', 'C', 'D', 'a']);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Scheduler<M = Mesh> {
    /// The next turn, or `None` where there is nothing to do. It is asked again
    /// when that turn is over; a turn of a node at which nothing waits does
    /// nothing.
    #[track_caller]
    fn next(&mut self, mesh: &mut M) -> Option<Turn>;
}

/// One decision of a scheduler.
///
/// ```
/// use flow_runtime::mesh::{Mesh, Turn};
///
/// let mut mesh = Mesh::new();
/// let node = mesh.declare::<u32>("node");
/// assert_eq!(Turn::One(node.id()).id(), node.id());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The node works on its oldest item.
    One(Id),
    /// The node works until its mailbox is empty.
    All(Id),
}

impl Turn {
    /// The node that works.
    #[inline]
    #[must_use]
    pub fn id(self) -> Id {
        match self {
            Self::One(id) | Self::All(id) => id,
        }
    }
}
