//! The visit of one item to a stage with a limit or a budget: it waits in line before
//! each attempt, and says what came of it.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::failure::{Failure, Missed};
use super::line::{Word, say};
use super::seat::Seat;
use super::under::{Counted, Under};
use super::wait::{is_stopped, rest, stopped};
use super::{Attempts, Judges, Made};
use crate::limit::Outcome;
use crate::region::timer::later;
use crate::{Error, ErrorKind};

/// The shortest wait after a refusal: a service that always refuses must not keep the
/// flow from doing anything else.
const SHORTEST: Duration = Duration::from_millis(1);

/// The fate of an item that has not begun when the flow is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnStop {
    /// It begins all the same: what is inside goes through. While the other side
    /// refuses, it is an error.
    Begins,
    /// It begins in any case: there is nobody to be told that it did not.
    Surely,
    /// It is an error: nothing new begins.
    Ends,
}

/// The attempts for one item, so far.
///
/// # Cancel safety
///
/// Dropped, it leaves the line or frees its place.
pub(crate) struct Visit<'a, J> {
    attempts: &'a Attempts<J>,
    under: &'a Under,
    on_stop: OnStop,
    /// The time at which the first attempt began.
    first: Option<Instant>,
    /// The attempts that failed, but for refusals.
    made: Made,
    /// Those that were refused.
    refusals: u32,
    /// The outcome of the last one, and the wait of the next by itself.
    last: Option<(Failure, Duration)>,
    /// The place, where there is a limit.
    seat: Option<Seat>,
    counted: Counted<'a>,
}

/// The event that ended the wait for an attempt.
enum Ended {
    Begins,
    /// The flow is told to stop.
    Stopped,
    /// The budget is used up.
    UsedUp,
    /// It was refused for too long.
    GivenUp,
}

impl<'a, J> Visit<'a, J> {
    /// The visit of an item of so many units, where the stage is under anything.
    pub(crate) fn new(attempts: &'a Attempts<J>, units: u64, on_stop: OnStop) -> Option<Self> {
        let under = attempts.under.as_deref()?;
        Some(Self {
            attempts,
            under,
            on_stop,
            first: None,
            made: Made::default(),
            refusals: 0,
            last: None,
            seat: under.given_limit().map(|limit| Seat::new(limit, units)),
            counted: Counted::waits(under),
        })
    }

    /// Returns how many attempts failed.
    pub(super) fn made(&self) -> u32 {
        self.made.attempts
    }

    /// Lets nothing but its limit hold the item up.
    pub(super) fn begins_surely(&mut self) {
        self.on_stop = OnStop::Surely;
    }

    /// Waits until the next attempt may begin.
    ///
    /// # Errors
    ///
    /// Why it may not: the last error, where the flow is told to stop; a fatal one of
    /// the kind [`ErrorKind::Budget`]; one of the kind [`ErrorKind::Timeout`] where
    /// the item was refused for too long.
    pub(crate) async fn begin(&mut self) -> Result<(), Error> {
        let ended = {
            // In a box: next to an attempt it costs nothing, and the future of every
            // item would else have room for all of it.
            Box::pin(self.line()).await
        };
        match ended {
            Ended::Begins => {
                say(Word::Begins);
                self.first.get_or_insert_with(Instant::now);
                self.counted.begin();
                Ok(())
            }
            Ended::GivenUp => Err(self.given_up()),
            Ended::Stopped | Ended::UsedUp if self.last.is_some() => Err(self.last_error()),
            Ended::Stopped => {
                say(Word::NeverBegins);
                Err(unbegun())
            }
            Ended::UsedUp => {
                // What runs is finished first: the error ends the flow.
                in_line(Box::pin(self.under.at_rest())).await;
                say(Word::NeverBegins);
                Err(self.used_up())
            }
        }
    }

    async fn line(&self) -> Ended {
        let begun = self.last.is_some();
        let wait = self.last.as_ref().map(|(_, wait)| *wait);
        let under = self.under;
        let mut stop = pin!(stopped());
        let mut is_stopped = false;
        let ends = || match self.on_stop {
            _ if begun => true,
            OnStop::Ends => true,
            OnStop::Begins => under.is_refused(),
            OnStop::Surely => false,
        };
        let mut used_up = pin!(used_up(under));
        let mut too_late = pin!(async {
            match self.first.filter(|_| self.refusals > 0) {
                Some(first) => sleep_until(later(first, under.patience())).await,
                None => core::future::pending().await,
            }
        });
        let mut begin = pin!(async {
            match wait {
                None => {}
                Some(Duration::ZERO) => rest().await,
                Some(wait) => sleep(wait).await,
            }
            if let Some(seat) = &self.seat {
                seat.begin().await;
            }
        });
        let line = poll_fn(|cx| {
            is_stopped = is_stopped || stop.as_mut().poll(cx).is_ready();
            if is_stopped && ends() {
                return Poll::Ready(Ended::Stopped);
            }
            if used_up.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ended::UsedUp);
            }
            if too_late.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ended::GivenUp);
            }
            begin.as_mut().poll(cx).map(|()| Ended::Begins)
        });
        in_line(line).await
    }

    /// Makes an attempt, `future`; what comes of it, unless another one follows. What a
    /// value cost has to be paid within the attempt, so that nobody who begins when its
    /// place is free has missed it.
    pub(crate) async fn attempt<U, E>(
        &mut self,
        future: impl Future<Output = Result<U, E>>,
    ) -> Option<Result<U, Error>>
    where
        J: Judges<E>,
    {
        let attempt = self.attempts.attempt(future);
        let made = match &self.seat {
            Some(seat) => seat.within(attempt).await,
            None => attempt.await,
        };
        let missed = match made {
            Ok(value) => {
                self.end(Outcome::Done);
                return Some(Ok(value));
            }
            Err(missed) => missed,
        };
        let refusal = match &missed {
            Missed::Failed(error) => self.attempts.judge.refusal(error),
            Missed::TimedOut(_) => None,
        };
        if let Some(wait) = refusal {
            let failure = self.attempts.erased(missed);
            if failure.is_fatal() {
                self.end(Outcome::Failed);
                return Some(Err(self.made.ends(failure)));
            }
            self.refused(wait, failure);
            return None;
        }
        self.end(Outcome::Failed);
        match self.attempts.judged(&mut self.made, missed) {
            Ok((wait, failure)) => {
                self.last = Some((failure, wait));
                None
            }
            Err(error) => Some(Err(error)),
        }
    }

    /// The item goes back in line.
    fn refused(&mut self, wait: Duration, failure: Failure) {
        self.refusals = self.refusals.saturating_add(1);
        // What has no place now may have one later.
        self.made.tried.transient = Some(true);
        let wait = if wait.is_zero() {
            self.attempts.retry.delay(self.refusals)
        } else {
            wait
        };
        let wait = wait.max(SHORTEST);
        // All under the limit wait, this one among them.
        let alone = match self.seat.as_ref().and_then(Seat::take) {
            Some(place) => {
                place.refused(wait);
                Duration::ZERO
            }
            None => wait,
        };
        self.last = Some((failure, alone));
    }

    /// Frees the place.
    pub(super) fn end(&mut self, outcome: Outcome) {
        if let Some(place) = self.seat.as_ref().and_then(Seat::take) {
            place.end(outcome);
        }
    }

    /// The error of the last attempt.
    fn last_error(&mut self) -> Error {
        match self.last.take() {
            Some((failure, _)) => self.made.ends(failure),
            None => unreachable!("an attempt was made before"),
        }
    }

    fn given_up(&mut self) -> Error {
        let after = self.under.patience();
        // Whatever came of the last one: time was over.
        self.made.tried.transient = Some(true);
        let message = match self.refusals {
            1 => format!("given up {after:?} after the first attempt, which was refused"),
            n => format!("given up {after:?} after the first attempt, the last of {n} refusals"),
        };
        Error::with_source(ErrorKind::Timeout, message, self.last_error())
    }

    fn used_up(&mut self) -> Error {
        let reason = self.under.given_budget().map(|budget| budget.reason());
        Error::used_up(reason.unwrap_or_default(), self.counted.never_begins())
    }
}

impl<J> Attempts<J> {
    /// Calls `f` for an item of so many units until it succeeds or no attempt is left,
    /// under the limit and the budget; gives its visit as well, which counts as running
    /// until it is dropped. Where the flow was told to stop, nothing is called.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run) and of [`Visit::begin`].
    pub(crate) async fn visited<U, E, F>(
        &self,
        units: u64,
        mut f: impl FnMut() -> F,
    ) -> (Result<U, Error>, Option<Visit<'_, J>>)
    where
        F: Future<Output = Result<U, E>>,
        J: Judges<E>,
    {
        let Some(mut visit) = Visit::new(self, units, OnStop::Ends) else {
            let made = if is_stopped() {
                Err(unbegun())
            } else {
                self.run(f).await
            };
            return (made, None);
        };
        loop {
            if let Err(error) = visit.begin().await {
                return (Err(error), Some(visit));
            }
            if let Some(result) = visit.attempt(f()).await {
                return (result, Some(visit));
            }
        }
    }
}

/// The error of what has not begun when the flow is told to stop.
fn unbegun() -> Error {
    let message = "it was not begun: the flow was told to stop";
    Error::new(ErrorKind::Interrupted, message)
}

/// Says that the item is in line, while it is.
async fn in_line<F: Future + Unpin>(mut line: F) -> F::Output {
    poll_fn(|cx| {
        let polled = Pin::new(&mut line).poll(cx);
        if polled.is_pending() {
            say(Word::Waits);
        }
        polled
    })
    .await
}

/// Waits until the budget is used up.
async fn used_up(under: &Under) {
    let Some(budget) = under.given_budget() else {
        return core::future::pending().await;
    };
    loop {
        let end = budget.end();
        if budget.is_used_up() {
            return;
        }
        // It may be raised between the call and this one's turn.
        end.await;
    }
}
