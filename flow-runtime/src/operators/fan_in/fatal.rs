//! Fatal errors: those that end a flow past any `? else`.
//!
//! An operator whose errors may be fatal gives them to a [`Fatal`] first. What
//! is not fatal goes on as it is, to the operator's `?` or to what takes its
//! results.

use super::edge::RaiseInto;
use crate::attempts::Charged;
use crate::error::Stage;
use crate::flow::ending::Ending;
use crate::{Error, Failed};

/// Ends the flow with an operator's fatal errors.
pub struct Fatal<E> {
    /// Makes an error the flow's.
    raise: Raise<E>,
    /// Told of a fatal error, where the flow goes on behind others.
    ending: Option<Ending<E>>,
}

enum Raise<E> {
    /// The flow's errors are ours, and say where they arose.
    At(Stage, fn(Error) -> E),
    /// The flow has errors of its own.
    Into(fn(Error) -> E),
}

impl<E> Clone for Raise<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Raise<E> {}

/// Ends the flow with an operator's fatal errors.
#[must_use]
pub fn fatal(stage: Stage) -> Fatal<Error> {
    Fatal {
        raise: Raise::At(stage, |error| error),
        ending: None,
    }
}

/// As [`fatal`], under `#![error = E]`.
#[must_use]
pub fn fatal_into<E>() -> Fatal<E>
where
    Error: RaiseInto<E>,
{
    Fatal {
        raise: Raise::Into(RaiseInto::raise_into),
        ending: None,
    }
}

impl<E> Fatal<E> {
    /// The same, which tells the flow that it has to end.
    #[must_use]
    pub fn ending(self, ending: &Ending<E>) -> Self {
        let ending = Some(ending.clone());
        Self { ending, ..self }
    }

    /// Gives back what is not fatal.
    ///
    /// # Errors
    ///
    /// A fatal error.
    #[inline]
    pub fn pass<R: MayBeFatal>(&self, result: R) -> Result<R::Otherwise, E> {
        result.unless_fatal().map_err(|error| self.end(error))
    }

    #[cold]
    fn end(&self, error: Error) -> E {
        let (raise, error) = match self.raise {
            Raise::At(stage, raise) => (raise, Error::at(stage, error)),
            Raise::Into(raise) => (raise, error),
        };
        if let Some(ending) = &self.ending {
            ending.come(raise, &error);
        }
        raise(error)
    }
}

impl<E> Clone for Fatal<E> {
    fn clone(&self) -> Self {
        Self {
            raise: self.raise,
            ending: self.ending.clone(),
        }
    }
}

/// The output of an operator whose errors may be fatal.
pub trait MayBeFatal {
    /// The value that goes on if none is.
    type Otherwise;

    /// Gives what goes on.
    ///
    /// # Errors
    ///
    /// A fatal one.
    fn unless_fatal(self) -> Result<Self::Otherwise, Error>;
}

impl<T> MayBeFatal for Result<T, Error> {
    type Otherwise = Self;

    #[inline]
    fn unless_fatal(self) -> Result<Self, Error> {
        match self {
            Err(error) if error.is_fatal() => Err(error),
            other => Ok(other),
        }
    }
}

impl<T, I> MayBeFatal for Result<T, Failed<I, Error>> {
    type Otherwise = Self;

    #[inline]
    fn unless_fatal(self) -> Result<Self, Error> {
        match self {
            Err(failed) if failed.error.is_fatal() => Err(failed.error),
            other => Ok(other),
        }
    }
}

impl<U> MayBeFatal for Charged<U> {
    type Otherwise = U;

    #[inline]
    fn unless_fatal(self) -> Result<U, Error> {
        self.into_given()
    }
}
