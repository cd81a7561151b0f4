//! The future of a function that is awaited for an item, where the flow is observed.
//!
//! Most functions that are not timed have their value when they are polled first. Then no more
//! is done than to count them: the future is one of a few fields, and no coroutine around
//! another.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::{counters::Counter, jobs::Running};
use crate::sync::atomic::Ordering::Relaxed;

pin_project! {
    /// A function for an item; `failed` looks at what it gave.
    ///
    /// It has no lifetime of its own: rustc could not tell that a flow is `Send` which holds one
    /// with two. `failed` is no closure: a function that is called in several places of a cycle
    /// has futures of one type.
    #[must_use]
    pub struct Job<F: Future, S> {
        #[pin]
        future: F,
        failed: fn(&F::Output) -> bool,
        stage: S,
    }
}

/// A function of the stage `JOB`, whose counters begin at `AT`. Dropped, it ran to no end.
pub struct Stage<'c, const N: usize, const JOB: usize, const AT: usize> {
    seen: &'c Counter<N>,
    /// The place among those that run, from the first poll on, where it is timed, or waits;
    /// else [`NOWHERE`].
    place: usize,
}

const NOWHERE: usize = usize::MAX;

impl<const N: usize> Counter<N> {
    /// Runs a function for an item.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it drops the future: the function has neither ended well nor failed.
    #[inline(always)]
    pub fn job<const JOB: usize, const AT: usize, F: Future>(
        &self,
        future: F,
        failed: fn(&F::Output) -> bool,
    ) -> Job<F, Stage<'_, N, JOB, AT>> {
        let stage = Stage {
            seen: self,
            place: NOWHERE,
        };
        Job {
            future,
            failed,
            stage,
        }
    }
}

impl<const N: usize, const JOB: usize, const AT: usize> Stage<'_, N, JOB, AT> {
    /// Returns whether the next is timed: as many were not as the last that was stands for.
    #[inline(always)]
    fn is_due(&self) -> bool {
        self.seen.block[AT].load(Relaxed) == self.seen.block[AT + 2].load(Relaxed)
    }

    fn running(&self) -> &Running {
        &self.seen.shared.jobs[JOB]
    }

    /// One begins that is timed. Returns whether it has not begun before.
    fn begin(&mut self) -> bool {
        let begins = self.place == NOWHERE;
        if begins {
            let untimed = self.seen.block[AT].load(Relaxed);
            self.place = self.running().begin(Instant::now(), untimed, None::<&()>);
        }
        begins
    }

    fn end(&mut self, failed: bool, at_once: bool) {
        let place = std::mem::replace(&mut self.place, NOWHERE);
        let stands_for = self.running().end(place, Some(failed), at_once);
        if at_once {
            let next = self.seen.block[AT].load(Relaxed) + stands_for - 1;
            self.seen.block[AT + 2].store(next, Relaxed);
        } else {
            self.seen.goes_on(JOB);
        }
    }

    /// Counts one that was not timed.
    #[inline(always)]
    fn count(&self, failed: bool) {
        self.seen.add(AT);
        if failed {
            self.seen.add(AT + 1);
        }
    }
}

impl<const N: usize, const JOB: usize, const AT: usize> Drop for Stage<'_, N, JOB, AT> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.place != NOWHERE {
            self.running().end(self.place, None, false);
        }
    }
}

impl<const N: usize, const JOB: usize, const AT: usize, F: Future> Future
    for Job<F, Stage<'_, N, JOB, AT>>
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.stage.place != NOWHERE || self.stage.is_due() {
            return self.poll_timed(cx);
        }
        let this = self.project();
        let Poll::Ready(given) = this.future.poll(cx) else {
            this.stage.begin();
            return Poll::Pending;
        };
        this.stage.count((this.failed)(&given));
        Poll::Ready(given)
    }
}

impl<const N: usize, const JOB: usize, const AT: usize, F: Future> Job<F, Stage<'_, N, JOB, AT>> {
    /// Polls one that is timed. It stands apart, so that the others are polled in a few steps.
    #[inline(never)]
    fn poll_timed(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let at_once = this.stage.begin();
        let polled = this.future.poll(cx);
        if let Poll::Ready(given) = &polled {
            this.stage.end((this.failed)(given), at_once);
        }
        polled
    }
}
