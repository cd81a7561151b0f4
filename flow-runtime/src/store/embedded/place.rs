//! The place of the file of an open database, and that the file is still there.
//!
//! The database goes on writing into a file that was removed or replaced, and
//! nobody would ever read that. So it is looked for around every commit.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::disk::identity;

/// The file of an open database.
pub(super) struct Place {
    path: PathBuf,
    identity: (u64, u64),
    /// Its length after the last commit: nobody else may shorten it.
    length: AtomicU64,
}

impl Place {
    /// Opens the file, made where there is none.
    pub(super) fn open(path: &Path) -> io::Result<(Self, File)> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false);
        let file = file.open(path)?;
        let found = file.metadata()?;
        let place = Self {
            path: std::path::absolute(path)?,
            identity: identity(&found),
            length: AtomicU64::new(0),
        };
        Ok((place, file))
    }

    /// The place of a file that is there.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let found = std::fs::metadata(path)?;
        Ok(Self {
            path: std::path::absolute(path)?,
            identity: identity(&found),
            length: AtomicU64::new(found.len()),
        })
    }

    /// Sees that the file is where it was, and no shorter.
    ///
    /// # Errors
    ///
    /// What became of it.
    pub(super) fn check(&self) -> io::Result<()> {
        if self.find()?.len() < self.length.load(Ordering::Relaxed) {
            return Err(lost("was shortened"));
        }
        Ok(())
    }

    /// Sees that the file is where it was, and remembers how long it is now.
    ///
    /// # Errors
    ///
    /// What became of it.
    pub(super) fn settle(&self) -> io::Result<()> {
        let length = self.find()?.len();
        self.length.store(length, Ordering::Relaxed);
        Ok(())
    }

    fn find(&self) -> io::Result<Metadata> {
        let found = match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(lost("was removed"));
            }
            found => found?,
        };
        if identity(&found) != self.identity {
            return Err(lost("was replaced"));
        }
        Ok(found)
    }
}

fn lost(what: &str) -> io::Error {
    io::Error::other(format!("the file {what} while it was open"))
}
