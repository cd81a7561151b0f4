//! How a program and a flow that awaits hand items to each other.
//!
//! The flow is one future. It waits at its inlets for what is emitted, and at
//! its open end for what leaves to be taken. The program polls it while it
//! emits or takes; so nothing runs that nobody waits for, and nothing is
//! spawned.

use std::{
    pin::Pin,
    sync::{Arc, PoisonError},
    task::{Context, Poll},
    thread,
};

use futures_core::Stream;

use crate::sync::{Mutex, MutexGuard};
use crate::ty::Ty;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that may panic runs under the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The errors of a flow that goes on behind them.
pub struct Faults<E>(Arc<Mutex<Option<E>>>);

/// A place for the errors of one flow.
#[must_use]
pub fn faults<E>() -> Faults<E> {
    Faults(Arc::default())
}

impl<E> Faults<E> {
    /// Keeps an error for the program. The first one since it last asked counts.
    pub fn fail(&self, error: E) {
        lock(&self.0).get_or_insert(error);
    }

    /// The first error since it was last asked for.
    ///
    /// # Errors
    ///
    /// That one.
    pub fn raise(&self) -> Result<(), E> {
        lock(&self.0).take().map_or(Ok(()), Err)
    }
}

struct Letter<T> {
    item: Option<T>,
    /// Whether the flow works on an item, or has one to work on.
    busy: bool,
    /// The program has nothing more to put in.
    closed: bool,
    /// Nobody will take anything out.
    unread: bool,
    /// The inlet was dropped while the flow worked on an item.
    interrupted: Option<Interrupted>,
}

/// The program's side of an inlet.
pub struct Mailbox<T, E> {
    letter: Arc<Mutex<Letter<T>>>,
    faults: Faults<E>,
}

/// The flow's side of an inlet. Asking for the next item says that the one
/// before has gone through.
pub struct Inlet<T>(Arc<Mutex<Letter<T>>>);

/// An inlet for items of this type.
#[must_use]
pub fn inlet<T, E>(_: Ty<T>, faults: &Faults<E>) -> (Mailbox<T, E>, Inlet<T>) {
    let letter = Letter {
        item: None,
        busy: false,
        closed: false,
        unread: false,
        interrupted: None,
    };
    let letter = Arc::new(Mutex::new(letter));
    let faults = Faults(faults.0.clone());
    (
        Mailbox {
            letter: letter.clone(),
            faults,
        },
        Inlet(letter),
    )
}

impl<T, E> Mailbox<T, E> {
    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.letter).busy
    }

    pub(super) fn is_unread(&self) -> bool {
        lock(&self.letter).unread
    }

    /// Gives an item to the flow, unless all that it could reach has ended.
    pub(crate) fn put(&self, item: T) {
        let mut letter = lock(&self.letter);
        if !letter.unread {
            letter.item = Some(item);
            letter.busy = true;
        }
    }

    /// As [`put`](Self::put), but gives an item back that nobody would take.
    pub(super) fn offer(&self, item: T) -> Result<(), T> {
        let mut letter = lock(&self.letter);
        if letter.unread {
            return Err(item);
        }
        letter.item = Some(item);
        letter.busy = true;
        Ok(())
    }

    /// What became of an item when the flow is gone: it was not taken, it was
    /// worked on, or it has gone through.
    pub(super) fn left(&self) -> Left<T> {
        let mut letter = lock(&self.letter);
        match letter.item.take() {
            Some(item) => Left::Untouched(item),
            None => letter.interrupted.map_or(Left::Through, Left::Interrupted),
        }
    }

    /// Says that nothing more will come.
    pub fn close(&self) {
        lock(&self.letter).closed = true;
    }

    pub(super) fn fault(&self) -> Result<(), E> {
        self.faults.raise()
    }
}

/// See [`Mailbox::left`].
pub(super) enum Left<T> {
    Untouched(T),
    Interrupted(Interrupted),
    Through,
}

/// How an inlet went that an item had just come from.
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
        let mut letter = lock(&self.0);
        letter.unread = true;
        letter.busy = false;
    }
}

impl<T> Drop for Inlet<T> {
    fn drop(&mut self) {
        let mut letter = lock(&self.0);
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
        let mut letter = lock(&self.0);
        match letter.item.take() {
            Some(item) => Poll::Ready(Some(item)),
            None => {
                letter.busy = false;
                if letter.closed {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                }
            }
        }
    }
}

/// The open end of a flow that awaits.
pub struct Outlet<T>(Arc<Mutex<Given<T>>>);

struct Given<T> {
    item: Option<T>,
    /// Something is on its way, beyond the inlet.
    under_way: bool,
}

/// An open end for items of this type.
#[must_use]
pub fn outlet<T>(_: Ty<T>) -> Outlet<T> {
    Outlet(Arc::new(Mutex::new(Given {
        item: None,
        under_way: false,
    })))
}

impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Outlet<T> {
    /// Gives an item to the program, and waits until it is taken.
    pub async fn give(&self, item: T) {
        let mut item = Some(item);
        std::future::poll_fn(|_| {
            let mut given = lock(&self.0);
            if given.item.is_some() {
                return Poll::Pending;
            }
            match item.take() {
                Some(item) => {
                    given.item = Some(item);
                    Poll::Pending
                }
                None => Poll::Ready(()),
            }
        })
        .await;
    }

    /// Says whether anything is on its way, beyond the inlet.
    pub fn report(&self, under_way: bool) {
        lock(&self.0).under_way = under_way;
    }

    /// Whether an item waits to be taken, and whether anything is on its way,
    /// beyond the inlet.
    pub(crate) fn state(&self) -> (bool, bool) {
        let given = lock(&self.0);
        (given.item.is_some(), given.under_way)
    }

    /// What was given. The flow has to be polled again then.
    pub(crate) fn take(&self) -> Option<T> {
        lock(&self.0).item.take()
    }
}
