//! The number of futures that may run at once in a cut.

use std::sync::Arc;

use crate::knobs::Followed;
use crate::sync::AtomicWaker;

/// A bound that is asked for every item: a number, or one that others change.
pub trait Bound {
    /// Returns the bound as it is now.
    fn now(&mut self) -> usize;

    /// Returns the most that it can ever be.
    fn most(&self) -> usize;

    /// Wakes `task` when the bound may have grown, for as long as it is there.
    fn wakes(&self, task: &Arc<AtomicWaker>);
}

impl Bound for usize {
    #[inline]
    fn now(&mut self) -> usize {
        *self
    }

    #[inline]
    fn most(&self) -> usize {
        *self
    }

    #[inline]
    fn wakes(&self, _: &Arc<AtomicWaker>) {}
}

impl Bound for Followed<usize> {
    #[inline]
    fn now(&mut self) -> usize {
        *Followed::now(self)
    }

    fn most(&self) -> usize {
        usize::MAX
    }

    fn wakes(&self, task: &Arc<AtomicWaker>) {
        Followed::wakes(self, task);
    }
}
