//! The two kinds of meshes: one takes anything, the other is `Send`.
//!
//! Both are one implementation. A kind names the boxes in which a mesh keeps
//! what it cannot name the type of, and [`Fits`] puts things into them.

use std::{any::Any, collections::VecDeque};

use self::sealed::Mails;
use super::{
    boxes::{Boxes, Erased, Local, Sendable, Token},
    mail::{Mail, Posts},
    post::Post,
    work::{Run, Worker},
};

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
pub trait Kind: sealed::Mails {}

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
    fn mailbox(_: Token) -> Box<K::Queue>;

    /// The behaviour of a node; `P` says which kind of behaviour this is.
    #[doc(hidden)]
    fn into_work<P: 'static>(self, _: Token) -> Box<K::Work>
    where
        Worker<Self, P>: Run;

    /// Returns what makes the behaviour of a node.
    #[doc(hidden)]
    fn into_make<B: Fits<K>, P: 'static>(self, _: Token) -> Box<K::Make>
    where
        Self: FnMut() -> B,
        Worker<B, P>: Run;

    /// Returns what is asked for the priority of a node.
    #[doc(hidden)]
    fn into_ask(self, _: Token) -> Box<K::Ask>
    where
        Self: FnMut() -> i64;
}

mod sealed {
    use crate::mesh::{boxes::Boxes, mail::Mail, post::Post, work::Run};

    /// The boxes of a kind have behaviours in them, and what makes these.
    pub trait Mails: Boxes<Work: Run, Make: FnMut() -> Box<<Self as Boxes>::Work>> {
        /// The mail of the node that works.
        fn mail(post: &mut Post<Self>, from: usize) -> Mail<'_>;
    }
}

macro_rules! kind {
    ($kind:ident $(+ $send:ident)?) => {
        impl Boxes for $kind {
            type Queue = dyn Any $(+ $send)?;
            type Work = dyn Run $(+ $send)?;
            type Make = dyn FnMut() -> Box<dyn Run $(+ $send)?> $(+ $send)?;
            type Ask = dyn FnMut() -> i64 $(+ $send)?;
        }

        impl Mails for $kind {
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
