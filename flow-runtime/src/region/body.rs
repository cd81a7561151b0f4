//! One region: its loop, until that is over.

use super::Pulse;
use core::pin::Pin;
use core::task::Context;

/// One loop of a flow. It is over when the loop ended or was stopped; its future, and
/// with it the handles on the cuts, is dropped at that moment.
pub struct Region<'p, F> {
    pulse: &'p Pulse,
    /// The loop; `None` when it is over. Boxed, once a run: a region can be asked how it
    /// stands while a future that borrows from itself is in it.
    running: Option<Pin<Box<F>>>,
}

impl<'p, F: Future<Output = ()>> Region<'p, F> {
    /// A region that runs `body`.
    #[must_use]
    pub fn new(pulse: &'p Pulse, body: F) -> Self {
        Self {
            pulse,
            running: Some(Box::pin(body)),
        }
    }

    /// Runs the loop as far as it goes; `true` when it is over.
    #[inline]
    pub fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(body) = &mut self.running else {
            return true;
        };
        if body.as_mut().poll(cx).is_pending() {
            return false;
        }
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
}
