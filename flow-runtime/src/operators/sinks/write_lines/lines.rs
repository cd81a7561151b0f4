//! Lines on their way to a file.

use std::fs::File;
use std::io::{self, Write};

use super::text::Writes;

/// Says how many bytes of lines wait to be written together.
pub(super) const BUFFER: usize = 1 << 16;

/// A file, and the lines that wait to be written to it together. They are formatted where
/// they wait: nothing is copied but to the file.
pub(super) struct Lines {
    file: File,
    text: String,
    /// Says how much of the text is whole lines; behind it lies what an item left that
    /// could not be formatted.
    whole: usize,
}

impl Lines {
    pub(super) fn of(file: File) -> Self {
        Self {
            file,
            text: String::new(),
            whole: 0,
        }
    }

    /// Adds a line.
    #[inline]
    pub(super) fn line<K: Writes<T>, T>(&mut self, item: &T) -> io::Result<()> {
        self.text.truncate(self.whole);
        if K::write(&mut self.text, item).is_err() {
            return Err(io::Error::other("formatter error"));
        }
        self.text.push('\n');
        self.whole = self.text.len();
        if self.whole < BUFFER {
            return Ok(());
        }
        self.flush()
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.file.write_all(&self.text.as_bytes()[..self.whole]);
        self.forget();
        written
    }

    /// Lets go of what waits.
    fn forget(&mut self) {
        self.text.clear();
        self.whole = 0;
        // A line that was very long does not keep its memory.
        self.text.shrink_to(2 * BUFFER);
    }
}

/// A flow that is dropped has its lines written, as far as they are whole.
impl Drop for Lines {
    fn drop(&mut self) {
        // There is nobody to be told.
        let _ = self.flush();
    }
}
