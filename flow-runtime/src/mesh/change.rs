//! New behaviours, closing, and the order in which that happens.
//!
//! A node that is changed says its last word, loses its old behaviour, then what
//! waits (unless that is kept), and gets the new one: always in this order.
//! Behaviours that work cannot be changed; what they ask for is done when they
//! have returned.

use super::{
    MeshOf,
    kind::Kind,
    new::{Change, New},
    node::{Id, Node},
    post::Post,
    work::Run,
};
use crate::error::{Error, ErrorKind};

impl<K: Kind> Post<K> {
    /// Asks for a new behaviour, once the one that works has returned.
    #[track_caller]
    pub(super) fn ask_for(&mut self, id: Id, new: New<K>, keep: bool) {
        let index = id.index(self.tag);
        self.changes.push_back(Change::New { index, new, keep });
    }
}

impl<K: Kind> MeshOf<K> {
    /// Does what behaviours have asked for.
    #[inline]
    pub(super) fn settle(&mut self) {
        if !self.post.changes.is_empty() {
            self.settle_all();
        }
    }

    #[cold]
    fn settle_all(&mut self) {
        while let Some(change) = self.post.changes.pop_front() {
            match change {
                Change::Close(index) => self.last_word(index),
                Change::New { index, new, keep } => self.change(index, new, keep),
            }
        }
    }

    /// Lets a node say its last word, if it has not.
    pub(super) fn last_word(&mut self, index: usize) {
        let place = &mut self.places[index];
        if std::mem::take(&mut place.alive)
            && let Some(work) = &mut place.work
        {
            work.closed(&mut K::mail(&mut self.post, index));
        }
    }

    /// Gives a node a new behaviour.
    fn change(&mut self, index: usize, new: New<K>, keep: bool) {
        let declared = self.places[index].work.is_none();
        self.last_word(index);
        let place = &mut self.places[index];
        place.work = None;
        place.make = None;
        self.post.slots[index].works = false;
        if !keep && !declared {
            self.post.slots[index].clear();
        }
        let place = &mut self.places[index];
        place.work = Some(match new {
            New::Ready(work) => work,
            New::Made(mut make) => {
                let work = make();
                place.make = Some(make);
                work
            }
        });
        place.alive = true;
        let slot = &mut self.post.slots[index];
        slot.works = true;
        slot.set_open(true);
    }

    /// Gives a node a new behaviour, from outside.
    #[track_caller]
    pub(super) fn replace<T>(&mut self, node: Node<T>, new: New<K>, keep: bool) {
        let index = node.id().index(self.post.tag);
        self.settle();
        self.change(index, new, keep);
        self.settle();
    }

    /// Makes a node's behaviour afresh, as it was made at first, with an empty
    /// and open mailbox. The old one says its last word, unless it has.
    ///
    /// ```
    /// use flow_runtime::mesh::Mesh;
    ///
    /// let mut mesh = Mesh::new();
    /// let out = mesh.declare::<u32>("out");
    /// let sum = mesh.tasklet_with("sum", move || {
    ///     let mut sum = 0;
    ///     move |n: u32, mail| { sum += n; mail.send(out, sum) }
    /// });
    /// for n in [1, 2] {
    ///     mesh.send(sum, n)?;
    /// }
    /// mesh.flush(sum)?;
    /// mesh.restart(sum)?;
    /// mesh.send(sum, 5)?;
    /// mesh.flush(sum)?;
    /// assert_eq!(mesh.close(out), [1, 3, 5]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where nothing says how to make it: it came by `tasklet`, `node`, `pipe`,
    /// `set` or `set_node`. The node stays as it is.
    ///
    /// # Panics
    ///
    /// Where `node` is of another mesh, or what makes the behaviour panics: the
    /// node is then as one that is declared.
    #[track_caller]
    pub fn restart<T: 'static>(&mut self, node: Node<T>) -> Result<(), Error> {
        let index = node.id().index(self.post.tag);
        self.settle();
        let Some(make) = self.places[index].make.take() else {
            let name = &self.post.slots[index].name;
            let text = "nothing says how to make its behaviour again: `tasklet_with`, `node_with` and `rescope` do";
            return Err(
                Error::new(ErrorKind::Failed, format!("node `{name}`: {text}")).in_node(name),
            );
        };
        self.change(index, New::Made(make), false);
        self.settle();
        Ok(())
    }

    /// Closes a node: its behaviour says its last word, now and once; a piece of a
    /// flow gets its end of input, and what it holds is sent on, whatever the
    /// receiver's capacity (to a receiver that is closed nothing can be sent).
    /// What waits comes back. Nothing is sent to the node any more until it gets
    /// a behaviour or is restarted.
    ///
    /// ```
    /// use flow_runtime::mesh::{Mesh, Unsent};
    ///
    /// let mut mesh = Mesh::new();
    /// let node = mesh.tasklet("node", |_: u32, _| ());
    /// mesh.send(node, 1)?;
    /// assert_eq!(mesh.close(node), [1]);
    /// assert_eq!(mesh.send(node, 2), Err(Unsent::Closed(2)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Where `node` is of another mesh.
    #[track_caller]
    pub fn close<T: 'static>(&mut self, node: Node<T>) -> Vec<T> {
        let index = node.id().index(self.post.tag);
        self.settle();
        self.last_word(index);
        self.post.slots[index].set_open(false);
        let waiting = self.post.take_all(node);
        self.settle();
        waiting
    }
}

/// Closes every node in the order they were made. The behaviours are dropped when
/// all have said their last word, in the same order.
impl<K: Kind> Drop for MeshOf<K> {
    fn drop(&mut self) {
        /// Goes on with the rest where a last word panics.
        struct Closing<'m, K: Kind>(&'m mut MeshOf<K>, usize);

        impl<K: Kind> Closing<'_, K> {
            fn close_all(&mut self) {
                while self.1 < self.0.places.len() {
                    let index = self.1;
                    self.1 += 1;
                    self.0.last_word(index);
                    self.0.post.slots[index].set_open(false);
                }
            }
        }

        impl<K: Kind> Drop for Closing<'_, K> {
            fn drop(&mut self) {
                self.close_all();
            }
        }

        self.post.changes.clear();
        Closing(self, 0).close_all();
    }
}
