//! What the tools with a source share.

use std::path::Path;

use super::source;
use crate::store::log::{Fingerprint, Header, Opening, RowFile, resume_path};
use crate::{BoxError, Error, ErrorKind};

/// How many rows wait to be durable at once; they share a sync.
pub(super) const WRITES: usize = 256;

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
    let is_same = matches!((src.canonicalize(), dst.canonicalize()), (Ok(src), Ok(dst)) if src == dst);
    if is_same {
        let message = format!("`{}` is both the source and the file of the rows", src.display());
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
