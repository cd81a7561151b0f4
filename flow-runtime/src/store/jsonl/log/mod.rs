//! Rows in a JSONL file: any number of a key, in the order in which they came.
//!
//! A store has one record a key; here every row stays. What a crash leaves is
//! [recovered](super::recover) as in a store, the file is [locked](super::lock) as one,
//! and written by the same thread. Two things may be known of the rows: how many each
//! key has (an [index](table) that takes bounded memory) and [which of them](numbers) those
//! are, and which lines of a source they were made of (a file [beside](resume)).

mod commit;
mod fields;
mod finished;
mod key;
mod numbers;
mod open;
mod resume;
mod spill;
mod table;

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use self::commit::{Of, Rows};
pub(crate) use self::fields::{Fields, NewRow};
pub(crate) use self::finished::Finished;
pub(crate) use self::key::{key_bytes, key_of};
pub(crate) use self::numbers::Lacking;
use self::numbers::{Numbers, NumbersFile};
use self::open::Opened;
pub(crate) use self::open::Opening;
pub(crate) use self::resume::{Fingerprint, Header, resume_path};
use self::resume::{Mark, Resume};
pub(crate) use self::table::{Noted, Table};
use super::unsynced::Note;
use super::{Recovered, failure, name};
use crate::store::disk::{Disk, DiskFile, Os, Reader};
use crate::store::fnv;
use crate::store::locked::Locked;
use crate::store::writer::{Mode, Writer};
use crate::{Error, ErrorKind};

/// A file of rows, and the thread that writes it.
pub(crate) struct RowFile {
    /// Dropped first: it waits for its thread, which shares the file.
    writer: Writer,
    log: Arc<Log<Os>>,
    recovered: Option<Recovered>,
    is_lost: bool,
}

impl RowFile {
    pub(crate) fn open(path: &Path, opening: Opening) -> Result<Self, Error> {
        let Opened {
            log,
            recovered,
            is_lost,
        } = Log::open(Os, path, opening)?;
        let log = Arc::new(log);
        let writer = Writer::new(log.clone(), Mode::Joined, Arc::default());
        Ok(Self {
            writer,
            log,
            recovered,
            is_lost,
        })
    }

    /// Returns the torn end that was moved out of the file, where there was one.
    pub(crate) fn recovered(&self) -> Option<&Recovered> {
        self.recovered.as_ref()
    }

    /// Returns whether there are rows of which it has to be found out whether they are
    /// of the source, to be told by [`found`](Self::found).
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost
    }

    pub(crate) fn path(&self) -> &Path {
        &self.log.path
    }

    /// Returns how many rows there are.
    pub(crate) fn rows(&self) -> u64 {
        self.log.rows()
    }

    /// Adds a row, durably.
    pub(crate) async fn append(&self, key: Vec<u8>, row: &[u8]) -> Result<(), Error> {
        self.write(key, Of::Nothing, [row]).await
    }

    /// Adds the row of a key that has this number among those of the key, durably.
    pub(crate) async fn append_number(
        &self,
        key: Vec<u8>,
        number: u64,
        row: &[u8],
    ) -> Result<(), Error> {
        self.write(key, Of::Number(number), [row]).await
    }

    /// Adds the rows of a line of the source, all or none, durably.
    pub(crate) async fn append_line(
        &self,
        key: Vec<u8>,
        line: u64,
        rows: impl IntoIterator<Item = &[u8]>,
    ) -> Result<(), Error> {
        self.write(key, Of::Line(line), rows).await
    }

    async fn write(
        &self,
        key: Vec<u8>,
        of: Of,
        rows: impl IntoIterator<Item = &[u8]>,
    ) -> Result<(), Error> {
        let mut text = Vec::new();
        for row in rows {
            text.extend_from_slice(row);
            text.push(b'\n');
        }
        let rows = Rows { key, of, text };
        self.writer.write(rows.into()).await.map(drop)
    }

    /// Says in ranges which lines are finished, and of numbers only what is to be said.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        self.writer.compact().await
    }

    /// Returns what is known of a key.
    pub(crate) fn noted(&self, key: &[u8]) -> Result<Option<Noted>, Error> {
        self.log.noted(key)
    }

    /// Returns how many rows a key has, and which it lacks to have `n`.
    pub(crate) fn lacking(&self, key: &[u8], n: u64) -> Result<(u64, Lacking), Error> {
        self.log.lacking(key, n)
    }

    /// Returns how many distinct keys the rows have.
    pub(crate) fn keys(&self) -> u64 {
        let index = self
            .log
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        index.as_ref().map_or(0, |index| index.table.len())
    }

    /// Returns the row that begins there.
    pub(crate) fn row(&self, offset: u64) -> Result<Vec<u8>, Error> {
        self.log.row(offset)
    }

    /// Gives each row with the number of its line and its offset.
    pub(crate) fn each_row(
        &self,
        each: impl FnMut(u64, u64, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.log.each_row(each)
    }

    /// Reads where the rows of each key are, in this column.
    pub(crate) fn index(&self, column: &str) -> Result<(), Error> {
        let mut index = Index::new(&self.log.path)?;
        self.log.each_row(|_, offset, row| {
            let key = Fields::parse(row)?.key(column)?;
            index.count(&key, offset, &self.log.path)
        })?;
        let mut known = self
            .log
            .index
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *known = Some(index);
        Ok(())
    }

    pub(crate) fn is_finished(&self, line: u64) -> bool {
        let finished = self
            .log
            .finished
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        finished.contains(line)
    }

    /// Notes which lines the rows turned out to be of, durably.
    pub(crate) fn found(&mut self, finished: Finished) -> Result<(), Error> {
        let log = &self.log;
        let mut tail = log.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = tail.mark;
        if let Some(resume) = &mut tail.resume {
            resume.settle(&log.disk, &finished, mark)?;
        }
        *log.finished.write().unwrap_or_else(PoisonError::into_inner) = finished;
        self.is_lost = false;
        Ok(())
    }
}

/// A file of rows that is open and locked.
struct Log<D: Disk> {
    disk: D,
    /// Absolute and without links.
    path: PathBuf,
    file: Arc<Locked<D::File>>,
    /// The keys of the rows, where they are known.
    index: RwLock<Option<Index>>,
    /// The lines of the source whose rows are durable.
    finished: RwLock<Finished>,
    /// Taken by whoever writes, for as long as that takes.
    tail: Mutex<Tail<D>>,
}

/// The places of the rows of each key, and which rows they are.
struct Index {
    table: Table,
    numbers: Numbers,
}

struct Tail<D: Disk> {
    /// The offset of the next row, which is the length of the file, and the sum of the
    /// rows before.
    mark: Mark,
    rows: u64,
    resume: Option<Resume<D>>,
    /// There where rows are known by their keys.
    numbers: Option<NumbersFile<D>>,
    note: Note<D>,
}

impl Index {
    fn new(near: &Path) -> Result<Self, Error> {
        let table = Table::new(near).map_err(|error| scratch(near, error))?;
        let numbers = Numbers::default();
        Ok(Self { table, numbers })
    }

    fn count(&mut self, key: &[u8], offset: u64, near: &Path) -> Result<(), Error> {
        let counted = self.table.count(key, offset);
        counted.map_err(|error| scratch(near, error))
    }

    /// Returns how many rows a key has.
    fn rows(&self, key: &[u8], near: &Path) -> Result<u64, Error> {
        let noted = self.table.get(key);
        let noted = noted.map_err(|error| scratch(near, error))?;
        Ok(noted.map_or(0, |noted| noted.count))
    }

    /// Forgets what need not be said of the numbers of a key.
    fn tidy_key(&mut self, key: &[u8], near: &Path) -> Result<(), Error> {
        if self.numbers.says_of(key) {
            let count = self.rows(key, near)?;
            self.numbers.tidy_key(key, count);
        }
        Ok(())
    }

    /// Forgets what need not be said of numbers. Returns whether there was any.
    fn tidy(&mut self, near: &Path) -> Result<bool, Error> {
        let mut numbers = std::mem::take(&mut self.numbers);
        let has_changed = numbers.tidy(|key| self.rows(key, near))?;
        self.numbers = numbers;
        Ok(has_changed)
    }
}

/// The error for what is kept of the rows beside them.
pub(crate) fn scratch(near: &Path, error: io::Error) -> Error {
    failure(near, "has no room beside it for an index", error)
}

impl<D: Disk> Log<D> {
    fn rows(&self) -> u64 {
        self.tail
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rows
    }

    fn noted(&self, key: &[u8]) -> Result<Option<Noted>, Error> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let noted = index.as_ref().map(|index| index.table.get(key)).transpose();
        let noted = noted.map_err(|error| scratch(&self.path, error))?;
        Ok(noted.flatten())
    }

    fn lacking(&self, key: &[u8], n: u64) -> Result<(u64, Lacking), Error> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = &*index else {
            return Ok((0, Numbers::default().lacking(key, 0, n)));
        };
        let count = index.rows(key, &self.path)?;
        Ok((count, index.numbers.lacking(key, count, n)))
    }

    fn row(&self, offset: u64) -> Result<Vec<u8>, Error> {
        const CHUNK: usize = 1 << 12;
        let mut row = Vec::new();
        loop {
            let mut chunk = [0; CHUNK];
            let at = offset + row.len() as u64;
            let read = self.file.read_at(&mut chunk, at);
            let read = read.map_err(|error| failure(&self.path, "could not be read", error))?;
            let chunk = &chunk[..read];
            let end = chunk.iter().position(|byte| *byte == b'\n');
            row.extend_from_slice(&chunk[..end.unwrap_or(read)]);
            if end.is_some() || read == 0 {
                return Ok(row);
            }
        }
    }

    fn each_row(
        &self,
        mut each: impl FnMut(u64, u64, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let end = {
            let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.mark.end
        };
        let mut reader = BufReader::with_capacity(1 << 16, Reader::new(&**self.file));
        let (mut line, mut offset) = (Vec::new(), 0);
        for number in 1_u64.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            let read = read.map_err(|error| failure(&self.path, "could not be read", error))?;
            if read == 0 || offset >= end {
                break;
            }
            let row = line.strip_suffix(b"\n").unwrap_or(&line);
            if !row.trim_ascii().is_empty() {
                each(number, offset, row).map_err(|error| at_line(&self.path, number, error))?;
            }
            offset += read as u64;
        }
        Ok(())
    }
}

/// Adds to an error the line of the file that it is of.
pub(crate) fn at_line(path: &Path, number: u64, error: Error) -> Error {
    if matches!(error.kind(), ErrorKind::Store) {
        return error;
    }
    let message = format!("{}, line {number}", name(path));
    Error::with_source(error.kind(), message, error)
}

impl<D: Disk> Drop for Log<D> {
    /// Takes the note away where all is on the disk, unless the name has gone to a file
    /// of somebody else's.
    fn drop(&mut self) {
        let there = self.disk.stat(&self.path);
        let here = self.file.stat();
        let is_other = matches!((there, here), (Ok(there), Ok(here)) if !here.is_same(&there));
        if !is_other {
            let tail = self.tail.get_mut().unwrap_or_else(PoisonError::into_inner);
            tail.note.clear(&self.disk);
        }
    }
}

/// Returns the sum of what `before` is of, and of these bytes behind it.
pub(crate) fn sum(before: Option<u64>, bytes: &[u8]) -> u64 {
    fnv::add(before.unwrap_or(fnv::EMPTY), bytes)
}
