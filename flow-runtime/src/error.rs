//! The one error type of flows, artifacts and stores.
//!
//! It is opaque: a [kind](ErrorKind), the name of the stage it happened in
//! where there is one, and the error behind it, reached through
//! [`source`](std::error::Error::source) or [`downcast_ref`](Error::downcast_ref).
//! It is one pointer wide, so that a `Result<T, Error>` stays small in a loop.

use std::error::Error as StdError;
use std::fmt;

use crate::cause;

/// The boxed form of any error a user's function may give.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// Why a flow, an artifact or a store failed.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// The stage as the user named it, filled in by the innermost flow that
    /// sees the error.
    stage: Option<Stage>,
    /// What the library itself has to say; `None` where the source says it all.
    message: Option<String>,
    source: Option<BoxError>,
    /// What else went wrong in the same flow.
    others: Vec<Error>,
}

/// Where in a flow an error happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The name of the chain, or the operator's where the chain has none.
    pub name: &'static str,
    /// The operator.
    pub operator: &'static str,
    /// File, line and column of the operator in the source.
    pub location: &'static str,
}

/// What went wrong, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A function of the user's gave an error.
    Failed,
    /// A deadline passed.
    Timeout,
    /// More waited than a `capacity` allows.
    Capacity,
    /// A keyed input was not in strictly ascending order.
    Unsorted,
    /// A derivation failed.
    Derive,
    /// A record has another key than it was promised to have, or one that is no
    /// key: with a float or a map in it.
    Key,
    /// There is no record under the key.
    Missing,
    /// Another version made the stored record than is wanted now.
    Stale,
    /// A store is open elsewhere, in this process or another.
    Locked,
    /// A store holds what is not a record.
    Corrupt,
    /// A store could not be read or written.
    Store,
    /// A spawned flow was dropped, or panicked, while it worked on an item.
    Interrupted,
}

impl Error {
    /// An error with a message of the library's own and nothing behind it.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            stage: None,
            message: Some(message.into()),
            source: None,
            others: Vec::new(),
        }))
    }

    /// An error with a message of the library's own and the cause behind it.
    pub(crate) fn with_source(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl Into<BoxError>,
    ) -> Self {
        let source = Some(source.into());
        Self(Box::new(Inner {
            kind,
            stage: None,
            message: Some(message.into()),
            source,
            others: Vec::new(),
        }))
    }

    /// A user's error as it is. An [`Error`] passes through.
    pub(crate) fn failed(source: impl Into<BoxError>) -> Self {
        match source.into().downcast::<Self>() {
            Ok(error) => *error,
            Err(source) => Self(Box::new(Inner {
                kind: ErrorKind::Failed,
                stage: None,
                message: None,
                source: Some(source),
                others: Vec::new(),
            })),
        }
    }

    /// What a bare `?` makes of a user's error: the stage and the error as it
    /// is. An [`Error`] passes through, and keeps the stage it has.
    pub(crate) fn at(stage: Stage, source: impl Into<BoxError>) -> Self {
        let mut error = Self::failed(source);
        error.0.stage.get_or_insert(stage);
        error
    }

    /// A user's error with what the library has to say of it.
    pub(crate) fn saying(mut self, message: String) -> Self {
        self.0.message = Some(message);
        self
    }

    /// An error of a kind and what is behind it: for a
    /// [`Storage`](crate::Storage) of one's own.
    #[must_use]
    pub fn of(kind: ErrorKind, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Inner {
            kind,
            stage: None,
            message: None,
            source: Some(source.into()),
            others: Vec::new(),
        }))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the stage it happened in: of the chain where that has a
    /// name, else of the operator. `None` outside a flow.
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        self.0.stage.map(|stage| stage.name)
    }

    /// Where in the source that stage is, as `file:line:column`.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.0.stage.map(|stage| stage.location)
    }

    /// Returns what else went wrong: the errors that the same flow gave behind
    /// this one, oldest first. None of them is told elsewhere.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut lengths = flow! {
    ///     <&str> -> buffer(8) -> then(async |n| n.parse::<u32>())? -> sum::<u32>()
    /// };
    /// let mut told = 0;
    /// for text in ["1", "x", "2", "y", "z"] {
    ///     told += usize::from(lengths.emit(text).await.is_err());
    /// }
    /// if let Err(error) = lengths.finish().await {
    ///     told += 1 + error.others().len();
    /// }
    /// assert_eq!(told, 3);
    /// # }
    /// ```
    #[must_use]
    pub fn others(&self) -> &[Error] {
        &self.0.others
    }

    /// Puts other errors behind this one, and what is behind them.
    pub(crate) fn add_others(&mut self, others: impl IntoIterator<Item = Self>) {
        for mut other in others {
            let behind = std::mem::take(&mut other.0.others);
            self.0.others.push(other);
            self.0.others.extend(behind);
        }
    }

    /// The user's error, if it is a `T`: the first of that type in the chain of
    /// sources. What is in a `Box`, an `Arc`, an [`io::Error`](std::io::Error) or an
    /// `anyhow::Error` is found as well.
    ///
    /// ```
    /// use flow_runtime::flow;
    /// use std::num::ParseIntError;
    ///
    /// let flow = flow! { from(["1", "x"]) -> map(|text| text.parse::<u8>())? -> sum() };
    /// let error = flow.run().unwrap_err();
    /// assert!(error.find::<ParseIntError>().is_some());
    /// ```
    #[must_use]
    pub fn find<T: StdError + 'static>(&self) -> Option<&T> {
        cause::find(self.source()?)
    }

    /// The same as [`find`](Self::find).
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.find()
    }

    /// Returns whether the user's error is an `E`: see [`find`](Self::find).
    #[must_use]
    pub fn is<E: StdError + 'static>(&self) -> bool {
        self.find::<E>().is_some()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stage) = &self.0.stage {
            write!(f, "stage `{}`", stage.name)?;
            if stage.name != stage.operator {
                write!(f, " (`{}`)", stage.operator)?;
            }
            f.write_str(": ")?;
        }
        match (&self.0.message, &self.0.source) {
            (Some(message), Some(source)) => write!(f, "{message}: {source}"),
            (Some(message), None) => f.write_str(message),
            (None, Some(source)) => source.fmt(f),
            (None, None) => write!(f, "{:?}", self.0.kind),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut error = f.debug_struct("Error");
        error
            .field("kind", &self.0.kind)
            .field("stage", &self.0.stage)
            .field("message", &self.0.message)
            .field("source", &self.0.source);
        if !self.0.others.is_empty() {
            error.field("others", &self.0.others);
        }
        error.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(cause::shown)
    }
}
