//! Fatal errors: those that end a flow past any `? else`.
//!
//! An operator whose errors may be fatal gives them to a [`Fatal`] first. What
//! is not fatal goes on as it is, to the operator's `?` or to what takes its
//! results.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::edge::RaiseInto;
use crate::attempts::Charged;
use crate::error::Stage;
use crate::{Error, ErrorKind, Failed};

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
        if let Some(Ending(end)) = &self.ending {
            end.raise.get_or_init(|| raise);
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

/// The end that a fatal error puts to the input of a flow which goes on behind others:
/// it has come once there was one, which may still be on its way to where it is told.
pub struct Ending<E>(Arc<End<E>>);

struct End<E> {
    /// Makes an error the flow's; there once the end has come.
    raise: OnceLock<fn(Error) -> E>,
    /// True when those who wait for the flow's sources know of it.
    known: AtomicBool,
}

impl<E> Clone for Ending<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// An end that has not come.
#[must_use]
pub fn ending<E>() -> Ending<E> {
    Ending(Arc::new(End {
        raise: OnceLock::new(),
        known: AtomicBool::new(false),
    }))
}

impl<E> Ending<E> {
    /// Returns whether there was a fatal error.
    #[inline]
    #[must_use]
    pub fn has_come(&self) -> bool {
        self.0.raise.get().is_some()
    }

    /// Returns whether the end has come since this was asked last.
    #[must_use]
    pub fn is_new(&self) -> bool {
        // Relaxed: the task that runs the flow is the only one to ask.
        self.has_come() && !self.0.known.swap(true, Ordering::Relaxed)
    }

    /// Returns the error of what is emitted after the end.
    pub(crate) fn closed(&self) -> Option<E> {
        let message = "the flow has ended with a fatal error, and takes nothing more";
        let raise = self.0.raise.get()?;
        Some(raise(Error::new(ErrorKind::Closed, message).fatal()))
    }
}
