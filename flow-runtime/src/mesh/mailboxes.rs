//! Defines what a mesh does with mailboxes, from outside.

use super::{
    MeshOf,
    kind::Kind,
    node::{Id, Node},
    priority::Priority,
    refusal::Unsent,
};

/// # Panics
///
/// Everything that takes a node or an id panics where it is of another mesh.
impl<K: Kind> MeshOf<K> {
    /// Sends an item to a node, where it waits: nothing runs.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |_: u32, _| ());
    /// mesh.send(node, 1)?;
    /// assert_eq!(mesh.pending(node), 1);
    /// # Ok::<(), flow_runtime::mesh::Unsent<u32>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Unsent`] with the item where the node is closed or full.
    #[inline]
    #[track_caller]
    pub fn send<T: 'static>(&mut self, node: Node<T>, item: T) -> Result<(), Unsent<T>> {
        let index = self.post.send(node, item)?;
        self.post.slots[index].outside += 1;
        Ok(())
    }

    /// Drops what waits at a node, and gives the number of items.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare("node");
    /// mesh.send(node, 'a')?;
    /// assert_eq!(mesh.clear(node), 1);
    /// # Ok::<(), flow_runtime::mesh::Unsent<char>>(())
    /// ```
    #[track_caller]
    pub fn clear<T: 'static>(&mut self, node: Node<T>) -> usize {
        self.post.slot_mut(node.id()).clear()
    }

    /// The number of items that wait at a node.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare::<u32>("node");
    /// assert_eq!(mesh.pending(node.id()), 0);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn pending(&self, id: impl Into<Id>) -> usize {
        self.post.slot(id.into()).len
    }

    /// The items that wait at a node, the oldest first.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare("node");
    /// mesh.send(node, 3)?;
    /// mesh.send(node, 4)?;
    /// assert_eq!(mesh.waiting(node).sum::<u32>(), 7);
    /// # Ok::<(), flow_runtime::mesh::Unsent<u32>>(())
    /// ```
    #[track_caller]
    pub fn waiting<T: 'static>(
        &self,
        node: Node<T>,
    ) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.post.waiting(node)
    }

    /// Returns whether a scheduler can do anything with a node: items wait, and
    /// there is a behaviour to work on them. Schedulers of one's own ask this, for
    /// a turn of a declared node does nothing.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare("node");
    /// mesh.send(node, 1)?;
    /// assert!(!mesh.is_ready(node));
    /// mesh.set(node, |_: u32, _| ());
    /// assert!(mesh.is_ready(node));
    /// # Ok::<(), flow_runtime::mesh::Unsent<u32>>(())
    /// ```
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn is_ready(&self, id: impl Into<Id>) -> bool {
        self.post.slot(id.into()).is_ready()
    }

    /// Bounds the number of items that may wait at a node; at first it is
    /// unbounded. What waits already stays.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, Unsent};
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare("node");
    /// mesh.capacity(node, 2);
    /// assert_eq!([1, 2, 3].map(|n| mesh.send(node, n)), [Ok(()), Ok(()), Err(Unsent::Full(3))]);
    /// ```
    #[track_caller]
    pub fn capacity(&mut self, id: impl Into<Id>, capacity: usize) {
        self.post.slot_mut(id.into()).set_capacity(capacity);
    }

    /// Sets the priority of a node, for schedulers that go by it: a number, or a
    /// closure that is asked for one whenever it is wanted. Lower runs first; at
    /// first it is 0.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let (a, b) = (mesh.declare::<u32>("a"), mesh.declare::<u32>("b"));
    /// mesh.priority(a, 10);
    /// let mut next = 0;
    /// mesh.priority(b, move || { next += 1; next });
    /// assert_eq!([mesh.ask(a), mesh.ask(b), mesh.ask(b)], [10, 1, 2]);
    /// ```
    #[track_caller]
    pub fn priority(&mut self, id: impl Into<Id>, priority: impl Priority<K>) {
        let index = id.into().index(self.post.tag);
        self.places[index].urgency = priority.into_urgency();
    }

    /// The priority that a node has now; a closure is asked for it.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare::<u32>("node");
    /// assert_eq!(mesh.ask(node), 0);
    /// ```
    #[inline]
    #[track_caller]
    pub fn ask(&mut self, id: impl Into<Id>) -> i64 {
        let index = id.into().index(self.post.tag);
        self.places[index].urgency.ask()
    }

    /// The name that was given to a node.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare::<u32>("node");
    /// assert_eq!(mesh.name(node.id()), "node");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn name(&self, id: impl Into<Id>) -> &str {
        &self.post.slot(id.into()).name
    }

    /// All nodes, in the order they were made.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, RoundRobin};
    ///
    /// let mut mesh = Mesh::new();
    /// mesh.tasklet("a", |_: u32, _| ());
    /// mesh.tasklet("b", |_: u32, _| ());
    /// let mut from_behind = RoundRobin::new(mesh.ids().rev());
    /// mesh.run(&mut from_behind)?;
    /// # Ok::<(), flow_runtime::Error>(())
    /// ```
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = Id> + ExactSizeIterator + use<K> {
        let tag = self.post.tag;
        (0..self.places.len()).map(move |index| Id::new(tag, index))
    }
}
