//! One region: its loop, and how it ended.

use super::Pulse;
use core::pin::Pin;
use core::task::{Context, Poll};
use pin_project_lite::pin_project;

pin_project! {
    /// One loop of a flow. It is over when the loop ended, failed, or was
    /// stopped; its future, and with it the handles on the cuts, is dropped at
    /// that moment.
    pub struct Region<'p, F, E> {
        pulse: &'p Pulse,
        // The loop; `None` when it is over.
        #[pin]
        running: Option<F>,
        // How it ended; `Ok` while it runs and when it was stopped.
        outcome: Result<(), E>,
    }
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
            running: Some(body),
            outcome: Ok(()),
        }
    }

    /// Runs the loop as far as it goes; `true` when it is over.
    #[inline]
    pub fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let mut this = self.project();
        let Some(body) = this.running.as_mut().as_pin_mut() else {
            return true;
        };
        let Poll::Ready(outcome) = body.poll(cx) else {
            return false;
        };
        *this.outcome = outcome;
        this.running.set(None);
        this.pulse.stir();
        true
    }

    /// Ends the loop where it is. Nothing happens when it is over.
    pub fn stop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if this.running.is_some() {
            this.running.set(None);
            this.pulse.stir();
        }
    }

    /// Whether the loop is over.
    #[must_use]
    pub fn over(&self) -> bool {
        self.running.is_none()
    }

    /// Whether the loop ended in an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.outcome.is_err()
    }

    /// How the loop ended, once: the error is handed over.
    ///
    /// # Errors
    ///
    /// The error of the loop.
    pub fn outcome(self: Pin<&mut Self>) -> Result<(), E> {
        core::mem::replace(self.project().outcome, Ok(()))
    }
}
