//! The queue of a mailbox, taken out of it for a turn.

use std::{any::Any, collections::VecDeque};

/// A queue that was taken out, without its type.
pub trait Aside {
    /// The number of items in it.
    fn len(&self) -> usize;

    /// Drops them, and gives their number.
    fn clear(&mut self) -> usize;

    /// The queue, to look for its type.
    fn as_any(&self) -> &dyn Any;

    /// As [`as_any`](Aside::as_any), to change it.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: 'static> Aside for VecDeque<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn clear(&mut self) -> usize {
        let dropped = self.len();
        self.clear();
        dropped
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
