//! The awaits of an observed flow: why a region yields, and which functions run.

use std::{
    pin::Pin,
    sync::{PoisonError, atomic::Ordering::Relaxed},
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use serde_core::Serialize;

use super::{
    counters::Counter,
    tickets::Ticketed,
    times::{State, Times},
};
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
    #[inline]
    pub fn waits<F: Future>(&self, region: usize, input: F) -> Marked<'_, F> {
        Marked {
            future: input,
            times: &self.shared.regions[region],
            reason: Reason::NoInput,
        }
    }

    /// Notes that a region has looked for input, which was there or not.
    #[inline]
    pub fn looked<T>(&self, region: usize, found: Poll<T>) -> Poll<T> {
        let times = &self.shared.regions[region];
        match &found {
            Poll::Pending => times.waits(State::Waiting),
            Poll::Ready(_) => times.goes_on(),
        }
        found
    }

    /// Awaits room in a queue behind a region.
    ///
    /// # Cancel safety
    ///
    /// As the future.
    #[inline]
    pub fn held_up<F: Future>(&self, region: usize, queue: usize, room: F) -> Marked<'_, F> {
        Marked {
            future: room,
            times: &self.shared.regions[region],
            reason: Reason::NoRoom(queue),
        }
    }

    /// Awaits whoever takes what leaves the flow.
    ///
    /// # Cancel safety
    ///
    /// As the future.
    #[inline]
    pub fn left<F: Future>(&self, region: usize, taken: F) -> Marked<'_, F> {
        self.held_up(region, usize::MAX, taken)
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
        times.suspend(|| shared.look(), over);
        over
    }

    /// Notes how many items wait in a place.
    #[inline]
    pub fn waiting(&self, queue: usize, (waiting, bound): (usize, Option<usize>)) {
        self.shared.queues[queue].set(waiting, bound);
    }

    /// Notes that the region which waits for a function has what it gave.
    pub(super) fn goes_on(&self, job: usize) {
        let about = &self.shared.about.jobs[job];
        if let Some(region) = about.region.filter(|_| !about.beside) {
            self.shared.regions[region].goes_on();
        }
    }

    /// Notes how many items wait in a cut, and whether it works on any.
    #[inline]
    pub fn holds(&self, queue: usize, ((waiting, bound), works): ((usize, Option<usize>), bool)) {
        self.shared.queues[queue].set_held(waiting, bound, works);
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

    /// Returns the key of an artifact.
    #[inline]
    pub fn key<A: Artifact>(&self, artifact: &A) -> A::Key {
        artifact.key()
    }

    /// Runs the function of the artifact with this key, or of several artifacts, which may have
    /// to wait `in_line` first.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it drops the future: the function has neither ended well nor failed.
    pub async fn ensures<K, F>(
        &self,
        job: usize,
        in_line: bool,
        key: Option<K>,
        future: F,
    ) -> F::Output
    where
        K: Serialize,
        F: Future<Output: Tells>,
    {
        let running = &self.shared.jobs[job];
        let (given, ticket) = Ticketed::new(running, key, in_line, future).await;
        let failed = given.tell(&mut |outcome| self.told(job, outcome));
        if let Some(ticket) = ticket {
            ticket.end(failed);
        }
        self.goes_on(job);
        given
    }

    /// Runs a function that may have to wait in line first; `failed` looks at what it gave.
    ///
    /// # Cancel safety
    ///
    /// As [`ensures`](Self::ensures).
    pub async fn job_in_line<F: Future>(
        &self,
        job: usize,
        future: F,
        failed: fn(&F::Output) -> bool,
    ) -> F::Output {
        let running = &self.shared.jobs[job];
        let (given, ticket) = Ticketed::new(running, None::<()>, true, future).await;
        if let Some(ticket) = ticket {
            ticket.end(failed(&given));
        }
        self.goes_on(job);
        given
    }

    fn told(&self, job: usize, outcome: Outcome) {
        let [extant, derived] = &self.shared.artifacts[job];
        match outcome {
            Outcome::Extant => extant.fetch_add(1, Relaxed),
            Outcome::Derived => derived.fetch_add(1, Relaxed),
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

/// The reason that a region waits for.
#[derive(Clone, Copy)]
enum Reason {
    NoInput,
    /// The queue that is full.
    NoRoom(usize),
}

pin_project! {
    /// A future that says why its region waits while it does.
    #[must_use]
    pub struct Marked<'c, F> {
        #[pin]
        future: F,
        times: &'c Times,
        reason: Reason,
    }
}

impl<F: Future> Future for Marked<'_, F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = this.future.poll(cx);
        match (&polled, *this.reason) {
            (Poll::Ready(_), _) => this.times.goes_on(),
            (Poll::Pending, Reason::NoInput) => this.times.waits(State::Waiting),
            (Poll::Pending, Reason::NoRoom(queue)) => this.times.held_by(queue),
        }
        polled
    }
}

/// The outcome of what makes artifacts durable.
pub trait Tells {
    /// Tells the work that each artifact took. Returns whether none came of it.
    fn tell(&self, to: &mut dyn FnMut(Outcome)) -> bool;
}

impl<K> Tells for Result<Ensured<K>, Error> {
    fn tell(&self, to: &mut dyn FnMut(Outcome)) -> bool {
        self.as_ref().map(Ensured::outcome).map(to).is_err()
    }
}

/// That of a batch.
impl<T: Tells> Tells for Vec<T> {
    fn tell(&self, to: &mut dyn FnMut(Outcome)) -> bool {
        let failed = self.iter().filter(|each| each.tell(to)).count();
        failed > 0 && failed == self.len()
    }
}
