//! The number of things that may run at once.

use core::ops::RangeInclusive;
use std::sync::Arc;

use super::adaptive::Adaptive;
use super::outcome::Outcome;
use crate::knobs::{Followed, Setting};
use crate::sync::AtomicWaker;

/// The number of places of a limit.
///
/// It is asked whenever something would begin.
pub(super) enum Size {
    /// As many as it is set to.
    Fixed(Setting<usize>),
    /// As many as the other side takes.
    Adaptive(Adaptive),
}

impl Size {
    /// The places there are now.
    pub(super) fn now(&self) -> usize {
        match self {
            Self::Fixed(n) => *n.get(),
            Self::Adaptive(adaptive) => adaptive.places(),
        }
    }

    /// The most places there will be, as it is set.
    pub(super) fn most(&self) -> Most {
        match self {
            Self::Fixed(n) => match n.knob() {
                Some(knob) => Most::Fixed(Followed::new(knob)),
                None => Most::Plain(*n.get()),
            },
            Self::Adaptive(adaptive) => match adaptive.bounds().knob() {
                Some(knob) => Most::Adaptive(Followed::new(knob)),
                None => Most::Plain(*adaptive.bounds().get().end()),
            },
        }
    }

    /// Reads its knob.
    pub(super) fn renew(&mut self) {
        match self {
            Self::Fixed(n) => n.renew(),
            Self::Adaptive(adaptive) => adaptive.renew(),
        }
    }

    /// Something ends that was the `number`th to begin, while `running` ran, itself
    /// included; `next` will be the number of the next.
    pub(super) fn ended(&mut self, outcome: Outcome, number: u64, next: u64, running: usize) {
        if let Self::Adaptive(adaptive) = self {
            adaptive.ended(outcome, number, next, running);
        }
    }
}

/// The most places of a limit, for who asks for every item.
#[derive(Clone)]
pub(crate) enum Most {
    /// Always as many.
    Plain(usize),
    /// As many as a knob says.
    Fixed(Followed<usize>),
    /// As many as a knob with both bounds says.
    Adaptive(Followed<RangeInclusive<usize>>),
}

impl Most {
    pub(crate) fn now(&mut self) -> usize {
        match self {
            Self::Plain(most) => *most,
            Self::Fixed(knob) => *knob.now(),
            Self::Adaptive(knob) => *knob.now().end(),
        }
    }

    /// Wakes `task` when it may have grown.
    pub(crate) fn wakes(&self, task: &Arc<AtomicWaker>) {
        match self {
            Self::Plain(_) => {}
            Self::Fixed(knob) => knob.wakes(task),
            Self::Adaptive(knob) => knob.wakes(task),
        }
    }
}
