//! Defines how a program hands items to a flow, one at a time.
//!
//! The flow is one future. It waits at its inlets for what is emitted. The
//! program polls it while it emits; so nothing runs that nobody waits for, and
//! nothing is spawned.

use std::{
    collections::VecDeque,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    thread,
};

use futures_core::Stream;

use super::arisen::Faults;
use crate::region::{Here, Kept};
use crate::ty::Ty;

struct Letter<T> {
    item: Option<T>,
    /// Holds what waits behind it, where an emitter lets items wait.
    behind: VecDeque<T>,
    /// Somebody waits for a place behind it: whoever comes later does so too.
    awaited: bool,
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

impl<T> Letter<T> {
    /// Puts an item in, where a place is held for it; gives it back where the flow wants no
    /// more.
    #[inline]
    fn put(&mut self, item: T) -> Option<T> {
        self.reserved = false;
        if self.unread {
            return Some(item);
        }
        self.busy = true;
        self.item.replace(item)
    }

    /// As [`put`](Self::put), behind those that wait.
    fn put_behind(&mut self, item: T) -> Option<T> {
        self.reserved = false;
        if self.unread {
            return Some(item);
        }
        self.busy = true;
        self.behind.push_back(item);
        None
    }

    /// Returns whether so many wait already, with the one that a place is held for.
    #[inline]
    fn is_full(&self, room: usize) -> bool {
        self.behind.len() + usize::from(self.reserved) >= room
    }

    /// Takes the next item.
    #[inline]
    fn next(&mut self) -> Option<T> {
        let next = self.item.take();
        next.or_else(|| self.behind.pop_front())
    }

    /// Puts an item in, unless nobody would take it.
    #[inline]
    fn offer(&mut self, item: T) -> Result<(), T> {
        if self.closed || self.unread {
            return Err(item);
        }
        self.item = Some(item);
        self.busy = true;
        Ok(())
    }
}

/// The place of an inlet: what both sides of it share.
pub struct Slot<T>(Arc<Kept<Letter<T>>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Slot<T> {
    /// Puts an item where a place is held for it. Nobody has one where the flow
    /// wants no more: then it is dropped.
    pub(super) fn put(&self, item: T) {
        // What nobody takes is not dropped while the place is in use.
        drop(self.0.with(|letter| letter.put(item)));
    }

    /// As [`put`](Self::put), behind those that wait.
    pub(super) fn put_behind(&self, item: T) {
        drop(self.0.with(|letter| letter.put_behind(item)));
    }

    /// Holds the place for the next item; `false` where none will be taken.
    pub(super) fn hold(&self) -> bool {
        self.0.with(|letter| {
            let open = !letter.closed && !letter.unread;
            letter.reserved |= open;
            open
        })
    }

    /// Gives the place back.
    pub(super) fn release(&self) {
        self.0.with(|letter| letter.reserved = false);
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
        behind: VecDeque::new(),
        awaited: false,
        busy: false,
        reserved: false,
        closed: false,
        unread: false,
        interrupted: None,
    };
    let slot = Slot(Arc::new(Kept::new(letter)));
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

    /// Keeps the place for this thread while `f` runs, in which the flow may be polled:
    /// nothing that is done there takes a lock.
    #[inline]
    pub(crate) fn within<R>(&self, f: impl FnOnce(&Ours<'_, T>) -> R) -> R {
        self.slot.0.within(|here| f(&Ours { here }))
    }

    #[inline]
    pub(crate) fn is_busy(&self) -> bool {
        self.slot.0.with(|letter| letter.busy)
    }

    /// Returns whether an item would be given back.
    pub(super) fn is_closed(&self) -> bool {
        self.slot.0.with(|letter| letter.closed || letter.unread)
    }

    /// Gives an item to the flow, unless all that it could reach has ended.
    pub(crate) fn put(&self, item: T) {
        self.slot.put(item);
    }

    /// As [`put`](Self::put), but gives an item back that nobody would take.
    pub(super) fn offer(&self, item: T) -> Result<(), T> {
        self.slot.0.with(|letter| letter.offer(item))
    }

    /// Puts an item behind those that wait, of which there may be so many; gives whether
    /// the flow rests. `has_turn`: nobody came before.
    pub(super) fn queue(&self, item: T, room: usize, has_turn: bool) -> Result<bool, Refused<T>> {
        self.slot.0.with(|letter| {
            if letter.closed || letter.unread {
                return Err(Refused::Closed(item));
            }
            if letter.is_full(room) || (letter.awaited && !has_turn) {
                letter.awaited |= has_turn;
                return Err(Refused::Full(item));
            }
            letter.awaited &= !has_turn;
            letter.behind.push_back(item);
            Ok(!mem::replace(&mut letter.busy, true))
        })
    }

    /// Holds a place behind those that wait, of which there may be so many, for who has the
    /// turn; `None` while there is none, `false` where nothing will be taken.
    pub(super) fn hold_behind(&self, room: usize) -> Option<bool> {
        self.slot.0.with(|letter| {
            if letter.closed || letter.unread {
                return Some(false);
            }
            let full = letter.is_full(room);
            letter.awaited = full;
            letter.reserved |= !full;
            (!full).then_some(true)
        })
    }

    /// Says that who had the turn waits for a place no longer.
    pub(super) fn waits_no_more(&self) {
        self.slot.0.with(|letter| letter.awaited = false);
    }

    /// Returns the fate of an item when the flow is gone: it was not taken, it was
    /// worked on, or it has gone through.
    pub(super) fn left(&self) -> Left<T> {
        self.slot.0.with(|letter| match letter.item.take() {
            Some(item) => Left::Untouched(item),
            None => letter.interrupted.map_or(Left::Through, Left::Interrupted),
        })
    }

    /// Says that nothing more will come. A place that is held may still be used.
    pub fn close(&self) {
        self.slot.0.with(|letter| letter.closed = true);
    }

    pub(super) fn fault(&self) -> Result<(), E> {
        self.faults.next()
    }
}

/// A place that this thread keeps, see [`Mailbox::within`].
pub(crate) struct Ours<'a, T> {
    here: &'a Here<'a, Letter<T>>,
}

impl<T> Ours<'_, T> {
    /// Gives an item to the flow, unless all that it could reach has ended.
    #[inline]
    pub(crate) fn put(&self, item: T) {
        drop(self.here.with(|letter| letter.put(item)));
    }

    /// As [`put`](Self::put), but gives an item back that nobody would take.
    #[inline]
    pub(crate) fn offer(&self, item: T) -> Result<(), T> {
        self.here.with(|letter| letter.offer(item))
    }

    /// Returns an item that the flow, which is gone, has not taken.
    pub(crate) fn untaken(&self) -> Option<T> {
        self.here.with(|letter| letter.item.take())
    }

    #[inline]
    pub(crate) fn is_busy(&self) -> bool {
        self.here.with(|letter| letter.busy)
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
        let behind = self.0.0.with_here(|letter| {
            letter.unread = true;
            letter.busy = false;
            mem::take(&mut letter.behind)
        });
        // Not while the place is in use: they are the user's.
        drop(behind);
    }
}

impl<T> Drop for Inlet<T> {
    fn drop(&mut self) {
        self.0.0.with_here(|letter| {
            if letter.busy && letter.item.is_none() {
                letter.interrupted = Some(if thread::panicking() {
                    Interrupted::Panic
                } else {
                    Interrupted::Dropped
                });
            }
        });
        self.close();
    }
}

impl<T> Stream for Inlet<T> {
    type Item = T;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.0.with_here(|letter| match letter.next() {
            Some(item) => Poll::Ready(Some(item)),
            None => {
                letter.busy = false;
                if letter.closed && !letter.reserved {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                }
            }
        })
    }
}
