//! Defines what a behaviour has in its hand while it works.

use std::{collections::VecDeque, fmt};

use super::{
    aside::Aside,
    boxes::{Local, Sendable},
    new::Change,
    node::{Id, Node},
    post::{Post, Take, queue_of, waiting_in},
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
    /// The queue of this node, where it is taken out for the turn.
    aside: Option<&'a mut (dyn Aside + 'static)>,
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

impl Posts<'_> {
    /// The same, for a while.
    #[inline]
    fn again(&mut self) -> Posts<'_> {
        match self {
            Self::Local(post) => Posts::Local(post),
            Self::Sendable(post) => Posts::Sendable(post),
        }
    }
}

/// # Panics
///
/// Everything that takes a node or an id panics where it is of another mesh.
impl<'a> Mail<'a> {
    #[inline]
    pub(super) fn new(mut posts: Posts<'a>, from: usize) -> Self {
        either!(&mut posts, post => post.begin(from));
        let aside = None;
        Self { posts, from, aside }
    }

    /// The same mailboxes, with the queue that was taken out.
    #[inline]
    pub(super) fn with<'b>(&'b mut self, aside: &'b mut (dyn Aside + 'static)) -> Mail<'b> {
        let (posts, from, aside) = (self.posts.again(), self.from, Some(aside));
        Mail { posts, from, aside }
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
        either!(&mut self.posts, post => match post.send(to, item) {
            Ok(receiver) => post.count(receiver),
            Err(unsent) => {
                let aside = self.aside.as_deref_mut();
                return Self::send_aside(self.posts.again(), self.from, aside, to, unsent);
            }
        });
        Ok(())
    }

    /// Sends an item that a mailbox did not take: to the node that works itself, while its
    /// queue is taken out.
    // Apart from `self`, which mostly need not lie in memory.
    #[cold]
    #[inline(never)]
    fn send_aside<T: 'static>(
        posts: Posts<'_>,
        from: usize,
        aside: Option<&mut (dyn Aside + 'static)>,
        to: Node<T>,
        unsent: Unsent<T>,
    ) -> Result<(), Unsent<T>> {
        either!(posts, post => match aside {
            Some(queue) if to.id().index(post.tag) == from => {
                post.send_aside(from, queue, unsent.into_inner())?;
                post.count(from);
                Ok(())
            }
            _ => Err(unsent),
        })
    }

    /// The queue of a node, where it is the one that is taken out.
    #[track_caller]
    fn own(&self, id: Id) -> Option<&dyn Aside> {
        let index = either!(&self.posts, post => id.index(post.tag));
        let aside = self.aside.as_deref();
        aside.filter(|_| index == self.from)
    }

    /// As [`own`](Mail::own), to change it.
    #[track_caller]
    fn own_mut(&mut self, id: Id) -> Option<&mut dyn Aside> {
        let own = self.own(id).is_some();
        match &mut self.aside {
            Some(aside) if own => Some(&mut **aside),
            _ => None,
        }
    }

    /// Sends an item to a node that is open, whatever its capacity: there is no
    /// later for what leaves at the end.
    #[track_caller]
    pub(super) fn force<T: 'static>(&mut self, to: Node<T>, item: T) -> Result<(), Unsent<T>> {
        either!(&mut self.posts, post => {
            let receiver = post.force(to, item)?;
            post.count(receiver);
        });
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
        let id = id.into();
        match self.own(id) {
            Some(own) => own.len(),
            None => either!(&self.posts, post => post.slot(id).len),
        }
    }

    /// The items that wait at a node, the oldest first.
    #[track_caller]
    pub fn waiting<T: 'static>(&self, node: Node<T>) -> impl Iterator<Item = &T> {
        match self.own(node.id()) {
            Some(own) => waiting_in(own.as_any()),
            None => either!(&self.posts, post => post.waiting(node)),
        }
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
        match self.own_mut(node.id()) {
            Some(own) => own.clear(),
            None => either!(&mut self.posts, post => post.slot_mut(node.id()).clear()),
        }
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
        });
        match self.own_mut(node.id()) {
            Some(own) => queue_of(own.as_any_mut()).drain(..).collect(),
            None => either!(&mut self.posts, post => post.take_all(node)),
        }
    }

    /// Takes an item of the node whose behaviour this is.
    #[inline]
    pub(super) fn take<T: 'static>(&mut self, take: Take) -> Option<T> {
        let from = self.from;
        either!(&mut self.posts, post => post.take(from, take))
    }

    /// Takes out the queue of this node, whose items are of type `T`.
    #[inline]
    pub(super) fn take_out<T: 'static>(&mut self, queue: &mut VecDeque<T>) {
        let from = self.from;
        either!(&mut self.posts, post => post.take_out(from, queue));
    }

    /// Puts it back.
    #[inline]
    pub(super) fn put_back<T: 'static>(&mut self, queue: &mut VecDeque<T>) {
        let from = self.from;
        either!(&mut self.posts, post => post.put_back(from, queue));
    }

    /// Returns whether a behaviour has asked for a change.
    #[inline]
    pub(super) fn changing(&self) -> bool {
        either!(&self.posts, post => !post.changes.is_empty())
    }
}

impl fmt::Debug for Mail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("id", &self.id()).finish()
    }
}
