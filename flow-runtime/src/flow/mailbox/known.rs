//! Holds what both sides of an inlet know, beside the item.

use std::{collections::VecDeque, mem, sync::PoisonError};

use crate::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// The program has nothing more to put in.
pub(super) const CLOSED: u8 = 1;
/// Somebody holds the place for the next item.
pub(super) const RESERVED: u8 = 2;
/// An emitter lets items wait.
pub(super) const LETS_WAIT: u8 = 4;
/// Somebody holds a place behind those that wait.
pub(super) const RESERVED_BEHIND: u8 = 8;

/// The state of an inlet, beside the item.
pub(super) struct Known<T> {
    /// The four above, in one number: who holds the place before the input is closed is
    /// waited for, and who comes later is told.
    said: AtomicU8,
    /// An [`Interrupted`]; 0 where nothing was.
    interrupted: AtomicU8,
    behind: Mutex<Behind<T>>,
    /// The number of those that the flow took from there together, and has not worked on.
    ahead: AtomicUsize,
}

/// Holds what waits behind the item, where an emitter lets items wait.
pub(super) struct Behind<T> {
    items: VecDeque<T>,
    /// The places that are held behind them.
    pub(super) held: usize,
    /// Somebody waits for a place: whoever comes later does so too.
    pub(super) awaited: bool,
    /// The flow has something to work on, and looks here when it is done with that.
    pub(super) is_seen: bool,
}

/// Says how an inlet went that an item had just come from.
#[derive(Clone, Copy)]
pub(in crate::flow) enum Interrupted {
    /// The flow panicked.
    Panic = 1,
    /// It was dropped; or what follows the inlet was over, behind the item.
    Dropped = 2,
}

impl<T> Known<T> {
    pub(super) fn new() -> Self {
        let behind = Behind {
            items: VecDeque::new(),
            held: 0,
            awaited: false,
            is_seen: false,
        };
        Self {
            said: AtomicU8::new(0),
            interrupted: AtomicU8::new(0),
            behind: Mutex::new(behind),
            ahead: AtomicUsize::new(0),
        }
    }

    #[inline]
    pub(super) fn said(&self) -> u8 {
        self.said.load(Ordering::Acquire)
    }

    /// Says one of the four; gives what was said before.
    pub(super) fn say(&self, what: u8) -> u8 {
        self.said.fetch_or(what, Ordering::AcqRel)
    }

    pub(super) fn unsay(&self, what: u8) {
        self.said.fetch_and(!what, Ordering::AcqRel);
    }

    pub(super) fn interrupt(&self, how: Interrupted) {
        self.interrupted.store(how as u8, Ordering::Release);
    }

    pub(super) fn interrupted(&self) -> Option<Interrupted> {
        let all = [Interrupted::Panic, Interrupted::Dropped];
        let how = self.interrupted.load(Ordering::Acquire);
        all.into_iter().find(|each| *each as u8 == how)
    }

    pub(super) fn behind(&self) -> MutexGuard<'_, Behind<T>> {
        // Nothing that may panic runs under the lock.
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether so many wait already, with those that a place is held for.
    pub(super) fn is_full(&self, behind: &Behind<T>, room: usize) -> bool {
        let held = usize::from(self.said() & RESERVED != 0) + behind.held;
        behind.items.len() + self.ahead.load(Ordering::Relaxed) + held >= room
    }

    /// Says how many the flow has taken and not worked on.
    pub(super) fn say_ahead(&self, many: usize) {
        // Relaxed: who finds too many waits, and is woken when the flow has been polled.
        self.ahead.store(many, Ordering::Relaxed);
    }
}

impl<T> Behind<T> {
    /// Adds an item; gives whether the flow rests.
    pub(super) fn push(&mut self, item: Option<T>) -> bool {
        self.items.extend(item);
        !mem::replace(&mut self.is_seen, true)
    }

    /// Exchanges those that wait for an empty queue.
    pub(super) fn swap(&mut self, ahead: &mut VecDeque<T>) {
        mem::swap(&mut self.items, ahead);
        self.is_seen = !ahead.is_empty();
    }

    /// Takes all, for a flow that looks here no more.
    pub(super) fn take(&mut self) -> VecDeque<T> {
        self.is_seen = false;
        mem::take(&mut self.items)
    }
}
