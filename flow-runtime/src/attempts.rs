//! Deadlines and repeated attempts, as `timeout = …` and `retry = …` ask for.

use std::time::Duration;

use crate::{BoxError, Error, ErrorKind};

/// How often something that failed is tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retry(u32);

impl Retry {
    /// Up to `times` further attempts, one right after the other.
    #[must_use]
    pub const fn times(times: u32) -> Self {
        Self(times)
    }
}

/// How often and how long something is tried.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attempts {
    timeout: Option<Duration>,
    retry: Retry,
}

impl Attempts {
    /// Attempts with a deadline for each.
    #[must_use]
    pub const fn new(timeout: Option<Duration>, retry: Retry) -> Self {
        Self { timeout, retry }
    }

    /// Runs `f` until it succeeds or the attempts are used up.
    ///
    /// # Errors
    ///
    /// The last attempt's; [`ErrorKind::Timeout`] where it took too long.
    pub async fn run<T, E: Into<BoxError>>(
        &self,
        mut f: impl AsyncFnMut() -> Result<T, E>,
    ) -> Result<T, Error> {
        let mut left = self.retry.0;
        loop {
            let ended = match self.timeout {
                None => Ok(f().await),
                Some(timeout) => tokio::time::timeout(timeout, f()).await,
            };
            let error = match ended {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => match error.into().downcast::<Error>() {
                    Ok(error) => *error,
                    Err(source) => Error::with_source(ErrorKind::Failed, "failed", source),
                },
                Err(_) => Error::new(
                    ErrorKind::Timeout,
                    format!("no end within {:?}", self.timeout.unwrap_or_default()),
                ),
            };
            if left == 0 {
                return Err(error);
            }
            left -= 1;
        }
    }
}
