//! The parts that the tools with a source share.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::job::Bar;
use super::report::{Counts, OnError};
use super::source;
use super::tries::was_not_begun;
use crate::store::log::{Fingerprint, Header, Opening, RowFile, resume_path};
use crate::{Error, ErrorKind};

/// The number of copies of rows that wait to be durable at once; they share a sync. What costs
/// something is written by whom it costs, one a place.
pub(super) const COPIES: usize = 256;

/// The errors that end a run: it takes nothing more, nothing that waits begins, and what
/// runs goes through.
#[derive(Default)]
pub(super) struct Ended {
    first: Mutex<Option<Error>>,
    over: Notify,
}

impl Ended {
    /// Ends the run.
    pub(super) fn end(&self, error: Error) {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *first {
            // All that wait are told that it is used up; one of them tells it.
            Some(first)
                if first.kind() == ErrorKind::Budget && error.kind() == ErrorKind::Budget => {}
            Some(first) => first.add_others([error]),
            none => *none = Some(error),
        }
        self.over.notify_one();
    }

    /// Waits until the run is ended.
    pub(super) async fn over(&self) {
        self.over.notified().await;
    }

    /// Returns the items until the run is ended, which the first error among them does.
    pub(super) fn until<T>(
        &self,
        items: impl Iterator<Item = Result<T, Error>>,
    ) -> impl Iterator<Item = T> {
        let mut items = items.fuse();
        std::iter::from_fn(move || {
            if self.is_over() {
                return None;
            }
            items.next()?.map_err(|error| self.end(error)).ok()
        })
    }

    fn is_over(&self) -> bool {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.is_some()
    }

    /// Returns the first error, which has the others.
    pub(super) fn result(&self) -> Result<(), Error> {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.take().map_or(Ok(()), Err)
    }
}

/// The fate of calls that fail.
pub(super) struct Failing<'a> {
    /// The file that errors name.
    pub(super) path: &'a Path,
    pub(super) on_error: OnError,
    pub(super) ended: &'a Ended,
    pub(super) counts: &'a Counts,
    pub(super) bar: &'a Bar,
}

impl Failing<'_> {
    /// Tells of a call that failed, `what`. Gives whether it counts as failed, and the run
    /// goes on.
    pub(super) fn failed(&self, what: &str, error: Error) -> bool {
        if was_not_begun(&error) {
            return false;
        }
        let is_fatal = error.is_fatal();
        let error = match error.kind() {
            // No call of the function's: it is why there was none.
            ErrorKind::Budget if is_fatal => error,
            _ => failure(self.path, what, error),
        };
        let judged = match is_fatal {
            true => Err(error),
            false => self.on_error.judge(error),
        };
        self.bar.tick();
        match judged {
            Ok(()) => {
                Counts::add(&self.counts.failed, 1);
                true
            }
            Err(error) => {
                self.ended.end(error);
                false
            }
        }
    }
}

/// The error for a call of the user's function.
fn failure(path: &Path, what: &str, error: Error) -> Error {
    let message = format!("`{}`: {what} failed", path.display());
    Error::with_source(error.kind(), message, error)
}

/// Reads the source once, to know it again. Where nothing is known of it yet, each line
/// is checked, so that a broken one is told of before anything is made.
pub(super) async fn begin(
    src: &Path,
    dst: &Path,
    check: impl Fn(&[u8]) -> Result<(), Error>,
) -> Result<Fingerprint, Error> {
    let is_new = !resume_path(dst).exists();
    source::read(src, |_, line| match is_new {
        true => check(line),
        false => Ok(()),
    })
    .await
}

/// Opens the file of the rows that are made of a source.
pub(super) fn opened(
    src: &Path,
    dst: &Path,
    fingerprint: &Fingerprint,
    key: Option<String>,
    keep: &[String],
) -> Result<RowFile, Error> {
    let is_same =
        matches!((src.canonicalize(), dst.canonicalize()), (Ok(src), Ok(dst)) if src == dst);
    if is_same {
        let message = format!(
            "`{}` is both the source and the file of the rows",
            src.display()
        );
        return Err(Error::new(ErrorKind::Store, message));
    }
    let header = Header {
        path: src.to_owned(),
        source: fingerprint.clone(),
        key,
        keep: keep.to_vec(),
    };
    RowFile::open(dst, Opening::Lines(header))
}
