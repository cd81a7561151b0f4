//! Nodes that choose where their items go, while the program runs.
//!
//! # A flow or a mesh?
//!
//! A [`flow!`](macro@crate::flow) is a graph that is known when it is compiled: its
//! `match` and its cycles are checked, and become the loop that you would have
//! written. Where you can draw the graph before the program runs, write a flow.
//!
//! A mesh is for graphs that you cannot draw. Its nodes have mailboxes, and addresses
//! that are values: an item can carry one, a table can hold them, a behaviour can
//! learn where to send next. Nodes are rewired and replaced while items wait. Nothing
//! runs by itself: a hand makes one node work, or a [scheduler](Scheduler) makes all of
//! them, in an order that can be chosen and repeated.
//!
//! | | flow | mesh |
//! |---|---|---|
//! | the graph is known | when it is compiled | while it runs |
//! | what is misconnected | does not compile | waits, or is an error |
//! | an item goes on | in the same loop, at once | through a mailbox, some nanoseconds later |
//! | who runs next | the order of the flow | a scheduler: round robin, by priority, your own |
//! | waiting for the outside | `then(f)`, streams | not within a behaviour |
//!
//! They go together: a mesh is an operator of a flow ([`between`](MeshOf::between)), a piece
//! of a flow is the behaviour of a node ([`pipe`](MeshOf::pipe)), and a flow ends in a mesh
//! with `for_each(|x| mesh.send(start, x))?`.
//!
//! # The picture
//!
//! ```
//! use flow_runtime::mesh::{Mesh, RoundRobin};
//!
//! # let (mut heads, mut tails) = ([true, false].into_iter().cycle(), [false, true].into_iter().cycle());
//! # let mut coin = move || heads.next().unwrap();
//! # let mut toss = move || tails.next().unwrap();
//! let mut mesh = Mesh::new();
//! let sink     = mesh.tasklet("sink", |line: String, _| println!("Sink got: {line}"));
//! let doubler  = mesh.tasklet("doubler", move |i: u32, mail| mail.send(sink, format!("2x{i}")));
//! let tripler  = mesh.tasklet("tripler", move |i: u32, mail| mail.send(sink, format!("3x{i}")));
//! let branch   = mesh.declare::<u32>("branch");    // the address first: they go in a circle
//! let start    = mesh.tasklet("start", move |i: u32, mail| mail.send(branch, i + 1));
//! let recycler = mesh.tasklet("recycler", move |i: u32, mail| {
//!     if coin() { mail.send(start, i) } else { mail.send(sink, i.to_string()) }
//! });
//! mesh.set(branch, move |i: u32, mail| {
//!     mail.send(if i % 2 == 0 { doubler } else if toss() { tripler } else { recycler }, i)
//! });
//!
//! for i in 0..4 {
//!     mesh.send(start, i)?;
//! }
//! let order = [sink.id(), doubler.id(), tripler.id(), branch.id(), start.id(), recycler.id()];
//! mesh.run(&mut RoundRobin::new(order))?;
//! # Ok::<(), flow_runtime::Error>(())
//! ```
//!
//! # What a behaviour may do
//!
//! A behaviour is a closure ([`tasklet`](MeshOf::tasklet)), a type with a last word
//! ([`Behaviour`], [`node`](MeshOf::node)), or a piece of a flow. It sends through the
//! [`Mail`] in its hand, to itself as well, and looks into mailboxes. It closes nodes, and gives
//! them other behaviours: that happens when it has returned. Sending only queues, so nodes that
//! feed each other never recurse.
//!
//! Its error ends the call that made it work, as an [`Error`](crate::Error) with the node's name;
//! so does its panic. In both cases the item is used up, all else stays as it is, and the mesh
//! can be run on.
//!
//! # Which mesh
//!
//! [`Mesh`] takes any items and behaviours that are `'static`; [`SendMesh`] those that are `Send`
//! too, and so is `Send` itself: it is built on one thread and run on another. They are one
//! implementation, [`MeshOf`], whose methods are documented there. A mesh belongs to one thread at a time, has
//! no globals, and does the same at every run.
//!
//! # Cost
//!
//! A hop, from one behaviour into the mailbox of the next and out of it, takes some nanoseconds
//! and allocates nothing once the mailboxes have grown. A mailbox is unbounded unless it is given a
//! [`capacity`](MeshOf::capacity).

mod behaviour;
mod between;
mod by_priority;
mod change;
mod clock;
mod kind;
mod links;
mod mail;
mod mailboxes;
mod metrics;
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
mod work;

use std::fmt;

pub use behaviour::{Behaviour, Outcome};
pub use between::{Between, TryBetween};
pub use by_priority::ByPriority;
pub use kind::{Fits, Kind, Local, Sendable};
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
pub type SendMesh = MeshOf<Sendable>;

/// A mesh: see the [module](self). [`Mesh`] and [`SendMesh`] are its two kinds.
///
/// Dropping it closes every node in the order they were made; what waits is dropped.
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
    /// What makes the behaviour again.
    make: Option<Box<K::Make>>,
    /// Whether the last word is still to be said.
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
