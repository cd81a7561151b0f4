//! A mesh as an operator of a flow.

use std::fmt;

use super::{
    MeshOf,
    kind::Kind,
    node::Node,
    post::{Post, Take},
};
use crate::{error::Error, operator::Operator};

impl<K: Kind> MeshOf<K> {
    /// The mesh as an operator: what comes in is sent to `start`, the mesh runs as
    /// by [`run_all`](MeshOf::run_all), and what has reached `sink`, a node
    /// without behaviour, comes out.
    ///
    /// ```
    /// use flow_runtime::{flow, mesh::Mesh};
    ///
    /// let mut mesh = Mesh::new();
    /// let sink = mesh.declare::<String>("sink");
    /// let twice = mesh.tasklet("twice", move |n: u32, mail| mail.send(sink, format!("2x{n}")));
    /// let start = mesh.tasklet("start", move |n: u32, mail| {
    ///     if n % 2 == 0 { mail.send(twice, n) } else { mail.send(sink, n.to_string()) }
    /// });
    /// let lines = flow! { from(1..4) -> via(mesh.between(start, sink)) -> collect::<Vec<_>>() };
    /// assert_eq!(lines.run(), ["1", "2x2", "3"]);
    /// ```
    ///
    /// # Panics
    ///
    /// Where `start` or `sink` is of another mesh, or `sink` has a behaviour. In
    /// the flow, where a behaviour fails or `start` takes nothing: see
    /// [`try_between`](MeshOf::try_between).
    #[must_use]
    #[track_caller]
    pub fn between<T, U>(&mut self, start: Node<T>, sink: Node<U>) -> Between<'_, T, U, K>
    where
        T: 'static,
        U: 'static,
    {
        let _ = start.id().index(self.post.tag);
        let end = sink.id().index(self.post.tag);
        assert!(
            self.places[end].work.is_none(),
            "node `{}` has a behaviour: what comes out of a mesh waits at a node without one",
            self.post.slots[end].name
        );
        Between {
            mesh: self,
            start,
            sink,
            end,
        }
    }

    /// As [`between`](MeshOf::between), with what fails behind what has come out:
    /// `-> via(mesh.try_between(start, sink))?`.
    ///
    /// ```
    /// use flow_runtime::{flow, mesh::Mesh};
    ///
    /// let mut mesh = Mesh::new();
    /// let sink = mesh.declare::<u32>("sink");
    /// let parse = mesh.tasklet("parse", move |text: &str, mail| -> Result<(), std::num::ParseIntError> {
    ///     let _ = mail.send(sink, text.parse()?);
    ///     Ok(())
    /// });
    /// let sum = flow! { from(["1", "two"]) -> via(mesh.try_between(parse, sink))? -> sum() };
    /// assert!(sum.run().unwrap_err().to_string().contains("node `parse`"));
    /// ```
    ///
    /// # Panics
    ///
    /// Where `start` or `sink` is of another mesh, or `sink` has a behaviour.
    #[must_use]
    #[track_caller]
    pub fn try_between<T, U>(&mut self, start: Node<T>, sink: Node<U>) -> TryBetween<'_, T, U, K>
    where
        T: 'static,
        U: 'static,
    {
        TryBetween(self.between(start, sink))
    }
}

/// A mesh as an operator: see [`MeshOf::between`].
///
/// ```
/// use flow_runtime::{Operator, mesh::{Between, Local, Mesh}};
///
/// let mut mesh = Mesh::new();
/// let sink = mesh.declare::<u32>("sink");
/// let twice = mesh.tasklet("twice", move |n: u32, mail| mail.send(sink, 2 * n));
/// let mut piece: Between<'_, u32, u32, Local> = mesh.between(twice, sink);
/// assert_eq!(piece.push(4).into_iter().collect::<Vec<_>>(), [8]);
/// ```
pub struct Between<'m, T, U, K: Kind> {
    mesh: &'m mut MeshOf<K>,
    start: Node<T>,
    sink: Node<U>,
    end: usize,
}

impl<T: 'static, U: 'static, K: Kind> Between<'_, T, U, K> {
    /// Sends an item and runs the mesh.
    fn run(&mut self, item: Option<T>) -> Result<(), Error> {
        if let Some(item) = item
            && let Err(unsent) = self.mesh.send(self.start, item)
        {
            let (reason, name) = (unsent.reason(), self.mesh.name(self.start));
            let text = format!("nothing was sent to node `{name}`");
            return Err(Error::with_source(reason.kind(), text, reason).in_node(name));
        }
        self.mesh.run_all().map(drop)
    }

    /// Returns what has come out. It is taken when it is wanted.
    fn out(&mut self) -> impl Iterator<Item = U> {
        let (post, end): (&mut Post<K>, _) = (&mut self.mesh.post, self.end);
        std::iter::from_fn(move || post.take(end, Take::Oldest))
    }
}

impl<T: 'static, U: 'static, K: Kind> Operator<T> for Between<'_, T, U, K> {
    type Out = U;

    fn push(&mut self, item: T) -> impl IntoIterator<Item = U> {
        self.run(Some(item)).unwrap_or_else(|error| fail(&error));
        self.out()
    }

    fn finish(&mut self) -> impl IntoIterator<Item = U> {
        self.run(None).unwrap_or_else(|error| fail(&error));
        self.out()
    }
}

#[cold]
fn fail(error: &Error) -> ! {
    panic!("{error}; `try_between` gives it to the flow");
}

/// A mesh as an operator that gives `Result`s: see [`MeshOf::try_between`].
///
/// ```
/// use flow_runtime::{Operator, mesh::{Local, Mesh, TryBetween}};
///
/// let mut mesh = Mesh::new();
/// let sink = mesh.declare::<u32>("sink");
/// let twice = mesh.tasklet("twice", move |n: u32, mail| mail.send(sink, 2 * n));
/// let mut piece: TryBetween<'_, u32, u32, Local> = mesh.try_between(twice, sink);
/// assert!(piece.push(4).into_iter().all(|item| item.is_ok()));
/// ```
pub struct TryBetween<'m, T, U, K: Kind>(Between<'m, T, U, K>);

impl<T: 'static, U: 'static, K: Kind> Operator<T> for TryBetween<'_, T, U, K> {
    type Out = Result<U, Error>;

    fn push(&mut self, item: T) -> impl IntoIterator<Item = Self::Out> {
        let error = self.0.run(Some(item)).err();
        self.0.out().map(Ok).chain(error.map(Err))
    }

    fn finish(&mut self) -> impl IntoIterator<Item = Self::Out> {
        let error = self.0.run(None).err();
        self.0.out().map(Ok).chain(error.map(Err))
    }
}

impl<T, U, K: Kind> fmt::Debug for Between<'_, T, U, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Between")
            .field("start", &self.start)
            .field("sink", &self.sink)
            .finish_non_exhaustive()
    }
}

impl<T, U, K: Kind> fmt::Debug for TryBetween<'_, T, U, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
