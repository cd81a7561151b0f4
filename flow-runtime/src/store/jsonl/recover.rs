//! The traces of a crash, and how they are put right.
//!
//! A crash leaves a last line that is cut off, or, where the power went, lines
//! with NUL bytes and what stands behind them; [`ending`] tells both from
//! everything else. Nobody was told of any of it. It is moved to `<path>.torn`:
//! the file ends with the last whole line again. A last line that is whole and
//! only lacks its line break, as an editor may leave it, gets one.
//!
//! Everything else that is no record was not made by a crash. It is an error
//! that says where, and the file is left alone: all of it is read before
//! anything is repaired.

use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::rewrite::copy;
use super::{beside, ending, failure, name};
use crate::store::disk::{Disk, DiskFile, Open, Reader};
use crate::{Error, ErrorKind};

/// A torn end that was moved out of a JSONL file when it was opened.
///
/// ```
/// # use flow_runtime::{Store, derived, extant};
/// # #[extant(key = id)]
/// # #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32, text: String }
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = &folder.path().join("answers.jsonl");
///
/// std::fs::write(path, "{\"id\":1,\"text\":\"yes\"}\n{\"id\":2,\"te").unwrap();
/// let store = Store::<Answer>::jsonl(path)?;
/// assert_eq!(store.recovered().unwrap().bytes, 11);
/// # Ok::<(), flow_runtime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovered {
    /// The number of bytes that were moved.
    pub bytes: u64,
    /// The file that they were added to.
    pub path: PathBuf,
}

/// The demands on the lines of a file.
pub(super) struct Expected {
    /// As errors say it: "a record".
    pub(super) what: &'static str,
    /// Returns whether these bytes may be the beginning of one that is no object.
    pub(super) begins: fn(&[u8]) -> bool,
}

/// The content of a file, as it was read.
pub(super) struct Scan {
    /// The offset of the next record, once the end is repaired.
    pub(super) end: u64,
    ending: Ending,
}

/// The way in which the last line ends.
enum Ending {
    Whole,
    /// In a whole record without a line break.
    Unbroken,
    /// In the middle of a record, or of a batch.
    Torn(Vec<u8>),
}

/// One line of a file.
struct Line<'a> {
    number: u64,
    offset: u64,
    text: &'a [u8],
}

impl Scan {
    /// Reads the whole file and gives each line with its offset to `each`, which
    /// says whether it is what it has to be. Changes nothing.
    pub(super) fn read<F: DiskFile>(
        file: &F,
        path: &Path,
        expected: &Expected,
        mut each: impl FnMut(u64, &[u8]) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let unreadable = |error| failure(path, "could not be read", error);
        let mut reader = BufReader::with_capacity(1 << 16, Reader::new(file));
        let mut scan = Self {
            end: 0,
            ending: Ending::Whole,
        };
        // The first byte of a record.
        let mut known = None;
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
                break;
            }
            let broken_off = line.pop_if(|last| *last == b'\n').is_none();
            let mut next = scan.end + line.len() as u64 + u64::from(!broken_off);
            if line.trim_ascii().is_empty() {
                scan.end = next;
                continue;
            }
            if broken_off && ending::is_cut_off(&line, known, expected.begins) {
                scan.ending = Ending::Torn(line);
                break;
            }
            match each(scan.end, &line) {
                Ok(()) => known = line.trim_ascii_start().first().copied(),
                // About the file and not the line.
                Err(error) if error.kind() == ErrorKind::Store => return Err(error),
                Err(error) => {
                    if line.contains(&0) {
                        if !broken_off {
                            line.push(b'\n');
                        }
                        // More is never lost, and need not be read.
                        let most = ending::PART as u64 + 1;
                        let mut rest = reader.take(most);
                        rest.read_to_end(&mut line).map_err(unreadable)?;
                        if ending::is_lost(&line, known.is_none()) {
                            scan.ending = Ending::Torn(line);
                            break;
                        }
                    }
                    let offset = scan.end;
                    let text = &line;
                    let line = Line {
                        number,
                        offset,
                        text,
                    };
                    return Err(line.refused(path, expected.what, error));
                }
            }
            if broken_off {
                scan.ending = Ending::Unbroken;
                next += 1;
            }
            scan.end = next;
        }
        Ok(scan)
    }

    /// The torn end.
    pub(super) fn torn(&self) -> Option<&[u8]> {
        match &self.ending {
            Ending::Torn(bytes) => Some(bytes),
            Ending::Whole | Ending::Unbroken => None,
        }
    }

    /// Takes what lies behind this offset for a torn end, too: rows that are whole, and
    /// that nobody was told of.
    pub(super) fn cut_off<F: DiskFile>(
        self,
        file: &F,
        path: &Path,
        end: u64,
    ) -> Result<Self, Error> {
        let mut bytes = vec![0; (self.end - end) as usize];
        let there = self.end - u64::from(matches!(self.ending, Ending::Unbroken));
        file.read_exact_at(&mut bytes[..(there - end) as usize], end)
            .map_err(|error| failure(path, "could not be read", error))?;
        match self.ending {
            Ending::Whole => {}
            Ending::Unbroken => bytes.truncate((there - end) as usize),
            Ending::Torn(torn) => bytes.extend(torn),
        }
        let ending = Ending::Torn(bytes);
        Ok(Self { end, ending })
    }

    /// Copies a torn end to a file of its own, durably.
    pub(super) fn keep<D: Disk>(&self, disk: &D, path: &Path) -> Result<Option<Recovered>, Error> {
        let Ending::Torn(bytes) = &self.ending else {
            return Ok(None);
        };
        let torn = beside(path, ".torn");
        keep(disk, &torn, bytes).map_err(|error| failure(&torn, "is not writable", error))?;
        let bytes = bytes.len() as u64;
        let recovered = Recovered { bytes, path: torn };
        #[cfg(feature = "tracing")]
        tracing::warn!(
            file = %path.display(),
            bytes = recovered.bytes,
            torn = %recovered.path.display(),
            "moved a torn end out of the way"
        );
        Ok(Some(recovered))
    }

    /// Puts the end of the file right; a torn one has been [kept](Self::keep).
    /// Writes once more what is `untrusted`, from there on, and what is to be
    /// `added`, and syncs.
    pub(super) fn repair<F: DiskFile>(
        &self,
        file: &F,
        path: &Path,
        added: &[u8],
        untrusted: Option<u64>,
    ) -> Result<(), Error> {
        let repaired = match &self.ending {
            Ending::Whole => Ok(()),
            Ending::Unbroken => file.write_all_at(b"\n", self.end - 1),
            Ending::Torn(_) => file.set_len(self.end).and_then(|()| file.sync_all()),
        };
        repaired.map_err(|error| failure(path, "could not be repaired", error))?;
        let unsynced = |error| failure(path, "could not be synced", error);
        if let Some(start) = untrusted {
            copy(file, file, start, self.end).map_err(unsynced)?;
        }
        if !added.is_empty() {
            file.write_all_at(added, self.end).map_err(unsynced)?;
        }
        // A process that was killed may have written what it did not sync. That
        // counts as stored from here on, so it has to be.
        if self.end > 0 {
            file.sync_data().map_err(unsynced)?;
        }
        Ok(())
    }
}

impl Line<'_> {
    /// The error for a line that is not what it has to be.
    fn refused(&self, path: &Path, what: &str, error: Error) -> Error {
        let Self {
            number,
            offset,
            text,
        } = self;
        let file = name(path);
        let is_marked = |mark: &[u8]| *offset == 0 && text.starts_with(mark);
        let error =
            match is_marked(b"\xef\xbb\xbf") || is_marked(b"\xff\xfe") || is_marked(b"\xfe\xff") {
                true => Error::new(ErrorKind::Corrupt, "the file begins with a byte order mark"),
                false => error,
            };
        let message =
            format!("{file}, line {number} at byte {offset}: not {what}; nothing was changed");
        Error::with_source(ErrorKind::Corrupt, message, error)
    }
}

/// Adds the bytes to the file of torn ends, durably and on a line of their own.
fn keep<D: Disk>(disk: &D, torn: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = disk.open(torn, Open::OrMade)?;
    let length = file.stat()?.length;
    let mut added = Vec::with_capacity(bytes.len() + 1);
    if length > 0 {
        added.push(b'\n');
    }
    added.extend_from_slice(bytes);
    file.write_all_at(&added, length)?;
    file.sync_all()?;
    disk.sync_directory_of(torn)
}
