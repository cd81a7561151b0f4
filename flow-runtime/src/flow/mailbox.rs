//! Defines how a program hands items to a flow, one at a time.
//!
//! The flow is one future. It waits at its inlets for what is emitted. The
//! program polls it while it emits; so nothing runs that nobody waits for, and
//! nothing is spawned.

use std::{
    pin::Pin,
    sync::{Arc, PoisonError},
    task::{Context, Poll},
    thread,
};

use futures_core::Stream;

use super::arisen::Faults;
use crate::sync::{Mutex, MutexGuard};
use crate::ty::Ty;

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that may panic runs under the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Letter<T> {
    item: Option<T>,
    /// Says whether the flow works on an item, or has one to work on.
    busy: bool,
    /// Somebody holds the place for the next item.
    reserved: bool,
    /// The program has nothing more to put in.
    closed: bool,
    /// Nobody will take anything out.
    unread: bool,
    /// The inlet was dropped while the flow worked on an item.
    interrupted: Option<Interrupted>,
}

/// The place of an inlet: what both sides of it share.
pub struct Slot<T>(Arc<Mutex<Letter<T>>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Slot<T> {
    /// Puts an item where a place is held for it. Nobody has one where the flow
    /// wants no more: then it is dropped.
    pub(super) fn put(&self, item: T) {
        let mut letter = lock(&self.0);
        letter.reserved = false;
        if !letter.unread {
            letter.item = Some(item);
            letter.busy = true;
        }
    }

    /// Holds the place for the next item; `false` where none will be taken.
    pub(super) fn hold(&self) -> bool {
        let mut letter = lock(&self.0);
        let open = !letter.closed && !letter.unread;
        letter.reserved |= open;
        open
    }

    /// Gives the place back.
    pub(super) fn release(&self) {
        lock(&self.0).reserved = false;
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
pub struct Inlet<T>(Slot<T>);

/// An inlet for items of this type.
#[must_use]
pub fn inlet<T, E, M>(_: Ty<T, M>, faults: &Faults<E>) -> (Mailbox<T, E>, Inlet<T>) {
    let letter = Letter {
        item: None,
        busy: false,
        reserved: false,
        closed: false,
        unread: false,
        interrupted: None,
    };
    let slot = Slot(Arc::new(Mutex::new(letter)));
    let faults = faults.clone();
    (
        Mailbox {
            slot: slot.clone(),
            faults,
        },
        Inlet(slot),
    )
}

impl<T, E> Mailbox<T, E> {
    pub(super) fn slot(&self) -> &Slot<T> {
        &self.slot
    }

    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.slot.0).busy
    }

    /// Returns whether an item would be given back.
    pub(super) fn is_closed(&self) -> bool {
        let letter = lock(&self.slot.0);
        letter.closed || letter.unread
    }

    /// Gives an item to the flow, unless all that it could reach has ended.
    pub(crate) fn put(&self, item: T) {
        self.slot.put(item);
    }

    /// As [`put`](Self::put), but gives an item back that nobody would take.
    pub(crate) fn offer(&self, item: T) -> Result<(), T> {
        let mut letter = lock(&self.slot.0);
        if letter.closed || letter.unread {
            return Err(item);
        }
        letter.item = Some(item);
        letter.busy = true;
        Ok(())
    }

    /// Returns an item that the flow, which is gone, has not taken.
    pub(crate) fn untaken(&self) -> Option<T> {
        lock(&self.slot.0).item.take()
    }

    /// Returns the fate of an item when the flow is gone: it was not taken, it was
    /// worked on, or it has gone through.
    pub(super) fn left(&self) -> Left<T> {
        let mut letter = lock(&self.slot.0);
        match letter.item.take() {
            Some(item) => Left::Untouched(item),
            None => letter.interrupted.map_or(Left::Through, Left::Interrupted),
        }
    }

    /// Says that nothing more will come. A place that is held may still be used.
    pub fn close(&self) {
        lock(&self.slot.0).closed = true;
    }

    pub(super) fn fault(&self) -> Result<(), E> {
        self.faults.next()
    }
}

/// See [`Mailbox::left`].
pub(super) enum Left<T> {
    Untouched(T),
    Interrupted(Interrupted),
    Through,
}

/// Says how an inlet went that an item had just come from.
#[derive(Clone, Copy)]
pub(super) enum Interrupted {
    /// The flow panicked.
    Panic,
    /// It was dropped; or what follows the inlet was over, behind the item.
    Dropped,
}

impl<T> Inlet<T> {
    /// Says that nothing more will be read. An item that was not taken stays
    /// where it is: who emits it may have it back.
    pub fn close(&mut self) {
        let mut letter = lock(&self.0.0);
        letter.unread = true;
        letter.busy = false;
    }
}

impl<T> Drop for Inlet<T> {
    fn drop(&mut self) {
        let mut letter = lock(&self.0.0);
        if letter.busy && letter.item.is_none() {
            letter.interrupted = Some(if thread::panicking() {
                Interrupted::Panic
            } else {
                Interrupted::Dropped
            });
        }
        drop(letter);
        self.close();
    }
}

impl<T> Stream for Inlet<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        let mut letter = lock(&self.0.0);
        match letter.item.take() {
            Some(item) => Poll::Ready(Some(item)),
            None => {
                letter.busy = false;
                if letter.closed && !letter.reserved {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                }
            }
        }
    }
}
