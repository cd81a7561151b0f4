//! A text file behind a source that acknowledges.
//!
//! A line is given to the system when it comes. What commits an item syncs the file
//! first: `lines` before it writes its offsets, ten times a second at most, so a
//! sync is shared by all lines between; a stream before it acknowledges. Each sync
//! looks whether the lines are still there: where the file was removed or cut off,
//! they are not done.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::torn;
use crate::error::path::with_path;
use crate::store::disk::{is_removed, sync_directory_of};

/// A text file that is synced before its lines count as done: what the sink shares
/// with the sources.
#[derive(Clone)]
pub struct Output(Arc<Mutex<State>>);

/// Implemented by sinks whose lines count as done once they are synced.
pub trait Synced {
    /// Returns what the sources of the flow share with this sink.
    fn output(&self) -> Output;
}

struct State {
    path: PathBuf,
    /// Says whether what is there stays.
    append: bool,
    /// There once the file is open.
    target: Option<Box<dyn Target>>,
    /// Says whether something was written since the last sync.
    unsynced: bool,
    /// The first error: nothing is written after it, and no sync tried again.
    failed: Option<(io::ErrorKind, String)>,
}

/// Implemented by what is written to: a file, or a record of calls in tests.
pub(crate) trait Target: Send {
    /// Writes a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<()>;

    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file, and whether it can be synced: pipes and terminals cannot.
struct Opened {
    file: File,
    regular: bool,
    /// Says how long the file is at least, if nobody took anything away.
    length: u64,
}

impl Target for Opened {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.file.write_all(line)?;
        self.length += line.len() as u64;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.regular {
            self.file.sync_data()?;
            self.check()?;
        }
        Ok(())
    }
}

impl Opened {
    /// Checks that what was written is still there: a file without a name keeps its
    /// lines for nobody.
    fn check(&self) -> io::Result<()> {
        let metadata = self.file.metadata()?;
        let wrong = if is_removed(&metadata) {
            "it was removed while it was written"
        } else if metadata.len() < self.length {
            "it was cut off while it was written"
        } else {
            return Ok(());
        };
        Err(io::Error::other(wrong))
    }
}

impl Output {
    /// A file that is not open yet.
    pub(crate) fn new(path: &Path, append: bool) -> Self {
        Self::of(path, append, None)
    }

    /// Lines that go to this target.
    #[cfg(test)]
    pub(crate) fn to(target: impl Target + 'static) -> Self {
        Self::of(Path::new("target"), true, Some(Box::new(target)))
    }

    fn of(path: &Path, append: bool, target: Option<Box<dyn Target>>) -> Self {
        Self(Arc::new(Mutex::new(State {
            path: path.to_owned(),
            append,
            target,
            unsynced: false,
            failed: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line, with its line end.
    pub(crate) fn write(&self, line: &[u8]) {
        let mut state = self.state();
        if state.failed.is_some() || !state.opens() {
            return;
        }
        state.unsynced = true;
        let target = state.target.as_mut().expect("it is open");
        if let Err(error) = target.write(line) {
            state.fail("write to", &error);
        }
    }

    /// Opens the file, where no line did.
    pub(crate) fn open(&self) {
        self.state().opens();
    }

    /// Notes that an item could not be made a line.
    #[cold]
    pub(crate) fn refuse(&self, error: &io::Error) {
        let mut state = self.state();
        if state.failed.is_none() {
            state.fail("write to", error);
        }
    }

    /// Makes all lines durable that were written.
    ///
    /// # Errors
    ///
    /// The first error of the file, each time.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let mut state = self.state();
        if state.failed.is_none()
            && state.unsynced
            && let Some(target) = &mut state.target
        {
            match target.sync() {
                Ok(()) => state.unsynced = false,
                Err(error) => state.fail("sync", &error),
            }
        }
        state.error().map_or(Ok(()), Err)
    }

    /// Returns the first error of the file, each time.
    pub(crate) fn error(&self) -> Option<io::Error> {
        self.state().error()
    }

    /// Returns whether the file failed: nothing is written any more.
    pub(crate) fn is_over(&self) -> bool {
        self.state().failed.is_some()
    }
}

impl State {
    fn error(&self) -> Option<io::Error> {
        let (kind, text) = self.failed.as_ref()?;
        Some(io::Error::new(*kind, text.clone()))
    }

    /// Opens the file where it is not; `false` where that fails.
    fn opens(&mut self) -> bool {
        if self.target.is_none() && self.failed.is_none() {
            match self.open() {
                Ok(opened) => self.target = Some(Box::new(opened)),
                Err(error) => self.fail("open", &error),
            }
        }
        self.target.is_some()
    }

    fn open(&self) -> io::Result<Opened> {
        if !self.append {
            let file = File::create(&self.path)?;
            return self.opened(file);
        }
        let file = File::options().append(true).create(true).open(&self.path)?;
        let mut opened = self.opened(file)?;
        if opened.regular {
            torn::put_aside(&opened.file, &self.path)?;
            opened.length = opened.file.metadata()?.len();
        }
        Ok(opened)
    }

    fn opened(&self, file: File) -> io::Result<Opened> {
        let regular = file.metadata()?.is_file();
        if regular {
            // It may be new.
            sync_directory_of(&self.path)?;
        }
        Ok(Opened {
            file,
            regular,
            length: 0,
        })
    }

    #[cold]
    fn fail(&mut self, tried: &str, error: &io::Error) {
        let error = with_path(tried, &self.path, error);
        self.failed = Some((error.kind(), error.to_string()));
    }
}
