//! Defines what a behaviour has in its hand while it works.

use std::fmt;

use super::{
    change::Change,
    kind::{Local, Sendable},
    node::{Id, Node},
    post::{Post, Take},
    refusal::{Refused, Unsent},
};

/// The mailboxes of the mesh, for the behaviour that works: to send, to look, and
/// to change nodes.
///
/// Sending queues and does nothing else: no other behaviour runs before this one
/// has returned.
///
/// ```
/// use flow_runtime::mesh::Mesh;
///
/// let mut mesh = Mesh::new();
/// let (even, odd) = (mesh.declare::<u32>("even"), mesh.declare::<u32>("odd"));
/// let sort = mesh.tasklet("sort", move |n: u32, mail| {
///     if n % 2 == 0 { mail.send(even, n) } else { mail.send(odd, n) }
/// });
/// for n in 0..5 {
///     mesh.send(sort, n)?;
/// }
/// mesh.flush(sort)?;
/// assert_eq!(mesh.close(even), [0, 2, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```
/// use flow_runtime::{BoxError, mesh::Mesh};
///
/// let mut mesh = Mesh::new();
/// let log = mesh.declare::<u32>("log");
/// let start = mesh.tasklet("start", move |n: u32, mail| -> Result<(), BoxError> {
///     mail.send(log, n)?;
///     assert_eq!((mail.name(log), mail.pending(log)), ("log", 1));
///     assert_eq!(mail.waiting(log).collect::<Vec<_>>(), [&n]);
///     assert_eq!(mail.clear(log), 1);
///     Ok(())
/// });
/// mesh.send(start, 7)?;
/// mesh.run_all()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Mail<'a> {
    pub(super) posts: Posts<'a>,
    /// The node whose behaviour has it.
    from: usize,
    /// The receiver of the last items that were sent, and their number: counted here
    /// while it stays the same.
    to: usize,
    sent: u64,
}

/// The mailboxes of a mesh of either kind. Behaviours are the same for both, so
/// the type of `Mail` cannot say which it is.
pub(super) enum Posts<'a> {
    Local(&'a mut Post<Local>),
    Sendable(&'a mut Post<Sendable>),
}

macro_rules! either {
    ($posts:expr, $post:ident => $value:expr) => {
        match $posts {
            Posts::Local($post) => $value,
            Posts::Sendable($post) => $value,
        }
    };
}

/// # Panics
///
/// Everything that takes a node or an id panics where it is of another mesh.
impl<'a> Mail<'a> {
    #[inline]
    pub(super) fn new(posts: Posts<'a>, from: usize) -> Self {
        let (to, sent) = (0, 0);
        Self {
            posts,
            from,
            to,
            sent,
        }
    }

    /// Sends an item to a node, where it waits.
    ///
    /// # Errors
    ///
    /// [`Refused`] where the node is closed or full; the item is dropped. Given
    /// back by the behaviour, that ends what made it work: a line of `let _ =
    /// mail.send(…);` does not mind.
    #[inline]
    #[track_caller]
    pub fn send<T: 'static>(&mut self, to: Node<T>, item: T) -> Result<(), Refused> {
        match self.try_send(to, item) {
            Ok(()) => Ok(()),
            Err(unsent) => Err(unsent.reason()),
        }
    }

    /// Sends an item to a node, and gives it back where it is not taken.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, Unsent};
    ///
    /// let mut mesh = Mesh::new();
    /// let (near, far) = (mesh.declare::<u32>("near"), mesh.declare::<u32>("far"));
    /// mesh.capacity(near, 1);
    /// let spill = mesh.tasklet("spill", move |n: u32, mail| match mail.try_send(near, n) {
    ///     Err(Unsent::Full(n) | Unsent::Closed(n)) => mail.send(far, n),
    ///     Ok(()) => Ok(()),
    /// });
    /// for n in [1, 2, 3] {
    ///     mesh.send(spill, n)?;
    /// }
    /// mesh.run_all()?;
    /// assert_eq!(mesh.close(far), [2, 3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Unsent`] with the item where the node is closed or full.
    #[inline]
    #[track_caller]
    pub fn try_send<T: 'static>(&mut self, to: Node<T>, item: T) -> Result<(), Unsent<T>> {
        let receiver = either!(&mut self.posts, post => post.send(to, item)?);
        self.count(receiver);
        Ok(())
    }

    /// Counts one item to a receiver.
    #[inline]
    fn count(&mut self, receiver: usize) {
        if self.to != receiver {
            self.count_sent();
            self.to = receiver;
        }
        self.sent += 1;
    }

    /// Counts what was sent to the last receiver.
    #[inline]
    fn count_sent(&mut self) {
        if self.sent > 0 {
            self.link();
        }
    }

    fn link(&mut self) {
        let sent = std::mem::take(&mut self.sent);
        let (from, to) = (self.from, self.to);
        either!(&mut self.posts, post => post.slots[from].links.count(to, sent));
    }

    /// Sends an item to a node that is open, whatever its capacity: there is no
    /// later for what leaves at the end.
    #[track_caller]
    pub(super) fn force<T: 'static>(&mut self, to: Node<T>, item: T) -> Result<(), Unsent<T>> {
        let receiver = either!(&mut self.posts, post => post.force(to, item)?);
        self.count(receiver);
        Ok(())
    }

    /// The node whose behaviour this is.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |_: u32, mail| {
    ///     assert_eq!(mail.name(mail.id()), "node");
    /// });
    /// mesh.send(node, 1)?;
    /// mesh.run_all()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> Id {
        either!(&self.posts, post => Id::new(post.tag, self.from))
    }

    /// The number of items that wait at a node.
    #[must_use]
    #[track_caller]
    pub fn pending(&self, id: impl Into<Id>) -> usize {
        either!(&self.posts, post => post.slot(id.into()).len)
    }

    /// The items that wait at a node, the oldest first.
    #[track_caller]
    pub fn waiting<T: 'static>(&self, node: Node<T>) -> impl Iterator<Item = &T> {
        either!(&self.posts, post => post.waiting(node))
    }

    /// The name of a node.
    #[must_use]
    #[track_caller]
    pub fn name(&self, id: impl Into<Id>) -> &str {
        either!(&self.posts, post => &post.slot(id.into()).name)
    }

    /// Drops what waits at a node, and gives the number of items.
    #[track_caller]
    pub fn clear<T: 'static>(&mut self, node: Node<T>) -> usize {
        either!(&mut self.posts, post => post.slot_mut(node.id()).clear())
    }

    /// Closes a node, which may be the one that works: from now on it takes
    /// nothing, and what waits there comes back. Its last word is said when this
    /// behaviour has returned.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let first = mesh.declare::<&str>("first");
    /// mesh.set(first, move |_, mail| {
    ///     assert_eq!(mail.close(first), ["b", "c"]);
    ///     assert!(mail.send(first, "d").is_err());
    /// });
    /// for item in ["a", "b", "c"] {
    ///     mesh.send(first, item)?;
    /// }
    /// assert_eq!(mesh.flush(first)?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn close<T: 'static>(&mut self, node: Node<T>) -> Vec<T> {
        either!(&mut self.posts, post => {
            let index = node.id().index(post.tag);
            post.slots[index].set_open(false);
            post.changes.push_back(Change::Close(index));
            post.take_all(node)
        })
    }

    /// Takes an item of the node whose behaviour this is.
    #[inline]
    pub(super) fn take<T: 'static>(&mut self, take: Take) -> Option<T> {
        let from = self.from;
        either!(&mut self.posts, post => post.take(from, take))
    }

    /// Returns whether a behaviour has asked for a change.
    #[inline]
    pub(super) fn changing(&self) -> bool {
        either!(&self.posts, post => !post.changes.is_empty())
    }
}

/// Where a behaviour panics as well, what it has sent is counted.
impl Drop for Mail<'_> {
    #[inline]
    fn drop(&mut self) {
        self.count_sent();
    }
}

impl fmt::Debug for Mail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("id", &self.id()).finish()
    }
}
