//! Deadlines and repeated attempts, as `timeout = …` and `retry = …` ask for.

mod retry;
#[cfg(test)]
mod tests;

pub use retry::Retry;

use crate::flow::back_off::back_off;
use crate::{BoxError, Error, ErrorKind};
use core::time::Duration;

/// How often a function is tried, and how long each attempt may take.
///
/// # Cancel safety
///
/// Dropping a running call drops the attempt that runs; none follows.
#[derive(Clone, Debug)]
pub struct Attempts {
    /// The longest that one attempt may take.
    timeout: Option<Duration>,
    retry: Retry,
}

impl Attempts {
    /// Attempts of at most `timeout` each, repeated as `retry` says.
    #[must_use]
    pub fn new(timeout: Option<Duration>, retry: Retry) -> Self {
        Self { timeout, retry }
    }

    /// One attempt, for as long as it takes.
    #[must_use]
    pub fn once() -> Self {
        Self::new(None, Retry::times(0))
    }

    /// The longest that one attempt may take.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
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
    /// were several; [`ErrorKind::Timeout`] where its time was over. An
    /// [`Error`] is given as it is.
    pub async fn run<T, E, F>(&self, mut f: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, E>>,
        E: Into<BoxError>,
    {
        let mut made = 0;
        loop {
            let result = self.attempt(f()).await;
            made += 1;
            match result {
                Ok(value) => return Ok(value),
                Err(failure) => self.again(made, failure).await?,
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
        E: Fails,
    {
        let result = self.attempt(future).await;
        result.map_err(|failure| failure.after(1))
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
    pub fn of<T: Again>(&self, item: T) -> Tries<'_, T> {
        Tries {
            attempts: self,
            item: Some(item),
            clone: T::clone,
            made: 0,
        }
    }

    /// One attempt.
    async fn attempt<T, E>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, Failure>
    where
        E: Into<BoxError>,
    {
        let result = match self.timeout {
            None => future.await,
            Some(limit) => tokio::time::timeout(limit, future)
                .await
                .map_err(|_| Failure::Timeout(limit))?,
        };
        result.map_err(|error| Failure::Error(error.into()))
    }

    /// Waits for the next attempt, or gives the error if there is none.
    async fn again(&self, made: u32, failure: Failure) -> Result<(), Error> {
        if made > self.retry.times || !self.retry.covers(&failure) {
            return Err(failure.after(made));
        }
        if back_off(self.retry.delay(made)).await {
            Ok(())
        } else {
            Err(failure.after(made))
        }
    }
}

/// What a function fails with that is tried again, or has a deadline.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "`timeout` and `retry` make an `Error` of `{Self}`",
    note = "what the function fails with is `Into<Box<dyn Error + Send + Sync>>`: implement `std::error::Error`"
)]
pub trait Fails: Into<BoxError> {}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Fails for E {}

/// What is given to a function that is tried again.
#[diagnostic::on_unimplemented(
    message = "items of type `{Self}` cannot be tried again: they are not `Clone`",
    label = "every attempt but the last gets a clone",
    note = "derive `Clone`, or let an `Arc` travel"
)]
pub trait Again: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {}

/// The attempts for one item: see [`Attempts::of`].
pub struct Tries<'a, T> {
    attempts: &'a Attempts,
    /// Until the last attempt has it.
    item: Option<T>,
    clone: fn(&T) -> T,
    /// How many were made.
    made: u32,
}

impl<T> Tries<'_, T> {
    /// What the next attempt gets: the last one the item itself, those before it
    /// clones.
    ///
    /// # Panics
    ///
    /// When no attempt is left.
    #[inline]
    pub fn item(&mut self) -> T {
        let item = if self.made < self.attempts.retry.times {
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
        E: Fails,
    {
        let result = self.attempts.attempt(future).await;
        self.made += 1;
        match result {
            Ok(value) => Some(Ok(value)),
            Err(failure) => self.attempts.again(self.made, failure).await.err().map(Err),
        }
    }
}

/// Waits for `future`, but not longer than `limit`.
///
/// # Errors
///
/// Its error, or [`ErrorKind::Timeout`].
///
/// # Cancel safety
///
/// That of `future`, which is dropped when its time is over.
pub async fn timed<T, E>(
    limit: Duration,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, Error>
where
    E: Into<BoxError>,
{
    let once = Attempts::new(Some(limit), Retry::times(0));
    once.timed(future).await
}

/// Why an attempt failed.
enum Failure {
    /// It took longer than this.
    Timeout(Duration),
    /// The function gave an error.
    Error(BoxError),
}

impl Failure {
    /// The error of the last of `attempts`.
    fn after(self, attempts: u32) -> Error {
        match self {
            Self::Timeout(limit) => {
                let mut message = format!("timed out after {limit:?}");
                if attempts > 1 {
                    message += &format!(" in the last of {attempts} attempts");
                }
                Error::new(ErrorKind::Timeout, message)
            }
            Self::Error(error) if attempts == 1 || error.is::<Error>() => Error::failed(error),
            Self::Error(error) => {
                let message = format!("the last of {attempts} attempts failed");
                Error::with_source(ErrorKind::Failed, message, error)
            }
        }
    }
}
