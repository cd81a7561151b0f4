//! How far a text file has been worked off, and the file that remembers it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::store::disk::sync_directory_of;

/// How long what is committed waits before it is written.
const EVERY: Duration = Duration::from_millis(100);

/// Where a line is in its file: what `with_meta()` shows of the items of
/// `lines(path, resume = offsets)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The number of the line: the first is 1.
    pub line: u64,
    /// The offset of its first byte.
    pub start: u64,
    /// The offset behind its line end: where the next line starts.
    pub end: u64,
}

/// How far a text file has been worked off: what `lines(path, resume = offsets)`
/// begins behind, and commits to.
///
/// It is kept in a file of its own, which is replaced as a whole, so that there
/// is always one that can be read: at the first line that is committed, then at
/// most every 100 ms, and when the flow ends or is dropped. A process that is
/// killed has lost the last of it at most: the lines behind come once more when
/// the flow is started again. So every line is worked on at least once, and in
/// order none is passed over.
///
/// What could not be written comes as an `Err` item of `lines`, and is tried
/// again with the next line that is committed. [`flush`](Offsets::flush) tells
/// what became of the last of it.
///
/// A handle: clones are of the same offsets. They belong to one text file and to
/// one flow at a time.
///
/// ```
/// use flow_runtime::{Offsets, flow};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let (path, log) = (folder.path().join("orders.txt"), folder.path().join("orders.offsets"));
/// # std::fs::write(&path, "one\ntwo\n")?;
/// let offsets = Offsets::open(&log)?;
/// let seen = flow! {
///     lines(&path, resume = offsets.clone())? -> collect::<Vec<_>>()
/// }
/// .run()?;
/// assert_eq!(seen, ["one", "two"]);
/// offsets.flush()?;
///
/// // Another process, later on.
/// let offsets = Offsets::open(&log)?;
/// assert_eq!(offsets.position().line, 2);
/// let seen = flow! { lines(&path, resume = offsets)? -> count() }.run()?;
/// assert_eq!(seen, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Offsets(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    path: PathBuf,
    /// The last line that is committed; no line has the number 0.
    committed: Position,
    /// The offset that the file has.
    written: u64,
    /// When the file was last written in this process.
    at: Option<Instant>,
    /// What could not be written, until somebody is told.
    failed: Option<io::Error>,
}

impl Offsets {
    /// The offsets in this file. Where there is none, nothing has been worked
    /// off; the file is made with the first line that is committed.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, and
    /// [`InvalidData`](io::ErrorKind::InvalidData) where it is another file.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let committed = match std::fs::read(&path) {
            Ok(text) => parse(&text, &path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Position::default(),
            Err(error) => return Err(error),
        };
        Ok(Self(Arc::new(Mutex::new(State {
            path,
            committed,
            written: committed.end,
            at: None,
            failed: None,
        }))))
    }

    /// The last line that is committed; its number is 0 where none is. What is
    /// kept of a line that another process committed is its end.
    #[must_use]
    pub fn position(&self) -> Position {
        self.state().committed
    }

    /// Writes what is committed and not written yet.
    ///
    /// # Errors
    ///
    /// Where that fails. The file is then as it was before.
    pub fn flush(&self) -> io::Result<()> {
        let mut state = self.state();
        state.failed = None;
        state.write()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What could not be written, once.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.state().failed.take()
    }

    /// Notes that a line is done with, and all before it.
    pub(super) fn commit(&self, line: Position) {
        let mut state = self.state();
        state.committed = line;
        let now = Instant::now();
        if state.at.is_none_or(|at| now - at >= EVERY) {
            state.at = Some(now);
            if let Err(error) = state.write() {
                state.failed = Some(error);
            }
        }
    }
}

impl State {
    fn write(&mut self) -> io::Result<()> {
        let Position { line, end, .. } = self.committed;
        if end == self.written {
            return Ok(());
        }
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = self.path.with_file_name(name);
        let mut file = File::create(&new)?;
        writeln!(file, "{}", json!({ "offset": end, "lines": line }))?;
        file.sync_all()?;
        std::fs::rename(&new, &self.path)?;
        sync_directory_of(&self.path)?;
        self.written = end;
        Ok(())
    }
}

fn parse(text: &[u8], path: &Path) -> io::Result<Position> {
    let value: Option<Value> = serde_json::from_slice(text).ok();
    let number = |name: &str| value.as_ref()?.get(name)?.as_u64();
    let (Some(end), Some(line)) = (number("offset"), number("lines")) else {
        let wrong = format!("`{}` is no file of offsets", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
    };
    let start = end;
    Ok(Position { line, start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: u64, end: u64) -> Position {
        let start = end - 1;
        Position { line, start, end }
    }

    #[test]
    fn what_was_committed_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        let offsets = Offsets::open(&path).unwrap();
        assert_eq!(offsets.position(), Position::default());
        assert!(!path.exists());
        offsets.commit(line(1, 4));
        let read = || Offsets::open(&path).unwrap().position();
        assert_eq!((read().line, read().end), (1, 4), "the first is written");
        offsets.commit(line(2, 9));
        assert_eq!(read().end, 4, "the second waits");
        offsets.flush().unwrap();
        assert_eq!((read().line, read().end), (2, 9));
        let names = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
    }

    #[test]
    fn another_file_is_not_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offsets");
        for text in ["", "one\ntwo\n", "{}", "{\"offset\": -1, \"lines\": 2}"] {
            std::fs::write(&path, text).unwrap();
            let error = Offsets::open(&path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_told_once_and_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("place");
        let offsets = Offsets::open(place.join("offsets")).unwrap();
        offsets.commit(line(1, 4));
        assert!(offsets.failure().is_some() && offsets.failure().is_none());
        assert!(offsets.flush().is_err());
        std::fs::create_dir(&place).unwrap();
        offsets.flush().unwrap();
        assert_eq!(
            Offsets::open(place.join("offsets")).unwrap().position().end,
            4
        );
    }
}
