//! The note of what may not be on the disk.
//!
//! After a failed sync a system takes pages for clean that it never wrote. Read
//! again they are what was written, and a second sync succeeds; the next power
//! cut takes them away. So nobody who opens the files may trust what they read
//! of a batch whose sync failed, also where the process ended before it was told.
//!
//! Before a batch is written, `<path>.unsynced` says where it begins in either
//! file. A store that is closed in order takes the note away. Where there is one
//! when the files are opened, what lies behind it is written once more, byte by
//! byte, and synced before it counts. Names are as little to be trusted: where
//! one was given, the files are copied, and the copies take the names.
//!
//! The note is not synced, which costs nothing. A power cut that takes it away
//! takes the cache away too: what is read then is on the disk. What it leaves of
//! a note may say nothing; then all is written once more.

use std::io;
use std::path::{Path, PathBuf};

use super::beside;
use crate::store::disk::{Disk, DiskFile, Open};

/// The bytes that may not be on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Untrusted {
    /// The parts of the two files behind these lengths.
    Tails {
        /// Of the file of the records.
        records: u64,
        /// Of the file beside them.
        side: u64,
    },
    /// Everything, the names of the files included.
    Names,
}

impl Untrusted {
    /// Returns what is written, of one length, so that it is replaced by one write.
    fn to_text(self) -> String {
        match self {
            Self::Tails { records, side } => format!("tails {records:020} {side:020}\n"),
            Self::Names => format!("names {:41}\n", ""),
        }
    }

    fn from_text(text: &[u8]) -> Self {
        let mut words = str::from_utf8(text).unwrap_or_default().split_whitespace();
        let kind = words.next();
        let mut length = || words.next()?.parse().ok();
        match (kind, length(), length()) {
            (Some("names"), None, None) => Self::Names,
            (Some("tails"), Some(records), Some(side)) => Self::Tails { records, side },
            _ => Self::Tails {
                records: 0,
                side: 0,
            },
        }
    }
}

/// The note beside the file of the records.
pub(super) struct Note<D: Disk> {
    path: PathBuf,
    /// Open from the first batch on.
    file: Option<D::File>,
    /// It says of something that it may not be on the disk.
    is_set: bool,
}

impl<D: Disk> Note<D> {
    pub(super) fn new(records: &Path) -> Self {
        Self {
            path: beside(records, ".unsynced"),
            file: None,
            is_set: false,
        }
    }

    /// Reads the note that another store left.
    pub(super) fn found(&mut self, disk: &D) -> io::Result<Option<Untrusted>> {
        let file = match disk.open(&self.path, Open::Existing) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut text = [0; 64];
        let length = file.read_at(&mut text, 0)?;
        self.file = Some(file);
        self.is_set = true;
        Ok(Some(Untrusted::from_text(&text[..length])))
    }

    pub(super) fn set(&mut self, disk: &D, untrusted: Untrusted) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(disk.open(&self.path, Open::OrMade)?),
        };
        self.is_set = true;
        file.write_all_at(untrusted.to_text().as_bytes(), 0)
    }

    /// Says that all is on the disk; the note is still there.
    pub(super) fn settle(&mut self) {
        self.is_set = false;
    }

    /// Takes the note away, if all is on the disk. Left where it is, it costs the
    /// next one who opens a little time.
    pub(super) fn clear(&mut self, disk: &D) {
        if !self.is_set && self.file.take().is_some() {
            let _ = disk.remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_comes_back_and_nothing_else_is_trusted() {
        let tails = |records, side| Untrusted::Tails { records, side };
        for untrusted in [tails(0, 0), tails(7, u64::MAX), Untrusted::Names] {
            let text = untrusted.to_text();
            assert_eq!(text.len(), 48, "{text}");
            assert_eq!(Untrusted::from_text(text.as_bytes()), untrusted);
        }
        for text in [
            &b""[..],
            b"tails 12",
            b"names 1",
            b"tails x y",
            b"\0\0",
            b"\xff",
        ] {
            assert_eq!(Untrusted::from_text(text), tails(0, 0));
        }
    }
}
