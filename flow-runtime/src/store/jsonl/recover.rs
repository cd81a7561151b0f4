//! What a crash leaves, and how it is put right.
//!
//! A crash in the middle of a write leaves a last line that is cut off, or,
//! where the power went, one with NUL bytes in it. It was not acknowledged to
//! anyone. It is moved to `<path>.torn`: the file ends with the last whole line
//! again. A last line that is whole and only lacks its line break, as an editor
//! may leave it, gets one.
//!
//! Everything else that is no record was not made by a crash. It is an error
//! that says where, and the file is left alone: all of it is read before
//! anything is repaired.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::{beside, failure, name};
use crate::store::disk::{sync_directory_of, write_all_at};
use crate::{Error, ErrorKind};

/// A torn last line that was moved out of a JSONL file when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovered {
    /// How many bytes were moved.
    pub bytes: u64,
    /// The file that they were added to.
    pub path: PathBuf,
}

/// What is in a file.
pub(super) struct Scan {
    /// Where the next record goes, once the end is repaired.
    pub(super) end: u64,
    ending: Ending,
}

/// How the last line ends.
enum Ending {
    Whole,
    /// In a whole record without a line break.
    Unbroken,
    /// In the middle of a record.
    Torn(Vec<u8>),
}

impl Scan {
    /// Reads the whole file and gives each line with its offset to `each`, which
    /// says whether it is `what` it has to be. Changes nothing.
    pub(super) fn read(
        file: &File,
        path: &Path,
        what: &str,
        mut each: impl FnMut(u64, &[u8]) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let unreadable = |error| failure(path, "could not be read", error);
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut scan = Self {
            end: 0,
            ending: Ending::Whole,
        };
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
            if broken_off && !is_whole(&line) {
                scan.ending = Ending::Torn(line);
                break;
            }
            match each(scan.end, &line) {
                Ok(()) => {}
                // About the file and not the line.
                Err(error) if error.kind() == ErrorKind::Store => return Err(error),
                Err(error) => {
                    let last = reader.fill_buf().map_err(unreadable)?.is_empty();
                    if last && line.contains(&0) {
                        if !broken_off {
                            line.push(b'\n');
                        }
                        scan.ending = Ending::Torn(line);
                        break;
                    }
                    let (file, offset) = (name(path), scan.end);
                    let message = format!(
                        "{file}, line {number} at byte {offset}: not {what}; nothing was changed"
                    );
                    return Err(Error::with_source(ErrorKind::Corrupt, message, error));
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

    /// The torn last line.
    pub(super) fn torn(&self) -> Option<&[u8]> {
        match &self.ending {
            Ending::Torn(bytes) => Some(bytes),
            Ending::Whole | Ending::Unbroken => None,
        }
    }

    /// Puts the end of the file right. The caller syncs what is left.
    pub(super) fn repair(&self, file: &File, path: &Path) -> Result<Option<Recovered>, Error> {
        let unwritable = |error| failure(path, "could not be repaired", error);
        match &self.ending {
            Ending::Whole => Ok(None),
            Ending::Unbroken => {
                write_all_at(file, b"\n", self.end - 1).map_err(unwritable)?;
                Ok(None)
            }
            Ending::Torn(bytes) => {
                // Only what is safe elsewhere is cut off here.
                let torn = beside(path, ".torn");
                keep(&torn, bytes).map_err(|error| failure(&torn, "is not writable", error))?;
                file.set_len(self.end).map_err(unwritable)?;
                file.sync_all().map_err(unwritable)?;
                let recovered = Recovered {
                    bytes: bytes.len() as u64,
                    path: torn,
                };
                #[cfg(feature = "tracing")]
                tracing::warn!(
                    file = %path.display(),
                    bytes = recovered.bytes,
                    torn = %recovered.path.display(),
                    "moved a torn last line out of the way"
                );
                Ok(Some(recovered))
            }
        }
    }
}

/// Whether a line without a line break is all of a JSON value. A number may go
/// on; objects, arrays and strings say where they end.
fn is_whole(line: &[u8]) -> bool {
    let number = line.trim_ascii().last().is_some_and(u8::is_ascii_digit);
    !number && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// Adds the bytes to the file of torn lines, durably and on a line of their own.
fn keep(torn: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(torn)?;
    let mut added = Vec::with_capacity(bytes.len() + 1);
    if file.metadata()?.len() > 0 {
        added.push(b'\n');
    }
    added.extend_from_slice(bytes);
    file.write_all(&added)?;
    file.sync_all()?;
    sync_directory_of(torn)
}
