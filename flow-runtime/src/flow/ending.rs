//! The end that a fatal error puts to a flow.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::{Error, ErrorKind};

/// The end that a fatal error puts to the input of a flow which goes on behind others:
/// it has come once there was one, which may still be on its way to where it is told.
pub struct Ending<E>(Arc<End<E>>);

struct End<E> {
    /// The cause; there once the end has come.
    cause: OnceLock<Cause<E>>,
    /// True when those who wait for the flow's sources know of it.
    known: AtomicBool,
}

struct Cause<E> {
    /// Makes an error the flow's.
    raise: fn(Error) -> E,
    /// The text of the error that ended it, which is told once.
    text: String,
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
        cause: OnceLock::new(),
        known: AtomicBool::new(false),
    }))
}

impl<E> Ending<E> {
    /// The end comes with an error; `raise` makes one the flow's.
    pub(crate) fn come(&self, raise: fn(Error) -> E, error: &Error) {
        self.0.cause.get_or_init(|| Cause {
            raise,
            text: error.to_string(),
        });
    }

    /// Returns whether there was a fatal error.
    #[inline]
    #[must_use]
    pub fn has_come(&self) -> bool {
        self.0.cause.get().is_some()
    }

    /// Returns whether the end has come since this was asked last.
    #[must_use]
    pub fn is_new(&self) -> bool {
        // Relaxed: the task that runs the flow is the only one to ask.
        self.has_come() && !self.0.known.swap(true, Ordering::Relaxed)
    }

    /// Returns the error of what is emitted after the end.
    pub(crate) fn closed(&self) -> Option<E> {
        let Cause { raise, text } = self.0.cause.get()?;
        let message = format!("the flow has ended with a fatal error: {text}");
        Some(raise(Error::new(ErrorKind::Closed, message).fatal()))
    }
}
