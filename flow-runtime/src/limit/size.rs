//! How many may run at once.

use super::adaptive::Adaptive;

/// The number of places of a limit.
///
/// It is asked whenever something would begin, so a size that is set while a flow
/// runs would be one more variant.
pub(super) enum Size {
    /// Always as many.
    Fixed(usize),
    /// As many as the other side takes.
    Adaptive(Adaptive),
}

/// What came of something that began, in the eyes of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It went well.
    Done,
    /// It was refused for load.
    Refused,
    /// It went wrong for another reason.
    Failed,
    /// It was dropped.
    Dropped,
}

impl Size {
    /// The places there are now.
    pub(super) fn now(&self) -> usize {
        match self {
            Self::Fixed(n) => *n,
            Self::Adaptive(adaptive) => adaptive.places(),
        }
    }

    /// The most places there will ever be.
    pub(super) fn most(&self) -> usize {
        match self {
            Self::Fixed(n) => *n,
            Self::Adaptive(adaptive) => adaptive.most(),
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
