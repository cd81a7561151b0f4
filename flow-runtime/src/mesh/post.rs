//! The mailboxes of a mesh: all that a behaviour can reach while it works.

use std::{
    any::Any,
    collections::{VecDeque, vec_deque::Iter},
};

use super::{
    change::Change,
    kind::{Erased, Fits, Kind, Token},
    links::Links,
    node::{Id, Node, Tag},
    refusal::Unsent,
};

/// The items of a mailbox that a node works on at a turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Take {
    /// The oldest item.
    Oldest,
    /// The newest item.
    Newest,
    /// All of them, from the oldest on.
    All,
}

/// The mailboxes.
pub struct Post<K: Kind> {
    /// By which nodes of this mesh are known.
    pub(super) tag: Tag,
    pub(super) slots: Vec<Slot<K>>,
    /// Holds what behaviours have asked for while they worked; done when they return.
    pub(super) changes: VecDeque<Change<K>>,
    /// The node that last took nothing, for the text of an error.
    pub(super) refused: Option<usize>,
}

/// One mailbox, and what is to be known of it without its type.
pub(super) struct Slot<K: Kind> {
    /// A `VecDeque` of the items that wait.
    queue: Box<K::Queue>,
    /// The number of items in it.
    pub(super) len: usize,
    /// The greatest number there was.
    pub(super) most: usize,
    /// The number at which no more is taken: the capacity, 0 while it is closed.
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
    pub(super) links: Links,
}

impl<K: Kind> Slot<K> {
    fn new<T: Fits<K>>(name: String) -> Self {
        let empty: fn(&mut dyn Any) = |queue| queue_of::<T>(queue).clear();
        Self {
            queue: T::mailbox(Token(())),
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
fn queue_of<T: 'static>(queue: &mut dyn Any) -> &mut VecDeque<T> {
    queue.downcast_mut().expect("a mailbox has its node's type")
}

impl<K: Kind> Post<K> {
    pub(super) fn new() -> Self {
        Self {
            tag: Tag::unique(),
            slots: Vec::new(),
            changes: VecDeque::new(),
            refused: None,
        }
    }

    /// A new mailbox, empty and open.
    pub(super) fn add<T: Fits<K>>(&mut self, name: String) -> Node<T> {
        let id = Id::new(self.tag, self.slots.len());
        self.slots.push(Slot::new::<T>(name));
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
        if slot.len == 0 {
            return None;
        }
        slot.len -= 1;
        let queue = queue_of(slot.queue.as_any());
        match take {
            Take::Oldest | Take::All => queue.pop_front(),
            Take::Newest => queue.pop_back(),
        }
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
        let queue = self.slot(node.id()).queue.as_any_ref();
        let queue = queue.downcast_ref::<VecDeque<T>>();
        queue.expect("a mailbox has its node's type").iter()
    }
}
