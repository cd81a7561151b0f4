//! `lines`: the lines of a text file.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::iter::FusedIterator;
use std::path::{Path, PathBuf};

use crate::error::path::{not_text, with_path};
use crate::ty::Ty;

/// Gives the lines of a text file, each an `io::Result<String>` without its
/// line end (`\n` or `\r\n`).
///
/// The file is opened at the first pull. One that cannot be opened or read on
/// is one `Err`, and the end; a line that is not UTF-8 is an `Err` in its place.
#[inline]
pub fn lines(path: impl AsRef<Path>) -> (Lines, Ty<io::Result<String>>) {
    let lines = Lines {
        path: path.as_ref().to_owned(),
        number: 0,
        state: State::Unopened,
    };
    (lines, Ty::new())
}

/// The lines of a text file.
pub struct Lines {
    path: PathBuf,
    /// The number of the last line that was read; the first is 1.
    number: u64,
    state: State,
}

enum State {
    Unopened,
    Open(BufReader<File>),
    Over,
}

impl Lines {
    /// Reads one line; `None` at the end.
    fn read(&mut self) -> io::Result<Option<String>> {
        if let State::Unopened = self.state {
            self.state = match File::open(&self.path) {
                Ok(file) => State::Open(BufReader::new(file)),
                Err(error) => return Err(with_path("open", &self.path, &error)),
            };
        }
        let State::Open(file) = &mut self.state else {
            return Ok(None);
        };
        let mut line = String::new();
        self.number += 1;
        match file.read_line(&mut line) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            // It has been read past.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(not_text(self.number, &self.path));
            }
            Err(error) => return Err(with_path("read", &self.path, &error)),
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
            Some(Err(error)) => error.kind() == io::ErrorKind::InvalidData,
            None => false,
        };
        if !goes_on {
            self.state = State::Over;
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
    fn errors_name_the_file_and_the_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lines.txt");
        let missing = lines(&path).0.next().unwrap().unwrap_err();
        assert_eq!(missing.to_string().matches("lines.txt").count(), 1);
        std::fs::write(&path, b"a\n\xff\n").unwrap();
        let wrong = lines(&path).0.nth(1).unwrap().unwrap_err();
        let expected = format!("line 2 of `{}` is not UTF-8", path.display());
        assert_eq!(wrong.to_string(), expected);
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
