//! A copy of a knob's value, for who reads it all the time.

use std::sync::{Arc, Weak};

use super::ears::Hears;
use super::knob::Knob;
use crate::sync::AtomicWaker;

/// A knob, and a copy of its value that is renewed once the knob is turned. To look
/// costs one load.
#[derive(Clone)]
pub struct Followed<T> {
    knob: Knob<T>,
    value: T,
    turns: usize,
}

impl<T: Clone> Followed<T> {
    pub(crate) fn new(knob: &Knob<T>) -> Self {
        let (value, turns) = knob.turned();
        Self {
            knob: knob.clone(),
            value,
            turns,
        }
    }

    /// The value as it is set now.
    #[inline]
    pub(crate) fn now(&mut self) -> &T {
        if self.knob.turns() != self.turns {
            self.renew();
        }
        &self.value
    }

    #[cold]
    fn renew(&mut self) {
        (self.value, self.turns) = self.knob.turned();
    }

    /// Wakes `task` at every turn from now on, for as long as it is there. Who waits
    /// registers its waker before it looks at the value.
    pub(crate) fn wakes(&self, task: &Arc<AtomicWaker>) {
        let task: Weak<AtomicWaker> = Arc::downgrade(task);
        let task: Weak<dyn Hears> = task;
        self.knob.tells(task);
    }
}
