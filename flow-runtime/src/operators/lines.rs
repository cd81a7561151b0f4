//! `lines`: the lines of a text file.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::iter::FusedIterator;
use std::path::{Path, PathBuf};

use crate::ty::Ty;

/// Gives the lines of a text file, each an `io::Result<String>` without its
/// line end (`\n` or `\r\n`).
///
/// The file is opened at the first pull. One that cannot be opened or read on
/// is one `Err`, and the end; a line that is not UTF-8 is an `Err` in its place.
#[inline]
pub fn lines(path: impl AsRef<Path>) -> (Lines, Ty<io::Result<String>>) {
    let path = path.as_ref().to_owned();
    (Lines(State::Unopened(path)), Ty::new())
}

/// The lines of a text file.
pub struct Lines(State);

enum State {
    Unopened(PathBuf),
    Open(BufReader<File>),
    Over,
}

impl Lines {
    /// Reads one line; `None` at the end.
    fn read(&mut self) -> io::Result<Option<String>> {
        if let State::Unopened(path) = &self.0 {
            self.0 = State::Open(BufReader::new(File::open(path)?));
        }
        let State::Open(file) = &mut self.0 else {
            return Ok(None);
        };
        let mut line = String::new();
        if file.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.ends_with('\n') {
            line.pop();
            if line.ends_with('\r') {
                line.pop();
            }
        }
        Ok(Some(line))
    }
}

impl Iterator for Lines {
    type Item = io::Result<String>;

    #[inline]
    fn next(&mut self) -> Option<io::Result<String>> {
        let line = self.read().transpose();
        let goes_on = match &line {
            Some(Ok(_)) => true,
            // A line that is not UTF-8 has been read past.
            Some(Err(error)) => error.kind() == io::ErrorKind::InvalidData,
            None => false,
        };
        if !goes_on {
            self.0 = State::Over;
        }
        line
    }
}

impl FusedIterator for Lines {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Vec<Result<String, io::ErrorKind>> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lines.txt");
        std::fs::write(&path, content).unwrap();
        let (lines, _) = lines(path);
        lines
            .map(|line| line.map_err(|error| error.kind()))
            .collect()
    }

    #[test]
    fn line_ends_are_stripped() {
        let lines = read(b"one\ntwo\r\n\nlast\r");
        let expected = ["one", "two", "", "last\r"].map(|line| Ok(line.to_owned()));
        assert_eq!(lines, expected);
    }

    #[test]
    fn an_empty_file_has_no_line() {
        assert_eq!(read(b""), []);
    }

    #[test]
    fn a_line_that_is_not_text_is_an_error_in_its_place() {
        let expected = [
            Ok("a".to_owned()),
            Err(io::ErrorKind::InvalidData),
            Ok("b".to_owned()),
        ];
        assert_eq!(read(b"a\n\xff\xff\nb\n"), expected);
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_one_error() {
        let directory = tempfile::tempdir().unwrap();
        let (mut missing, _) = lines(directory.path().join("missing"));
        let error = missing.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(missing.next().is_none());
        assert!(missing.next().is_none());
    }

    #[test]
    fn what_cannot_be_read_is_one_error() {
        let directory = tempfile::tempdir().unwrap();
        let (lines, _) = lines(directory.path());
        assert_eq!(lines.filter(Result::is_err).count(), 1);
    }

    #[test]
    fn the_file_is_opened_at_the_first_pull() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("late.txt");
        let (mut lines, _) = lines(&path);
        std::fs::write(&path, "here").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), "here");
    }
}
