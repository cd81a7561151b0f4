//! The awaits of an observed flow: why a region yields, and which functions run.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::{Pin, pin},
    sync::{PoisonError, atomic::Ordering::Relaxed},
    task::{Context, Poll},
};

use serde::Serialize;

use super::{counters::Counter, jobs::Ticket, times::State};
use crate::{
    Ensured, Error,
    artifact::{Artifact, Outcome},
    attempts::{IsUnder, Under},
    region::Region,
};

impl<const N: usize> Counter<N> {
    /// Awaits the input of a region.
    ///
    /// # Cancel safety
    ///
    /// As the future.
    pub async fn waits<F: Future>(&self, region: usize, input: F) -> F::Output {
        let times = &self.shared.regions[region];
        marked(
            input,
            || times.set(State::Waiting),
            || times.set(State::Busy),
        )
        .await
    }

    /// Notes that a region has looked for input, which was there or not.
    #[inline]
    pub fn looked<T>(&self, region: usize, found: Poll<T>) -> Poll<T> {
        let times = &self.shared.regions[region];
        times.set(match &found {
            Poll::Pending => State::Waiting,
            Poll::Ready(_) => State::Busy,
        });
        found
    }

    /// Awaits room in a queue behind a region.
    ///
    /// # Cancel safety
    ///
    /// As the future.
    pub async fn held_up<F: Future>(&self, region: usize, queue: usize, room: F) -> F::Output {
        let times = &self.shared.regions[region];
        marked(room, || times.held_by(queue), || times.set(State::Busy)).await
    }

    /// Awaits whoever takes what leaves the flow.
    ///
    /// # Cancel safety
    ///
    /// As the future.
    pub async fn left<F: Future>(&self, region: usize, taken: F) -> F::Output {
        self.held_up(region, usize::MAX, taken).await
    }

    /// Polls a region, and gives it the time that this takes.
    pub fn poll<F: Future<Output = ()>>(
        &self,
        index: usize,
        region: &mut Region<'_, F>,
        cx: &mut Context<'_>,
    ) -> bool {
        if region.over() {
            return true;
        }
        let (shared, times) = (&self.shared, &self.shared.regions[index]);
        // Whoever was polled before has just looked.
        times.resume(shared.looked());
        let over = region.poll(cx);
        times.suspend(shared.look(), over);
        over
    }

    /// Notes how many items wait in a place.
    #[inline]
    pub fn waiting(&self, queue: usize, (waiting, bound): (usize, Option<usize>)) {
        self.shared.queues[queue].set(waiting, bound);
    }

    /// Counts the error of a stage; `said` writes its message.
    pub fn error(&self, stage: usize, said: impl FnOnce(&mut String)) {
        self.shared.errors[stage].add(said);
    }

    /// Counts the error in a `Result`, which goes on as it is.
    #[allow(clippy::missing_errors_doc, reason = "it is the one given")]
    #[inline]
    pub fn raised<T, E>(
        &self,
        stage: usize,
        result: Result<T, E>,
        said: impl FnOnce(&E, &mut String),
    ) -> Result<T, E> {
        result.inspect_err(|error| self.error(stage, |to| said(error, to)))
    }

    /// As [`raised`](Self::raised), of an error that ends the flow.
    #[allow(clippy::missing_errors_doc, reason = "it is the one given")]
    pub fn raised_last<T, E>(
        &self,
        stage: usize,
        result: Result<T, E>,
        said: impl Fn(&E, &mut String),
    ) -> Result<T, E> {
        result.inspect_err(|error| {
            self.error(stage, |to| said(error, to));
            self.failed(|to| said(error, to));
        })
    }

    /// Says that the flow ends with an error.
    pub fn failed(&self, said: impl FnOnce(&mut String)) {
        self.shared.end(|| {
            let mut text = "error: ".to_owned();
            said(&mut text);
            text
        });
    }

    /// Runs a function for an item; `failed` looks at what it gave.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it drops the future: the function has neither ended well nor failed.
    pub async fn job<F: Future>(
        &self,
        job: usize,
        future: F,
        failed: fn(&F::Output) -> bool,
    ) -> F::Output {
        let running = &self.shared.jobs[job];
        let begin = || Ticket::begin(running, self.untimed_so_far(job), None::<&()>);
        let mut future = pin!(future);
        if running.is_timed() {
            let ticket = begin();
            let (given, at_once) = polled(future, false).await;
            ticket.end(failed(&given), at_once);
            return given;
        }
        // Most of those that are not timed have their value now: nothing more is done for them.
        match poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
            Poll::Ready(given) => {
                self.untimed(job, failed(&given));
                given
            }
            Poll::Pending => {
                let ticket = begin();
                let (given, _) = polled(future, true).await;
                ticket.end(failed(&given), false);
                given
            }
        }
    }

    /// Returns the key of an artifact.
    #[inline]
    pub fn key<A: Artifact>(&self, artifact: &A) -> A::Key {
        artifact.key()
    }

    /// As [`job`](Self::job), for the artifact with this key.
    ///
    /// # Cancel safety
    ///
    /// As that.
    pub async fn ensures<K, F>(&self, job: usize, key: K, future: F) -> F::Output
    where
        K: Serialize,
        F: Future<Output: Tells>,
    {
        let ticket = Ticket::begin(&self.shared.jobs[job], 0, Some(&key));
        let given = future.await;
        ticket.end(given.outcome().is_none(), false);
        self.told(job, given.outcome());
        given
    }

    fn told(&self, job: usize, outcome: Option<Outcome>) {
        let [extant, derived] = &self.shared.artifacts[job];
        match outcome {
            Some(Outcome::Extant) => extant.fetch_add(1, Relaxed),
            Some(Outcome::Derived) => derived.fetch_add(1, Relaxed),
            _ => 0,
        };
    }

    /// Notes what a stage runs under.
    pub fn under(&self, stage: &'static str, of: &impl IsUnder) {
        let Some(under) = of.is_under() else { return };
        self.note(stage, under);
    }

    fn note(&self, stage: &'static str, of: &Under) {
        let mut noted = self
            .shared
            .under
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (limit, budget) = (of.given_limit().cloned(), of.given_budget().cloned());
        noted.limits.extend(limit.map(|limit| (stage, limit)));
        noted.budgets.extend(budget.map(|budget| (stage, budget)));
    }
}

/// Awaits a function, which `waits` already; gives as well whether it was polled only once.
async fn polled<F: Future>(mut future: Pin<&mut F>, mut waits: bool) -> (F::Output, bool) {
    let mut at_once = true;
    poll_fn(move |cx| {
        if mem::take(&mut waits) {
            return Poll::Pending;
        }
        let polled = future.as_mut().poll(cx).map(|given| (given, at_once));
        at_once = false;
        polled
    })
    .await
}

/// Awaits, and marks what it is doing while it waits.
async fn marked<F: Future>(future: F, waits: impl Fn(), goes_on: impl Fn()) -> F::Output {
    let mut future = pin!(future);
    let mut waited = false;
    poll_fn(move |cx| {
        let polled = future.as_mut().poll(cx);
        if polled.is_pending() {
            waited = true;
            waits();
        } else if waited {
            goes_on();
        }
        polled
    })
    .await
}

/// The outcome of `ensure` for an artifact.
pub trait Tells {
    /// Returns the work that it took; `None` where it failed.
    fn outcome(&self) -> Option<Outcome>;
}

impl<K> Tells for Result<Ensured<K>, Error> {
    fn outcome(&self) -> Option<Outcome> {
        self.as_ref().ok().map(Ensured::outcome)
    }
}
