//! The memory of batches that are gone, kept by the operator for the next ones.

use std::sync::Weak;

use crate::region::Shelf;
use crate::region::queue::IN_ADVANCE;

/// Memory kept at most. What a burst leaves beyond it is freed.
pub(crate) const KEPT: usize = 64;

/// New memory for `size` items, within reason. Batches without a size grow.
pub(crate) fn room<M>(size: usize) -> Vec<M> {
    Vec::with_capacity(if size <= IN_ADVANCE { size } else { 0 })
}

/// Memory that waits to be used again.
pub(crate) struct Pool<M>(Shelf<M>);

/// The way back to a [`Pool`]. It leads nowhere once the operator is gone.
pub(crate) type Home<M> = Weak<Pool<M>>;

impl<M> Pool<M> {
    /// A pool with nothing in it.
    pub(crate) fn new() -> Self {
        Self(Shelf::new(KEPT))
    }

    /// Takes what was left last, which is likely still in a cache.
    #[inline]
    pub(crate) fn take(&self) -> Option<M> {
        self.0.take()
    }

    /// Leaves memory for the next.
    #[inline]
    pub(crate) fn leave(&self, memory: M) {
        self.0.leave(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_keeps_a_bounded_number() {
        let pool = Pool::new();
        (0..KEPT + 10).for_each(|memory| pool.leave(memory));
        assert_eq!(std::iter::from_fn(|| pool.take()).count(), KEPT);
    }

    #[test]
    fn generous_sizes_take_no_room_in_advance() {
        assert_eq!(room::<u8>(usize::MAX).capacity(), 0);
        assert_eq!(room::<u8>(60).capacity(), 60);
    }
}
