//! The file of offsets, or snapshots: one line of JSON, locked, and replaced as a whole.
//!
//! The lock belongs to the file and not to its name, and a write gives the name to
//! another file. That one is locked before it gets the name, so at no time is the
//! name that of an unlocked file. An opener that found the old file just before gets
//! the old lock when that is let go of, sees that the name has moved on, and begins
//! again. Whoever has the lock of the new file, before it has the name, is the only
//! one to write it.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::value::RawValue;

use super::position::{Mark, Position};
use crate::error::path::with_path;
use crate::store::disk::{is_same, sync_directory_of};
use crate::store::locked::{Locked, place};

/// The number of times the new file is tried, a millisecond apart, where another process has it
/// for a moment to see that offsets are there.
const TRIES: usize = 1000;

/// The contents of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The offset up to which the text file has been worked off.
    pub(super) mark: Mark,
    /// The JSON of the state that was made of the lines up to there, in a file of
    /// snapshots.
    pub(super) state: Option<Vec<u8>>,
}

/// The file of offsets.
pub(super) struct OffsetsFile {
    path: PathBuf,
    /// The file, whose lock this is; `None` where its folder is not there yet.
    locked: Option<Locked<File>>,
    /// True where it was made here, and nothing was written to it yet.
    made: bool,
}

impl OffsetsFile {
    /// Opens and locks the file, made where there is none.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Said)> {
        let mut file = Self {
            path: path.canonicalize().unwrap_or_else(|_| path.to_owned()),
            locked: None,
            made: false,
        };
        let said = file.lock().map_err(|error| file.named("open", &error))?;
        Ok((file, said))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces what the file says.
    pub(super) fn replace(&mut self, said: &Said) -> io::Result<()> {
        self.write(said)
            .map_err(|error| self.named("write", &error))
    }

    fn write(&mut self, said: &Said) -> io::Result<()> {
        match &self.locked {
            None => {
                self.lock()?;
            }
            Some(locked) if !has_name(locked, &self.path) => {
                let wrong = "another file has taken its name, or it was removed";
                return Err(io::Error::other(wrong));
            }
            Some(_) => {}
        }
        self.locked = Some(self.give_name(self.new_file()?, said)?);
        self.made = false;
        Ok(())
    }

    /// Takes the lock of the file, and reads it.
    fn lock(&mut self) -> io::Result<Said> {
        loop {
            let (file, made) = match File::open(&self.path) {
                Ok(file) => match try_lock(file)? {
                    Some(file) => (file, false),
                    None => {
                        let place = place(&self.path);
                        let wrong = format!("it is open already, {place}");
                        return Err(io::Error::new(io::ErrorKind::ResourceBusy, wrong));
                    }
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => match self.make() {
                    Ok(Some(file)) => (file, true),
                    Ok(None) => continue,
                    // The folder: it is tried again when something is written.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        return Ok(Said::default());
                    }
                    Err(error) => return Err(error),
                },
                Err(error) => return Err(error),
            };
            if !has_name(&file, &self.path) {
                continue;
            }
            let said = if made { Said::default() } else { read(&file)? };
            (self.locked, self.made) = (Some(file), made);
            return Ok(said);
        }
    }

    /// Makes the file; `None` where somebody else did.
    fn make(&self) -> io::Result<Option<Locked<File>>> {
        let new = self.new_file()?;
        if self.path.try_exists()? {
            return Ok(None);
        }
        self.give_name(new, &Said::default()).map(Some)
    }

    /// The file that is going to be the file of offsets, empty and locked.
    fn new_file(&self) -> io::Result<Locked<File>> {
        let path = self.beside();
        for _ in 0..TRIES {
            let mut options = File::options();
            options.write(true).read(true).create(true).truncate(false);
            if let Some(file) = try_lock(options.open(&path)?)?
                && has_name(&file, &path)
            {
                file.set_len(0)?;
                return Ok(file);
            }
            thread::sleep(Duration::from_millis(1));
        }
        let wrong = format!("`{}` is locked", path.display());
        Err(io::Error::new(io::ErrorKind::ResourceBusy, wrong))
    }

    /// Writes the new file, and gives it the name.
    fn give_name(&self, new: Locked<File>, said: &Said) -> io::Result<Locked<File>> {
        (&mut &*new).write_all(&text(said))?;
        File::sync_all(&new)?;
        std::fs::rename(self.beside(), &self.path)?;
        sync_directory_of(&self.path)?;
        Ok(new)
    }

    fn beside(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        self.path.with_file_name(name)
    }

    fn named(&self, tried: &str, error: &io::Error) -> io::Error {
        with_path(&format!("{tried} the offsets"), &self.path, error)
    }
}

impl Drop for OffsetsFile {
    /// Removes a file that says nothing, before its lock goes.
    fn drop(&mut self) {
        let Some(file) = &self.locked else { return };
        if self.made && has_name(file, &self.path) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The file with its lock; `None` where somebody else has that.
fn try_lock(file: File) -> io::Result<Option<Locked<File>>> {
    match Locked::try_lock(file) {
        Ok(file) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Returns whether the file still has this name.
fn has_name(file: &File, path: &Path) -> bool {
    let there = path.metadata();
    there.is_ok_and(|there| file.metadata().is_ok_and(|file| is_same(&file, &there)))
}

fn read(mut file: &File) -> io::Result<Said> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    parse(&text).map_err(|wrong| {
        let help = "where it is the right file, remove it to begin with the first line";
        io::Error::new(io::ErrorKind::InvalidData, format!("{wrong}; {help}"))
    })
}

/// Returns the text of the file.
fn text(said: &Said) -> Vec<u8> {
    let Said { mark, state } = said;
    let Position { line, start, end } = mark.line;
    let unended = if mark.unended { end - start } else { 0 };
    let mut text = format!("{{\"offset\":{end},\"lines\":{line}").into_bytes();
    if unended > 0 {
        text.extend(format!(",\"unended\":{unended}").bytes());
    }
    if let Some(state) = state {
        text.extend_from_slice(b",\"state\":");
        text.extend_from_slice(state);
    }
    let sum = sum(end, line, unended, state.as_deref());
    text.extend(format!(",\"sum\":{sum}}}\n").bytes());
    text
}

/// Reads the text of the file.
fn parse(text: &[u8]) -> Result<Said, &'static str> {
    const OTHER: &str = "it is no file of offsets";
    const DAMAGED: &str = "it is damaged";
    let all: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(text).map_err(|_| OTHER)?;
    let number = |name: &str| {
        let value = all.get(name)?;
        Some(value.get().parse::<u64>().map_err(|_| DAMAGED))
    };
    let (Some(end), Some(line)) = (number("offset").transpose()?, number("lines").transpose()?)
    else {
        return Err(OTHER);
    };
    let known = |name: &String| ["offset", "lines", "unended", "state", "sum"].contains(&&**name);
    if !all.keys().all(known) {
        return Err(DAMAGED);
    }
    let unended = number("unended").transpose()?.unwrap_or_default();
    let state = all
        .get("state")
        .map(|state| state.get().as_bytes().to_vec());
    // A line has a byte at least, and files of version 0.1 have no sum.
    let right = sum(end, line, unended, state.as_deref());
    let said = number("sum").transpose()?.unwrap_or(right);
    if said != right || line > end || (line == 0) != (end == 0) || unended > end {
        return Err(DAMAGED);
    }
    let line = Position {
        line,
        start: if unended == 0 { end } else { end - unended },
        end,
    };
    let unended = unended > 0;
    let mark = Mark { line, unended };
    Ok(Said { mark, state })
}

/// Returns a checksum (FNV-1a) of what the file says.
fn sum(end: u64, line: u64, unended: u64, state: Option<&[u8]>) -> u64 {
    let bytes = [end, line, unended].map(u64::to_le_bytes);
    let mix = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let sum = bytes.as_flattened().iter().fold(0x811c_9dc5, mix);
    state.unwrap_or_default().iter().fold(sum, mix).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that is being started has copies of all open files, until it
    /// becomes another program.
    #[test]
    fn a_copy_of_the_file_does_not_keep_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        for written in [false, true] {
            let (mut file, _) = OffsetsFile::open(&path).unwrap();
            if written {
                file.replace(&Said::default()).unwrap();
            }
            let copy = file.locked.as_ref().unwrap().try_clone().unwrap();
            assert!(OffsetsFile::open(&path).is_err(), "it is locked");
            drop(file);
            assert!(OffsetsFile::open(&path).is_ok());
            drop(copy);
        }
    }
}
