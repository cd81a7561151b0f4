//! The judgement of a function's error, made while its type is known.

use core::time::Duration;

use crate::attempts::{Attempts, Judges, Retry};
use crate::ty::Ty;
use crate::{BoxError, Error};

/// The reason that an attempt gave no record, and what was said of that.
pub struct Failed {
    pub(super) error: BoxError,
    /// Another attempt may succeed, or not, where that was asked.
    transient: Option<bool>,
    /// The wait that the other side asked for.
    wait: Option<Duration>,
}

impl Failed {
    /// The same with another error.
    pub(super) fn map(self, f: impl FnOnce(BoxError) -> Error) -> Self {
        let error = f(self.error).into();
        Self { error, ..self }
    }
}

/// Gives what is wrong with an argument: nobody was asked about it.
impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::from(BoxError::from(error))
    }
}

/// A panic of a blocking function: nobody was asked about it.
impl From<BoxError> for Failed {
    fn from(error: BoxError) -> Self {
        Self {
            error,
            transient: None,
            wait: None,
        }
    }
}

/// The witness of what a function failed with.
#[must_use]
pub fn failure<R, E>(_: &Result<Option<R>, E>) -> Ty<E> {
    Ty::new()
}

/// Returns what a function gave; its error goes before the judge, and loses its type.
///
/// # Errors
///
/// That error.
pub fn judged<R, E, J: Judges<E>>(
    made: Result<Option<R>, E>,
    judge: J,
) -> Result<Option<R>, Failed> {
    made.map_err(|error| Failed {
        transient: judge.verdict(&error),
        wait: judge.wait(&error),
        error: judge.erase(error),
    })
}

/// Attempts of what was judged before.
#[must_use]
pub fn attempts(timeout: Option<Duration>, retry: Retry) -> Attempts<Before> {
    Attempts::judged_by(Before, timeout, retry)
}

/// Repeats what was said.
#[derive(Clone, Copy, Debug)]
pub struct Before;

impl Judges<Failed> for Before {
    fn verdict(&self, failed: &Failed) -> Option<bool> {
        failed.transient
    }

    fn wait(&self, failed: &Failed) -> Option<Duration> {
        failed.wait
    }

    fn erase(&self, failed: Failed) -> BoxError {
        failed.error
    }
}
