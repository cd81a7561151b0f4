//! `write_lines`: the end that writes a text file.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::ty::Ty;

/// Writes each item as a line of a text file, and gives an `io::Result<()>`.
///
/// The file is created, or emptied, when the first item or the end of input
/// comes. Lines are buffered and flushed at the end of input. The first error
/// ends the branch: nothing is written after it.
#[inline]
pub fn write_lines<T: Display>(_: Ty<T>, path: impl AsRef<Path>) -> WriteLines {
    WriteLines(State::Unopened(path.as_ref().to_owned()))
}

/// A text file that is being written.
pub struct WriteLines(State);

enum State {
    Unopened(PathBuf),
    Open(BufWriter<File>),
    Failed(io::Error),
}

impl WriteLines {
    /// Writes one line.
    #[inline]
    pub fn push<T: Display>(&mut self, item: T) {
        self.attempt(|file| writeln!(file, "{item}"));
    }

    /// Writes what is buffered now, and not at the end.
    #[inline]
    pub fn flush(&mut self) {
        self.attempt(BufWriter::flush);
    }

    /// Whether nothing will be written any more, after an error.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.0, State::Failed(_))
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    ///
    /// The first error in creating or writing the file.
    #[inline]
    pub fn finish(mut self) -> io::Result<()> {
        self.attempt(BufWriter::flush);
        match self.0 {
            State::Failed(error) => Err(error),
            _ => Ok(()),
        }
    }

    /// Does one thing to the file, unless something failed before.
    fn attempt(&mut self, act: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        if let State::Unopened(path) = &self.0 {
            self.0 = match File::create(path) {
                Ok(file) => State::Open(BufWriter::new(file)),
                Err(error) => State::Failed(error),
            };
        }
        if let State::Open(file) = &mut self.0
            && let Err(error) = act(file)
        {
            let failed = std::mem::replace(&mut self.0, State::Failed(error));
            // Dropping the writer as it is would write its buffer after all.
            if let State::Open(file) = failed {
                drop(file.into_parts());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_a_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        std::fs::write(&path, "what was there before").unwrap();
        let mut lines = write_lines(Ty::<u8>::new(), &path);
        lines.push(1);
        lines.push(2);
        assert!(!lines.is_over());
        lines.finish().unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "1\n2\n");
    }

    #[test]
    fn no_item_makes_an_empty_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        let lines = write_lines(Ty::<u8>::new(), &path);
        assert!(!path.exists(), "nothing runs until the flow is driven");
        lines.finish().unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "");
    }

    #[test]
    fn the_first_error_ends_it_and_comes_back_at_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let mut lines = write_lines(Ty::<u8>::new(), directory.path().join("no/such/place"));
        lines.push(1);
        assert!(lines.is_over());
        lines.push(2);
        assert_eq!(lines.finish().unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_reported() {
        let mut lines = write_lines(Ty::<u8>::new(), "/dev/full");
        lines.push(1);
        let error = lines.finish().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
