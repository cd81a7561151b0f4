//! Rows at the end of the file, and what is known of them.
//!
//! 1. Both files are still as they were left.
//! 2. The note says from where on they may not be on the disk.
//! 3. The lines are [promised](super::resume), where there is a source, or the
//!    [numbers](super::numbers) said that have to be, and synced.
//! 4. The rows are written and synced.
//! 5. The file still has its name.
//! 6. Keys and lines become known.

use std::collections::HashMap;
use std::sync::PoisonError;

use super::numbers::{NumbersFile, Said};
use super::resume::Mark;
use super::{Log, Tail};
use crate::Error;
use crate::store::disk::{Disk, DiskFile};
use crate::store::fnv;
use crate::store::jsonl::commit::{bytes, check, parts};
use crate::store::jsonl::ending::PART;
use crate::store::jsonl::failure;
use crate::store::jsonl::unsynced::Untrusted;
use crate::store::{Entry, Found};
use crate::store::{Storage, StorageFuture, Write};

/// Rows that become durable together: those of one line of a source, or one.
pub(super) struct Rows {
    /// The key, where the rows have one.
    pub(super) key: Vec<u8>,
    pub(super) of: Of,
    /// Each with its line break.
    pub(super) text: Vec<u8>,
}

/// The place of rows in what they were made of.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Nothing,
    /// This line of the source.
    Line(u64),
    /// This number among the rows of its key.
    Number(u64),
}

impl Of {
    fn to_bytes(self) -> Vec<u8> {
        let bytes = |tag: u8, number: u64| [&[tag], &number.to_le_bytes()[..]].concat();
        match self {
            Self::Nothing => Vec::new(),
            Self::Line(line) => bytes(b'l', line),
            Self::Number(number) => bytes(b'n', number),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((tag, number)) => match (tag, number.try_into().map(u64::from_le_bytes)) {
                (b'l', Ok(line)) => Self::Line(line),
                (b'n', Ok(number)) => Self::Number(number),
                _ => Self::Nothing,
            },
            None => Self::Nothing,
        }
    }
}

impl From<Rows> for Write {
    fn from(Rows { key, of, text }: Rows) -> Self {
        Self::Put {
            key,
            key_json: Vec::new(),
            record: text,
            meta: of.to_bytes(),
        }
    }
}

/// Returns the parts of a write that was made of [`Rows`].
fn parts_of(write: &Write) -> (&[u8], Of, &[u8]) {
    match write {
        Write::Put {
            key, record, meta, ..
        } => (key, Of::from_bytes(meta), record),
        Write::Absent { key, .. } | Write::Remove { key } => (key, Of::Nothing, &[]),
    }
}

impl<D: Disk> Log<D> {
    fn write(&self, batch: &[Write]) -> Result<Vec<bool>, Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        for part in parts(batch, bytes) {
            self.write_part(&mut tail, part)?;
        }
        Ok(vec![false; batch.len()])
    }

    fn write_part(&self, tail: &mut Tail<D>, part: &[Write]) -> Result<(), Error> {
        let (file, path) = (&**self.file, &self.path);
        check(&self.disk, file, path, tail.mark.end)?;
        let mut text = Vec::new();
        let mut lines = Vec::new();
        let mut mark = tail.mark;
        for write in part {
            let (_, of, rows) = parts_of(write);
            text.extend_from_slice(rows);
            mark = Mark {
                end: mark.end + rows.len() as u64,
                sum: fnv::add(mark.sum, rows),
            };
            if let Of::Line(line) = of {
                lines.push((line, mark));
            }
        }
        let untrusted = Untrusted::Tails {
            records: tail.mark.end,
            side: tail.resume.as_ref().map_or(0, |resume| resume.end),
        };
        tail.note
            .set(&self.disk, untrusted)
            .map_err(|error| failure(path, "has no note of what is not synced", error))?;
        if let Some(resume) = &mut tail.resume {
            if resume.is_long() {
                let finished = self.finished.read().unwrap_or_else(PoisonError::into_inner);
                resume.settle(&self.disk, &finished, tail.mark)?;
            }
            resume.promise(&self.disk, &lines)?;
        }
        if let Some(numbers) = &mut tail.numbers {
            if numbers.is_long() {
                self.settle_numbers(numbers)?;
            }
            numbers.say(&self.disk, &self.numbers_of(part)?)?;
        }
        let mut at = tail.mark.end;
        for piece in pieces(&text) {
            file.write_all_at(piece, at)
                .map_err(|error| failure(path, "could not be written", error))?;
            file.sync_data()
                .map_err(|error| failure(path, "could not be synced", error))?;
            at += piece.len() as u64;
        }
        check(&self.disk, file, path, mark.end)?;
        tail.note.settle();
        self.publish(part, tail.mark.end)?;
        tail.rows += text.iter().filter(|byte| **byte == b'\n').count() as u64;
        tail.mark = mark;
        Ok(())
    }

    /// Notes the numbers of rows that are going to be written. Returns what has to be said.
    fn numbers_of(&self, part: &[Write]) -> Result<Vec<Said>, Error> {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = &mut *index else {
            return Ok(Vec::new());
        };
        let (mut before, mut all) = (HashMap::new(), Vec::new());
        for write in part {
            let (key, of, _) = parts_of(write);
            let before = before.entry(key).or_insert(0);
            let count = index.rows(key, &self.path)? + *before;
            *before += 1;
            if let Of::Number(number) = of {
                all.extend(index.numbers.note(key, count, number));
            }
        }
        Ok(all)
    }

    /// Lets others see what was written.
    fn publish(&self, part: &[Write], from: u64) -> Result<(), Error> {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let mut finished = self
            .finished
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let mut offset = from;
        for write in part {
            let (key, of, rows) = parts_of(write);
            if let Some(index) = &mut *index {
                index.count(key, offset, &self.path)?;
            }
            if let Of::Line(line) = of {
                finished.insert(line);
            }
            offset += rows.len() as u64;
        }
        if let Some(index) = &mut *index {
            // When all rows are counted: numbers are said of the later ones, too.
            for write in part {
                index.tidy_key(parts_of(write).0, &self.path)?;
            }
        }
        Ok(())
    }

    /// Says in ranges what is finished, and of numbers only what is to be said.
    fn settle(&self) -> Result<(), Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = tail.mark;
        if let Some(resume) = &mut tail.resume
            && !resume.is_settled()
        {
            let finished = self.finished.read().unwrap_or_else(PoisonError::into_inner);
            resume.settle(&self.disk, &finished, mark)?;
        }
        tail.numbers
            .as_mut()
            .map_or(Ok(()), |numbers| self.settle_numbers(numbers))
    }

    fn settle_numbers(&self, numbers: &mut NumbersFile<D>) -> Result<(), Error> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let index = index.as_ref();
        match index {
            Some(index) if numbers.has_more_than(&index.numbers) => {
                numbers.settle(&self.disk, &index.numbers)
            }
            _ => Ok(()),
        }
    }
}

/// Splits text into pieces of whole lines, none longer than what recovery takes for
/// one tail, unless one line is.
fn pieces(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let most = &text[..text.len().min(PART)];
        let end = match most.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None => text
                .iter()
                .position(|byte| *byte == b'\n')
                .map(|end| end + 1)?,
        };
        let (piece, rest) = text.split_at(end);
        text = rest;
        Some(piece)
    })
}

/// The writer of a store writes the rows of a file; nothing of them is read through
/// this.
impl<D: Disk> Storage for Log<D> {
    fn name(&self) -> String {
        crate::store::jsonl::name(&self.path)
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { Ok(self.noted(key)?.is_some()) })
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        Box::pin(async move { Ok(Found::new(self.noted(key)?.is_some(), Vec::new())) })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let noted = self.noted(key)?;
            noted.map(|noted| self.row(noted.offset)).transpose()
        })
    }

    fn scan<'a>(&'a self, _: Option<&'a [u8]>, _: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async move {
            let message = "rows have no order of their keys";
            Err(Error::new(crate::ErrorKind::Store, message))
        })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { Ok(self.rows() as usize) })
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move { self.write(&batch) })
    }

    fn compact(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move { self.settle() })
    }
}
