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
//! | `….torn` | torn last lines of either, moved there by [recovery](recover) |
//! | `….rewriting` | a rewrite of either in progress; left by a crash, it is overwritten |
//!
//! The lock is on the file of the records; see [`lock`].

mod append;
mod lock;
mod notes;
mod recover;
mod rewrite;
mod side;

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use self::notes::Notes;
pub use self::recover::Recovered;
use self::recover::Scan;
use self::side::Side;
use super::disk::read_exact_at;
use super::encode::{Identified, Identify};
use super::meta::says_nothing;
use super::{Entry, Found, Storage, StorageFuture, Write};
use crate::{Error, ErrorKind};

/// A JSONL file that is open and locked.
pub(super) struct Jsonl {
    /// Absolute and without links, so that it stays true when the process moves,
    /// and a rewrite replaces the file and not a link to it.
    path: PathBuf,
    /// What reads see. Never locked exclusively while the disk is written.
    live: RwLock<Live>,
    /// Taken by whoever writes, for as long as that takes.
    tail: Mutex<Tail>,
}

impl Drop for Jsonl {
    /// Lets go of the lock. Closing the file is not enough: a process that is
    /// being started has a copy of it for a moment.
    fn drop(&mut self) {
        self.read(|live| {
            let _ = live.file.unlock();
        });
    }
}

struct Live {
    /// Shared with reads that are under way: they end on the file they began on.
    file: Arc<File>,
    index: Index,
    bare: Bare,
}

/// Rows of the file beside that are not beside a record: of keys without one,
/// and those that a record has overruled.
type Bare = BTreeMap<Vec<u8>, Row>;

struct Row {
    key_json: Vec<u8>,
    meta: Vec<u8>,
}

/// Where the line of each key lies.
type Index = BTreeMap<Vec<u8>, Line>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    offset: u64,
    /// Without the line break.
    length: usize,
    key_json: Vec<u8>,
    /// What is kept beside it; empty where nothing is.
    meta: Box<[u8]>,
}

struct Tail {
    /// Where the next line begins, which is the length of the file.
    end: u64,
    /// A rewrite was put in place and perhaps not durably.
    uncertain: bool,
    side: Side,
}

impl Jsonl {
    /// Opens and locks the file, and repairs its end where a crash tore it.
    pub(super) fn open(
        path: &Path,
        identify: Identify,
    ) -> Result<(Self, Option<Recovered>), Error> {
        let (file, path) = lock::open(path)?;
        let mut index = Index::new();
        let scan = Scan::read(&file, &path, "a record", |offset, line| {
            let Identified { key, key_json } = (identify.record)(line)?;
            let line = Line {
                offset,
                length: line.len(),
                key_json,
                meta: Box::default(),
            };
            index.insert(key, line);
            Ok(())
        })?;
        let side = side::Read::new(&path, identify)?;
        let recovered = scan.repair(&file, &path)?;
        // A process that was killed may have written what it did not sync. That
        // counts as stored from here on, so it has to be.
        if scan.end > 0 {
            file.sync_data()
                .map_err(|error| failure(&path, "could not be synced", error))?;
        }
        let (side, bare, side_recovered) = side.repair(&mut index)?;
        let tail = Tail {
            end: scan.end,
            uncertain: false,
            side,
        };
        let live = Live {
            file: Arc::new(file),
            index,
            bare,
        };
        Ok((
            Self {
                path,
                live: RwLock::new(live),
                tail: Mutex::new(tail),
            },
            recovered.or(side_recovered),
        ))
    }

    fn read<T>(&self, f: impl FnOnce(&Live) -> T) -> T {
        f(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn update<T>(&self, f: impl FnOnce(&mut Live) -> T) -> T {
        f(&mut self.live.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let found = self.read(|live| {
            let line = live.index.get(key)?;
            Some((Arc::clone(&live.file), line.offset, line.length))
        });
        let Some((file, offset, length)) = found else {
            return Ok(None);
        };
        let mut record = vec![0; length];
        read_exact_at(&file, &mut record, offset)
            .map_err(|error| failure(&self.path, "could not be read", error))?;
        Ok(Some(record))
    }

    fn entries(&self, after: Option<&[u8]>, limit: usize) -> Vec<Entry> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.read(|live| {
            live.index
                .range::<[u8], _>((from, Bound::Unbounded))
                .take(limit)
                .map(|(key, line)| {
                    let entry = Entry::new(key.clone(), line.key_json.clone());
                    entry.with_meta(line.meta.to_vec())
                })
                .collect()
        })
    }

    fn write(&self, batch: &[Write]) -> Result<Vec<bool>, Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(&tail)?;
        let (plan, notes) = self.read(|live| {
            let plan = append::Plan::of(batch, &live.index);
            let notes = Notes::of(&plan.last, &live.index, &live.bare);
            (plan, notes)
        });
        self.note(&mut tail, &notes.before)?;
        if plan.removes {
            self.rewrite(&mut tail, &plan.last)?;
        } else {
            self.append(&mut tail, batch)?;
        }
        self.note(&mut tail, &notes.after)?;
        self.keep_bare(&plan.last);
        Ok(plan.replaced)
    }

    fn shrink(&self) -> Result<(), Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(&tail)?;
        let used = self.read(|live| {
            live.index
                .values()
                .map(|line| line.length as u64 + 1)
                .sum::<u64>()
        });
        if used != tail.end {
            self.rewrite(&mut tail, &append::Last::default())?;
        }
        self.shrink_side(&mut tail)
    }
}

impl Storage for Jsonl {
    fn name(&self) -> String {
        name(&self.path)
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { Ok(self.read(|live| live.index.contains_key(key))) })
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        let found = self.read(|live| match (live.index.get(key), live.bare.get(key)) {
            (Some(line), _) => Found::new(true, line.meta.to_vec()),
            (None, Some(row)) => Found::new(false, row.meta.clone()),
            (None, None) => Found::default(),
        });
        Box::pin(async move { Ok(found) })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.record(key) })
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async move { Ok(self.entries(after, limit)) })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { Ok(self.read(|live| live.index.len())) })
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move { self.write(&batch) })
    }

    fn compact(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move { self.shrink() })
    }
}

fn name(path: &Path) -> String {
    format!("JSONL file `{}`", path.display())
}

/// The error for something that the system refused.
fn failure(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::with_source(ErrorKind::Store, format!("{} {what}", name(path)), error)
}

/// The metadata in memory: none where it says nothing.
fn kept(meta: &[u8]) -> Box<[u8]> {
    match says_nothing(meta) {
        true => Box::default(),
        false => meta.into(),
    }
}

/// The path with something behind its last name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
