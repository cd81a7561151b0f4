//! Fatal errors: those that end a flow past any `? else`.
//!
//! An operator whose errors may be fatal gives them to a [`Fatal`] first. What
//! is not fatal goes on as it is, to the operator's `?` or to what takes its
//! results.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::edge::RaiseInto;
use crate::Error;
use crate::error::Stage;

/// Ends the flow with an operator's fatal errors.
pub struct Fatal<E> {
    /// Makes an error the flow's.
    raise: Raise<E>,
    /// Told of a fatal error, where the flow goes on behind others.
    ending: Option<Ending>,
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
    pub fn ending(self, ending: &Ending) -> Self {
        let ending = Some(ending.clone());
        Self { ending, ..self }
    }

    /// Gives back what is not fatal.
    ///
    /// # Errors
    ///
    /// A fatal error.
    #[inline]
    pub fn pass<T>(&self, result: Result<T, Error>) -> Result<Result<T, Error>, E> {
        match result {
            Err(error) if error.is_fatal() => Err(self.end(error)),
            other => Ok(other),
        }
    }

    #[cold]
    fn end(&self, error: Error) -> E {
        if let Some(Ending(has_come)) = &self.ending {
            has_come.store(true, Ordering::Release);
        }
        match self.raise {
            Raise::At(stage, raise) => raise(Error::at(stage, error)),
            Raise::Into(raise) => raise(error),
        }
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

/// The end that a fatal error puts to a flow which goes on behind others.
#[derive(Clone)]
pub struct Ending(Arc<AtomicBool>);

/// An end that has not come.
#[must_use]
pub fn ending() -> Ending {
    Ending(Arc::default())
}

impl Ending {
    /// Returns whether there was a fatal error.
    #[must_use]
    pub fn has_come(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
