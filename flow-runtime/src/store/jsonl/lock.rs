//! One opener at a time: the lock is on the records' own file.
//!
//! The lock belongs to the file and not to its name, and a rewrite gives the
//! name to another file. That one is locked before it gets the name, so at no
//! time is the name that of an unlocked file. What remains is an opener that
//! found the old file just before: it gets the old lock when the rewriter lets
//! go, and then sees that the name has moved on. So it looks, and begins again.

use std::fs::TryLockError;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::{failure, name};
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::locked::locked;
use crate::{Error, ErrorKind};

/// A file whose lock is held, where it is written.
pub(super) struct Locked<F: DiskFile>(Option<F>);

impl<F: DiskFile> Locked<F> {
    /// A file whose lock is not held: it is not written.
    pub(super) fn without(file: F) -> Self {
        Self(Some(file))
    }

    /// The file without its lock.
    pub(super) fn unlock(mut self) -> F {
        let file = self.0.take();
        let file = file.expect("it is taken by what takes `self`");
        let _ = file.unlock();
        file
    }
}

impl<F: DiskFile> Deref for Locked<F> {
    type Target = F;

    fn deref(&self) -> &F {
        self.0.as_ref().expect("it is taken by what takes `self`")
    }
}

impl<F: DiskFile> Drop for Locked<F> {
    /// Lets go of the lock. Closing the file is not enough: a process that is
    /// being started has a copy of it for a moment.
    fn drop(&mut self) {
        if let Some(file) = &self.0 {
            let _ = file.unlock();
        }
    }
}

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
    match file.try_lock() {
        Ok(()) => Ok(Locked(Some(file))),
        Err(TryLockError::WouldBlock) => Err(locked(&name(path), path)),
        Err(TryLockError::Error(error)) => Err(failure(path, "could not be locked", error)),
    }
}
