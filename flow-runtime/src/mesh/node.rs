//! The addresses of nodes: with their type, and without.

use std::{
    fmt,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    marker::PhantomData,
};

/// The number of one mesh, by which it knows its nodes from others'.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Tag(u64);

impl Tag {
    /// Returns a number that no other mesh has. It is drawn at random, for a
    /// counter would be a global; nothing that can be observed depends on it.
    pub(super) fn unique() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }
}

/// The address of a node without the type of its items: what schedulers, names
/// and metrics go by.
///
/// Ids of one mesh are ordered as their nodes were made.
///
/// ```
/// use flow_runtime::mesh::Mesh;
///
/// let mut mesh = Mesh::new();
/// let first = mesh.declare::<u32>("first");
/// let second = mesh.declare::<String>("second");
/// assert!(first.id() < second.id());
/// assert_eq!(mesh.name(second.id()), "second");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    tag: Tag,
    index: u32,
}

impl Id {
    pub(super) fn new(tag: Tag, index: usize) -> Self {
        let index = u32::try_from(index).expect("a mesh has fewer than four billion nodes");
        Self { tag, index }
    }

    /// Returns the place of the node in its mesh.
    ///
    /// # Panics
    ///
    /// Where it is a node of another mesh.
    #[inline]
    #[track_caller]
    pub(super) fn index(self, tag: Tag) -> usize {
        if self.tag != tag {
            foreign();
        }
        self.index as usize
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn foreign() -> ! {
    panic!("this is a node of another mesh: an address is good for the mesh that gave it");
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.index)
    }
}

/// The address of a node that takes items of type `T`.
///
/// It is a value of two words: `Copy`, without a lifetime, to be kept in closures,
/// structs, tables and items. It keeps nothing alive; a mesh refuses the nodes of
/// another by a panic that says so.
///
/// ```
/// use flow_runtime::mesh::{Mesh, Node};
///
/// let mut mesh = Mesh::new();
/// let total: Node<u32> = mesh.declare("total");
/// let twice = mesh.tasklet("twice", move |n: u32, mail| mail.send(total, n * 2));
/// mesh.send(twice, 4)?;
/// mesh.run_all()?;
/// assert_eq!(mesh.waiting(total).collect::<Vec<_>>(), [&8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Node<T> {
    id: Id,
    takes: PhantomData<fn(T)>,
}

impl<T> Node<T> {
    #[inline]
    pub(super) fn new(id: Id) -> Self {
        let takes = PhantomData;
        Self { id, takes }
    }

    /// Its address without the type.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.declare::<u32>("node");
    /// assert_eq!(mesh.ids().collect::<Vec<_>>(), [node.id()]);
    /// ```
    #[inline]
    #[must_use]
    pub fn id(self) -> Id {
        self.id
    }
}

impl<T> Clone for Node<T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Node<T> {}

impl<T> PartialEq for Node<T> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> Eq for Node<T> {}

impl<T> Hash for Node<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T> fmt::Debug for Node<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.id.index)
    }
}

impl<T> From<Node<T>> for Id {
    #[inline]
    fn from(node: Node<T>) -> Self {
        node.id
    }
}
