#![doc = include_str!("page.md")]

mod aside;
mod asks;
mod behaviour;
mod between;
mod boxes;
mod by_priority;
mod change;
mod clock;
mod drive;
mod kind;
mod links;
mod mail;
mod mailboxes;
mod metrics;
mod new;
mod node;
mod nodes;
mod picture;
mod pipe;
mod post;
mod priority;
mod refusal;
mod round_robin;
mod run;
mod scheduler;
mod sets;
mod turn;
mod work;

use std::fmt;

pub use behaviour::{Behaviour, Outcome};
pub use between::{Between, TryBetween};
pub use boxes::{Local, Sendable};
pub use by_priority::ByPriority;
pub use kind::{Fits, Kind};
pub use mail::Mail;
pub use metrics::Metrics;
pub use node::{Id, Node};
pub use priority::Priority;
pub use refusal::{Refused, Unsent};
pub use round_robin::RoundRobin;
pub use scheduler::{Scheduler, Turn};

use clock::{Clock, Time};
use post::Post;
use priority::Urgency;

/// A mesh of nodes whose items and behaviours may be of any type. The methods are
/// those of [`MeshOf`].
pub type Mesh = MeshOf<Local>;

/// A mesh of nodes whose items and behaviours are `Send`, and which is `Send`. The
/// methods are those of [`MeshOf`].
///
/// ```
/// use flow_runtime::mesh::SendMesh;
/// use std::sync::mpsc;
///
/// let (results, received) = mpsc::channel();
/// let mut mesh = SendMesh::new();
/// let twice = mesh.tasklet("twice", move |n: u32, _| results.send(2 * n));
/// mesh.send(twice, 21)?;
/// std::thread::spawn(move || mesh.run_all()).join().expect("no panic")?;
/// assert_eq!(received.recv()?, 42);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What cannot be sent is refused when it is compiled:
///
/// ```compile_fail,E0277
/// use flow_runtime::mesh::SendMesh;
/// use std::rc::Rc;
///
/// let shared = Rc::new(1);
/// SendMesh::new().tasklet("node", move |_: u32, _| drop(shared.clone()));
/// ```
pub type SendMesh = MeshOf<Sendable>;

/// A mesh: see the [module](self). [`Mesh`] and [`SendMesh`] are its two kinds.
///
/// Dropping it closes every node in the order they were made; what waits is dropped.
///
/// ```
/// use flow_runtime::mesh::Mesh;
///
/// let mut mesh = Mesh::new();
/// let sink = mesh.declare::<u32>("sink");
/// let twice = mesh.tasklet("twice", move |n: u32, mail| mail.send(sink, 2 * n));
/// mesh.send(twice, 4)?;
/// mesh.run_all()?;
/// assert_eq!(mesh.graph().nodes().len(), 2);
/// assert_eq!(mesh.close(sink), [8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MeshOf<K: Kind> {
    /// The mailboxes.
    post: Post<K>,
    /// The behaviours, apart from the mailboxes: one of them works while it has the
    /// others in its hand.
    places: Vec<Place<K>>,
    clock: Clock,
}

/// A node without its mailbox.
struct Place<K: Kind> {
    /// `None` where it is declared.
    work: Option<Box<K::Work>>,
    /// Holds what makes the behaviour again.
    make: Option<Box<K::Make>>,
    /// Says whether the last word is still to be said.
    alive: bool,
    urgency: Urgency<K>,
    /// The number of items worked on.
    worked: u64,
    time: Time,
}

impl<K: Kind> Default for Place<K> {
    fn default() -> Self {
        Self {
            work: None,
            make: None,
            alive: false,
            urgency: Urgency::Fixed(0),
            worked: 0,
            time: Time::default(),
        }
    }
}

impl<K: Kind> MeshOf<K> {
    /// A mesh without nodes.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, SendMesh};
    ///
    /// let (mesh, can_be_sent) = (Mesh::new(), SendMesh::new());
    /// # let _ = (mesh, can_be_sent);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            post: Post::new(),
            places: Vec::new(),
            clock: Clock::new(),
        }
    }

    /// The id of the node in this place.
    #[inline]
    fn id(&self, index: usize) -> Id {
        Id::new(self.post.tag, index)
    }
}

impl<K: Kind> Default for MeshOf<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Kind> fmt::Debug for MeshOf<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = self.post.slots.iter().map(|slot| (&slot.name, slot.len));
        f.debug_map().entries(nodes).finish()
    }
}
