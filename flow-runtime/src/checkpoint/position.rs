//! Places in a text file.

/// Says where a line is in its file: what `with_meta()` shows of the items of
/// `lines(path, resume = offsets)`.
///
/// ```
/// use flow_runtime::{Offsets, flow};
///
/// # let folder = tempfile::tempdir()?;
/// # let (path, log) = (&folder.path().join("in.txt"), folder.path().join("in.offsets"));
/// std::fs::write(path, "one\ntwo\n")?;
/// let offsets = Offsets::open(&log)?;
/// let flow = flow! { lines(path, resume = &offsets)? -> with_meta() -> map(|(_, at)| (at.line, at.start, at.end)) -> last() };
/// assert_eq!(flow.run()?, Some((2, 4, 8)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

/// Holds what is committed: the last line that is done with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The line; none has the number 0.
    pub(super) line: Position,
    /// Says whether it had no line end, as the last of a file may.
    pub(super) unended: bool,
}
