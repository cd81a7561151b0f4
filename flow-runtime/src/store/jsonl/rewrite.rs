//! A file anew, in place of the one with its name: for compacting and removing,
//! and where it is not known whether the name is durable.
//!
//! The new file is written, synced and locked under another name, and then takes
//! the name at once. A crash leaves the old file or the new one, whole either
//! way.

use std::io;
use std::path::Path;

use super::append::Last;
use super::lock;
use super::unsynced::Untrusted;
use super::{Index, Jsonl, Line, Live, Tail, beside, failure, kept};
use crate::Error;
use crate::store::Write;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::locked::Locked;

/// The number of bytes that are read or written at once.
const CHUNK: usize = 1 << 16;

/// A file of records that has taken the name, and what is in it.
pub(super) struct Rewritten<D: Disk> {
    pub(super) file: Locked<D::File>,
    pub(super) index: Index,
    pub(super) end: u64,
}

impl<D: Disk> Jsonl<D> {
    /// Replaces the file by one with the live records, as `last` changes them.
    pub(super) fn rewrite(
        &self,
        tail: &mut Tail<D>,
        last: &Last<'_>,
    ) -> Result<Rewritten<D>, Error> {
        let write = |file: &D::File| self.read(|live| write_live(live, last, file));
        let (file, (index, end)) = self.replace(tail, &self.path, write)?;
        Ok(Rewritten { file, index, end })
    }

    /// Puts a new file in place of the one with this name, durably.
    pub(super) fn replace<T>(
        &self,
        tail: &mut Tail<D>,
        path: &Path,
        write: impl FnOnce(&D::File) -> io::Result<T>,
    ) -> Result<(Locked<D::File>, T), Error> {
        let refused = |error| failure(path, "could not be rewritten", error);
        let temporary = beside(path, ".rewriting");
        let opened = self.disk.open(&temporary, Open::OrMade).map_err(refused)?;
        let file = lock::lock(opened, &temporary)?;
        let written = (|| {
            // Before there is anything in it to be read by others.
            self.disk.copy_permissions(&self.path, &file)?;
            file.set_len(0)?;
            let written = write(&file)?;
            file.sync_all()?;
            tail.note.set(&self.disk, Untrusted::Names)?;
            self.disk.rename(&temporary, path)?;
            Ok(written)
        })();
        let written = match written {
            Ok(written) => written,
            Err(error) => {
                // The old file is untouched; what is in the way is overwritten.
                let _ = self.disk.remove(&temporary);
                return Err(refused(error));
            }
        };
        if let Err(error) = self.disk.sync_directory_of(path) {
            tail.orphan = Some(file);
            return Err(refused(error));
        }
        Ok((file, written))
    }
}

/// Writes the records that stay, in the order of their lines, and then those
/// that are new. Gives where they lie, and where the next would.
fn write_live<F: DiskFile>(live: &Live<F>, last: &Last<'_>, file: &F) -> io::Result<(Index, u64)> {
    let mut stay: Vec<_> = live
        .index
        .iter()
        .filter(|(key, _)| !last.contains_key(*key))
        .collect();
    stay.sort_unstable_by_key(|(_, line)| line.offset);

    let mut output = Output {
        file,
        index: Index::new(),
        written: 0,
        waiting: Vec::new(),
    };
    for (key, line) in stay {
        let record = line.read(&**live.file)?;
        output.line(key, &line.key_json, &record, &line.meta)?;
    }
    for write in last.values() {
        if let Write::Put {
            key,
            key_json,
            record,
            meta,
        } = write
        {
            output.line(key, key_json, record, meta)?;
        }
    }
    output.flush()?;
    Ok((output.index, output.written))
}

struct Output<'a, F> {
    file: &'a F,
    index: Index,
    /// The number of bytes in the file.
    written: u64,
    /// The bytes that are not in it yet.
    waiting: Vec<u8>,
}

impl<F: DiskFile> Output<'_, F> {
    fn line(&mut self, key: &[u8], key_json: &[u8], record: &[u8], meta: &[u8]) -> io::Result<()> {
        let line = Line {
            offset: self.written + self.waiting.len() as u64,
            length: record.len(),
            key_json: key_json.into(),
            meta: kept(meta),
        };
        self.index.insert(key, line);
        self.waiting.extend_from_slice(record);
        self.waiting.push(b'\n');
        match self.waiting.len() < CHUNK {
            true => Ok(()),
            false => self.flush(),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all_at(&self.waiting, self.written)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }
}

/// Copies a part of one file to where it lies in another, or in the same one.
pub(super) fn copy<F: DiskFile>(from: &F, to: &F, start: u64, end: u64) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    let mut offset = start;
    while offset < end {
        let size = (end - offset).min(CHUNK as u64) as usize;
        from.read_exact_at(&mut chunk[..size], offset)?;
        to.write_all_at(&chunk[..size], offset)?;
        offset += size as u64;
    }
    Ok(())
}
