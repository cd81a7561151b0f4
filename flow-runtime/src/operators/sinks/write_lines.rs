//! `write_lines`: the end that writes a text file.

mod lines;
mod text;

use std::fmt::Display;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use self::lines::Lines;
pub use self::text::{Formats, line};
use self::text::{Formatted, Writes};
use crate::checkpoint::output::{Output, Synced};
use crate::checkpoint::torn::is_torn;
use crate::error::path::with_path;
use crate::ty::Ty;

/// Writes each item as a line of a text file, and gives an `io::Result<()>`.
///
/// The file is created, or emptied, when the first item or the end of input
/// comes. Lines are buffered and flushed at the end of input. The first error
/// ends the branch: nothing is written after it.
#[inline]
pub fn write_lines<T: Display, K, M>(_: K, _: Ty<T, M>, path: impl AsRef<Path>) -> WriteLines<K> {
    WriteLines::new(path.as_ref(), false)
}

/// `write_lines(path, append = true)`: lines go behind what is in the file. A last
/// line without a line end gets one first.
#[inline]
pub fn write_lines_append<T: Display, K, M>(
    _: K,
    _: Ty<T, M>,
    path: impl AsRef<Path>,
) -> WriteLines<K> {
    WriteLines::new(path.as_ref(), true)
}

/// `write_lines` behind a source that acknowledges: the file is synced before its
/// lines count as done.
#[inline]
pub fn write_lines_synced<T: Display, K, M>(
    _: K,
    _: Ty<T, M>,
    path: impl AsRef<Path>,
) -> SyncedLines<K> {
    SyncedLines::to(Output::new(path.as_ref(), false))
}

/// `write_lines(path, append = true)` behind a source that acknowledges. A last line
/// without a line end is put aside: it is not done, and comes again.
#[inline]
pub fn write_lines_append_synced<T: Display, K, M>(
    _: K,
    _: Ty<T, M>,
    path: impl AsRef<Path>,
) -> SyncedLines<K> {
    SyncedLines::to(Output::new(path.as_ref(), true))
}

/// A text file that is being written, by lines of the kind `K`.
pub struct WriteLines<K> {
    kind: PhantomData<fn() -> K>,
    path: PathBuf,
    /// Says whether what is there stays.
    append: bool,
    state: State,
}

enum State {
    Unopened,
    Open(Lines),
    Failed(io::Error),
}

impl<K> WriteLines<K> {
    fn new(path: &Path, append: bool) -> Self {
        Self {
            kind: PhantomData,
            path: path.to_owned(),
            append,
            state: State::Unopened,
        }
    }

    /// Writes one line.
    #[inline]
    pub fn push<T>(&mut self, item: T)
    where
        K: Writes<T>,
    {
        self.open(true);
        self.attempt(|lines| lines.line::<K, T>(&item));
    }

    /// Returns whether nothing will be written any more, after an error.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    ///
    /// The first error in creating or writing the file.
    #[inline]
    pub fn finish(mut self) -> io::Result<()> {
        self.open(false);
        self.attempt(Lines::flush);
        match self.state {
            State::Failed(error) => Err(error),
            State::Open(_) | State::Unopened => Ok(()),
        }
    }

    /// Opens the file where it is not: for a line, or to have it there.
    #[inline]
    fn open(&mut self, for_line: bool) {
        if let State::Unopened = self.state {
            self.state = match self.opened(for_line) {
                Ok(file) => State::Open(file),
                Err(error) => State::Failed(with_path("open", &self.path, &error)),
            };
        }
    }

    #[cold]
    fn opened(&self, for_line: bool) -> io::Result<Lines> {
        if !self.append {
            return Ok(Lines::of(File::create(&self.path)?));
        }
        let file = File::options().append(true).create(true).open(&self.path)?;
        let torn = for_line && file.metadata()?.is_file() && is_torn(&self.path)?;
        let mut lines = Lines::of(file);
        if torn {
            lines.line::<Formatted, _>(&"")?;
        }
        Ok(lines)
    }

    /// Does one thing to the file, unless something failed before.
    #[inline]
    fn attempt(&mut self, act: impl FnOnce(&mut Lines) -> io::Result<()>) {
        if let State::Open(lines) = &mut self.state
            && let Err(error) = act(lines)
        {
            // Lines that wait are written when `lines` is dropped, which is here: unless
            // writing failed, which has let go of them.
            let error = with_path("write to", &self.path, &error);
            self.state = State::Failed(error);
        }
    }
}

/// A text file that is being written behind a source that acknowledges.
pub struct SyncedLines<K> {
    kind: PhantomData<fn() -> K>,
    output: Output,
    /// The line that is being written; its memory is used again.
    line: String,
    /// Says whether the flow has ended with the error of the file: it is told once.
    told: bool,
}

impl<K> Synced for SyncedLines<K> {
    fn output(&self) -> Output {
        self.output.clone()
    }
}

impl<K> SyncedLines<K> {
    pub(crate) fn to(output: Output) -> Self {
        Self {
            kind: PhantomData,
            output,
            line: String::new(),
            told: false,
        }
    }

    /// Writes one line, and gives it to the system as a whole.
    pub fn push<T>(&mut self, item: T)
    where
        K: Writes<T>,
    {
        self.line.clear();
        if K::write(&mut self.line, &item).is_err() {
            return self.output.refuse(&io::Error::other("formatter error"));
        }
        self.line.push('\n');
        self.output.write(self.line.as_bytes());
    }

    /// Returns what came of the lines so far.
    ///
    /// # Errors
    ///
    /// The first error in opening, writing or syncing the file.
    #[inline]
    pub fn written(&mut self) -> io::Result<()> {
        match self.output.error() {
            Some(error) => {
                self.told = true;
                Err(error)
            }
            None => Ok(()),
        }
    }

    /// Returns whether nothing will be written any more, after an error.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.output.is_over()
    }

    /// Makes durable what was written.
    ///
    /// # Errors
    ///
    /// The first error in opening, writing or syncing the file.
    pub fn finish(self) -> io::Result<()> {
        self.output.open();
        match self.output.sync() {
            Err(_) if self.told => Ok(()),
            synced => synced,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::lines::BUFFER;
    use super::*;

    #[test]
    fn each_item_is_a_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        std::fs::write(&path, "what was there before").unwrap();
        let mut lines = write_lines(Formatted, Ty::<u8>::new(), &path);
        lines.push(1);
        lines.push(2);
        assert!(!lines.is_over());
        lines.finish().unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "1\n2\n");
    }

    #[test]
    fn whole_lines_of_a_flow_that_is_dropped_are_written() {
        struct Torn;
        impl Display for Torn {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("half of ")?;
                panic!("so")
            }
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        let mut lines = write_lines(Formatted, Ty::<u8>::new(), &path);
        lines.push("one");
        let torn = std::panic::AssertUnwindSafe(|| lines.push(Torn));
        assert!(std::panic::catch_unwind(torn).is_err());
        lines.push("two");
        drop(lines);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn lines_before_one_that_cannot_be_formatted_are_written() {
        struct Odd(u8);
        impl Display for Odd {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 % 2 {
                    1 => self.0.fmt(f),
                    _ => f.write_str("half").and(Err(fmt::Error)),
                }
            }
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        let mut lines = write_lines(Formatted, Ty::<Odd>::new(), &path);
        [1, 3, 4, 5].into_iter().for_each(|n| lines.push(Odd(n)));
        assert!(lines.finish().unwrap_err().to_string().contains("format"));
        assert_eq!(std::fs::read_to_string(path).unwrap(), "1\n3\n");
    }

    #[test]
    fn lines_longer_than_the_buffer_are_written_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        let long = "x".repeat(BUFFER + 1);
        let mut lines = write_lines(Formatted, Ty::<u8>::new(), &path);
        for line in ["a", &long, "b"] {
            lines.push(line);
        }
        lines.finish().unwrap();
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            format!("a\n{long}\nb\n")
        );
    }

    #[test]
    fn no_item_makes_an_empty_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        let lines = write_lines(Formatted, Ty::<u8>::new(), &path);
        assert!(!path.exists(), "nothing runs until the flow is driven");
        lines.finish().unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "");
    }

    #[test]
    fn the_first_error_ends_it_and_comes_back_at_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let mut lines = write_lines(
            Formatted,
            Ty::<u8>::new(),
            directory.path().join("no/such/place"),
        );
        lines.push(1);
        assert!(lines.is_over());
        lines.push(2);
        assert_eq!(lines.finish().unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_reported() {
        let mut lines = write_lines(Formatted, Ty::<u8>::new(), "/dev/full");
        lines.push(1);
        let error = lines.finish().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn lines_go_behind_what_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        for (before, after) in [("", "1\n"), ("0\n", "0\n1\n"), ("half", "half\n1\n")] {
            std::fs::write(&path, before).unwrap();
            let lines = write_lines_append(Formatted, Ty::<u8>::new(), &path);
            lines.finish().unwrap();
            assert_eq!(
                std::fs::read_to_string(&path).unwrap(),
                before,
                "no line came"
            );
            let mut lines = write_lines_append(Formatted, Ty::<u8>::new(), &path);
            lines.push(1);
            lines.finish().unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
        }
    }

    #[test]
    fn behind_a_source_that_acknowledges_a_torn_line_is_put_aside() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.txt");
        std::fs::write(&path, "1\n2").unwrap();
        let mut lines = write_lines_append_synced(Formatted, Ty::<u8>::new(), &path);
        lines.push(23);
        lines.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n23\n");
        let torn = directory.path().join("out.txt.torn");
        assert_eq!(std::fs::read_to_string(torn).unwrap(), "2\n");
    }

    #[test]
    #[cfg(unix)]
    fn what_cannot_be_synced_is_written() {
        let mut lines = write_lines_append_synced(Formatted, Ty::<u8>::new(), "/dev/null");
        lines.push(1);
        lines.finish().unwrap();
    }

    #[test]
    fn errors_name_the_file_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("no").join("out.txt");
        let errors = [
            write_lines(Formatted, Ty::<u8>::new(), &path).finish(),
            write_lines_append(Formatted, Ty::<u8>::new(), &path).finish(),
            write_lines_synced(Formatted, Ty::<u8>::new(), &path).finish(),
            write_lines_append_synced(Formatted, Ty::<u8>::new(), &path).finish(),
        ];
        for error in errors {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound);
            let text = error.to_string();
            assert_eq!(text.matches(path.to_str().unwrap()).count(), 1, "{text}");
        }
    }
}
