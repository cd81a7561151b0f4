//! Snapshots: a state, and how far the lines have been worked off that it was made of.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::path::Path;

use serde_core::de::DeserializeOwned;

use super::kept_states::Kept;
use super::offsets::Offsets;
use super::offsets_file::{OffsetsFile, Said};
use super::position::{Mark, Position};

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
    /// off, and it is made; it is removed again where no snapshot was kept in it.
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
        let kept = Kept::new(state.map(|state| (mark, state)));
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
        let mark = state.kept.as_ref().and_then(Kept::mark);
        mark.map_or_else(Position::default, |mark| mark.line)
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

/// A [`Snapshots`], or a reference to one.
#[diagnostic::on_unimplemented(
    message = "`accumulate` cannot keep a state of type `{S}` here",
    label = "no `Snapshots<{S}>`, and no reference to one",
    note = "`Snapshots::open(path)?` keeps a state and how far a file has been worked off"
)]
pub trait Keeps<S> {
    /// The place at which it is kept.
    fn snapshots(&self) -> Snapshots<S>;
}

#[diagnostic::do_not_recommend]
impl<S> Keeps<S> for Snapshots<S> {
    fn snapshots(&self) -> Self {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<S> Keeps<S> for &Snapshots<S> {
    fn snapshots(&self) -> Snapshots<S> {
        (*self).clone()
    }
}
