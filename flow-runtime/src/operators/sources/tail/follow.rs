//! One file that is followed, under whatever name.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::path::Path;

use crate::store::disk::is_same;

/// Says how much is read at once.
const CHUNK: usize = 1 << 13;

/// Says how much of what was read last is compared with what is there now.
const KNOWN: usize = 1024;

/// A file that grows, and how far it was read.
pub(super) struct Follow {
    file: File,
    /// Holds what was read and not given yet: the bytes from `at` on.
    chunk: Vec<u8>,
    at: usize,
    /// The offset behind the chunk.
    position: u64,
    /// The last bytes before that offset.
    known: Vec<u8>,
    /// The beginning of a line that is not complete.
    line: Vec<u8>,
    /// Says how often that line was waited for since the file lost its name.
    waited: u32,
}

/// The file that has the path.
pub(super) enum Look {
    /// The same; what it has was read.
    Same,
    /// The same, to be read from its beginning.
    Again,
    /// Another one.
    Other,
}

impl Follow {
    /// Opens the file at its beginning; `None` where it is not there.
    pub(super) fn open(path: &Path) -> io::Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                file,
                chunk: Vec::new(),
                at: 0,
                position: 0,
                known: Vec::new(),
                line: Vec::new(),
                waited: 0,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Goes on behind the last complete line of a file that was just opened.
    pub(super) fn skip_lines(&mut self) -> io::Result<()> {
        let mut end = self.file.seek(SeekFrom::End(0))?;
        let mut piece = Vec::with_capacity(CHUNK);
        self.position = loop {
            let start = end.saturating_sub(CHUNK as u64);
            piece.clear();
            self.file.seek(SeekFrom::Start(start))?;
            (&self.file).take(end - start).read_to_end(&mut piece)?;
            match piece.iter().rposition(|byte| *byte == b'\n') {
                Some(last) => break start + last as u64 + 1,
                None if start == 0 => break 0,
                None => end = start,
            }
        };
        let start = self.position.saturating_sub(KNOWN as u64);
        self.file.seek(SeekFrom::Start(start))?;
        let known = (&self.file).take(self.position - start);
        known.take(KNOWN as u64).read_to_end(&mut self.known)?;
        Ok(())
    }

    /// The next complete line, without its line end; `None` where there is none yet.
    pub(super) fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let mut rest = &self.chunk[self.at..];
            self.at += rest.read_until(b'\n', &mut self.line)?;
            if self.line.pop_if(|last| *last == b'\n').is_some() {
                self.line.pop_if(|last| *last == b'\r');
                return Ok(Some(core::mem::take(&mut self.line)));
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    /// Returns what was read of a line that is not complete.
    pub(super) fn rest(&mut self) -> Option<Vec<u8>> {
        let rest = core::mem::take(&mut self.line);
        (!rest.is_empty()).then_some(rest)
    }

    /// Returns whether there is a line to wait for, so often.
    pub(super) fn waits_for_line_end(&mut self, patience: u32) -> bool {
        self.waited += 1;
        !self.line.is_empty() && self.waited <= patience
    }

    /// Reads on; `false` where there is no more. Where the file is not what it was any
    /// more, it is read from its beginning.
    fn read(&mut self) -> io::Result<bool> {
        self.at = 0;
        self.chunk.resize(CHUNK, 0);
        self.file.seek(SeekFrom::Start(self.position))?;
        let read = loop {
            match self.file.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.chunk.truncate(*read.as_ref().unwrap_or(&0));
        let read = read?;
        // Compared after it was read: what is the same now was so then.
        if read > 0 && !self.is_known()? {
            self.begin_again();
            return self.read();
        }
        self.position += read as u64;
        self.known.extend_from_slice(&self.chunk);
        let surplus = self.known.len().saturating_sub(KNOWN);
        self.known.drain(..surplus);
        Ok(read > 0)
    }

    /// Returns whether the bytes before the position are those that were read.
    fn is_known(&mut self) -> io::Result<bool> {
        let mut there = Vec::with_capacity(self.known.len());
        let start = self.position - self.known.len() as u64;
        self.file.seek(SeekFrom::Start(start))?;
        let known = self.known.len() as u64;
        (&self.file).take(known).read_to_end(&mut there)?;
        Ok(there == self.known)
    }

    fn begin_again(&mut self) {
        self.chunk.clear();
        self.known.clear();
        self.line.clear();
        (self.at, self.position, self.waited) = (0, 0, 0);
    }

    /// Looks which file has the path, when this one was read to its end.
    pub(super) fn look(&mut self, path: &Path) -> io::Result<Look> {
        let own = self.file.metadata()?;
        if own.len() < self.position || !self.is_known()? {
            self.begin_again();
            return Ok(Look::Again);
        }
        match path.metadata() {
            Ok(there) if is_same(&own, &there) => Ok(Look::Same),
            Ok(_) => Ok(Look::Other),
            // It may still be written to, until another is there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Look::Same),
            Err(error) => Err(error),
        }
    }
}
