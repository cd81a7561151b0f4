//! The parts that the tools with a source share.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::source;
use crate::store::log::{Fingerprint, Header, Opening, RowFile, resume_path};
use crate::{BoxError, Error, ErrorKind};

/// The number of copies of rows that wait to be durable at once; they share a sync. What costs
/// something is written by whom it costs, one a place.
pub(super) const COPIES: usize = 256;

/// The errors that end a run: it takes nothing more, and what it has goes through.
#[derive(Default)]
pub(super) struct Ended(Mutex<Option<Error>>);

impl Ended {
    /// Ends the run.
    pub(super) fn end(&self, error: Error) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *first {
            Some(first) => first.add_others([error]),
            none => *none = Some(error),
        }
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
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.is_some()
    }

    /// Returns the first error, which has the others.
    pub(super) fn result(&self) -> Result<(), Error> {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.take().map_or(Ok(()), Err)
    }
}

/// The error for a call of the user's function.
pub(super) fn failure(path: &Path, what: &str, error: impl Into<BoxError>) -> Error {
    let message = format!("`{}`: {what} failed", path.display());
    let error = error.into();
    let kind = match error.downcast_ref::<Error>() {
        Some(error) => error.kind(),
        None => ErrorKind::Failed,
    };
    Error::with_source(kind, message, error)
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
