//! Defines how far a text file has been worked off, and the file that remembers it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::kept_states::{Kept, Live};
use super::offsets_file::{OffsetsFile, Said};
use super::output::Output;
use super::position::{Mark, Position};

/// Says how long what is committed waits before it is written.
const EVERY: Duration = Duration::from_millis(100);

/// Says how far a text file has been worked off: what `lines(path, resume = offsets)`
/// begins behind, and commits to.
///
/// It is kept in a file of its own, which is replaced as a whole, so that there
/// is always one that can be read: at the first line that is committed, then at
/// most every 100 ms, and when the flow ends or is dropped. A process that is
/// killed has lost the last of it at most: the lines behind come once more when
/// the flow is started again. So every line is worked on at least once, and in
/// order none is passed over. Before the offsets are written, the files of the
/// flow's `write_lines` are synced: what the offsets say survives a power cut.
///
/// What could not be written comes as an `Err` item of `lines`, and is tried
/// again with the next line that is committed, and at the end of the text file.
/// What is committed after that ends the flow with an error, where `lines` carries a
/// bare `?`. Where it carries none, or the flow is dropped,
/// [`flush`](Offsets::flush) tells.
///
/// A handle: clones are of the same offsets. They belong to one text file, and to
/// one source at a time; another gives one `Err`, and the end. While one of the
/// clones is there, their file is locked: no other process opens it, nor this one.
/// The lock is the operating system's, which gives it back however a process ends.
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
///     lines(&path, resume = &offsets)? -> collect::<Vec<_>>()
/// }
/// .run()?;
/// assert_eq!(seen, ["one", "two"]);
/// offsets.flush()?;
/// drop(offsets);
///
/// // Another process, later on.
/// let offsets = Offsets::open(&log)?;
/// assert_eq!(offsets.position().line, 2);
/// let seen = flow! { lines(&path, resume = offsets)? -> count() }.run()?;
/// assert_eq!(seen, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Offsets(pub(super) Arc<Mutex<State>>);

pub(super) struct State {
    file: OffsetsFile,
    committed: Mark,
    /// Holds what is in the file.
    written: Mark,
    /// The time at which this process last wrote the file.
    at: Option<Instant>,
    /// Holds what could not be written, until somebody is told.
    failed: Option<io::Error>,
    /// Says whether somebody was told since the file could be written.
    told: bool,
    /// The source that commits to them.
    user: Option<User>,
    /// The states that are kept with them: these are snapshots.
    pub(super) kept: Option<Kept>,
}

struct User {
    /// Its text file.
    path: PathBuf,
    /// The files that are synced before anything is written.
    outputs: Vec<Output>,
    /// Says whether one of them failed: what came after the last sync is never committed.
    over: bool,
    /// The state that is made of the lines, where these are snapshots.
    live: Option<Arc<dyn Live>>,
}

/// The reason that offsets were not written.
enum Unwritten {
    /// The sink's file failed, and the sink says so.
    Sink(io::Error),
    Offsets(io::Error),
}

impl Offsets {
    /// The offsets in this file. Where there is none, nothing has been worked
    /// off, and it is made; it goes again where nothing was committed.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read; [`ResourceBusy`](io::ErrorKind::ResourceBusy)
    /// where it is open already, in this process or another; and
    /// [`InvalidData`](io::ErrorKind::InvalidData) where it is another file. The file
    /// is then as it was before.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let (file, Said { mark, state }) = OffsetsFile::open(path.as_ref())?;
        if state.is_some() {
            let path = file.path().display();
            let wrong = format!("`{path}` holds snapshots: `Snapshots::open` opens it");
            return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
        }
        Ok(Self::new(file, mark, None))
    }

    pub(super) fn new(file: OffsetsFile, committed: Mark, kept: Option<Kept>) -> Self {
        Self(Arc::new(Mutex::new(State {
            file,
            committed,
            written: committed,
            at: None,
            failed: None,
            told: false,
            user: None,
            kept,
        })))
    }

    /// The last line that is committed; its number is 0 where none is. What is
    /// kept of a line that another process committed is its end.
    #[must_use]
    pub fn position(&self) -> Position {
        self.state().committed.line
    }

    /// Writes what is committed and not written yet.
    ///
    /// # Errors
    ///
    /// Where that fails, or where the file of a `write_lines` cannot be synced. The
    /// file is then as it was before.
    pub fn flush(&self) -> io::Result<()> {
        let mut state = self.state();
        state.failed = None;
        state.write_all().map_err(|error| match error {
            Unwritten::Sink(error) | Unwritten::Offsets(error) => error,
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what the error of a source says of them.
    pub(super) fn path(&self) -> PathBuf {
        self.state().file.path().to_owned()
    }

    /// A source begins behind what is committed, and will commit to them.
    pub(super) fn begin(&self, path: &Path, outputs: Vec<Output>) -> io::Result<Mark> {
        let mut state = self.state();
        if let Some(user) = &state.user {
            let (offsets, other) = (state.file.path().display(), user.path.display());
            let path = path.display();
            let wrong = format!(
                "`{path}` cannot resume by `{offsets}`: `{other}` is being read by it; every \
                 `lines` needs offsets of its own"
            );
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, wrong));
        }
        let written = state.written;
        let file = state.file.path().to_owned();
        let live = match &mut state.kept {
            Some(kept) => Some(kept.begin(written, &file)?),
            None => None,
        };
        if live.is_some() {
            // What was not kept comes once more.
            state.committed = written;
        }
        state.user = Some(User {
            path: path.to_owned(),
            outputs,
            over: false,
            live,
        });
        state.told = false;
        Ok(state.committed)
    }

    /// Returns whether a state is kept with them.
    pub(super) fn keep_state(&self) -> bool {
        self.state().kept.is_some()
    }

    /// The flow of the source is gone.
    pub(super) fn end(&self) {
        let mut state = self.state();
        if let Err(Unwritten::Offsets(error)) = state.write_all() {
            // The lines come once more, and the next flow tells why.
            state.failed = Some(error);
        }
        state.user = None;
    }

    /// Returns what could not be written, once.
    pub(super) fn failure(&self) -> Option<io::Error> {
        let mut state = self.state();
        let failed = state.failed.take();
        state.told |= failed.is_some();
        failed
    }

    /// Writes what is committed, at the end of the text file; what goes wrong is told
    /// where the source has not said so before.
    pub(super) fn last(&self) -> Option<io::Error> {
        let mut state = self.state();
        match state.write_all() {
            Err(Unwritten::Offsets(error)) if !state.told => {
                state.told = true;
                Some(error)
            }
            _ => None,
        }
    }

    /// Notes that a line is done with, and all before it.
    pub(super) fn commit(&self, line: Mark) {
        let mut state = self.state();
        if state.user.as_ref().is_some_and(|user| user.over) {
            return;
        }
        state.committed = line;
        if let Some(kept) = &mut state.kept
            && !kept.settle(line)
        {
            return;
        }
        let now = Instant::now();
        if state.kept.is_some() || state.at.is_none_or(|at| now - at >= EVERY) {
            state.at = Some(now);
            if let Err(Unwritten::Offsets(error)) = state.write() {
                state.failed = Some(error);
            }
        }
    }
}

impl State {
    fn write(&mut self) -> Result<(), Unwritten> {
        let mut outputs = self.user.iter().flat_map(|user| &user.outputs);
        let synced = outputs.try_for_each(Output::sync);
        if let Err(error) = synced {
            // Nobody knows which of the lines since then are durable.
            self.committed = self.written;
            if let Some(user) = &mut self.user {
                user.over = true;
            }
            return Err(Unwritten::Sink(error));
        }
        let said = match &mut self.kept {
            Some(kept) => kept.said().map_err(Unwritten::Offsets)?,
            None => Some(Said {
                mark: self.committed,
                state: None,
            }),
        };
        let Some(said) = said.filter(|said| said.mark.line.end != self.written.line.end) else {
            return Ok(());
        };
        self.file.replace(&said).map_err(Unwritten::Offsets)?;
        self.written = said.mark;
        self.told = false;
        Ok(())
    }

    /// Writes all that can be written, the state as it is by now included.
    fn write_all(&mut self) -> Result<(), Unwritten> {
        if let Some(kept) = &mut self.kept
            && let Some(user) = self.user.as_ref().filter(|user| !user.over)
            && let Some(live) = &user.live
            && self.committed.line.end > self.written.line.end
        {
            // Written down behind a line that was done with by then.
            kept.settle(self.committed);
            kept.capture(&**live, self.committed);
        }
        self.write()
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // What a flow committed it has written; nobody is there to be told.
        let _ = self.write_all();
    }
}

impl fmt::Debug for Offsets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Offsets")
            .field("path", &state.file.path())
            .field("committed", &state.committed.line)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
