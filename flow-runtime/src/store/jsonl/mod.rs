//! Records in a JSONL file: one a line, plain, and nothing else in it.
//!
//! Writing appends. A batch is one write of whole lines and one sync; of several
//! lines with one key the latest counts. Where each key's line lies is kept in
//! memory, built by reading the file once when it is opened.
//!
//! Removing rewrites the file without the record, as compacting does: into a
//! temporary file, which then takes the name. A marker for removed keys would be
//! cheaper, but then a row in the file would be no record, and every other
//! reader of the file would have to know.
//!
//! | file | |
//! |---|---|
//! | `<path>` | the records |
//! | `<path>.meta` | what is kept [beside](side) the records, where there is anything |
//! | `<path>.failed` | the [list](failed) of keys that could not be made, where there are any |
//! | `….torn` | torn ends of these, moved there by [recovery](recover) |
//! | `….rewriting` | a rewrite of one in progress; left by a crash, it is overwritten |
//! | `<path>.unsynced` | the [note](unsynced) of what may not be on the disk, while batches are written |
//!
//! The lock is on the file of the records; see [`lock`].

mod append;
mod commit;
mod ending;
mod failed;
mod found;
mod index;
mod lock;
pub(crate) mod log;
mod notes;
mod open;
mod recover;
mod rewrite;
mod short;
mod side;
mod side_file;
mod snapshot;
#[cfg(test)]
mod tests;
mod unsynced;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use self::index::Index;
pub use self::recover::Recovered;
use self::short::Short;
use self::side_file::Side;
pub(super) use self::snapshot::Snapshot;
use self::unsynced::Note;
use super::disk::{Disk, DiskFile, Open};
use super::locked::Locked;
use super::meta::says_nothing;
use super::{Entry, FailedKey, Found, Storage, StorageFuture, Write};
use crate::{Error, ErrorKind};

/// A JSONL file that is open and locked.
pub(super) struct Jsonl<D: Disk> {
    disk: D,
    /// Absolute and without links, so that it stays true when the process moves,
    /// and a rewrite replaces the file and not a link to it.
    path: PathBuf,
    /// The records that reads see: those that are durable. Never locked exclusively while the disk
    /// is written.
    live: RwLock<Live<D::File>>,
    /// Taken by whoever writes, for as long as that takes.
    tail: Mutex<Tail<D>>,
}

impl<D: Disk> Drop for Jsonl<D> {
    /// Takes the note away where all is on the disk, unless the name has gone to
    /// a file of somebody else's.
    fn drop(&mut self) {
        let there = self.disk.stat(&self.path);
        let here = self.read(|live| live.file.stat());
        let is_other = matches!((there, here), (Ok(there), Ok(here)) if !here.is_same(&there));
        if !is_other {
            let tail = self.tail.get_mut().unwrap_or_else(PoisonError::into_inner);
            tail.note.clear(&self.disk);
        }
    }
}

struct Live<F: DiskFile> {
    /// Shared with reads that are under way: they end on the file they began on.
    file: Arc<Locked<F>>,
    index: Index,
    bare: Bare,
    /// The keys that could not be made.
    failed: Bare,
}

impl<F: DiskFile> Live<F> {
    fn look_up(&self, key: &[u8]) -> Found {
        let found = match (self.index.get(key), self.bare.get(key)) {
            (Some(line), _) => Found::new(true, line.meta.to_vec()),
            (None, Some(row)) => Found::new(false, row.meta.clone()),
            (None, None) => Found::default(),
        };
        match self.failed.get(key) {
            Some(row) => found.with_failure(row.meta.clone()),
            None => found,
        }
    }

    /// The line of a key, and the file it lies in.
    fn find(&self, key: &[u8]) -> Option<(Arc<Locked<F>>, Line)> {
        let line = self.index.get(key)?;
        Some((Arc::clone(&self.file), line.clone()))
    }

    fn entries(&self, after: Option<&[u8]>, limit: usize) -> Vec<Entry> {
        let entry = |(key, line): (&[u8], &Line)| {
            let entry = Entry::new(key.to_vec(), line.key_json.to_vec());
            entry.with_meta(line.meta.to_vec())
        };
        self.index.after(after).take(limit).map(entry).collect()
    }

    fn failures(&self) -> Vec<FailedKey> {
        let failed = |(key, row): (&Vec<u8>, &Row)| {
            FailedKey::new(key.clone(), row.key_json.clone(), row.meta.clone())
        };
        self.failed.iter().map(failed).collect()
    }
}

/// Rows of the file beside that are not beside a record: of keys without one,
/// and those that a record has overruled.
type Bare = BTreeMap<Vec<u8>, Row>;

struct Row {
    key_json: Vec<u8>,
    meta: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    offset: u64,
    /// Without the line break.
    length: usize,
    key_json: Short,
    /// The metadata that is kept beside it; empty where nothing is.
    meta: Arc<[u8]>,
}

impl Line {
    /// Reads the record.
    fn read<F: DiskFile>(&self, file: &F) -> io::Result<Vec<u8>> {
        let mut record = vec![0; self.length];
        file.read_exact_at(&mut record, self.offset)?;
        Ok(record)
    }
}

struct Tail<D: Disk> {
    /// The offset of the next line, which is the length of the file.
    end: u64,
    /// A name was given or taken away, and perhaps not durably.
    is_uncertain: bool,
    /// The file that has the name, where it could not take its place: its lock is
    /// kept for as long as the store is there.
    orphan: Option<Locked<D::File>>,
    side: Side<D::File>,
    /// The list of failures.
    failed: Side<D::File>,
    note: Note<D>,
}

impl<D: Disk> Jsonl<D> {
    fn read<T>(&self, f: impl FnOnce(&Live<D::File>) -> T) -> T {
        f(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn update<T>(&self, f: impl FnOnce(&mut Live<D::File>) -> T) -> T {
        f(&mut self.live.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let found = self.read(|live| live.find(key));
        let record = found.map(|(file, line)| line.read(&**file)).transpose();
        record.map_err(|error| failure(&self.path, "could not be read", error))
    }
}

impl<D: Disk> Storage for Jsonl<D> {
    fn name(&self) -> String {
        name(&self.path)
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { Ok(self.read(|live| live.index.contains_key(key))) })
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        let found = self.read(|live| live.look_up(key));
        Box::pin(async move { Ok(found) })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.record(key) })
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async move { Ok(self.read(|live| live.entries(after, limit))) })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { Ok(self.read(|live| live.index.len())) })
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move { self.write(&[], &batch) })
    }

    fn commit_failures(
        &self,
        failures: Vec<FailedKey>,
        batch: Vec<Write>,
    ) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move { self.write(&failures, &batch) })
    }

    fn failures(&self) -> StorageFuture<'_, Vec<FailedKey>> {
        Box::pin(async move { Ok(self.read(Live::failures)) })
    }

    fn compact(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move { self.shrink() })
    }
}

fn name(path: &Path) -> String {
    format!("JSONL file `{}`", path.display())
}

/// The error for something that the system refused.
fn failure(path: &Path, what: &str, error: io::Error) -> Error {
    Error::with_source(ErrorKind::Store, format!("{} {what}", name(path)), error)
}

/// The metadata in memory: none where it says nothing.
fn kept(meta: &[u8]) -> Arc<[u8]> {
    match says_nothing(meta) {
        true => Arc::default(),
        false => meta.into(),
    }
}

/// Writes a file anew, durably: one written beside it takes its name.
fn replaced<D: Disk>(disk: &D, path: &Path, text: &[u8]) -> io::Result<D::File> {
    let temporary = beside(path, ".rewriting");
    let file = disk.open(&temporary, Open::OrMade)?;
    file.set_len(0)?;
    file.write_all_at(text, 0)?;
    file.sync_all()?;
    disk.rename(&temporary, path)?;
    disk.sync_directory_of(path)?;
    Ok(file)
}

/// The path with something behind its last name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
