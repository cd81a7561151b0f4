//! One opener at a time: the lock is on the records' own file.
//!
//! The lock belongs to the file and not to its name, and a rewrite gives the
//! name to another file. That one is locked before it gets the name, so at no
//! time is the name that of an unlocked file. What remains is an opener that
//! found the old file just before: it gets the old lock when the rewriter lets
//! go, and then sees that the name has moved on. So it looks, and begins again.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::{failure, name};
use crate::store::disk::{is_same, sync_directory_of};
use crate::store::locked::locked;
use crate::{Error, ErrorKind};

/// Opens the file, made where there is none, and locks it. Gives its path
/// without links, too.
pub(super) fn open(given: &Path) -> Result<(File, PathBuf), Error> {
    let refused = |error| failure(given, "could not be opened", error);
    loop {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(given)
            .map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if !metadata.is_file() {
            let message = format!("{} is no regular file", name(given));
            return Err(Error::new(ErrorKind::Store, message));
        }
        lock(&file, given)?;
        let path = given.canonicalize().map_err(refused)?;
        if !path
            .metadata()
            .is_ok_and(|there| is_same(&metadata, &there))
        {
            continue;
        }
        // It may be new; with records in it, this was done before the first.
        if metadata.len() == 0 {
            sync_directory_of(&path).map_err(refused)?;
        }
        return Ok((file, path));
    }
}

/// Takes the lock of a file, or says who has it.
pub(super) fn lock(file: &File, path: &Path) -> Result<(), Error> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(locked(&name(path), path)),
        Err(TryLockError::Error(error)) => Err(failure(path, "could not be locked", error)),
    }
}
