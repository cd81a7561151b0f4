//! From files as they are found to a store that can be written.
//!
//! All is read before anything is changed, so that a refusal leaves every byte.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::failed;
use super::lock;
use super::recover::{Expected, Recovered, Scan};
use super::rewrite::copy;
use super::short::Short;
use super::side;
use super::unsynced::{Note, Untrusted};
use super::{Index, Jsonl, Line, Live, Tail, failure};
use crate::Error;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::encode::{Identified, Identify};
use crate::store::meta::Replaced;

impl<D: Disk> Jsonl<D> {
    /// Opens and locks the file, and repairs its end where a crash tore it.
    pub(in crate::store) fn open(
        disk: D,
        path: &Path,
        identify: Identify,
    ) -> Result<(Self, Option<Recovered>), Error> {
        let (file, path) = lock::open(&disk, path)?;
        let (scan, mut index) = read(&*file, &path, &identify)?;
        let side = side::Read::new(&disk, Open::Existing, &path, &identify, |key| {
            let found = index.get(key).map(|line| line.read(&*file)).transpose();
            let live = found.map(|record| Replaced::of(record.as_deref()));
            live.map_err(|error| failure(&path, "could not be read", error))
        })?;
        let failed = failed::Read::new(&disk, Open::Existing, &path, &identify)?;
        let mut note = Note::new(&path);
        let untrusted = note
            .found(&disk)
            .map_err(|error| failure(&path, "has a note that cannot be read", error))?;
        let recovered = scan.keep(&disk, &path)?;
        let recovered = recovered.or(side.keep(&disk)?);
        let recovered = recovered.or(failed.keep(&disk)?);

        // From here on the files are changed. What a failed sync leaves of that is
        // not to be trusted either.
        let tails = match untrusted {
            Some(Untrusted::Tails { records, side }) => Some((records, side)),
            Some(Untrusted::Names) | None => None,
        };
        let repaired = scan
            .repair(&*file, &path, b"", tails.map(|(records, _)| records))
            .and_then(|()| side.repair(&mut index, tails.map(|(_, side)| side)))
            .and_then(|(side, bare)| {
                // The list is short: all of it is written once more.
                let (failed, list) = failed.repair(&index, &bare, untrusted.map(|_| 0))?;
                Ok((side, bare, failed, list))
            });
        let (side, bare, failed, list) = repaired.inspect_err(|_| {
            let _ = note.set(&disk, Untrusted::Names);
        })?;

        let live = Live {
            file: Arc::new(file),
            index,
            bare,
            failed: list,
        };
        let tail = Tail {
            end: scan.end,
            is_uncertain: false,
            orphan: None,
            side,
            failed,
            note,
        };
        let jsonl = Self {
            disk,
            path,
            live: RwLock::new(live),
            tail: Mutex::new(tail),
        };
        if untrusted == Some(Untrusted::Names) {
            jsonl.copy()?;
        }
        let mut tail = jsonl.tail.lock().unwrap_or_else(PoisonError::into_inner);
        jsonl.shrink_long_list(&mut tail)?;
        tail.note.settle();
        tail.note.clear(&jsonl.disk);
        drop(tail);
        Ok((jsonl, recovered))
    }

    /// Gives the names of the files to copies of them.
    fn copy(&self) -> Result<(), Error> {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = &mut *tail;
        let (old, end) = (self.read(|live| Arc::clone(&live.file)), tail.end);
        let (file, ()) = self.replace(tail, &self.path, |file| copy(&**old, file, 0, end))?;
        self.update(|live| live.file = Arc::new(file));
        if let Some(old) = tail.side.file.take() {
            let (path, end) = (tail.side.path.clone(), tail.side.end);
            let (file, ()) = self.replace(tail, &path, |file| copy(&old, file, 0, end))?;
            tail.side.file = Some(file.unlock());
        }
        if let Some(old) = tail.failed.file.take() {
            let (path, end) = (tail.failed.path.clone(), tail.failed.end);
            let (file, ()) = self.replace(tail, &path, |file| copy(&old, file, 0, end))?;
            tail.failed.file = Some(file.unlock());
        }
        Ok(())
    }
}

/// Reads the records; changes nothing.
pub(super) fn read<F: DiskFile>(
    file: &F,
    path: &Path,
    identify: &Identify,
) -> Result<(Scan, Index), Error> {
    let expected = Expected {
        what: "a record",
        begins: identify.begins,
    };
    let (mut index, mut found) = (Index::new(), Identified::default());
    let scan = Scan::read(file, path, &expected, |offset, line| {
        (identify.record)(line, &mut found)?;
        let line = Line {
            offset,
            length: line.len(),
            key_json: Short::from(&*found.key_json),
            meta: Arc::default(),
        };
        index.insert(&found.key, line);
        Ok(())
    })?;
    Ok((scan, index))
}
