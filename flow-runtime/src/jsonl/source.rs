//! The file that rows are made of: read line by line, and known again.

use std::fs::File;
use std::future::poll_fn;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::task::Poll;

use crate::store::log::{Fingerprint, at_line, sum};
use crate::{Error, ErrorKind};

/// The number of lines that are read before others have their turn.
const LINES: u64 = 1 << 10;

/// A source, from its beginning on.
pub(super) struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    /// Of what was read so far.
    read: Fingerprint,
    line: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let refused = |error| failed(path, "could not be opened", error);
        let file = File::open(path).map_err(refused)?;
        if !file.metadata().map_err(refused)?.is_file() {
            let message = format!("`{}` is no regular file", path.display());
            return Err(Error::new(ErrorKind::Store, message));
        }
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::with_capacity(1 << 16, file),
            read: Fingerprint {
                bytes: 0,
                lines: 0,
                sum: sum(None, b""),
            },
            line: Vec::new(),
        })
    }

    /// Reads the next line that is not blank; gives its number.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &[u8])>, Error> {
        loop {
            self.line.clear();
            let length = self.reader.read_until(b'\n', &mut self.line);
            let length = length.map_err(|error| failed(&self.path, "could not be read", error))?;
            if length == 0 {
                return Ok(None);
            }
            self.read.bytes += length as u64;
            self.read.lines += 1;
            self.read.sum = sum(Some(self.read.sum), &self.line);
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.read.lines, self.line.trim_ascii())));
            }
        }
    }

    /// Adds to an error the line that it is of.
    pub(super) fn at(&self, number: u64, error: Error) -> Error {
        at_line(&self.path, number, error)
    }

    /// Makes sure that the source is still as it was when the run began.
    pub(super) fn check(&self, as_it_was: &Fingerprint) -> Result<(), Error> {
        if self.read == *as_it_was {
            return Ok(());
        }
        let message = format!("`{}` was edited while it was read", self.path.display());
        Err(Error::new(ErrorKind::Stale, message))
    }
}

/// Reads a source, and gives each line to `each`. Others have their turn meanwhile.
pub(super) async fn read(
    path: &Path,
    mut each: impl FnMut(u64, &[u8]) -> Result<(), Error>,
) -> Result<Fingerprint, Error> {
    let mut lines = Lines::open(path)?;
    let mut turn = LINES;
    while let Some((number, line)) = lines.next_line()? {
        each(number, line).map_err(|error| at_line(path, number, error))?;
        if number >= turn {
            turn = number + LINES;
            pause().await;
        }
    }
    Ok(lines.read)
}

/// Lets others have their turn.
async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    let message = format!("`{}` {what}", path.display());
    Error::with_source(ErrorKind::Store, message, error)
}
