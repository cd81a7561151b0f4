//! `latest`: only the newest item waits.

use crate::copies::fresh::Fresh;
use crate::{checkpoint::holds::Counted, region::Hold, ty::Ty};

/// Lets only the newest item wait: what comes while the one before it waits
/// takes its place. So what is before it never waits, and a slow stage behind it
/// works on what is new. The newest is always delivered, at the end of input as
/// well.
#[inline]
#[must_use]
pub fn latest<T, M>(_: Ty<T, M>) -> (Newest<T>, Ty<T, M>) {
    (Newest(None), Ty::of_mode())
}

/// The newest item, until it is taken.
pub struct Newest<T>(Option<T>);

impl<T> Fresh for Newest<T> {
    fn fresh(&self) -> Self {
        Self(None)
    }
}

impl<T> Hold for Newest<T> {
    type In = T;
    type Out = T;

    #[inline]
    fn has_room(&self) -> bool {
        true
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        self.0.replace(item).is_none()
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.0.take()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (usize::from(self.0.is_some()), Some(1))
    }
}

impl<T> Counted for Newest<T> {
    #[inline]
    fn len(&self) -> usize {
        usize::from(self.0.is_some())
    }
}
