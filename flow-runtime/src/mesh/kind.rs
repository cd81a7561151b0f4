//! The two kinds of meshes: one takes anything, the other is `Send`.
//!
//! Both are one implementation. A kind names the boxes in which a mesh keeps
//! what it cannot name the type of, and [`Fits`] puts things into them.

use std::{any::Any, collections::VecDeque};

use super::{
    mail::{Mail, Posts},
    post::Post,
    work::{Run, Worker},
};

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

/// A kind of mesh. Sealed: there are [`Local`] and [`Sendable`].
///
/// ```
/// use flow_runtime::mesh::{Kind, MeshOf};
///
/// /// Runs a mesh of either kind.
/// fn drive<K: Kind>(mesh: &mut MeshOf<K>) -> Result<usize, flow_runtime::Error> {
///     mesh.run_all()
/// }
/// ```
#[allow(
    private_interfaces,
    private_bounds,
    reason = "the boxes are no concern of users"
)]
pub trait Kind: sealed::Boxes {}

impl Kind for Local {}
impl Kind for Sendable {}

/// Implemented by what may be put into a mesh of kind `K`: anything, or what is `Send`.
///
/// ```
/// use flow_runtime::mesh::{Fits, Kind, MeshOf, Node};
///
/// /// Adds a node that keeps what it is sent.
/// fn keep<K: Kind, T: Fits<K>>(mesh: &mut MeshOf<K>) -> Node<T> {
///     mesh.declare("kept")
/// }
/// ```
#[allow(private_interfaces, reason = "the boxes are no concern of users")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put into this mesh",
    note = "a `SendMesh` takes what is `Send`; a `Mesh` takes anything that is `'static`"
)]
pub trait Fits<K: Kind>: Sized + 'static {
    /// An empty mailbox for items of this type.
    #[doc(hidden)]
    fn mailbox(_: sealed::Token) -> Box<K::Queue>;

    /// The behaviour of a node; `P` says which kind of behaviour this is.
    #[doc(hidden)]
    fn into_work<P: 'static>(self, _: sealed::Token) -> Box<K::Work>
    where
        Worker<Self, P>: Run;

    /// Returns what makes the behaviour of a node.
    #[doc(hidden)]
    fn into_make<B: Fits<K>, P: 'static>(self, _: sealed::Token) -> Box<K::Make>
    where
        Self: FnMut() -> B,
        Worker<B, P>: Run;

    /// Returns what is asked for the priority of a node.
    #[doc(hidden)]
    fn into_ask(self, _: sealed::Token) -> Box<K::Ask>
    where
        Self: FnMut() -> i64;
}

pub(super) use sealed::{Boxes, Erased, Token};

mod sealed {
    use super::{Kind, Mail, Post};
    use crate::mesh::work::Run;
    use std::any::Any;

    /// Holds what only this module's relatives can make.
    #[derive(Debug)]
    pub struct Token(pub(in crate::mesh) ());

    /// The boxes of a kind.
    pub trait Boxes: Sized + 'static {
        /// Around a `VecDeque<T>`.
        type Queue: ?Sized + Erased;
        /// Around the behaviour of a node.
        type Work: ?Sized + Run;
        /// Around what makes one.
        type Make: ?Sized + FnMut() -> Box<Self::Work>;
        /// Around what is asked for a priority.
        type Ask: ?Sized + FnMut() -> i64;

        /// The mail of the node that works.
        fn mail(post: &mut Post<Self>, from: usize) -> Mail<'_>
        where
            Self: Kind;
    }

    /// A queue whose type is found again.
    pub trait Erased {
        fn as_any(&mut self) -> &mut dyn Any;
        fn as_any_ref(&self) -> &dyn Any;
    }
}

macro_rules! kind {
    ($kind:ident $(+ $send:ident)?) => {
        impl Boxes for $kind {
            type Queue = dyn Any $(+ $send)?;
            type Work = dyn Run $(+ $send)?;
            type Make = dyn FnMut() -> Box<dyn Run $(+ $send)?> $(+ $send)?;
            type Ask = dyn FnMut() -> i64 $(+ $send)?;

            #[inline]
            fn mail(post: &mut Post<Self>, from: usize) -> Mail<'_> {
                Mail::new(Posts::$kind(post), from)
            }
        }

        impl Erased for dyn Any $(+ $send)? {
            #[inline]
            fn as_any(&mut self) -> &mut dyn Any {
                self
            }

            #[inline]
            fn as_any_ref(&self) -> &dyn Any {
                self
            }
        }

        impl<X: 'static $(+ $send)?> Fits<$kind> for X {
            fn mailbox(_: Token) -> Box<dyn Any $(+ $send)?> {
                Box::new(VecDeque::<X>::new())
            }

            fn into_work<P: 'static>(self, _: Token) -> Box<dyn Run $(+ $send)?>
            where
                Worker<Self, P>: Run,
            {
                Box::new(Worker::new(self))
            }

            fn into_make<B: Fits<$kind>, P: 'static>(
                mut self,
                _: Token,
            ) -> Box<<$kind as Boxes>::Make>
            where
                Self: FnMut() -> B,
                Worker<B, P>: Run,
            {
                Box::new(move || self().into_work::<P>(Token(())))
            }

            fn into_ask(self, _: Token) -> Box<<$kind as Boxes>::Ask>
            where
                Self: FnMut() -> i64,
            {
                Box::new(self)
            }
        }
    };
}

kind!(Local);
kind!(Sendable + Send);
