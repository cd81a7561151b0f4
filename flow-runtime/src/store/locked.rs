//! Files whose locks are held, and the error where a store is open already.
//!
//! Locks are those of the operating system, which gives them back when a
//! process ends, however it ends. There is no lock file to be left behind, and so
//! none to name the holder; Linux knows it.

use std::fs::TryLockError;
use std::ops::Deref;
use std::path::Path;

use super::disk::DiskFile;
use crate::{Error, ErrorKind};

/// A file whose lock is held, where it is written.
pub(crate) struct Locked<F: DiskFile>(Option<F>);

impl<F: DiskFile> Locked<F> {
    /// Takes the lock of a file that nobody else has.
    pub(crate) fn try_lock(file: F) -> Result<Self, TryLockError> {
        file.try_lock()?;
        Ok(Self(Some(file)))
    }

    /// A file whose lock is not held: it is not written.
    pub(crate) fn without(file: F) -> Self {
        Self(Some(file))
    }

    /// The file without its lock.
    pub(crate) fn unlock(mut self) -> F {
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

/// The error for a store, called `name`, whose file is locked.
pub(super) fn locked(name: &str, path: &Path) -> Error {
    let place = place(path);
    Error::new(
        ErrorKind::Locked,
        format!("{name} is open already, {place}"),
    )
}

/// Returns where a locked file is open.
pub(crate) fn place(path: &Path) -> String {
    match holder(path) {
        Some(pid) if pid == std::process::id() => "in this process".to_owned(),
        Some(pid) => format!("in process {pid}"),
        None => "in this process or another".to_owned(),
    }
}

/// The process that holds the lock of the file, where the system tells.
#[cfg(target_os = "linux")]
pub(crate) fn holder(path: &Path) -> Option<u32> {
    use std::os::linux::fs::MetadataExt;

    let metadata = path.metadata().ok()?;
    let device = metadata.st_dev();
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff);
    let minor = (device & 0xff) | ((device >> 12) & !0xff);
    let file = format!("{major:02x}:{minor:02x}:{}", metadata.st_ino());

    // `1: FLOCK  ADVISORY  WRITE 4711 fe:01:8126 0 EOF`
    let pid = |lock: &str| {
        let fields: Vec<_> = lock.split_whitespace().collect();
        match fields[..] {
            [_, "FLOCK", _, _, pid, of, ..] if of == file => pid.parse().ok(),
            _ => None,
        }
    };
    // The list is read in pieces. Where a lock goes meanwhile, the next one may be
    // left out: a second and a third look see it.
    (0..3).find_map(|_| {
        let locks = std::fs::read_to_string("/proc/locks").ok()?;
        locks.lines().find_map(pid)
    })
}

/// The process that holds the lock of the file, where the system tells.
#[cfg(not(target_os = "linux"))]
pub(crate) fn holder(_: &Path) -> Option<u32> {
    None
}
