//! Errors of an item that did not go into a flow, or not through.

use std::fmt;

use crate::error::Error;
use crate::flow::place::Closed;

/// The error of an item that did not go through a flow which runs elsewhere.
///
/// ```
/// use flow_runtime::{EmitError, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (emitter, _) = flow! { <&str> -> map(str::parse::<u8>)? -> take(1) -> count() }.spawn();
/// assert!(matches!(emitter.emit("x").await, Err(EmitError::Failed(_))));
/// emitter.emit("1").await.unwrap();
/// assert!(matches!(emitter.emit("2").await, Err(EmitError::Closed("2"))));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum EmitError<T, E = Error> {
    /// A bare `?` raised this, and the flow stays usable for the next item. An
    /// [`Error`] of kind [`Interrupted`](crate::ErrorKind::Interrupted) says that
    /// the flow was dropped, or panicked, while it worked on the item.
    Failed(E),
    /// The flow has ended, its input was closed, or nothing in it wants more: the
    /// item was not taken.
    Closed(T),
}

impl<T, E: fmt::Debug> fmt::Debug for EmitError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            Self::Closed(_) => f.write_str("Closed(..)"),
        }
    }
}

impl<T, E: fmt::Display> fmt::Display for EmitError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Closed(_) => f.write_str(Closed::TEXT),
        }
    }
}

impl<T, E: std::error::Error + 'static> std::error::Error for EmitError<T, E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Closed(_) => None,
        }
    }
}

/// The error of an item that was not handed over at once. Both give it back.
///
/// ```
/// use flow_runtime::{TryEmitError, flow};
/// use std::future::pending;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut flow = flow! { <u8> -> then(async |_| pending::<u8>().await) -> count() };
/// flow.try_emit(1).unwrap();
/// let full = flow.try_emit(2).unwrap_err();
/// assert_eq!(full, TryEmitError::Full(2));
/// assert_eq!(full.into_inner(), 2);
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TryEmitError<T> {
    /// The flow works on another item, or another emitter has its turn.
    Full(T),
    /// The flow has ended, its input was closed, or nothing in it wants more.
    Closed(T),
}

impl<T> TryEmitError<T> {
    /// Returns the item.
    ///
    /// ```
    /// use flow_runtime::TryEmitError;
    ///
    /// assert_eq!(TryEmitError::Full(2).into_inner(), 2);
    /// assert_eq!(TryEmitError::Closed(2).into_inner(), 2);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(item) | Self::Closed(item) => item,
        }
    }
}

impl<T> fmt::Debug for TryEmitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for TryEmitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the flow has no place for another item",
            Self::Closed(_) => Closed::TEXT,
        })
    }
}

impl<T> std::error::Error for TryEmitError<T> {}
