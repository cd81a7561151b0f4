//! One region: its loop, and how it ended.

use super::Pulse;
use crate::flow::arisen::{Arisen, arisen};
use core::pin::Pin;
use core::task::{Context, Poll};

/// One loop of a flow. It is over when the loop ended, failed, or was stopped;
/// its future, and with it the handles on the cuts, is dropped at that moment.
pub struct Region<'p, F, E> {
    pulse: &'p Pulse,
    /// The loop; `None` when it is over. Boxed, once a run: a region can be
    /// asked how it stands while a future that borrows from itself is in it.
    running: Option<Pin<Box<F>>>,
    /// Says how it ended; `Ok` while it runs and when it was stopped.
    outcome: Result<(), E>,
    /// Says how many regions failed before this one did.
    before: usize,
}

/// The errors of the regions of a flow, in the order in which they arose.
pub fn outcomes<E, const N: usize>(mut ended: [(usize, Result<(), E>); N]) -> Arisen<E> {
    ended.sort_by_key(|(before, _)| *before);
    let mut errors = arisen();
    for (_, outcome) in ended {
        errors.add(outcome);
    }
    errors
}

impl<'p, F, E> Region<'p, F, E>
where
    F: Future<Output = Result<(), E>>,
{
    /// A region that runs `body`.
    #[must_use]
    pub fn new(pulse: &'p Pulse, body: F) -> Self {
        Self {
            pulse,
            running: Some(Box::pin(body)),
            outcome: Ok(()),
            before: 0,
        }
    }

    /// Runs the loop as far as it goes; `true` when it is over.
    #[inline]
    pub fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(body) = &mut self.running else {
            return true;
        };
        let Poll::Ready(outcome) = body.as_mut().poll(cx) else {
            return false;
        };
        if outcome.is_err() {
            self.before = self.pulse.fail();
        }
        self.outcome = outcome;
        self.stop();
        true
    }

    /// Ends the loop where it is. Nothing happens when it is over.
    pub fn stop(&mut self) {
        if self.running.take().is_some() {
            self.pulse.stir();
        }
    }

    /// Returns whether the loop is over.
    #[must_use]
    pub fn over(&self) -> bool {
        self.running.is_none()
    }

    /// Returns whether the loop ended in an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.outcome.is_err()
    }

    /// Returns how the loop ended, once: the error is handed over.
    ///
    /// # Errors
    ///
    /// The error of the loop.
    pub fn outcome(&mut self) -> Result<(), E> {
        core::mem::replace(&mut self.outcome, Ok(()))
    }

    /// As [`outcome`](Self::outcome), and how many regions failed before.
    pub fn ended(&mut self) -> (usize, Result<(), E>) {
        (self.before, self.outcome())
    }
}
