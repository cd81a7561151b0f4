//! The most urgent first.

use std::{cmp::Reverse, collections::BinaryHeap, fmt};

use super::{
    Mesh, MeshOf, SendMesh,
    kind::Kind,
    node::Id,
    scheduler::{Scheduler, Turn},
};

/// The node with the lowest priority runs first.
///
/// A queue is filled with the nodes that have items, each with the priority it has
/// then. The lowest is taken out, works until its mailbox is empty, and is put
/// back, with the priority it has by then, if it still has items. Nodes that become
/// busy meanwhile wait until the queue is empty and is filled again. Of equal
/// priorities the one that was put in first runs first.
///
/// ```
/// use flow_runtime::mesh::{ByPriority, Mesh};
///
/// let mut mesh = Mesh::new();
/// let sink = mesh.tasklet("sink", |line: &str, _| println!("{line}"));
/// let late = mesh.tasklet("late", move |(), mail| mail.send(sink, "late"));
/// let soon = mesh.tasklet("soon", move |(), mail| mail.send(sink, "soon"));
/// mesh.priority(late, 2);
/// mesh.priority(soon, 1);
/// mesh.send(late, ())?;
/// mesh.send(soon, ())?;
///
/// let mut order = Vec::new();
/// mesh.run(
///     &mut ByPriority::new(mesh.ids())
///         .incremental()
///         .trace(|mesh, id, _| order.push(mesh.name(id).to_string())),
/// )?;
/// assert_eq!(order, ["soon", "late", "sink", "sink", "sink"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// (The third `sink` is it being put back.)
pub struct ByPriority<'t, M = Mesh> {
    ids: Vec<Id>,
    queue: BinaryHeap<Entry>,
    /// The number of the next that is put in.
    number: u64,
    /// The place of the one whose turn it was, which is at the top of the queue; else
    /// [`NOBODY`].
    last: usize,
    incremental: bool,
    trace: Option<Box<Trace<'t, M>>>,
}

/// Priority, number in the order in which they were put in, place in `ids`.
type Entry = Reverse<(i64, u64, usize)>;

/// No place.
const NOBODY: usize = usize::MAX;

type Trace<'t, M> = dyn FnMut(&M, Id, Option<i64>) + 't;

impl<M> ByPriority<'_, M> {
    /// The nodes that may run.
    #[must_use]
    pub fn new(ids: impl IntoIterator<Item = Id>) -> Self {
        let ids: Vec<Id> = ids.into_iter().collect();
        Self {
            queue: BinaryHeap::with_capacity(ids.len()),
            ids,
            number: 0,
            last: NOBODY,
            incremental: false,
            trace: None,
        }
    }

    /// At a turn a node works on one item, and is put back into the queue.
    #[must_use]
    pub fn incremental(mut self) -> Self {
        self.incremental = true;
        self
    }
}

impl<'t> ByPriority<'t, Mesh> {
    /// Tells `trace` of every decision: a node that is about to run, with the
    /// priority it runs on, or with `None` where it is put back.
    #[must_use]
    pub fn trace(mut self, trace: impl FnMut(&Mesh, Id, Option<i64>) + 't) -> Self {
        self.trace = Some(Box::new(trace));
        self
    }
}

impl<'t> ByPriority<'t, SendMesh> {
    /// As [`trace`](ByPriority::trace), for a [`SendMesh`].
    ///
    /// ```
    /// use flow_runtime::mesh::{ByPriority, SendMesh};
    ///
    /// let mut mesh = SendMesh::new();
    /// let node = mesh.tasklet("node", |_: u32, _| ());
    /// mesh.send(node, 1)?;
    /// let mut runs = 0;
    /// mesh.run(&mut ByPriority::new([node.id()]).trace_send(|_, _, _| runs += 1))?;
    /// assert_eq!(runs, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn trace_send(mut self, trace: impl FnMut(&SendMesh, Id, Option<i64>) + 't) -> Self {
        self.trace = Some(Box::new(trace));
        self
    }
}

impl<K: Kind> ByPriority<'_, MeshOf<K>> {
    /// An entry for a node, with the priority it has now.
    #[inline]
    fn entry(&mut self, mesh: &mut MeshOf<K>, index: usize, place: usize) -> Entry {
        let priority = mesh.places[index].urgency.ask();
        let number = self.number;
        self.number += 1;
        Reverse((priority, number, place))
    }

    /// The one whose turn it was is put back if it still has items, else it goes. Gives its
    /// next turn, where it comes at once.
    #[inline]
    fn put_back(&mut self, mesh: &mut MeshOf<K>, place: usize) -> Option<Turn> {
        let id = self.ids[place];
        let index = id.index(mesh.post.tag);
        if !mesh.post.slots[index].is_ready() {
            self.queue.pop();
            return None;
        }
        if let Some(trace) = &mut self.trace {
            trace(mesh, id, None);
        }
        let entry = self.entry(mesh, index, place);
        // It is at the top still: nothing has been put in since its turn.
        *self.queue.peek_mut()? = entry;
        let Reverse((priority, _, first)) = *self.queue.peek()?;
        (first == place).then(|| self.turn(mesh, id, place, priority))
    }

    /// The turn of one that is at the top, and has items.
    #[inline]
    fn turn(&mut self, mesh: &MeshOf<K>, id: Id, place: usize, priority: i64) -> Turn {
        if let Some(trace) = &mut self.trace {
            trace(mesh, id, Some(priority));
        }
        // It stays at the top during its turn: mostly it is put back.
        self.last = place;
        match self.incremental {
            true => Turn::One(id),
            false => Turn::All(id),
        }
    }

    /// Puts in every node that has items.
    fn fill(&mut self, mesh: &mut MeshOf<K>) {
        for place in 0..self.ids.len() {
            let index = self.ids[place].index(mesh.post.tag);
            if mesh.post.slots[index].is_ready() {
                let entry = self.entry(mesh, index, place);
                self.queue.push(entry);
            }
        }
    }
}

impl<K: Kind> Scheduler<MeshOf<K>> for ByPriority<'_, MeshOf<K>> {
    #[inline]
    fn next(&mut self, mesh: &mut MeshOf<K>) -> Option<Turn> {
        let last = std::mem::replace(&mut self.last, NOBODY);
        if last != NOBODY
            && let Some(turn) = self.put_back(mesh, last)
        {
            return Some(turn);
        }
        loop {
            if self.queue.is_empty() {
                self.fill(mesh);
            }
            let Reverse((priority, _, place)) = *self.queue.peek()?;
            let id = self.ids[place];
            // It may have been cleared or closed since it was put in.
            if mesh.is_ready(id) {
                return Some(self.turn(mesh, id, place, priority));
            }
            self.queue.pop();
        }
    }
}

impl<M> fmt::Debug for ByPriority<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByPriority")
            .field("ids", &self.ids)
            .field("incremental", &self.incremental)
            .finish_non_exhaustive()
    }
}
