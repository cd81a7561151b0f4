//! A disk as a store sees it, so that tests can put one in its place that fails, or
//! loses power.
//!
//! [`Os`] is the disk of the system, and has no state: calls go straight to
//! `std::fs`. The few things that differ between systems are here, too.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A file system.
pub(super) trait Disk: Clone + Send + Sync + 'static {
    /// An open file.
    type File: DiskFile;

    /// Opens a file for reading, and for writing unless it says otherwise.
    fn open(&self, path: &Path, open: Open) -> io::Result<Self::File>;
    /// Gives a file another name, in place of whatever has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes the name of a file away.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in the directory of this path durable.
    fn sync_directory_of(&self, path: &Path) -> io::Result<()>;
    /// The file that has this name.
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// The path, absolute and without links.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;
    /// Gives a file the permissions of the one with this name.
    fn copy_permissions(&self, from: &Path, to: &Self::File) -> io::Result<()>;
}

/// An open file.
pub(crate) trait DiskFile: Send + Sync + 'static {
    /// Fills a part of the buffer from this offset on; nothing at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes the whole buffer at this offset.
    fn write_all_at(&self, buffer: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts the file off, or fills it up with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Makes the content durable.
    fn sync_data(&self) -> io::Result<()>;
    /// Makes the content and what is known of the file durable.
    fn sync_all(&self) -> io::Result<()>;
    /// The file itself, whatever name it has by now.
    fn stat(&self) -> io::Result<Stat>;
    /// Takes the lock of the file, if it is free.
    fn try_lock(&self) -> Result<(), TryLockError>;
    /// Lets go of the lock.
    fn unlock(&self) -> io::Result<()>;

    /// Fills the buffer from this offset on.
    fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buffer = &mut buffer[read..];
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The way in which a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// It has to be there, and is not written.
    ReadOnly,
    /// It has to be there.
    Existing,
    /// It is made where it is not there.
    OrMade,
    /// It must not be there yet.
    New,
}

/// A file as the system describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    /// Tells it from all other files; elsewhere than on Unix not known, and taken to be
    /// the same.
    pub(super) identity: (u64, u64),
    pub(super) length: u64,
    pub(super) is_file: bool,
}

impl Stat {
    /// Returns whether both describe one file.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl From<Metadata> for Stat {
    fn from(metadata: Metadata) -> Self {
        Self {
            identity: identity(&metadata),
            length: metadata.len(),
            is_file: metadata.is_file(),
        }
    }
}

/// Returns what tells a file from all others; see [`Stat::identity`].
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Returns what tells a file from all others; see [`Stat::identity`].
#[cfg(not(unix))]
pub(super) fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// A file as a reader, from its beginning on.
pub(super) struct Reader<'a, F> {
    file: &'a F,
    offset: u64,
}

impl<'a, F: DiskFile> Reader<'a, F> {
    pub(super) fn new(file: &'a F) -> Self {
        Self { file, offset: 0 }
    }
}

impl<F: DiskFile> io::Read for Reader<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

/// The disk of the operating system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Os;

impl Disk for Os {
    type File = File;

    fn open(&self, path: &Path, open: Open) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(open != Open::ReadOnly)
            .create(open == Open::OrMade)
            .create_new(open == Open::New)
            .truncate(false)
            .open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_directory_of(&self, path: &Path) -> io::Result<()> {
        sync_directory_of(path)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        path.metadata().map(Stat::from)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn copy_permissions(&self, from: &Path, to: &File) -> io::Result<()> {
        to.set_permissions(from.metadata()?.permissions())
    }
}

impl DiskFile for File {
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buffer, offset)
    }

    #[cfg(unix)]
    fn write_all_at(&self, buffer: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn write_all_at(&self, mut buffer: &[u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match std::os::windows::fs::FileExt::seek_write(self, buffer, offset)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                written => {
                    buffer = &buffer[written..];
                    offset += written as u64;
                }
            }
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        File::set_len(self, length)
    }

    fn sync_data(&self) -> io::Result<()> {
        File::sync_data(self)
    }

    fn sync_all(&self) -> io::Result<()> {
        File::sync_all(self)
    }

    fn stat(&self) -> io::Result<Stat> {
        self.metadata().map(Stat::from)
    }

    fn try_lock(&self) -> Result<(), TryLockError> {
        File::try_lock(self)
    }

    fn unlock(&self) -> io::Result<()> {
        File::unlock(self)
    }
}

/// Makes a new name in a directory durable. Elsewhere than on Unix a directory
/// cannot be synced, and need not be.
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Returns whether a file has no name any more. Elsewhere than on Unix that is not
/// known, and taken not to be so.
#[cfg(unix)]
pub(crate) fn is_removed(file: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.nlink() == 0
}

/// Returns whether a file has no name any more. Elsewhere than on Unix that is not
/// known, and taken not to be so.
#[cfg(not(unix))]
pub(crate) fn is_removed(_: &Metadata) -> bool {
    false
}

/// Returns whether both describe one file. Elsewhere than on Unix that is not known,
/// and taken to be so.
pub(crate) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    identity(one) == identity(other)
}
