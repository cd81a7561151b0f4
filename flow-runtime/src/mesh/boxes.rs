//! The boxes of each kind of mesh: in them is what a mesh cannot name the type of.

use std::any::Any;

/// The kind of [`Mesh`](super::Mesh): items and behaviours of any type.
///
/// ```
/// use flow_runtime::mesh::{Local, Mesh, MeshOf};
///
/// let mesh: Mesh = MeshOf::<Local>::new();
/// # drop(mesh);
/// ```
#[derive(Debug)]
pub struct Local;

/// The kind of [`SendMesh`](super::SendMesh): items and behaviours that are
/// `Send`.
///
/// ```
/// use flow_runtime::mesh::{MeshOf, SendMesh, Sendable};
///
/// let mesh: SendMesh = MeshOf::<Sendable>::new();
/// # drop(mesh);
/// ```
#[derive(Debug)]
pub struct Sendable;

/// Holds what only this module's relatives can make.
#[derive(Debug)]
pub struct Token(pub(super) ());

/// The boxes of a kind.
pub trait Boxes: Sized + 'static {
    /// Around a `VecDeque<T>`.
    type Queue: ?Sized + Erased;
    /// Around the behaviour of a node.
    type Work: ?Sized;
    /// Around what makes one.
    type Make: ?Sized;
    /// Around what is asked for a priority.
    type Ask: ?Sized + FnMut() -> i64;
}

/// A queue whose type is found again.
pub trait Erased {
    fn as_any(&mut self) -> &mut dyn Any;
    fn as_any_ref(&self) -> &dyn Any;
}
