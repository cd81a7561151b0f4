//! The one error type of flows, artifacts and stores.
//!
//! It is opaque: a [kind](ErrorKind), the name of the stage it happened in
//! where there is one, and the error behind it, reached through
//! [`downcast_ref`](Error::downcast_ref).
//! It is one pointer wide, so that a `Result<T, Error>` stays small in a loop.

pub(crate) mod cause;
mod display;
mod others;
pub(crate) mod path;

use std::error::Error as StdError;
use std::fmt;

use crate::unsorted::Unsorted;

/// The boxed form of any error a user's function may give.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// The error of a flow, an artifact or a store.
///
/// As text it says where, what, and why: `{}` the stage and the message of the
/// error behind it, `{:#}` also the messages of all errors behind that one. A stage
/// without a name is told by the place of its operator in the source.
///
/// [`source`](std::error::Error::source) gives the error behind the one whose message
/// the text says, so a report that goes through the sources (that of `main`, of
/// `anyhow`) says every message once. [`downcast_ref`](Self::downcast_ref) finds each
/// of them, the first included.
///
/// ```
/// use flow_runtime::{Error, flow};
///
/// let error: Error = flow! { total = from(["1", "x"]) -> map(str::parse::<i32>)? -> sum(); total }
///     .run()
///     .map(|sum: i32| sum)
///     .unwrap_err();
/// assert_eq!(error.to_string(), "stage `total` (`map`): invalid digit found in string");
/// assert!(error.is::<std::num::ParseIntError>());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// The stage as the user named it, filled in by the innermost flow that
    /// sees the error.
    stage: Option<Stage>,
    /// The node of a mesh, where it happened in one.
    node: Option<String>,
    /// Holds what the library itself has to say; `None` where the source says it all.
    message: Option<String>,
    source: Option<BoxError>,
    /// Nothing that follows can succeed.
    fatal: bool,
    /// Holds what else went wrong in the same flow.
    others: Vec<Error>,
    /// The counts of the attempts that it ended.
    tried: Option<Tried>,
    /// The number of items that were taken but not begun, where a budget is used up.
    unbegun: usize,
}

/// The counts of attempts that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tried {
    /// The number of attempts, those of functions within included.
    pub(crate) attempts: u32,
    /// True when another may succeed, false when not, where somebody said so of the last:
    /// the user's `retry_if`, or the clock. A refusal is transient as well.
    pub(crate) transient: Option<bool>,
}

/// Says where in a flow an error happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The name of the chain, or the operator's where the chain has none.
    pub name: &'static str,
    /// The operator.
    pub operator: &'static str,
    /// File, line and column of the operator in the source.
    pub location: &'static str,
}

/// Says what went wrong, in one word.
///
/// ```
/// use flow_runtime::{ErrorKind, flow};
///
/// let unsorted = flow! { merge_keyed(from([(2, 'a'), (1, 'b')]), from([(3, 'c')]))? -> count() };
/// assert_eq!(unsorted.run().unwrap_err().kind(), ErrorKind::Unsorted);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A function of the user's gave an error.
    Failed,
    /// A deadline passed.
    Timeout,
    /// More waited than a `capacity` allows.
    Capacity,
    /// A keyed input was not in strictly ascending order, or the input of a window not in
    /// the order of its times.
    Unsorted,
    /// A derivation failed.
    Derive,
    /// A record has another key than it was promised to have, or one that is no
    /// key: with a float or a map in it.
    Key,
    /// A record does not become JSON, or could not be read back from it.
    Record,
    /// There is no record under the key.
    Missing,
    /// Another version or fingerprint made the stored record than is wanted now.
    Stale,
    /// The key could not be made in an earlier run, and `rerun_failed` says not to try
    /// again.
    FailedBefore,
    /// A store is open elsewhere, in this process or another.
    Locked,
    /// A store holds what is not a record.
    Corrupt,
    /// A store could not be read or written.
    Store,
    /// It was not done: a flow was [told to stop](crate::running::UnrunAsyncFlow::run_until)
    /// before the item was begun; or a spawned flow was dropped, or panicked, while it worked
    /// on the item.
    Interrupted,
    /// A flow with an inlet has ended with a fatal error, and takes nothing more.
    Closed,
    /// A [`Budget`](crate::Budget) is used up.
    Budget,
    /// A page cannot be served: its address is taken, or reached by other machines; or the
    /// users' file is none.
    Serve,
}

impl Error {
    /// An error with a message of the library's own and nothing behind it.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            stage: None,
            node: None,
            message: Some(message.into()),
            source: None,
            fatal: false,
            others: Vec::new(),
            tried: None,
            unbegun: 0,
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
            node: None,
            message: Some(message.into()),
            source,
            fatal: false,
            others: Vec::new(),
            tried: None,
            unbegun: 0,
        }))
    }

    /// A user's error as it is. An [`Error`] passes through.
    pub(crate) fn failed(source: impl Into<BoxError>) -> Self {
        match source.into().downcast::<Self>() {
            Ok(error) => *error,
            Err(source) => Self(Box::new(Inner {
                kind: if source.is::<Unsorted>() {
                    ErrorKind::Unsorted
                } else {
                    ErrorKind::Failed
                },
                stage: None,
                node: None,
                message: None,
                source: Some(source),
                fatal: false,
                others: Vec::new(),
                tried: None,
                unbegun: 0,
            })),
        }
    }

    /// Returns what a bare `?` makes of a user's error: the stage and the error as it
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
    ///
    /// ```
    /// use flow_runtime::{Error, ErrorKind};
    ///
    /// let error = Error::of(ErrorKind::Store, std::io::Error::other("no room"));
    /// assert_eq!((error.kind(), error.stage()), (ErrorKind::Store, None));
    /// ```
    #[must_use]
    pub fn of(kind: ErrorKind, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Inner {
            kind,
            stage: None,
            node: None,
            message: None,
            source: Some(source.into()),
            fatal: false,
            others: Vec::new(),
            tried: None,
            unbegun: 0,
        }))
    }

    /// The error, which happened in a node of a mesh.
    pub(crate) fn in_node(mut self, name: &str) -> Self {
        self.0.node = Some(name.to_string());
        self
    }

    /// The error of the last of some attempts.
    pub(crate) fn after(mut self, tried: Tried) -> Self {
        self.0.tried = Some(tried);
        self
    }

    /// Returns what came of the attempts that it ended, or that an error behind it did.
    pub(crate) fn tried(&self) -> Option<Tried> {
        cause::chain(self).find_map(|error| error.downcast_ref::<Self>()?.0.tried)
    }

    /// The same error, after which nothing can succeed.
    pub(crate) fn fatal(mut self) -> Self {
        self.0.fatal = true;
        self
    }

    /// Returns what went wrong.
    ///
    /// ```
    /// use flow_runtime::{ErrorKind, flow};
    ///
    /// let error = flow! { from(["x"]) -> map(str::parse::<u8>)? -> count() }.run().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Failed);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the stage it happened in: of the chain where that has a
    /// name, else of the operator. In a [mesh](crate::mesh), the name of the node.
    /// `None` outside of both.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let error = flow! { n = from(["x"]) -> map(str::parse::<u8>)?; n -> count() }.run().unwrap_err();
    /// assert_eq!(error.stage(), Some("n"));
    /// ```
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        let stage = self.0.stage.map(|stage| stage.name);
        stage.or(self.0.node.as_deref())
    }

    /// Returns where in the source that stage is, as `file:line:column`.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let error = flow! { from(["x"]) -> map(str::parse::<u8>)? -> count() }.run().unwrap_err();
    /// assert!(error.location().unwrap().contains(':'));
    /// ```
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.0.stage.map(|stage| stage.location)
    }

    /// Returns whether it makes further work pointless: a store takes no more
    /// writes, or a [`Budget`](crate::Budget) is used up. So it is where a write failed,
    /// was not synced, or found its file removed or replaced; what could not be read is
    /// not fatal.
    ///
    /// In a flow a fatal error passes any `? else` and ends the flow.
    ///
    /// An error with a fatal one behind it, in the chain of sources, is fatal.
    ///
    /// ```
    /// # use flow_runtime::{Error, ErrorKind};
    /// let error = Error::of(ErrorKind::Failed, "one item");
    /// assert!(!error.is_fatal());
    /// ```
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        cause::chain(self).any(|error| {
            error
                .downcast_ref::<Self>()
                .is_some_and(|error| error.0.fatal)
        })
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
        cause::chain(self.behind()?).find_map(cause::is)
    }

    /// The same as [`find`](Self::find).
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let error = flow! { from(["x"]) -> map(str::parse::<u8>)? -> count() }.run().unwrap_err();
    /// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    /// ```
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.find()
    }

    /// Returns whether the user's error is an `E`: see [`find`](Self::find).
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let error = flow! { from(["x"]) -> map(str::parse::<u8>)? -> count() }.run().unwrap_err();
    /// assert!(error.is::<std::num::ParseIntError>() && !error.is::<std::io::Error>());
    /// ```
    #[must_use]
    pub fn is<E: StdError + 'static>(&self) -> bool {
        self.find::<E>().is_some()
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
