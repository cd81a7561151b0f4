//! Defines what a mailbox says when it takes nothing.

use std::{error::Error as StdError, fmt};

use crate::error::{Error, ErrorKind};

/// An item that was not sent, from outside a behaviour: it comes back.
///
/// ```
/// use flow_runtime::mesh::{Mesh, Unsent};
///
/// let mut mesh = Mesh::new();
/// let node = mesh.declare::<u32>("node");
/// mesh.capacity(node, 1);
/// assert_eq!(mesh.send(node, 1), Ok(()));
/// assert_eq!(mesh.send(node, 2), Err(Unsent::Full(2)));
/// assert_eq!(mesh.close(node), [1]);
/// assert_eq!(mesh.send(node, 3), Err(Unsent::Closed(3)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unsent<T> {
    /// The node is closed.
    Closed(T),
    /// As many items wait as the node's capacity allows.
    Full(T),
}

impl<T> Unsent<T> {
    /// The item.
    ///
    /// ```
    /// use flow_runtime::mesh::Unsent;
    ///
    /// assert_eq!(Unsent::Full("item").into_inner(), "item");
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Closed(item) | Self::Full(item) => item,
        }
    }

    /// The reason without the item.
    ///
    /// ```
    /// use flow_runtime::mesh::{Refused, Unsent};
    ///
    /// assert_eq!(Unsent::Closed(1).reason(), Refused::Closed);
    /// ```
    pub fn reason(&self) -> Refused {
        match self {
            Self::Closed(_) => Refused::Closed,
            Self::Full(_) => Refused::Full,
        }
    }
}

// No bound on `T`: whatever is sent, `?` and `unwrap` work.
impl<T> fmt::Debug for Unsent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(_) => f.write_str("Closed(..)"),
            Self::Full(_) => f.write_str("Full(..)"),
        }
    }
}

impl<T> fmt::Display for Unsent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(f)
    }
}

impl<T> StdError for Unsent<T> {}

/// The reason why an item was not sent, from within a behaviour: without the
/// item, so that sends of different types are arms of one `match`.
///
/// ```
/// use flow_runtime::mesh::{Mesh, Refused};
///
/// let mut mesh = Mesh::new();
/// let closed = mesh.declare::<u32>("closed");
/// mesh.close(closed);
/// let sender = mesh.tasklet("sender", move |n: u32, mail| {
///     assert_eq!(mail.send(closed, n), Err(Refused::Closed));
/// });
/// mesh.send(sender, 1)?;
/// mesh.run_all()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The node is closed.
    Closed,
    /// As many items wait as the node's capacity allows.
    Full,
}

impl Refused {
    /// As the kind of an [`Error`].
    pub(super) fn kind(self) -> ErrorKind {
        match self {
            Self::Closed => ErrorKind::Failed,
            Self::Full => ErrorKind::Capacity,
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::of(refused.kind(), refused)
    }
}

/// The reason; the item is dropped.
impl<T> From<Unsent<T>> for Error {
    fn from(unsent: Unsent<T>) -> Self {
        unsent.reason().into()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the node is closed",
            Self::Full => "the node's mailbox is full",
        })
    }
}

impl StdError for Refused {}
