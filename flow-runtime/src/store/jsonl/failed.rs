//! The list of keys that could not be made, in a file beside the records.
//!
//! ```text
//! {"format":"flow-store-failed","version":1}
//! {"key":1,"attempts":3,"error":"…","when":1767225600123,"transient":true,"version":2}
//! {"key":1}
//! ```
//!
//! The first line names the format. Of several rows with one key the latest counts; one
//! with nothing but the key takes back what was said before. A torn end is moved away
//! as one of the records is. The lock of the records' file guards this one too.
//!
//! A failure is durable before whoever asked is told of it. That it is over is not:
//! such a row is written behind the record that ends it, and synced with the next
//! failure. Where it is lost, the record itself says [so](failed::outweighs). A key
//! that is forgotten by name is forgotten durably.
//!
//! Rows pile up where the same keys fail in every run, so a file with more dead rows
//! than others is written anew when it is opened, and by compacting.

use std::path::Path;

use super::append::Last;
use super::commit::parts;
use super::ending::PART;
use super::found::{Format, Found};
use super::recover::{Expected, Recovered};
use super::side_file::{Rows, Side};
use super::{Bare, Index, Jsonl, Live, Row, Tail, beside};
use crate::Error;
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::encode::{Identified, Identify, Noted};
use crate::store::meta::says_none;
use crate::store::{FailedKey, Write, failed};

/// The first line.
const HEADER: &[u8] = b"{\"format\":\"flow-store-failed\",\"version\":1}\n";

const FORMAT: Format = Format {
    header: HEADER,
    name: "flow-store-failed",
    expected: Expected {
        what: "a failure (without this file, nothing is known of failures)",
        begins: |_| false,
    },
};

/// The number of dead rows that a file may have, whatever else is in it.
const SLACK: usize = 64;

/// The list as it was found, before its end is put right.
pub(super) struct Read<F> {
    found: Found<F>,
    /// The latest row of each key that says something.
    latest: Bare,
}

impl<F: DiskFile> Read<F> {
    /// Reads the list beside `records`, where there is one; changes nothing.
    pub(super) fn new<D: Disk<File = F>>(
        disk: &D,
        open: Open,
        records: &Path,
        identify: &Identify,
    ) -> Result<Self, Error> {
        let mut latest = Bare::new();
        let path = beside(records, ".failed");
        let found = Found::read(disk, open, path, &FORMAT, |line| {
            let Noted { of, meta, .. } = (identify.failed)(line)?;
            let Identified { key, key_json } = of;
            match says_nothing(&meta) {
                true => drop(latest.remove(&key)),
                false => drop(latest.insert(key, Row { key_json, meta })),
            }
            Ok(())
        })?;
        Ok(Self { found, latest })
    }

    /// Moves a torn end to a file of its own.
    pub(super) fn keep<D: Disk<File = F>>(&self, disk: &D) -> Result<Option<Recovered>, Error> {
        self.found.keep(disk)
    }

    /// Puts the end of the file right. Gives the file and the failures that no record
    /// has ended.
    pub(super) fn repair(
        mut self,
        index: &Index,
        bare: &Bare,
        untrusted: Option<u64>,
    ) -> Result<(Side<F>, Bare), Error> {
        self.found.repair(&Rows::default(), untrusted)?;
        Ok(self.without_ended(index, bare))
    }

    /// The file as it is, and the failures that no record has ended.
    pub(super) fn without_ended(self, index: &Index, bare: &Bare) -> (Side<F>, Bare) {
        let Self { found, mut latest } = self;
        latest.retain(|key, row| match (index.get(key), bare.get(key)) {
            (Some(line), _) => !failed::outweighs(&line.meta, &row.meta),
            (None, Some(none)) if says_none(&none.meta) => {
                !failed::outweighs(&none.meta, &row.meta)
            }
            (None, _) => true,
        });
        (found.side, latest)
    }
}

/// The failures that a batch ends.
#[derive(Default)]
pub(super) struct Over {
    /// Rows for those whose key is written.
    pub(super) ended: Rows,
    /// Rows for those whose key is removed.
    pub(super) forgotten: Rows,
    /// The keys of all.
    pub(super) keys: Vec<Vec<u8>>,
}

impl<D: Disk> Jsonl<D> {
    /// The failures that are over with a batch.
    pub(super) fn over(&self, last: &Last<'_>) -> Over {
        let mut over = Over::default();
        self.read(|live| {
            if live.failed.is_empty() {
                return;
            }
            for (key, write) in last {
                let Some(row) = live.failed.get(*key) else {
                    continue;
                };
                let rows = match write {
                    Write::Put { meta, .. } | Write::Absent { meta, .. } => {
                        if !failed::ends(meta, &row.meta) {
                            continue;
                        }
                        &mut over.ended
                    }
                    Write::Remove { .. } => &mut over.forgotten,
                };
                rows.push(&row.key_json, None, b"");
                over.keys.push(key.to_vec());
            }
        });
        over
    }

    /// Keeps failures, durably.
    pub(super) fn write_failures(
        &self,
        tail: &mut Tail<D>,
        failures: &[FailedKey],
    ) -> Result<(), Error> {
        let bytes = |failed: &FailedKey| 64 + failed.key_json.len() + failed.failure.len();
        for part in parts(failures, bytes) {
            let mut rows = Rows::default();
            self.read(|live| {
                for failed in part {
                    let is_new = !failed.failure.is_empty();
                    if is_new || live.failed.contains_key(&failed.key) {
                        rows.push(&failed.key_json, None, &failed.failure);
                    }
                }
            });
            if rows.count == 0 {
                continue;
            }
            self.check(tail)?;
            self.doubt(tail, tail.failed.file.is_none())?;
            tail.failed.append(&self.disk, &self.path, &rows)?;
            self.check(tail)?;
            self.update(|live| publish(live, part));
            tail.note.settle();
        }
        Ok(())
    }

    /// Writes the file anew where most of it says nothing any more.
    pub(super) fn shrink_long_list(&self, tail: &mut Tail<D>) -> Result<(), Error> {
        let live = self.read(|live| live.failed.len());
        match tail.failed.rows > 2 * live + SLACK {
            true => self.shrink_list(tail),
            false => Ok(()),
        }
    }

    /// Drops the rows that say nothing any more, where there are any.
    pub(super) fn shrink_list(&self, tail: &mut Tail<D>) -> Result<(), Error> {
        let rows = self.read(|live| {
            let mut rows = Rows::default();
            for row in live.failed.values() {
                rows.push(&row.key_json, None, &row.meta);
            }
            rows
        });
        if rows.count == tail.failed.rows {
            return Ok(());
        }
        if rows.count > 0 {
            let write = |file: &D::File| {
                file.write_all_at(HEADER, 0)?;
                let mut end = HEADER.len() as u64;
                for chunk in rows.bytes.chunks(PART) {
                    file.write_all_at(chunk, end)?;
                    end += chunk.len() as u64;
                }
                Ok(end)
            };
            let path = tail.failed.path.clone();
            let (file, end) = self.replace(tail, &path, write)?;
            (tail.failed.file, tail.failed.end) = (Some(file.unlock()), end);
        } else if tail.failed.file.is_some() {
            self.remove_beside(tail, |tail| &mut tail.failed)?;
        }
        tail.failed.rows = rows.count;
        Ok(())
    }
}

/// Lets reads see what failed.
fn publish<F: DiskFile>(live: &mut Live<F>, part: &[FailedKey]) {
    for FailedKey {
        key,
        key_json,
        failure,
    } in part
    {
        let (key_json, meta) = (key_json.clone(), failure.clone());
        match meta.is_empty() {
            true => drop(live.failed.remove(key)),
            false => drop(live.failed.insert(key.clone(), Row { key_json, meta })),
        }
    }
}

fn says_nothing(failure: &[u8]) -> bool {
    failure.is_empty() || failure == b"{}"
}
