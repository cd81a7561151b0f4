//! `lines(path, resume = offsets)`: the lines of a text file that have not been
//! worked off yet.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::iter::FusedIterator;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::acked::Acked;
use super::offsets::{Offsets, Position};
use super::source::Source;
use crate::ty::Ty;

/// Gives the lines of a text file behind those that `offsets` knows to be worked
/// off, each an `io::Result<String>` without its line end (`\n` or `\r\n`), and
/// commits to `offsets` what is done with.
///
/// The file is opened at the first pull. One that cannot be opened or read on,
/// or is shorter than what has been worked off, is one `Err`, and the end; a line
/// that is not UTF-8 is an `Err` in its place. So are offsets that could not be
/// written; they are tried again. A last line without a line end is a line: what
/// is added to it later is another one.
#[inline]
pub fn lines_resume(
    path: impl AsRef<Path>,
    offsets: Offsets,
) -> (
    Lines,
    Source<Position, Position, impl FnMut(Position) + Clone>,
    Ty<io::Result<String>>,
    Ty<Position>,
) {
    let lines = Lines {
        offsets: offsets.clone(),
        at: Position::default(),
        state: State::Unopened(path.as_ref().to_owned()),
    };
    let committer = Arc::new(Committer(offsets));
    let commit = move |line: Position| committer.commit(line);
    (lines, Source::new(commit), Ty::new(), Ty::new())
}

/// Commits to offsets, and writes the last of it when the flow is gone.
struct Committer(Offsets);

impl Committer {
    fn commit(&self, line: Position) {
        self.0.commit(line);
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        // Nobody is there to be told: the lines come once more.
        let _ = self.0.flush();
    }
}

/// The lines of a text file, from some line on.
pub struct Lines {
    offsets: Offsets,
    /// The last line that was read.
    at: Position,
    state: State,
}

enum State {
    Unopened(PathBuf),
    Open(BufReader<File>),
    Over,
}

impl Lines {
    fn open(&self, path: &Path) -> io::Result<BufReader<File>> {
        let mut file = File::open(path)?;
        if file.metadata()?.len() < self.at.end {
            let (end, path) = (self.at.end, path.display());
            let wrong = format!("{end} bytes of `{path}` were worked off, and it is shorter");
            return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
        }
        file.seek(SeekFrom::Start(self.at.end))?;
        Ok(BufReader::new(file))
    }

    /// Reads one line; `None` at the end.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let State::Open(file) = &mut self.state else {
            return Ok(None);
        };
        let mut line = Vec::new();
        let length = file.read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(None);
        }
        self.at = Position {
            line: self.at.line + 1,
            start: self.at.end,
            end: self.at.end + length as u64,
        };
        if line.ends_with(b"\n") {
            line.pop();
            if line.ends_with(b"\r") {
                line.pop();
            }
        }
        Ok(Some(line))
    }

    /// The next line, or what went wrong.
    fn line(&mut self) -> Option<io::Result<String>> {
        if let State::Unopened(path) = &self.state {
            self.at = self.offsets.position();
            self.state = match self.open(path) {
                Ok(file) => State::Open(file),
                Err(error) => return self.end(error),
            };
        }
        if let Some(error) = self.offsets.failure() {
            return Some(Err(error));
        }
        match self.read() {
            Ok(Some(line)) => Some(String::from_utf8(line).map_err(|_| not_text())),
            Ok(None) => {
                self.state = State::Over;
                None
            }
            Err(error) => self.end(error),
        }
    }

    /// The last item.
    fn end(&mut self, error: io::Error) -> Option<io::Result<String>> {
        self.state = State::Over;
        Some(Err(error))
    }
}

/// As the standard library says it of a line.
fn not_text() -> io::Error {
    let wrong = "stream did not contain valid UTF-8";
    io::Error::new(io::ErrorKind::InvalidData, wrong)
}

impl Iterator for Lines {
    type Item = Acked<io::Result<String>, Position, Position>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let line = self.line()?;
        Some(Acked::of(line, self.at, self.at))
    }
}

impl FusedIterator for Lines {}
