//! The mailboxes of a mesh: all that a behaviour can reach while it works.

use std::{
    any::Any,
    collections::{VecDeque, vec_deque::Iter},
};

use super::{
    aside::Aside,
    boxes::{Boxes, Erased},
    links::{Links, Sent},
    new::Change,
    node::{Id, Node, Tag},
    refusal::Unsent,
};

/// The item of a mailbox that a node works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Take {
    /// The oldest item.
    Oldest,
    /// The newest item.
    Newest,
}

/// The mailboxes.
pub struct Post<K: Boxes> {
    /// By which nodes of this mesh are known.
    pub(super) tag: Tag,
    pub(super) slots: Vec<Slot<K>>,
    /// Holds what behaviours have asked for while they worked; done when they return.
    pub(super) changes: VecDeque<Change<K>>,
    /// The node that last took nothing, for the text of an error.
    pub(super) refused: Option<usize>,
    /// The items sent last, which are not yet counted with the sender's others.
    sent: Sent,
}

/// One mailbox, and what is to be known of it without its type.
pub(super) struct Slot<K: Boxes> {
    /// A `VecDeque` of the items that wait.
    queue: Box<K::Queue>,
    /// The number of items in it.
    pub(super) len: usize,
    /// The greatest number there was.
    pub(super) most: usize,
    /// The number at which no more is taken: the capacity, 0 while it is closed or its queue
    /// is taken out.
    room: usize,
    capacity: usize,
    open: bool,
    /// Says whether the node has a behaviour.
    pub(super) works: bool,
    /// Drops what is in the queue, whose type it knows.
    empty: fn(&mut dyn Any),
    pub(super) name: String,
    /// The items that came from outside the mesh.
    pub(super) outside: u64,
    /// Who its behaviour has sent to.
    links: Links,
}

impl<K: Boxes> Slot<K> {
    fn new<T: 'static>(name: String, queue: Box<K::Queue>) -> Self {
        let empty: fn(&mut dyn Any) = |queue| queue_of::<T>(queue).clear();
        Self {
            queue,
            len: 0,
            most: 0,
            room: usize::MAX,
            capacity: usize::MAX,
            open: true,
            works: false,
            empty,
            name,
            outside: 0,
            links: Links::default(),
        }
    }

    /// Returns whether there is something to do, and a behaviour to do it.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        self.len > 0 && self.works
    }

    /// Opens or shuts the mailbox; what is in it stays.
    pub(super) fn set_open(&mut self, open: bool) {
        self.open = open;
        self.room = if open { self.capacity } else { 0 };
    }

    pub(super) fn set_capacity(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.set_open(self.open);
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Drops what waits.
    pub(super) fn clear(&mut self) -> usize {
        let dropped = std::mem::take(&mut self.len);
        (self.empty)(self.queue.as_any());
        dropped
    }

    #[inline]
    fn push<T: 'static>(&mut self, item: T) {
        queue_of(self.queue.as_any()).push_back(item);
        self.len += 1;
        // It seldom is: mailboxes fill up and are emptied again and again.
        if self.len > self.most {
            self.most = self.len;
        }
    }

    #[cold]
    fn refuse<T>(&self, item: T) -> Unsent<T> {
        if self.open {
            Unsent::Full(item)
        } else {
            Unsent::Closed(item)
        }
    }
}

/// The queue of a node of this type.
#[inline]
pub(super) fn queue_of<T: 'static>(queue: &mut dyn Any) -> &mut VecDeque<T> {
    queue.downcast_mut().expect("a mailbox has its node's type")
}

impl<K: Boxes> Post<K> {
    pub(super) fn new() -> Self {
        Self {
            tag: Tag::unique(),
            slots: Vec::new(),
            changes: VecDeque::new(),
            refused: None,
            sent: Sent::default(),
        }
    }

    /// A new mailbox, empty and open.
    pub(super) fn add<T: 'static>(&mut self, name: String, queue: Box<K::Queue>) -> Node<T> {
        let id = Id::new(self.tag, self.slots.len());
        self.slots.push(Slot::new::<T>(name, queue));
        Node::new(id)
    }

    #[inline]
    #[track_caller]
    pub(super) fn slot(&self, id: Id) -> &Slot<K> {
        &self.slots[id.index(self.tag)]
    }

    #[inline]
    #[track_caller]
    pub(super) fn slot_mut(&mut self, id: Id) -> &mut Slot<K> {
        &mut self.slots[id.index(self.tag)]
    }

    /// Puts an item into a mailbox, where there is room, and gives the mailbox's place.
    #[inline]
    #[track_caller]
    pub(super) fn send<T: 'static>(&mut self, to: Node<T>, item: T) -> Result<usize, Unsent<T>> {
        let index = to.id().index(self.tag);
        let slot = &mut self.slots[index];
        if slot.len >= slot.room {
            self.refused = Some(index);
            return Err(slot.refuse(item));
        }
        slot.push(item);
        Ok(index)
    }

    /// Puts an item into a mailbox that is open, whatever its capacity.
    #[track_caller]
    pub(super) fn force<T: 'static>(&mut self, to: Node<T>, item: T) -> Result<usize, Unsent<T>> {
        let index = to.id().index(self.tag);
        let slot = &mut self.slots[index];
        if !slot.open {
            return Err(Unsent::Closed(item));
        }
        slot.push(item);
        Ok(index)
    }

    /// Takes an item of a node whose type is known to be `T`.
    #[inline]
    pub(super) fn take<T: 'static>(&mut self, index: usize, take: Take) -> Option<T> {
        let slot = &mut self.slots[index];
        let queue = queue_of(slot.queue.as_any());
        let item = match take {
            Take::Oldest => queue.pop_front(),
            Take::Newest => queue.pop_back(),
        };
        slot.len = queue.len();
        item
    }

    /// Takes out the queue of a node whose type is known to be `T`. Nothing can be put into
    /// the mailbox before it is put back.
    #[inline]
    pub(super) fn take_out<T: 'static>(&mut self, index: usize, queue: &mut VecDeque<T>) {
        let slot = &mut self.slots[index];
        slot.room = 0;
        std::mem::swap(queue, queue_of(slot.queue.as_any()));
    }

    /// Puts back a queue that was taken out.
    #[inline]
    pub(super) fn put_back<T: 'static>(&mut self, index: usize, queue: &mut VecDeque<T>) {
        let slot = &mut self.slots[index];
        slot.len = queue.len();
        slot.set_open(slot.open);
        std::mem::swap(queue, queue_of(slot.queue.as_any()));
    }

    /// Puts an item into a queue that was taken out.
    pub(super) fn send_aside<T: 'static>(
        &mut self,
        index: usize,
        queue: &mut dyn Aside,
        item: T,
    ) -> Result<(), Unsent<T>> {
        let slot = &mut self.slots[index];
        if !slot.open || queue.len() >= slot.capacity {
            self.refused = Some(index);
            return Err(slot.refuse(item));
        }
        self.refused = None;
        queue_of(queue.as_any_mut()).push_back(item);
        slot.most = slot.most.max(queue.len());
        Ok(())
    }

    /// A behaviour begins to work: what it sends is counted for it.
    #[inline]
    pub(super) fn begin(&mut self, from: usize) {
        if self.sent.from != from {
            self.count_up(from, self.sent.to);
        }
    }

    /// Counts an item to a receiver, for the behaviour that works.
    #[inline]
    pub(super) fn count(&mut self, to: usize) {
        if self.sent.to != to {
            self.count_up(self.sent.from, to);
        }
        self.sent.items += 1;
    }

    /// Counts what was sent last, and begins with another sender or receiver.
    fn count_up(&mut self, from: usize, to: usize) {
        let items = 0;
        let last = std::mem::replace(&mut self.sent, Sent { from, to, items });
        if last.items > 0 {
            self.slots[last.from].links.count(last.to, last.items);
        }
    }

    /// The nodes that a node has sent to.
    pub(super) fn links(&self, index: usize) -> Links {
        let mut links = self.slots[index].links.clone();
        if self.sent.from == index && self.sent.items > 0 {
            links.count(self.sent.to, self.sent.items);
        }
        links
    }

    /// Takes all that waits.
    #[track_caller]
    pub(super) fn take_all<T: 'static>(&mut self, node: Node<T>) -> Vec<T> {
        let slot = self.slot_mut(node.id());
        slot.len = 0;
        queue_of(slot.queue.as_any()).drain(..).collect()
    }

    /// The items that wait, the oldest first.
    #[track_caller]
    pub(super) fn waiting<T: 'static>(&self, node: Node<T>) -> Iter<'_, T> {
        waiting_in(self.slot(node.id()).queue.as_any_ref())
    }
}

/// The items in the queue of a node of this type.
pub(super) fn waiting_in<T: 'static>(queue: &dyn Any) -> Iter<'_, T> {
    let queue = queue.downcast_ref::<VecDeque<T>>();
    queue.expect("a mailbox has its node's type").iter()
}
