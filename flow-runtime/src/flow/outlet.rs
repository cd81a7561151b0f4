//! The open end of a flow that awaits: what leaves waits here to be taken.

use std::sync::Arc;

use crate::region::{Giver, Taker};
use crate::sync::atomic::{AtomicU8, Ordering};
use crate::ty::Ty;

/// The open end of a flow that awaits.
pub struct Outlet<T> {
    giver: Giver<T>,
    /// The state of what is beyond the inlet: [`RESTS`], [`HOLDS`] or [`WORKS`].
    /// Read and written by the task of the flow alone.
    under_way: Arc<AtomicU8>,
}

/// Nothing is on its way.
const RESTS: u8 = 0;
/// Something waits for its time or for more, and leaves at the end of input.
const HOLDS: u8 = 1;
/// Something is worked on, and leaves no sooner at the end of input.
const WORKS: u8 = 2;

/// The side of who polls the flow.
pub(crate) struct Given<T> {
    taker: Taker<T>,
    under_way: Arc<AtomicU8>,
}

/// An open end for items of this type.
#[must_use]
pub fn outlet<T, M>(_: Ty<T, M>) -> Outlet<T> {
    Outlet {
        giver: Giver::new(),
        under_way: Arc::new(AtomicU8::new(RESTS)),
    }
}

impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        Self {
            giver: self.giver.clone(),
            under_way: Arc::clone(&self.under_way),
        }
    }
}

impl<T> Outlet<T> {
    /// Gives an item to the program, and waits until it is taken.
    #[inline]
    pub fn give(&self, item: T) -> impl Future<Output = ()> {
        self.giver.put(item)
    }

    /// Says whether anything is on its way, beyond the inlet, and whether that leaves no sooner
    /// at the end of input.
    pub fn report(&self, under_way: bool, works: impl FnOnce() -> bool) {
        let under_way = match under_way {
            false => RESTS,
            true if works() => WORKS,
            true => HOLDS,
        };
        self.under_way.store(under_way, Ordering::Relaxed);
    }

    /// The side of who polls the flow, of which there is one.
    pub(crate) fn given(&self) -> Given<T> {
        Given {
            taker: self.giver.taker(),
            under_way: Arc::clone(&self.under_way),
        }
    }
}

impl<T> Given<T> {
    /// Lets the flow go on, and takes what it gave.
    #[inline]
    pub(crate) fn resume<R>(&mut self, poll: impl FnOnce() -> R) -> (R, Option<T>) {
        self.taker.resume(poll)
    }

    /// Lets the flow go on, and says whether something waits to be taken.
    #[inline]
    pub(crate) fn resume_only<R>(&mut self, poll: impl FnOnce() -> R) -> (R, bool) {
        self.taker.resume_only(poll)
    }

    /// Returns what was given. The flow has to be polled again then.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<T> {
        self.taker.take()
    }

    /// Returns whether anything is on its way, beyond the inlet.
    #[inline]
    pub(crate) fn is_under_way(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) != RESTS
    }

    /// Returns whether something is on its way that leaves no sooner at the end of input.
    #[inline]
    pub(crate) fn is_at_work(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == WORKS
    }
}
