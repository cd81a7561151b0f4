//! From the writes of a batch to rows beside the records.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};

use super::append::Last;
use super::side::{HEADER, Rows, Side};
use super::{Bare, Index, Jsonl, Live, Row, Tail, beside, failure};
use crate::Error;
use crate::store::Write;
use crate::store::disk::sync_directory_of;
use crate::store::meta::{says_nothing, stands_alone};

impl Jsonl {
    /// Writes rows of a batch, durably.
    pub(super) fn note(&self, tail: &mut Tail, rows: &Rows) -> Result<(), Error> {
        if rows.count > 0 {
            if !tail.side.is_there()? {
                self.rewrite_side(tail)?;
            }
            tail.side.append(&self.path, rows)?;
        }
        Ok(())
    }

    /// Keeps what a batch that is written says of keys without a record.
    pub(super) fn keep_bare(&self, last: &Last<'_>) {
        self.update(|live| {
            for (key, write) in last {
                live.bare.remove(*key);
                if let Write::Absent { key_json, meta, .. } = write {
                    let (key_json, meta) = (key_json.clone(), meta.clone());
                    live.bare.insert(key.to_vec(), Row { key_json, meta });
                }
            }
        });
    }

    /// Drops the rows that say nothing any more, where there are any.
    pub(super) fn shrink_side(&self, tail: &mut Tail) -> Result<(), Error> {
        let rows = self.read(Live::rows).count;
        if tail.side.is_there()? && rows == tail.side.rows {
            return Ok(());
        }
        self.rewrite_side(tail)
    }

    /// Writes the file beside the records anew; none where there is nothing to
    /// say.
    fn rewrite_side(&self, tail: &mut Tail) -> Result<(), Error> {
        let rows = self.read(Live::rows);
        let rewritten = self.try_rewrite_side(&mut tail.side, &rows);
        rewritten.map_err(|error| failure(&tail.side.path, "could not be rewritten", error))?;
        self.update(|live| {
            let Live { index, bare, .. } = live;
            bare.retain(|key, row| stays(index, key, row));
        });
        sync_directory_of(&self.path).map_err(|error| {
            tail.uncertain = true;
            failure(&tail.side.path, "could not be rewritten", error)
        })
    }

    fn try_rewrite_side(&self, side: &mut Side, rows: &Rows) -> io::Result<()> {
        if rows.count == 0 {
            match fs::remove_file(&side.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            (side.file, side.end, side.rows) = (None, 0, 0);
            return Ok(());
        }
        let temporary = beside(&side.path, ".rewriting");
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(true);
        let mut file = options.open(&temporary)?;
        file.set_permissions(fs::metadata(&self.path)?.permissions())?;
        file.write_all(HEADER)?;
        file.write_all(&rows.bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, &side.path)?;
        side.file = Some(file);
        side.end = (HEADER.len() + rows.bytes.len()) as u64;
        side.rows = rows.count;
        Ok(())
    }
}

impl Live {
    /// All rows that say something, in the order of their keys, those of records
    /// first.
    fn rows(&self) -> Rows {
        let mut rows = Rows::default();
        for line in self.index.values().filter(|line| !line.meta.is_empty()) {
            rows.push(&line.key_json, &line.meta);
        }
        for (key, row) in &self.bare {
            if stays(&self.index, key, row) {
                rows.push(&row.key_json, &row.meta);
            }
        }
        rows
    }
}

/// Whether a row that is not beside a record says something all the same.
fn stays(index: &Index, key: &[u8], row: &Row) -> bool {
    !index.contains_key(key) && stands_alone(&row.meta)
}

/// The rows that a batch has to add: one for each key of which the file says
/// something else.
#[derive(Default)]
pub(super) struct Notes {
    /// Those of records that replace none. They mean nothing until their records
    /// are there, and then these are of the version that made them.
    pub(super) before: Rows,
    /// The others: what they say is not true of the record that is there.
    pub(super) after: Rows,
}

impl Notes {
    pub(super) fn of(last: &Last<'_>, index: &Index, bare: &Bare) -> Self {
        let mut notes = Self::default();
        for (key, write) in last {
            let (bare, line) = (bare.get(*key), index.get(*key));
            let rows = match (write, line) {
                (Write::Put { .. }, None) => &mut notes.before,
                _ => &mut notes.after,
            };
            let known = match bare {
                Some(row) => Some((&row.key_json, &*row.meta)),
                None => line.map(|line| (&line.key_json, &*line.meta)),
            };
            let known = known.filter(|(_, meta)| !says_nothing(meta));
            let new = match write {
                Write::Put { key_json, meta, .. } | Write::Absent { key_json, meta, .. } => {
                    Some((key_json, &**meta)).filter(|(_, meta)| !says_nothing(meta))
                }
                Write::Remove { .. } => None,
            };
            match (known, new) {
                (Some((_, known)), Some((_, new))) if known == new => {}
                (_, Some((key_json, meta))) => rows.push(key_json, meta),
                (Some((key_json, _)), None) => rows.push(key_json, b""),
                (None, None) => {}
            }
        }
        notes
    }
}
