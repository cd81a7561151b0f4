//! One opener at a time: the lock is on the records' own file.
//!
//! The lock belongs to the file and not to its name, and a rewrite gives the
//! name to another file. That one is locked before it gets the name, so at no
//! time is the name that of an unlocked file. What remains is an opener that
//! found the old file just before: it gets the old lock when the rewriter lets
//! go, and then sees that the name has moved on. So it looks, and begins again.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use super::{failure, name};
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::locked::{Locked, locked};
use crate::{Error, ErrorKind};

/// Opens the file, made where there is none, and locks it. Gives its path
/// without links, too.
pub(super) fn open<D: Disk>(disk: &D, given: &Path) -> Result<(Locked<D::File>, PathBuf), Error> {
    let refused = |error| failure(given, "could not be opened", error);
    loop {
        let (file, is_new) = match disk.open(given, Open::Existing) {
            Ok(file) => (file, false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // A link to a file that is not there yet is one that is made.
                (disk.open(given, Open::OrMade).map_err(refused)?, true)
            }
            Err(error) => return Err(refused(error)),
        };
        let opened = file.stat().map_err(refused)?;
        if !opened.is_file {
            let message = format!("{} is no regular file", name(given));
            return Err(Error::new(ErrorKind::Store, message));
        }
        let file = lock(file, given)?;
        let path = disk.canonicalize(given).map_err(refused)?;
        if !disk.stat(&path).is_ok_and(|there| opened.is_same(&there)) {
            continue;
        }
        // It may be new; with records in it, this was done before the first.
        if opened.length == 0
            && let Err(error) = disk.sync_directory_of(&path)
        {
            // Nobody knows whether the name is durable, and a second sync would
            // not tell. Made again, it is a new name.
            if is_new {
                let _ = disk.remove(&path);
            }
            return Err(refused(error));
        }
        return Ok((file, path));
    }
}

/// Takes the lock of a file, or says who has it.
pub(super) fn lock<F: DiskFile>(file: F, path: &Path) -> Result<Locked<F>, Error> {
    match Locked::try_lock(file) {
        Ok(file) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(locked(&name(path), path)),
        Err(TryLockError::Error(error)) => Err(failure(path, "could not be locked", error)),
    }
}
