//! `accumulate(init, f, keep = &snapshots)`: a state that is kept with the position of
//! the lines that it was made of.
//!
//! The state runs ahead of what is done with: behind it lines may wait, and fail. So now
//! and then it is written down as it is between two lines, with the first of them, and
//! goes to the file when the ledger says that this line, and all before it, is done
//! with. At the end of a flow the state itself is written, if it is of no line that is
//! not done with.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::offsets::{Mark, Offsets, Position};
use super::offsets_file::{OffsetsFile, Said};
use crate::ty::{Ty, When};

/// How many items make a snapshot, unless `every = n` says so.
pub const SNAPSHOT: usize = 1024;

/// The state of an `accumulate(init, f, keep = &snapshots, every = n)` and how far the
/// text file has been worked off that it is made of: one file, replaced as a whole, so
/// that both are of one moment.
///
/// `lines(path, resume = &snapshots)` goes on behind the last line of the snapshot, and
/// the state begins as it was there: a process may be killed at any moment, and in the
/// end the state is that of one run. Lines behind the snapshot come once more.
///
/// A snapshot is taken every `n` items and when the flow ends. It is written when all
/// that was made of its lines is done with, after the files of the flow's `write_lines`
/// were synced; else as [`Offsets`], errors included. A state that does not come back
/// from its own JSON is not kept, and an error.
///
/// A handle: clones are of the same snapshots, whose file is locked as long as one of
/// them is there.
///
/// ```
/// use flow_runtime::{Snapshots, flow};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let (path, log) = (folder.path().join("numbers.txt"), folder.path().join("sum.snapshot"));
/// std::fs::write(&path, "1\n2\n3\n")?;
/// let snapshots = Snapshots::<i64>::open(&log)?;
/// let run = || {
///     flow! {
///         lines(&path, resume = &snapshots)? -> map(|line| line.parse::<i64>())?
///             -> accumulate(0, |sum, n| { *sum += n; *sum }, keep = &snapshots, every = 100)
///             -> last()
///     }
///     .run()
/// };
/// assert_eq!(run()?, Some(6));
/// std::fs::write(&path, "1\n2\n3\n4\n")?;
/// assert_eq!(run()?, Some(10));
/// assert_eq!(snapshots.state()?, Some(10));
/// # Ok(())
/// # }
/// ```
pub struct Snapshots<S> {
    pub(super) offsets: Offsets,
    state: PhantomData<fn() -> S>,
}

impl<S: DeserializeOwned> Snapshots<S> {
    /// Opens the snapshots in this file. Where there is none, nothing has been worked
    /// off, and it is made; it goes again where nothing was kept.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read; [`ResourceBusy`](io::ErrorKind::ResourceBusy)
    /// where it is open already, in this process or another; and
    /// [`InvalidData`](io::ErrorKind::InvalidData) where it is another file, one of
    /// offsets, or its state is no `S`. The file is then as it was before.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let (file, Said { mark, state }) = OffsetsFile::open(path.as_ref())?;
        let wrong = |what: String| {
            let wrong = format!("`{}` {what}", path.as_ref().display());
            Err(io::Error::new(io::ErrorKind::InvalidData, wrong))
        };
        match &state {
            None if mark != Mark::default() => {
                return wrong("holds offsets without a state: `Offsets::open` opens it".to_owned());
            }
            None => {}
            Some(state) => {
                if let Err(error) = serde_json::from_slice::<S>(state) {
                    let ty = std::any::type_name::<S>();
                    return wrong(format!("holds a state that is no `{ty}`: {error}"));
                }
            }
        }
        let kept = Kept {
            next: state.map(|state| (mark, Ok(state))),
            waiting: VecDeque::new(),
            live: Vec::new(),
        };
        Ok(Self {
            offsets: Offsets::new(file, mark, Some(kept)),
            state: PhantomData,
        })
    }

    /// Returns the state that is kept; `None` where none is yet.
    ///
    /// # Errors
    ///
    /// Where a state that was to be kept did not become JSON, or not come back from it.
    ///
    /// ```
    /// use flow_runtime::Snapshots;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// # let folder = tempfile::tempdir()?;
    /// let snapshots = Snapshots::<Vec<u32>>::open(folder.path().join("snapshot"))?;
    /// assert_eq!(snapshots.state()?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn state(&self) -> io::Result<Option<S>> {
        let mut state = self.offsets.state();
        let said = state.kept.as_mut().map_or(Ok(None), Kept::said)?;
        let json = said.and_then(|said| said.state);
        json.map(|json| serde_json::from_slice(&json).map_err(io::Error::from))
            .transpose()
    }
}

impl<S> Snapshots<S> {
    /// Returns the last line that the kept state is made of; its number is 0 where
    /// nothing is kept.
    ///
    /// ```
    /// use flow_runtime::Snapshots;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// # let folder = tempfile::tempdir()?;
    /// let snapshots = Snapshots::<u32>::open(folder.path().join("snapshot"))?;
    /// assert_eq!(snapshots.position().line, 0);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn position(&self) -> Position {
        let state = self.offsets.state();
        let next = state.kept.as_ref().and_then(|kept| kept.next.as_ref());
        next.map_or_else(Position::default, |(mark, _)| mark.line)
    }

    /// Writes what is to be kept and not written yet.
    ///
    /// # Errors
    ///
    /// Where that fails, or where the file of a `write_lines` cannot be synced. The file
    /// is then as it was before.
    ///
    /// ```
    /// use flow_runtime::Snapshots;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// # let folder = tempfile::tempdir()?;
    /// let snapshots = Snapshots::<u32>::open(folder.path().join("snapshot"))?;
    /// snapshots.flush()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn flush(&self) -> io::Result<()> {
        self.offsets.flush()
    }
}

impl<S> Clone for Snapshots<S> {
    fn clone(&self) -> Self {
        Self {
            offsets: self.offsets.clone(),
            state: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Snapshots<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots")
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

/// The states of snapshots, as JSON.
pub(super) struct Kept {
    /// What the file says, or is to say next.
    next: Option<(Mark, io::Result<Vec<u8>>)>,
    /// States between two lines that are not done with yet, the first in front.
    waiting: VecDeque<(Mark, io::Result<Vec<u8>>)>,
    /// The states of the flows that are there.
    live: Vec<Weak<dyn Live>>,
}

impl Kept {
    /// Gives the state of the flow whose source begins.
    ///
    /// # Errors
    ///
    /// Where there is not one, that begins behind the line that the source does.
    pub(super) fn begin(&mut self, mark: Mark, file: &Path) -> io::Result<Arc<dyn Live>> {
        self.waiting.clear();
        let mut live = self.live.drain(..).filter_map(|live| live.upgrade());
        let (first, others) = (live.next(), live.count());
        let wrong = match first {
            None => "no `accumulate(…, keep = …)` of the flow keeps its state there",
            Some(_) if others > 0 => {
                "several `accumulate(…, keep = …)` are there that keep their states there"
            }
            Some(live) if live.base() != mark => {
                "the flow was built before another one came to its end"
            }
            Some(live) => return Ok(live),
        };
        let wrong = format!(
            "cannot resume by the snapshots `{}`: {wrong}",
            file.display()
        );
        Err(io::Error::new(io::ErrorKind::InvalidInput, wrong))
    }

    /// Notes that all up to this line is done with; returns whether there is something
    /// to write.
    pub(super) fn settle(&mut self, line: Mark) -> bool {
        let is_done = |(mark, _): &(Mark, _)| mark.line.line <= line.line.line;
        let done = self.waiting.iter().take_while(|each| is_done(each)).count();
        if let Some(last) = self.waiting.drain(..done).next_back() {
            self.next = Some(last);
        }
        done > 0
    }

    /// Takes the state as it is, where it is of no line that is not done with.
    pub(super) fn capture(&mut self, live: &dyn Live, done: Mark) {
        if let Some(state) = live.capture(done.line) {
            self.next = Some((done, state));
        }
    }

    /// Returns what the file is to say.
    ///
    /// # Errors
    ///
    /// Where the state cannot be kept.
    pub(super) fn said(&mut self) -> io::Result<Option<Said>> {
        match &self.next {
            None => Ok(None),
            Some((mark, Ok(state))) => Ok(Some(Said {
                mark: *mark,
                state: Some(state.clone()),
            })),
            Some((_, Err(error))) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}

/// The state of a flow.
pub(super) trait Live: Send + Sync {
    /// Where it begins.
    fn base(&self) -> Mark;

    /// The state as JSON, if it is of no line behind this one.
    fn capture(&self, done: Position) -> Option<io::Result<Vec<u8>>>;
}

struct Running<S> {
    base: Mark,
    state: Mutex<State<S>>,
}

struct State<S> {
    state: S,
    /// The last line that it is made of.
    at: Position,
    /// How many items it is made of since it was last written down.
    since: usize,
    /// Whether a function is in the middle of it, or panicked there, or lines came out
    /// of order: it is of no line then.
    is_unclear: bool,
}

impl<S: Serialize + DeserializeOwned + Send> Live for Running<S> {
    fn base(&self) -> Mark {
        self.base
    }

    fn capture(&self, done: Position) -> Option<io::Result<Vec<u8>>> {
        // Where it is locked, `f` asks for this.
        let state = self.state.try_lock().ok()?;
        let is_of_these = !state.is_unclear && state.at.line <= done.line;
        is_of_these.then(|| encode(&state.state))
    }
}

/// Returns the JSON of a state that comes back from it.
fn encode<S: Serialize + DeserializeOwned>(state: &S) -> io::Result<Vec<u8>> {
    let wrong = |error| {
        let wrong =
            format!("the state cannot be kept, for it does not come back from its JSON: {error}");
        io::Error::new(io::ErrorKind::InvalidData, wrong)
    };
    let json = serde_json::to_vec(state).map_err(wrong)?;
    serde_json::from_slice::<S>(&json).map_err(wrong)?;
    Ok(json)
}

/// A [`Snapshots`], or a reference to one.
#[diagnostic::on_unimplemented(
    message = "`accumulate` cannot keep its state here",
    label = "no `Snapshots`, and no reference to one",
    note = "`Snapshots::open(path)?` keeps a state and how far a file has been worked off"
)]
pub trait Keeps {
    /// The state.
    type State;

    /// Where it is kept.
    fn snapshots(&self) -> Snapshots<Self::State>;
}

impl<S> Keeps for Snapshots<S> {
    type State = S;

    fn snapshots(&self) -> Self {
        self.clone()
    }
}

impl<S> Keeps for &Snapshots<S> {
    type State = S;

    fn snapshots(&self) -> Snapshots<S> {
        (*self).clone()
    }
}

/// A state that can be kept.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in snapshots",
    label = "a state that is kept is `Serialize + DeserializeOwned + Send`"
)]
pub trait Keepable: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<S: Serialize + DeserializeOwned + Send + 'static> Keepable for S {}

/// Gives what `f` makes of a state and each item, as `accumulate`; the state begins as it
/// was kept, or as `init` where none was.
///
/// # Panics
///
/// Where `every` is zero.
#[track_caller]
pub fn accumulate_kept<T, U, K, F>(
    _: Ty<(T, Position)>,
    init: K::State,
    mut f: F,
    keep: K,
    every: usize,
) -> (When<U, impl FnMut((T, Position)) -> U>, Ty<U>)
where
    K: Keeps<State: Keepable>,
    F: FnMut(&mut K::State, T) -> U,
{
    assert!(every > 0, "`every` must not be zero");
    let offsets = keep.snapshots().offsets;
    let running = begin(&offsets, init);
    let accumulate = move |(item, position): (T, Position)| {
        let mut state = running.state.lock().unwrap_or_else(PoisonError::into_inner);
        let written = state.turn_to(position, every);
        state.since += 1;
        // Where `f` panics, this stays.
        let was_unclear = std::mem::replace(&mut state.is_unclear, true);
        let out = f(&mut state.state, item);
        state.is_unclear = was_unclear;
        drop(state);
        if let Some(written) = written {
            let mut offsets = offsets.state();
            if let Some(kept) = &mut offsets.kept {
                kept.waiting.push_back(written);
            }
        }
        out
    };
    (accumulate, Ty::new())
}

impl<S: Keepable> State<S> {
    /// Goes on to an item of this line. Gives the state as it is between the last line
    /// and this one, if it is time to write it down.
    fn turn_to(&mut self, to: Position, every: usize) -> Option<(Mark, io::Result<Vec<u8>>)> {
        let at = std::mem::replace(&mut self.at, to);
        if to.line < at.line {
            self.is_unclear = true;
        }
        if self.is_unclear || to.line == at.line || self.since < every {
            return None;
        }
        self.since = 0;
        let mark = Mark {
            line: at,
            unended: false,
        };
        Some((mark, encode(&self.state)))
    }
}

/// The state of a flow, which begins as it was kept.
fn begin<S: Keepable>(offsets: &Offsets, init: S) -> Arc<Running<S>> {
    let mut offsets = offsets.state();
    let kept = offsets.kept.as_mut().expect("these are snapshots");
    let (base, state) = match &kept.next {
        Some((mark, Ok(state))) => {
            let state = serde_json::from_slice(state);
            (
                *mark,
                state.expect("it came back when it was written, or the file opened"),
            )
        }
        Some((_, Err(_))) | None => (Mark::default(), init),
    };
    let running = Arc::new(Running {
        base,
        state: Mutex::new(State {
            state,
            at: base.line,
            since: 0,
            is_unclear: false,
        }),
    });
    let live: Weak<Running<S>> = Arc::downgrade(&running);
    kept.live.push(live);
    running
}
