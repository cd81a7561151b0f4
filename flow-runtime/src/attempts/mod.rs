//! Deadlines and repeated attempts, as `timeout = …` and `retry = …` ask for.
//!
//! ```text
//! attempt ──▶ Missed<E> ──judge──▶ Failure ──wait──▶ the next attempt
//! ```
//!
//! The judge sees the function's own error, and is the last to know its type.
//!
//! Under a limit or a budget every item makes a [`Visit`]: it waits in line before each
//! attempt.

mod at_once;
mod costly;
mod failure;
mod judge;
mod line;
mod made;
mod retry;
mod seat;
#[cfg(test)]
mod tests;
mod under;
mod visit;
pub(crate) mod wait;

pub use at_once::{AtOnce, Within, at_once, at_once_within};
pub use costly::{Charged, Costly};
pub use judge::{Judge, Judges, Prices, Weighs};
pub(crate) use line::{Word, asked};
pub use made::making;
pub use retry::Retry;
pub use under::{IsUnder, Under};
pub(crate) use visit::Visit;

use core::time::Duration;
use std::sync::Arc;

use self::failure::{Failure, Missed};
use self::seat::Seat;
use crate::error::Tried;
use crate::error::cause::{Boxes, Fails};
use crate::{BoxError, Error};

/// Says how often a function is tried, and how long each attempt may take.
///
/// # Cancel safety
///
/// Dropping a running call drops the attempt that runs; none follows.
#[derive(Clone, Debug)]
pub struct Attempts<J = Judge> {
    /// The longest that one attempt may take.
    timeout: Option<Duration>,
    retry: Retry,
    judge: J,
    /// The limit, the budget and the like that they are made under.
    under: Option<Arc<Under>>,
}

impl Attempts {
    /// Attempts of at most `timeout` each, repeated as `retry` says.
    #[must_use]
    pub fn new(timeout: Option<Duration>, retry: Retry) -> Self {
        Self::judged_by(Judge::of(Boxes), timeout, retry)
    }

    /// One attempt, for as long as it takes.
    #[must_use]
    pub fn once() -> Self {
        Self::new(None, Retry::times(0))
    }
}

impl<J> Attempts<J> {
    /// As [`new`](Attempts::new), where `judge` is asked of every error.
    #[must_use]
    pub fn judged_by(judge: J, timeout: Option<Duration>, retry: Retry) -> Self {
        Self {
            timeout,
            retry,
            judge,
            under: None,
        }
    }

    /// The same, made under a limit, a budget, or both.
    #[must_use]
    pub fn under(self, under: Under) -> Self {
        let under = Some(Arc::new(under));
        Self { under, ..self }
    }

    /// Returns whether anything holds attempts up, or pays for them.
    pub(crate) fn is_held_up(&self) -> bool {
        self.under.is_some()
    }

    /// The units of an item.
    pub(crate) fn weigh<T>(&self, item: &T) -> u64
    where
        J: Weighs<T>,
    {
        self.judge.weigh(item)
    }

    /// Pays for a value.
    pub(crate) fn charge<V>(&self, value: &V)
    where
        J: Prices<V>,
    {
        let budget = self.under.as_ref().and_then(|under| under.given_budget());
        if let Some(budget) = budget
            && let Some(price) = self.judge.price(value)
        {
            budget.spend(price);
        }
    }

    /// Calls `f` until it succeeds or no attempt is left.
    ///
    /// `f` is not an `AsyncFnMut`, because then rustc 1.95 could not see that
    /// what this returns is `Send`. An async closure that changes nothing it
    /// captured is both.
    ///
    /// # Errors
    ///
    /// The error of the last attempt, with the number of attempts where there
    /// were several; [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) where its time
    /// was over. An [`Error`] is given as it is.
    ///
    /// Within an attempt that is made under a limit each is one under that limit.
    pub async fn run<T, E, F>(&self, mut f: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, E>>,
        J: Judges<E>,
    {
        let mut made = Made::default();
        loop {
            match self.attempt(f()).await {
                Ok(value) => return Ok(value),
                Err(missed) => {
                    let (delay, failure) = self.judged(&mut made, missed)?;
                    let seat = Seat::current();
                    seat.iter().for_each(Seat::free);
                    again(made, delay, failure).await?;
                    if let Some(seat) = seat {
                        seat.begin().await;
                    }
                }
            }
        }
    }

    /// One attempt, `future`.
    ///
    /// # Errors
    ///
    /// As those of [`run`](Self::run).
    pub async fn timed<T, E>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, Error>
    where
        J: Judges<E>,
    {
        let result = self.attempt(future).await;
        result.map_err(|missed| {
            let mut made = Made::default();
            let failure = self.missed(&mut made, missed).failure;
            failure.after(1, made.tried)
        })
    }

    /// The attempts for one item. The flow makes them itself, so that rustc sees of
    /// the user's function whether its futures are `Send`:
    ///
    /// ```text
    /// loop {
    ///     let x = tries.item();
    ///     if let Some(result) = tries.end(f(x)).await { break result; }
    /// }
    /// ```
    #[inline]
    pub fn of<T: Again>(&self, item: T) -> Tries<'_, T, J> {
        Tries {
            attempts: self,
            item: Some(item),
            clone: T::clone,
            made: Made::default(),
        }
    }

    /// One attempt.
    async fn attempt<T, E>(
        &self,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Missed<E>> {
        let result = match self.timeout {
            None => future.await,
            Some(limit) => tokio::time::timeout(limit, future)
                .await
                .map_err(|_| Missed::TimedOut(limit))?,
        };
        result.map_err(Missed::Failed)
    }

    /// The failure of an attempt, and how long to wait for the next one; or the
    /// error, if none follows.
    #[cold]
    fn judged<E>(&self, made: &mut Made, missed: Missed<E>) -> Result<(Duration, Failure), Error>
    where
        J: Judges<E>,
    {
        let Judged {
            failure,
            wait,
            again,
        } = self.missed(made, missed);
        if made.attempts > self.retry.times || !again {
            return Err(failure.after(made.attempts, made.tried));
        }
        let wait = wait.unwrap_or_else(|| self.retry.delay(made.attempts));
        Ok((wait, failure))
    }

    /// Counts an attempt, and asks what is to be said of its failure.
    fn missed<E>(&self, made: &mut Made, missed: Missed<E>) -> Judged
    where
        J: Judges<E>,
    {
        let (verdict, wait) = match &missed {
            Missed::TimedOut(_) => (None, None),
            Missed::Failed(error) => (self.judge.verdict(error), self.judge.wait(error)),
        };
        let failure = self.erased(missed);
        let within = failure.tried();
        made.attempts += 1;
        made.tried.attempts = made.tried.attempts.saturating_add(within.attempts);
        // Time that is over is waited for again, whoever measured it: nobody is asked.
        let verdict = if failure.is_timeout() {
            Some(true)
        } else {
            verdict
        };
        let policy = self.retry.verdict(&failure);
        let given = verdict.into_iter().chain(policy).reduce(|a, b| a && b);
        made.tried.transient = given.or(within.transient);
        Judged {
            failure,
            wait,
            again: given.unwrap_or(true),
        }
    }

    fn erased<E>(&self, missed: Missed<E>) -> Failure
    where
        J: Judges<E>,
    {
        match missed {
            Missed::TimedOut(limit) => Failure::TimedOut(limit),
            Missed::Failed(error) => Failure::of(self.judge.erase(error)),
        }
    }
}

/// The attempts that were made for one item.
#[derive(Clone, Copy)]
struct Made {
    /// The number of attempts made.
    attempts: u32,
    /// The counts of their outcomes, and of those within.
    tried: Tried,
}

impl Made {
    /// The error of the last attempt, `failure`; of a first one that was refused as well.
    fn ends(self, failure: Failure) -> Error {
        let Tried {
            attempts,
            transient,
        } = self.tried;
        let attempts = attempts.max(1);
        let tried = Tried {
            attempts,
            transient,
        };
        failure.after(self.attempts, tried)
    }
}

impl Default for Made {
    fn default() -> Self {
        let tried = Tried {
            attempts: 0,
            transient: None,
        };
        Self { attempts: 0, tried }
    }
}

/// The words about an attempt that failed.
struct Judged {
    failure: Failure,
    /// The wait that was asked for.
    wait: Option<Duration>,
    /// True when another attempt is worth it.
    again: bool,
}

/// Waits for the next attempt, or gives the error if none may be begun.
async fn again(made: Made, delay: Duration, failure: Failure) -> Result<(), Error> {
    // In a box: every call would else have room for a timer that few need.
    if Box::pin(wait::wait(delay)).await {
        Ok(())
    } else {
        Err(failure.after(made.attempts, made.tried))
    }
}

/// Implemented by what is given to a function that is tried again.
#[diagnostic::on_unimplemented(
    message = "items of type `{Self}` cannot be tried again: they are not `Clone`",
    label = "every attempt but the last gets a clone",
    note = "derive `Clone`, or let an `Arc` travel"
)]
pub trait Again: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {}

/// The attempts for one item: see [`Attempts::of`].
pub struct Tries<'a, T, J = Judge> {
    attempts: &'a Attempts<J>,
    /// Until the last attempt has it.
    item: Option<T>,
    clone: fn(&T) -> T,
    /// Those that were made.
    made: Made,
}

impl<T, J> Tries<'_, T, J> {
    /// Returns what the next attempt gets: the last one the item itself, those before it
    /// clones.
    ///
    /// # Panics
    ///
    /// When no attempt is left.
    #[inline]
    pub fn item(&mut self) -> T {
        let item = if self.made.attempts < self.attempts.retry.times {
            self.item.as_ref().map(self.clone)
        } else {
            self.item.take()
        };
        item.expect("an attempt is left")
    }

    /// Makes an attempt, `future`; what comes of it, unless another one follows.
    pub async fn end<U, E>(
        &mut self,
        future: impl Future<Output = Result<U, E>>,
    ) -> Option<Result<U, Error>>
    where
        J: Judges<E>,
    {
        let result = self.attempts.attempt(future).await;
        let judged = match result {
            Ok(value) => return Some(Ok(value)),
            Err(missed) => self.attempts.judged(&mut self.made, missed),
        };
        match judged {
            Ok((delay, failure)) => again(self.made, delay, failure).await.err().map(Err),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Waits for `future`, but not longer than `limit`.
///
/// # Errors
///
/// Its error, or [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
///
/// # Cancel safety
///
/// That of `future`, which is dropped when its time is over.
pub async fn timed<T, E>(
    limit: Duration,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, Error>
where
    E: Fails + Into<BoxError>,
{
    let once = Attempts::new(Some(limit), Retry::times(0));
    once.timed(future).await
}
