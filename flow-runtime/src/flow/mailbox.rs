//! Defines how a program hands items to a flow, one at a time.
//!
//! The flow is one future. It waits at its inlets for what is emitted. The
//! program polls it while it emits; so nothing runs that nobody waits for, and
//! nothing is spawned.

mod known;

use std::{
    collections::VecDeque,
    mem,
    pin::Pin,
    task::{Context, Poll},
    thread,
};

use futures_core::Stream;

pub(super) use self::known::Interrupted;
use self::known::{Behind, CLOSED, Known, LETS_WAIT, RESERVED, RESERVED_BEHIND};
use super::arisen::Faults;
use crate::region::{Entry, Exit, hatch};
use crate::ty::Ty;

/// The place of an inlet: what both sides of it share.
pub struct Slot<T>(Entry<T, Known<T>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Slot<T> {
    /// Puts an item where a place is held for it. Nobody has one where the flow
    /// wants no more: then it is dropped.
    #[inline]
    pub(super) fn put(&self, item: T) {
        drop(self.0.put(item));
        if self.0.shared().said() & RESERVED != 0 {
            self.release();
        }
    }

    /// Puts an item where a place is held, and gives the place back; gives the item back
    /// where it could not be put there.
    pub(super) fn put_held(&self, item: T) -> Result<(), T> {
        let put = self.0.put(item);
        self.release();
        put
    }

    /// Puts an item where a place is held behind those that wait, and gives the place back.
    pub(super) fn put_behind(&self, item: T) {
        let mut item = Some(item);
        let mut behind = self.0.shared().behind();
        // Under the lock: a flow that ends takes it, and then looks here no more.
        if !self.0.is_closed() {
            behind.push(item.take());
        }
        self.give_back(&mut behind);
        // Not under the lock: it is the user's.
        drop(behind);
        drop(item);
    }

    /// Gives back a place behind those that wait.
    pub(super) fn release_behind(&self) {
        self.give_back(&mut self.0.shared().behind());
    }

    fn give_back(&self, behind: &mut Behind<T>) {
        behind.held -= 1;
        if behind.held == 0 {
            self.0.shared().unsay(RESERVED_BEHIND);
        }
    }

    /// Holds the place for the next item; `false` where none will be taken. A flow that is
    /// run elsewhere is to be woken then: it may have waited for the item.
    pub(super) fn hold(&self) -> bool {
        let before = self.0.shared().say(RESERVED);
        let open = before & CLOSED == 0 && !self.0.is_closed();
        if !open {
            self.release();
        }
        open
    }

    /// Gives the place back.
    pub(super) fn release(&self) {
        self.0.shared().unsay(RESERVED);
    }

    /// Returns whether nothing more is to be put in, or would be taken.
    fn is_closed(&self) -> bool {
        self.0.shared().said() & CLOSED != 0 || self.0.is_closed()
    }
}

/// The program's side of an inlet.
pub struct Mailbox<T, E> {
    slot: Slot<T>,
    faults: Faults<E>,
}

impl<T, E> Clone for Mailbox<T, E> {
    fn clone(&self) -> Self {
        let (slot, faults) = (self.slot.clone(), self.faults.clone());
        Self { slot, faults }
    }
}

/// The flow's side of an inlet. Asking for the next item says that the one
/// before has gone through.
pub struct Inlet<T> {
    exit: Exit<T, Known<T>>,
    /// Holds those that waited and were taken together.
    ahead: VecDeque<T>,
}

/// An inlet for items of this type.
#[must_use]
pub fn inlet<T, E, M>(_: Ty<T, M>, faults: &Faults<E>) -> (Mailbox<T, E>, Inlet<T>) {
    let (entry, exit) = hatch(Known::new());
    let mailbox = Mailbox {
        slot: Slot(entry),
        faults: faults.clone(),
    };
    let inlet = Inlet {
        exit,
        ahead: VecDeque::new(),
    };
    (mailbox, inlet)
}

impl<T, E> Mailbox<T, E> {
    pub(super) fn slot(&self) -> &Slot<T> {
        &self.slot
    }

    /// As [`is_busy`](Self::is_busy), where nobody lets items wait.
    #[inline]
    pub(crate) fn is_at_work(&self) -> bool {
        self.slot.0.is_busy()
    }

    /// Returns whether the flow works on an item, or has one to work on.
    pub(super) fn is_busy(&self) -> bool {
        let (entry, known) = (&self.slot.0, self.slot.0.shared());
        entry.is_busy() || (known.said() & LETS_WAIT != 0 && known.behind().is_seen)
    }

    /// Returns whether an item would be given back.
    pub(crate) fn is_closed(&self) -> bool {
        self.slot.is_closed()
    }

    /// Gives an item to the flow, which is not busy, unless all that it could reach has
    /// ended.
    #[inline]
    pub(crate) fn put(&self, item: T) {
        self.slot.put(item);
    }

    /// As [`put`](Self::put), but gives an item back that nobody would take.
    #[inline]
    pub(crate) fn offer(&self, item: T) -> Result<(), T> {
        if self.slot.0.shared().said() & CLOSED != 0 {
            return Err(item);
        }
        self.slot.0.put(item)
    }

    /// Lets items wait from now on.
    pub(super) fn let_wait(&self) {
        self.slot.0.shared().say(LETS_WAIT);
    }

    /// Puts an item behind those that wait, of which there may be so many; gives whether
    /// the flow rests. `has_turn`: nobody came before.
    pub(super) fn queue(&self, item: T, room: usize, has_turn: bool) -> Result<bool, Refused<T>> {
        let known = self.slot.0.shared();
        let mut behind = known.behind();
        // Under the lock: a flow that ends takes it, and then looks here no more.
        if self.is_closed() {
            return Err(Refused::Closed(item));
        }
        if known.is_full(&behind, room) || (behind.awaited && !has_turn) {
            behind.awaited |= has_turn;
            return Err(Refused::Full(item));
        }
        behind.awaited &= !has_turn;
        Ok(behind.push(Some(item)))
    }

    /// Holds a place behind those that wait, of which there may be so many, for who has the
    /// turn; `None` while there is none, `false` where nothing will be taken. The flow is to
    /// be woken then, see [`Slot::hold`].
    pub(super) fn hold_behind(&self, room: usize) -> Option<bool> {
        let known = self.slot.0.shared();
        let mut behind = known.behind();
        if self.is_closed() {
            return Some(false);
        }
        behind.awaited = known.is_full(&behind, room);
        if behind.awaited {
            return None;
        }
        behind.held += 1;
        let before = known.say(RESERVED_BEHIND);
        let open = before & CLOSED == 0 && !self.slot.0.is_closed();
        if !open {
            self.slot.give_back(&mut behind);
        }
        Some(open)
    }

    /// Says that who had the turn waits for a place no longer.
    pub(super) fn waits_no_more(&self) {
        self.slot.0.shared().behind().awaited = false;
    }

    /// Returns an item that the flow, which takes no more, has not taken.
    pub(crate) fn untaken(&self) -> Option<T> {
        self.slot.0.take_back()
    }

    /// Returns the fate of an item when the flow is gone: it was not taken, it was
    /// worked on, or it has gone through.
    pub(super) fn left(&self) -> Left<T> {
        if let Some(item) = self.untaken() {
            return Left::Untouched(item);
        }
        let interrupted = self.slot.0.shared().interrupted();
        interrupted.map_or(Left::Through, Left::Interrupted)
    }

    /// Says that nothing more will come. A place that is held may still be used.
    pub fn close(&self) {
        self.slot.0.shared().say(CLOSED);
    }

    /// Tells the oldest error that was not told; of a flow that a fatal one has ended, that it
    /// has.
    pub(super) fn fault(&self) -> Result<(), E> {
        self.faults.next().and_then(|()| self.faults.refuse())
    }
}

/// An item that was not put behind others.
pub(super) enum Refused<T> {
    /// There is no place for it.
    Full(T),
    /// Nobody would take it.
    Closed(T),
}

/// See [`Mailbox::left`].
pub(super) enum Left<T> {
    Untouched(T),
    Interrupted(Interrupted),
    Through,
}

impl<T> Inlet<T> {
    /// Says that nothing more will be read. An item that was not taken stays
    /// where it is: who emits it may have it back.
    pub fn close(&mut self) {
        self.exit.close();
        let ahead = mem::take(&mut self.ahead);
        // Under the lock whoever comes earlier is seen, and whoever comes later sees that it
        // is closed.
        let behind = self.exit.shared().behind().take();
        // Not under the lock: they are the user's.
        drop((ahead, behind));
    }

    /// Takes one of those that wait, all of which are taken together.
    fn next_of_those(&mut self) -> Option<T> {
        let known = self.exit.shared();
        if self.ahead.is_empty() {
            known.behind().swap(&mut self.ahead);
        }
        let next = self.ahead.pop_front();
        known.say_ahead(self.ahead.len());
        next
    }
}

impl<T> Drop for Inlet<T> {
    fn drop(&mut self) {
        if self.exit.is_at_work() {
            self.exit.shared().interrupt(if thread::panicking() {
                Interrupted::Panic
            } else {
                Interrupted::Dropped
            });
        }
        self.close();
    }
}

// Items are moved through it: nothing in it is pinned.
impl<T> Unpin for Inlet<T> {}

impl<T> Stream for Inlet<T> {
    type Item = T;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        // Before anything is looked for: what comes first is found, then.
        let said = self.exit.shared().said();
        if let Some(item) = self.exit.take() {
            return Poll::Ready(Some(item));
        }
        if said & LETS_WAIT != 0
            && let Some(item) = self.next_of_those()
        {
            return Poll::Ready(Some(item));
        }
        self.exit.rest();
        if said & (CLOSED | RESERVED | RESERVED_BEHIND) == CLOSED {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }
}
