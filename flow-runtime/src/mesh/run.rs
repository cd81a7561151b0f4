//! Defines how a node is made to work, by hand or at its turn.

use std::time::Instant;

use super::{
    MeshOf, kind::Kind, node::Node, post::Take, refusal::Refused, scheduler::Turn, work::Run,
};
use crate::error::{BoxError, Error, ErrorKind};

/// # Errors
///
/// The error of a behaviour ends the call: an [`Error`] that names the node
/// ([`stage`](Error::stage)) and holds the behaviour's own. Its kind is
/// [`Failed`](ErrorKind::Failed), or [`Capacity`](ErrorKind::Capacity) where a full
/// mailbox was the reason. The item is used up; everything else stays as it is,
/// and the mesh can be run on.
///
/// # Panics
///
/// A behaviour that panics is a panic here. Where that is caught, the mesh is as
/// after an error, and can be used further. A node of another mesh is a panic as
/// well.
impl<K: Kind> MeshOf<K> {
    /// Works on the oldest item of a node, and gives whether there was one. A
    /// node without behaviour works on none.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |text: &str, _| text.parse::<u32>().map(drop));
    /// mesh.send(node, "7")?;
    /// mesh.send(node, "seven")?;
    /// assert!(mesh.next(node)?);
    /// let error = mesh.next(node).unwrap_err();
    /// assert_eq!(error.to_string(), "node `node`: invalid digit found in string");
    /// assert!(!mesh.next(node)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn next<T: 'static>(&mut self, node: Node<T>) -> Result<bool, Error> {
        let index = node.id().index(self.post.tag);
        self.by_hand(index, |mesh| Ok(mesh.one(index, Take::Oldest)? > 0))
    }

    /// Works on the newest item of a node, and gives whether there was one.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let out = mesh.declare::<u32>("out");
    /// let node = mesh.tasklet("node", move |n: u32, mail| mail.send(out, n));
    /// mesh.send(node, 1)?;
    /// mesh.send(node, 2)?;
    /// assert!(mesh.last(node)? && mesh.last(node)? && !mesh.last(node)?);
    /// assert_eq!(mesh.close(out), [2, 1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn last<T: 'static>(&mut self, node: Node<T>) -> Result<bool, Error> {
        let index = node.id().index(self.post.tag);
        self.by_hand(index, |mesh| Ok(mesh.one(index, Take::Newest)? > 0))
    }

    /// Works until a node's mailbox is empty, on what it sends to itself as well,
    /// and gives the number of items.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let down = mesh.declare::<u32>("down");
    /// mesh.set(down, move |n, mail| if n > 0 { mail.send(down, n - 1) } else { Ok(()) });
    /// mesh.send(down, 3)?;
    /// assert_eq!(mesh.flush(down)?, 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn flush<T: 'static>(&mut self, node: Node<T>) -> Result<usize, Error> {
        let index = node.id().index(self.post.tag);
        self.by_hand(index, |mesh| mesh.all(index))
    }

    /// Measures a turn that is taken by hand.
    pub(super) fn by_hand<R>(&mut self, index: usize, turn: impl FnOnce(&mut Self) -> R) -> R {
        // What a behaviour asked for before it panicked.
        self.settle();
        let since = Instant::now();
        let result = turn(self);
        let took = since.elapsed();
        self.clock.add(&mut self.places[index].time, took);
        result
    }

    /// Lets a node work as a scheduler says, and gives the number of items.
    #[inline]
    pub(super) fn turn(&mut self, turn: Turn, index: usize) -> Result<usize, Error> {
        match turn {
            Turn::One(_) => self.one(index, Take::Oldest),
            Turn::All(_) => self.all(index),
        }
    }

    /// Lets a node work on one item. It is written into the loop over the turns: a call would
    /// cost as much as a quick node.
    #[inline(always)]
    fn one(&mut self, index: usize, take: Take) -> Result<usize, Error> {
        let place = &mut self.places[index];
        let Some(work) = &mut place.work else {
            return Ok(0);
        };
        if self.post.slots[index].len == 0 {
            return Ok(0);
        }
        place.worked += 1;
        let result = work.one(&mut K::mail(&mut self.post, index), take);
        self.settle();
        match result {
            Ok(()) => Ok(1),
            Err(error) => Err(self.error(index, error)),
        }
    }

    /// As [`one`](Self::one), until the mailbox is empty.
    #[inline(always)]
    fn all(&mut self, index: usize) -> Result<usize, Error> {
        let mut worked = 0;
        loop {
            let place = &mut self.places[index];
            let Some(work) = &mut place.work else {
                return Ok(worked);
            };
            let before = place.worked;
            let result = work.all(&mut K::mail(&mut self.post, index), &mut place.worked);
            worked += (place.worked - before) as usize;
            self.settle();
            if let Err(error) = result {
                return Err(self.error(index, error));
            }
            // Where a behaviour asked for a change, items may be left.
            if self.post.slots[index].len == 0 {
                return Ok(worked);
            }
        }
    }

    /// The error of a behaviour, with the name of its node.
    #[cold]
    fn error(&mut self, index: usize, error: BoxError) -> Error {
        let name = &self.post.slots[index].name;
        let mut text = format!("node `{name}`");
        let mut kind = ErrorKind::Failed;
        if let Some(refused) = error.downcast_ref::<Refused>() {
            if let Some(to) = self.post.refused.take() {
                let to = &self.post.slots[to].name;
                text = format!("{text}: nothing was sent to `{to}`");
            }
            kind = refused.kind();
        }
        if let Some(error) = error.downcast_ref::<Error>() {
            kind = error.kind();
        }
        Error::with_source(kind, text, error).in_node(name)
    }
}
