//! One after the other.

use super::{
    MeshOf,
    kind::Kind,
    node::Id,
    scheduler::{Scheduler, Turn},
};

/// Nodes take turns in a fixed order, again and again, until a whole round has
/// done nothing. At a turn a node works until its mailbox is empty.
///
/// ```
/// use flow_runtime::mesh::{Mesh, RoundRobin};
///
/// let mut mesh = Mesh::new();
/// let sink = mesh.tasklet("sink", |_: u32, _| ());
/// let start = mesh.tasklet("start", move |n: u32, mail| mail.send(sink, n));
/// mesh.send(start, 1)?;
///
/// // The sink comes first, so what start sends has to wait for the second round.
/// let mut scheduler = RoundRobin::new([sink.id(), start.id()]);
/// mesh.run(&mut scheduler)?;
/// assert_eq!(scheduler.rounds(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RoundRobin {
    order: Vec<Id>,
    /// The next in the order.
    at: usize,
    /// Says whether this round has done something.
    worked: bool,
    rounds: usize,
    incremental: bool,
}

impl RoundRobin {
    /// The order of the nodes; those that are not in it do not run.
    #[must_use]
    pub fn new(ids: impl IntoIterator<Item = Id>) -> Self {
        Self {
            order: ids.into_iter().collect(),
            at: 0,
            worked: false,
            rounds: 0,
            incremental: false,
        }
    }

    /// At a turn a node works on one item.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, RoundRobin};
    ///
    /// let mut mesh = Mesh::new();
    /// let out = mesh.declare("out");
    /// let a = mesh.tasklet("a", move |(), mail| mail.send(out, 'a'));
    /// let b = mesh.tasklet("b", move |(), mail| mail.send(out, 'b'));
    /// for _ in 0..2 {
    ///     mesh.send(a, ())?;
    ///     mesh.send(b, ())?;
    /// }
    /// mesh.run(&mut RoundRobin::new([a.id(), b.id()]).incremental())?;
    /// assert_eq!(mesh.close(out), ['a', 'b', 'a', 'b']);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn incremental(mut self) -> Self {
        self.incremental = true;
        self
    }

    /// The number of rounds so far in which a node had something to do.
    #[must_use]
    pub fn rounds(&self) -> usize {
        self.rounds
    }
}

impl<K: Kind> Scheduler<MeshOf<K>> for RoundRobin {
    #[inline]
    fn next(&mut self, mesh: &mut MeshOf<K>) -> Option<Turn> {
        loop {
            let Some(&id) = self.order.get(self.at) else {
                self.at = 0;
                if !std::mem::take(&mut self.worked) {
                    return None;
                }
                self.rounds += 1;
                continue;
            };
            self.at += 1;
            if mesh.is_ready(id) {
                self.worked = true;
                return Some(match self.incremental {
                    true => Turn::One(id),
                    false => Turn::All(id),
                });
            }
        }
    }
}
