//! `lines(path, resume = offsets)`: the lines of a text file that have not been
//! worked off yet.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::iter::FusedIterator;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::acked::Acked;
use super::offsets::Offsets;
use super::output::Output;
use super::position::{Mark, Position};
use super::snapshots::Snapshots;
use super::source::{Commits, Source};
use super::torn::byte_before;
use crate::error::path::{not_text, with_path};
use crate::ty::Ty;

/// Gives the lines of a text file behind those that `offsets` knows to be worked
/// off, each an `io::Result<String>` without its line end (`\n` or `\r\n`), and
/// commits to `offsets` what is done with.
///
/// The file is opened at the first pull. One that cannot be opened or read on, or
/// in which no line ends where the offsets say so, is one `Err`, and the end; a line
/// that is not UTF-8 is an `Err` in its place. So are offsets that could not be
/// written; they are tried again. A last line without a line end is a line: where
/// more was added to it since, it comes once more as a whole.
#[inline]
pub fn lines_resume(
    path: impl AsRef<Path>,
    offsets: impl Resume,
) -> (
    Lines,
    Source<Mark, Position, Committer>,
    Ty<io::Result<String>>,
    Ty<Position>,
) {
    let shared = Arc::new(Shared {
        offsets: offsets.offsets(),
        outputs: Mutex::default(),
        begun: AtomicBool::new(false),
    });
    let lines = Lines {
        path: path.as_ref().to_owned(),
        shared: shared.clone(),
        at: Mark::default(),
        state: State::Unopened,
    };
    let source = Source::new(Committer(shared));
    (lines, source, Ty::new(), Ty::new())
}

/// An [`Offsets`], a [`Snapshots`], or a reference to one.
#[diagnostic::on_unimplemented(
    message = "`lines` cannot resume by this",
    label = "no `Offsets` and no `Snapshots`, and no reference to one",
    note = "`Offsets::open(path)?` keeps how far a file has been worked off"
)]
pub trait Resume {
    /// Returns what the source commits to.
    fn offsets(&self) -> Offsets;
}

impl Resume for Offsets {
    fn offsets(&self) -> Offsets {
        self.clone()
    }
}

impl Resume for &Offsets {
    fn offsets(&self) -> Offsets {
        (*self).clone()
    }
}

impl<S> Resume for Snapshots<S> {
    fn offsets(&self) -> Offsets {
        self.offsets.clone()
    }
}

impl<S> Resume for &Snapshots<S> {
    fn offsets(&self) -> Offsets {
        self.offsets.clone()
    }
}

/// Holds what a source and the commits of its lines share. With the last of them the flow
/// is gone.
struct Shared {
    offsets: Offsets,
    /// The files that are synced before a line is committed.
    outputs: Mutex<Vec<Output>>,
    /// Says whether the source has begun, and is the one that the offsets belong to.
    begun: AtomicBool,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if *self.begun.get_mut() {
            self.offsets.end();
        }
    }
}

/// Commits to offsets.
#[derive(Clone)]
pub struct Committer(Arc<Shared>);

impl Committer {
    /// Returns what became of the last commits, where nobody was told.
    pub(super) fn written(&self) -> io::Result<()> {
        if self.0.begun.load(Ordering::Relaxed) {
            return self.0.offsets.last().map_or(Ok(()), Err);
        }
        Ok(())
    }
}

impl<M> Source<Mark, M, Committer> {
    /// Returns what became of the last commits.
    pub(super) fn written(&self) -> io::Result<()> {
        self.commit.written()
    }
}

impl Commits<Mark> for Committer {
    #[inline]
    fn commit(&mut self, line: Mark, more: bool) {
        if !more && self.0.begun.load(Ordering::Relaxed) {
            self.0.offsets.commit(line);
        }
    }

    fn sync_first(&mut self, output: Output) {
        let outputs = self.0.outputs.lock();
        outputs.unwrap_or_else(PoisonError::into_inner).push(output);
    }
}

/// The lines of a text file, from some line on.
pub struct Lines {
    path: PathBuf,
    shared: Arc<Shared>,
    /// The last line that was read.
    at: Mark,
    state: State,
}

enum State {
    Unopened,
    Open(BufReader<File>),
    Over,
}

impl Lines {
    fn open(&mut self) -> io::Result<BufReader<File>> {
        let outputs = self.shared.outputs.lock();
        let outputs = std::mem::take(&mut *outputs.unwrap_or_else(PoisonError::into_inner));
        self.at = self.shared.offsets.begin(&self.path, outputs)?;
        self.shared.begun.store(true, Ordering::Relaxed);
        let file = File::open(&self.path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, mut file) = file.map_err(|error| with_path("open", &self.path, &error))?;
        self.check(&mut file, metadata.len())?;
        let read = |error| with_path("read", &self.path, &error);
        if self.at.unended && metadata.len() > self.at.line.end {
            let ended = ended(&mut file, self.at).map_err(read)?;
            if ended.line.line < self.at.line.line && self.shared.offsets.keep_state() {
                return Err(self.grown());
            }
            self.at = ended;
        }
        file.seek(SeekFrom::Start(self.at.line.end)).map_err(read)?;
        Ok(BufReader::new(file))
    }

    /// The error for a line that a state was made of before it was whole.
    fn grown(&self) -> io::Error {
        let (path, snapshots) = (self.path.display(), self.shared.offsets.path());
        let (line, snapshots) = (self.at.line.line, snapshots.display());
        let wrong = format!(
            "line {line} of `{path}` had no line end when the state in `{snapshots}` was made of \
             it, and was added to since: to begin with the first line, remove `{snapshots}`"
        );
        io::Error::new(io::ErrorKind::InvalidData, wrong)
    }

    /// Checks that a line ends where the offsets say so.
    fn check(&self, file: &mut File, length: u64) -> io::Result<()> {
        let Position { line, start, end } = self.at.line;
        if end == 0 {
            return Ok(());
        }
        let mut ends_line = |offset| -> io::Result<bool> {
            let byte = byte_before(file, offset);
            let byte = byte.map_err(|error| with_path("read", &self.path, &error))?;
            Ok(byte == b'\n')
        };
        let wrong = if length < end {
            "it is shorter"
        } else if self.at.unended && (ends_line(end)? || (start > 0 && !ends_line(start)?)) {
            "that is not where its last line was"
        } else if !self.at.unended && !ends_line(end)? {
            "no line ends there"
        } else {
            return Ok(());
        };
        let (path, offsets) = (self.path.display(), self.shared.offsets.path());
        let (offsets, lines) = (offsets.display(), if line == 1 { "line" } else { "lines" });
        let wrong = format!(
            "`{offsets}` says that {end} bytes of `{path}`, {line} {lines}, were worked off, and \
             {wrong}: what was there has changed, or these are the offsets of another file; to \
             begin with the first line, remove `{offsets}`"
        );
        Err(io::Error::new(io::ErrorKind::InvalidData, wrong))
    }

    /// Reads one line; `None` at the end.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let State::Open(file) = &mut self.state else {
            return Ok(None);
        };
        if self.at.unended {
            // What is added to this line meanwhile is no line: it comes with the next flow.
            return Ok(None);
        }
        let mut line = Vec::new();
        let length = file.read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(None);
        }
        let Position {
            line: number, end, ..
        } = self.at.line;
        self.at = Mark {
            line: Position {
                line: number + 1,
                start: end,
                end: end + length as u64,
            },
            unended: !line.ends_with(b"\n"),
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
        if let State::Unopened = self.state {
            self.state = match self.open() {
                Ok(file) => State::Open(file),
                Err(error) => return self.end(error),
            };
        }
        if let Some(error) = self.shared.offsets.failure() {
            return Some(Err(error));
        }
        match self.read() {
            Ok(Some(line)) => {
                let text = String::from_utf8(line);
                Some(text.map_err(|_| not_text(self.at.line.line, &self.path)))
            }
            Ok(None) => {
                let last = match self.state {
                    State::Open(_) => self.shared.offsets.last(),
                    _ => None,
                };
                self.state = State::Over;
                last.map(Err)
            }
            Err(error) => self.end(with_path("read", &self.path, &error)),
        }
    }

    /// The last item.
    fn end(&mut self, error: io::Error) -> Option<io::Result<String>> {
        self.state = State::Over;
        Some(Err(error))
    }
}

/// Returns where to go on behind a last line that had no line end, and is not the end
/// of the file any more: behind the line end that it has got, else before the line,
/// which is another one now.
fn ended(file: &mut File, at: Mark) -> io::Result<Mark> {
    let Position { line, start, end } = at.line;
    let mut added = [0; 2];
    file.seek(SeekFrom::Start(end))?;
    let length = file.read(&mut added)?;
    let end = match &added[..length] {
        [b'\n', ..] => end + 1,
        b"\r\n" => end + 2,
        _ => {
            let line = Position {
                line: line - 1,
                start,
                end: start,
            };
            return Ok(Mark {
                line,
                unended: false,
            });
        }
    };
    let line = Position { line, start, end };
    Ok(Mark {
        line,
        unended: false,
    })
}

impl Iterator for Lines {
    type Item = Acked<io::Result<String>, Mark, Position>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let line = self.line()?;
        Some(Acked::of(line, self.at, self.at.line))
    }
}

impl FusedIterator for Lines {}
