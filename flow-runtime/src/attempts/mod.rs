//! Deadlines and repeated attempts, as `timeout = …` and `retry = …` ask for.

mod retry;
#[cfg(test)]
mod tests;

pub use retry::Retry;

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

    /// Calls `f` with `item` until it succeeds or no attempt is left. The last
    /// attempt gets the item itself, those before it clones.
    ///
    /// # Errors
    ///
    /// As those of [`run`](Self::run).
    pub async fn run_with<T, U, E, F>(&self, item: T, mut f: impl FnMut(T) -> F) -> Result<U, Error>
    where
        F: Future<Output = Result<U, E>>,
        T: Clone,
        E: Into<BoxError>,
    {
        let mut made = 0;
        while made < self.retry.times {
            let result = self.attempt(f(item.clone())).await;
            made += 1;
            match result {
                Ok(value) => return Ok(value),
                Err(failure) => self.again(made, failure).await?,
            }
        }
        let result = self.attempt(f(item)).await;
        result.map_err(|failure| failure.after(made + 1))
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
        let delay = self.retry.delay(made);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        Ok(())
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
    let result = once.attempt(future).await;
    result.map_err(|failure| failure.after(1))
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
