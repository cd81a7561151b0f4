//! A batch, from the first look at the files until everybody may see it.
//!
//! 1. The files are still as they were left.
//! 2. The [note](super::unsynced) says from where on they may not be on the disk.
//! 3. The rows beside the records are written and synced, where there are any.
//!    Before them come those of keys that could not be made, and what is forgotten.
//! 4. The records are written and synced.
//! 5. The files still have their names: nothing is acknowledged that went into
//!    a file that is gone.
//! 6. Records and what is kept beside them become visible, both at once.
//!
//! Where a step fails, reads see what was durable before, and the writer of the
//! store begins no other batch.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use super::append::{Last, Plan};
use super::ending::PART;
use super::rewrite::Rewritten;
use super::unsynced::Untrusted;
use super::{Jsonl, Line, Live, Row, Tail, failure, name};
use crate::store::disk::{Disk, DiskFile};
use crate::store::{FailedKey, Write};
use crate::{Error, ErrorKind};

/// The effect that a batch had on the file of the records.
enum Written<D: Disk> {
    Appended(Vec<(Vec<u8>, Line)>),
    Rewritten(Rewritten<D>),
}

impl<D: Disk> Jsonl<D> {
    pub(super) fn write(
        &self,
        failures: &[FailedKey],
        batch: &[Write],
    ) -> Result<Vec<bool>, Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        self.write_failures(&mut tail, failures)?;
        let mut replaced = Vec::with_capacity(batch.len());
        for part in parts(batch, bytes) {
            replaced.extend(self.write_part(&mut tail, part)?);
        }
        Ok(replaced)
    }

    fn write_part(&self, tail: &mut Tail<D>, part: &[Write]) -> Result<Vec<bool>, Error> {
        self.check(tail)?;
        let plan = self.read(|live| Plan::of(part, &live.index));
        let rows = self.rows(tail, &plan.last)?;
        let over = self.over(&plan.last);
        self.doubt(tail, rows.count > 0 && tail.side.file.is_none())?;
        tail.failed
            .append(&self.disk, &self.path, &over.forgotten)?;
        tail.side.append(&self.disk, &self.path, &rows)?;
        let written = if plan.removes {
            Written::Rewritten(self.rewrite(tail, &plan.last)?)
        } else {
            Written::Appended(self.append(tail, part, &plan.last)?)
        };
        if let Written::Rewritten(rewritten) = &written {
            check(&self.disk, &*rewritten.file, &self.path, rewritten.end)?;
            tail.side.check(&self.disk)?;
            tail.failed.check(&self.disk)?;
            tail.end = rewritten.end;
        } else {
            self.check(tail)?;
        }
        // Lost in a crash, they are told by the records.
        tail.failed.append_later(&over.ended)?;
        self.update(|live| {
            publish(live, written, &plan.last);
            for key in &over.keys {
                live.failed.remove(key);
            }
        });
        tail.note.settle();
        Ok(plan.replaced)
    }

    pub(super) fn shrink(&self) -> Result<(), Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = &mut *tail;
        self.check(tail)?;
        let used = self.read(|live| {
            let lines = live.index.iter();
            lines.map(|(_, line)| line.length as u64 + 1).sum::<u64>()
        });
        if used != tail.end {
            let rewritten = self.rewrite(tail, &Last::default())?;
            tail.end = rewritten.end;
            self.update(|live| publish(live, Written::<D>::Rewritten(rewritten), &Last::default()));
            tail.note.settle();
        }
        self.shrink_side(tail)?;
        self.shrink_list(tail)?;
        tail.note.settle();
        Ok(())
    }

    /// Notes that what is written from here on may not be on the disk.
    pub(super) fn doubt(&self, tail: &mut Tail<D>, names: bool) -> Result<(), Error> {
        let untrusted = match names {
            true => Untrusted::Names,
            false => Untrusted::Tails {
                records: tail.end,
                side: tail.side.end,
            },
        };
        let noted = tail.note.set(&self.disk, untrusted);
        noted.map_err(|error| failure(&self.path, "has no note of what is not synced", error))
    }

    /// Makes sure that the files are still those that were opened, as long as
    /// they were left: whoever edits one in place would lose what is appended, or
    /// have it appended in the middle of a line.
    pub(super) fn check(&self, tail: &Tail<D>) -> Result<(), Error> {
        if tail.is_uncertain || tail.orphan.is_some() {
            let message = format!("{} was replaced, perhaps not durably", name(&self.path));
            return Err(Error::new(ErrorKind::Store, message));
        }
        let file = self.read(|live| Arc::clone(&live.file));
        check(&self.disk, &**file, &self.path, tail.end)?;
        tail.side.check(&self.disk)?;
        tail.failed.check(&self.disk)
    }
}

/// Makes sure that a file has its name, and its length.
pub(super) fn check<D: Disk>(
    disk: &D,
    file: &D::File,
    path: &Path,
    length: u64,
) -> Result<(), Error> {
    let changed = |what| {
        let message = format!("{} was {what} while it was open", name(path));
        Err(Error::new(ErrorKind::Store, message))
    };
    let file = file.stat();
    let file = file.map_err(|error| failure(path, "is lost", error))?;
    match disk.stat(path) {
        Ok(there) if !file.is_same(&there) => changed("replaced"),
        Ok(there) if there.length != length => changed("changed by someone else"),
        Ok(_) => Ok(()),
        Err(error) => Err(failure(path, "is gone", error)),
    }
}

/// Lets reads see what a batch wrote.
fn publish<D: Disk>(live: &mut Live<D::File>, written: Written<D>, last: &Last<'_>) {
    match written {
        Written::Appended(lines) => live.index.extend(lines),
        Written::Rewritten(Rewritten { file, index, .. }) => {
            // The old file's lock goes with its last reader; the new one has its own.
            live.file = Arc::new(file);
            live.index = index;
        }
    }
    for (key, write) in last {
        live.bare.remove(*key);
        if let Write::Absent { key_json, meta, .. } = write {
            let (key_json, meta) = (key_json.clone(), meta.clone());
            live.bare.insert(key.to_vec(), Row { key_json, meta });
        }
    }
}

/// Splits a batch so that no more is written between two syncs than what
/// recovery takes for one tail.
pub(super) fn parts<T>(mut batch: &[T], bytes: impl Fn(&T) -> usize) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let mut size = 0;
        let fits = batch.iter().take_while(|each| {
            size += bytes(each);
            size <= PART
        });
        let count = fits.count().max(1).min(batch.len());
        let (part, rest) = batch.split_at(count);
        batch = rest;
        (!part.is_empty()).then_some(part)
    })
}

/// Returns how much a write adds to either file at most.
pub(super) fn bytes(write: &Write) -> usize {
    /// The names of fields, and what is around them.
    const AROUND: usize = 64;
    AROUND
        + match write {
            Write::Put {
                key_json,
                record,
                meta,
                ..
            } => key_json.len() + record.len() + meta.len(),
            Write::Absent { key_json, meta, .. } => key_json.len() + meta.len(),
            // Its key is in the file already, as JSON; escaped it is longer.
            Write::Remove { key, .. } => 6 * key.len(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(length: usize) -> Write {
        Write::Put {
            key: Vec::new(),
            key_json: Vec::new(),
            record: vec![b'1'; length],
            meta: Vec::new(),
        }
    }

    #[test]
    fn a_batch_is_written_in_parts_of_bounded_size() {
        let sizes = |lengths: &[usize]| {
            let batch: Vec<_> = lengths.iter().map(|length| put(*length)).collect();
            parts(&batch, bytes).map(<[Write]>::len).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&[1, 2, 3]), [3]);
        assert_eq!(sizes(&[PART, 1]), [1, 1]);
        assert_eq!(sizes(&[1, 2 * PART, 1, PART / 2, PART / 2]), [1, 1, 2, 1]);
    }
}
