//! The outcome of a row tool, and the fate of its failures.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::{Error, terminal::Escaped};

/// The outcome of a row tool, in numbers.
///
/// ```
/// use flow_runtime::{BoxError, jsonl};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("rolls.jsonl");
/// let roll = async |_, n| Ok::<_, BoxError>(json!({ "roll": n }));
/// jsonl::create_or_resume(&path, "player", 2, ["ann"], roll).await?;
/// let report = jsonl::create_or_resume(&path, "player", 2, ["ann", "bob", "cy"], roll).await?;
/// assert_eq!((report.extant, report.written, report.failed), (2, 4, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Rows that were written now.
    pub written: usize,
    /// Rows that were there before.
    pub extant: usize,
    /// Calls of the function that failed, under [`OnError::Print`]. The next run makes
    /// them again.
    pub failed: usize,
}

/// The fate of errors in a row tool.
///
/// ```
/// use flow_runtime::jsonl::{self, OnError};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("lengths.jsonl");
/// let length = async |word: &str, _| match word.len() {
///     0 => Err("no word"),
///     length => Ok(json!({ "length": length })),
/// };
/// let run = || jsonl::create_or_resume(&path, "word", 1, ["", "to", "be"], length);
/// assert!(run().await.is_err());
///
/// let report = run().on_error(OnError::Print).await?;
/// assert_eq!((report.written, report.failed), (2, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnError {
    /// The first error ends the run: what is being made is finished and written, and
    /// then the error is returned. So is one for keys in the file that are not among
    /// those asked for; nothing is made then.
    #[default]
    Raise,
    /// Failures of the function, and keys that were not asked for, are told on standard
    /// error, and the run goes on.
    Print,
}

impl OnError {
    /// Returns the error where it is to end the run, else prints it.
    pub(super) fn judge(self, error: Error) -> Result<(), Error> {
        match self {
            Self::Raise => Err(error),
            Self::Print => {
                eprintln!("{:#}", Escaped(error));
                Ok(())
            }
        }
    }
}

/// The numbers of a run while it goes on.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) written: AtomicUsize,
    pub(super) failed: AtomicUsize,
}

impl Counts {
    pub(super) fn add(counter: &AtomicUsize, number: usize) {
        counter.fetch_add(number, Relaxed);
    }

    pub(super) fn report(&self, extant: usize) -> Report {
        Report {
            written: self.written.load(Relaxed),
            extant,
            failed: self.failed.load(Relaxed),
        }
    }
}
