//! The reason that an attempt failed, and the error that comes of it.

use core::time::Duration;

use crate::error::Tried;
use crate::{BoxError, Error, ErrorKind};

/// Says what came of an attempt in place of a value.
pub(super) enum Missed<E> {
    /// It took longer than this.
    TimedOut(Duration),
    /// The function gave an error.
    Failed(E),
}

/// The same, without the type of the function's error.
pub(super) enum Failure {
    /// It took longer than this.
    TimedOut(Duration),
    /// The function gave an error of the library's.
    Own(Error),
    /// The function gave an error of its own, which is inside.
    Users(Error),
}

impl Failure {
    pub(super) fn of(error: BoxError) -> Self {
        let own = error.is::<Error>();
        let error = Error::failed(error);
        if own {
            Self::Own(error)
        } else {
            Self::Users(error)
        }
    }

    /// Returns whether time was over, here or further inside.
    pub(super) fn is_timeout(&self) -> bool {
        match self {
            Self::TimedOut(_) => true,
            Self::Own(error) => error.kind() == ErrorKind::Timeout,
            Self::Users(_) => false,
        }
    }

    /// Returns what came of the attempts within, where there were any.
    pub(super) fn tried(&self) -> Tried {
        let once = Tried {
            attempts: 1,
            transient: None,
        };
        match self {
            Self::Own(error) => error.tried().unwrap_or(once),
            Self::TimedOut(_) | Self::Users(_) => once,
        }
    }

    /// Calls `f` with the error as it is.
    pub(super) fn with<T>(&self, f: impl FnOnce(&Error) -> T) -> T {
        match self {
            Self::TimedOut(_) => f(&Error::new(ErrorKind::Timeout, "timed out")),
            Self::Own(error) | Self::Users(error) => f(error),
        }
    }

    /// Returns whether nothing that follows can succeed.
    pub(super) fn is_fatal(&self) -> bool {
        match self {
            Self::TimedOut(_) => false,
            Self::Own(error) | Self::Users(error) => error.is_fatal(),
        }
    }

    /// The error of the last of `attempts`, and what came of them.
    pub(super) fn after(self, attempts: u32, tried: Tried) -> Error {
        let error = match self {
            Self::TimedOut(limit) => {
                let mut message = format!("timed out after {limit:?}");
                if attempts > 1 {
                    message += &format!(" in the last of {attempts} attempts");
                }
                Error::new(ErrorKind::Timeout, message)
            }
            Self::Users(error) if attempts > 1 => {
                error.saying(format!("the last of {attempts} attempts failed"))
            }
            Self::Own(error) | Self::Users(error) => error,
        };
        error.after(tried)
    }
}
