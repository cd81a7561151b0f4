//! Stores that are read and not written: which kind it is, the first bytes say.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::Storage;
use super::disk::Os;
use super::encode::Identify;
use super::jsonl::Snapshot;
use crate::{Error, ErrorKind};

/// The first bytes of a database.
const DATABASE: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";

/// Opens whatever is there.
///
/// # Errors
///
/// As those of [`Store::read_only`](crate::Store::read_only).
pub(super) fn open(path: &Path, identify: Identify) -> Result<Arc<dyn Storage>, Error> {
    if is_database(path)? {
        return database(path);
    }
    Ok(Arc::new(Snapshot::open(Os, path, identify)?))
}

/// Returns whether a file is a database.
///
/// # Errors
///
/// Where it cannot be read.
pub(crate) fn is_database(path: &Path) -> Result<bool, Error> {
    let begin = || {
        let mut begin = Vec::new();
        let most = DATABASE.len() as u64;
        File::open(path)?.take(most).read_to_end(&mut begin)?;
        Ok(begin)
    };
    let begin = begin().map_err(|error: std::io::Error| {
        let message = format!("store `{}` could not be opened", path.display());
        Error::with_source(ErrorKind::Store, message, error)
    })?;
    Ok(begin == DATABASE)
}

#[cfg(feature = "redb")]
fn database(path: &Path) -> Result<Arc<dyn Storage>, Error> {
    Ok(Arc::new(super::embedded::Embedded::read_only(path)?))
}

#[cfg(not(feature = "redb"))]
fn database(path: &Path) -> Result<Arc<dyn Storage>, Error> {
    let message = format!(
        "`{}` is a database, and this program was built without the feature `redb` of \
         flow-runtime, which opens them",
        path.display()
    );
    Err(Error::new(ErrorKind::Store, message))
}
