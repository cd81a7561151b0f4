//! From the writes of a batch to rows beside the records.

use std::io;

use super::append::Last;
use super::side::HEADER;
use super::side_file::{Rows, Side};
use super::unsynced::Untrusted;
use super::{Index, Jsonl, Live, Row, Tail, failure};
use crate::Error;
use crate::store::Write;
use crate::store::disk::{Disk, DiskFile};
use crate::store::meta::{Replaced, says_nothing, stands_alone};

impl<D: Disk> Jsonl<D> {
    /// The rows that a batch has to add: one for each key of which the file says
    /// something else.
    pub(super) fn rows(&self, tail: &Tail<D>, last: &Last<'_>) -> Result<Rows, Error> {
        let has_rows = tail.side.file.is_some();
        let rows = self.read(|live| {
            let mut rows = Rows::default();
            for (key, write) in last {
                live.note(key, write, has_rows, &mut rows)?;
            }
            Ok(rows)
        });
        rows.map_err(|error| failure(&self.path, "could not be read", error))
    }

    /// Drops the rows that say nothing any more, where there are any.
    pub(super) fn shrink_side(&self, tail: &mut Tail<D>) -> Result<(), Error> {
        let rows = self.read(Live::rows);
        if rows.count == tail.side.rows {
            return Ok(());
        }
        if rows.count > 0 {
            let write = |file: &D::File| {
                let bytes = [HEADER, &rows.bytes].concat();
                file.write_all_at(&bytes, 0)?;
                Ok(bytes.len() as u64)
            };
            let path = tail.side.path.clone();
            let (file, end) = self.replace(tail, &path, write)?;
            (tail.side.file, tail.side.end) = (Some(file.unlock()), end);
        } else if tail.side.file.is_some() {
            self.remove_beside(tail, |tail| &mut tail.side)?;
        }
        tail.side.rows = rows.count;
        self.update(|live| {
            let Live { index, bare, .. } = live;
            bare.retain(|key, row| stays(index, key, row));
        });
        Ok(())
    }

    /// Removes a file beside the records.
    pub(super) fn remove_beside(
        &self,
        tail: &mut Tail<D>,
        of: fn(&mut Tail<D>) -> &mut Side<D::File>,
    ) -> Result<(), Error> {
        let path = of(tail).path.clone();
        let refused = |error| failure(&path, "could not be removed", error);
        tail.note
            .set(&self.disk, Untrusted::Names)
            .map_err(refused)?;
        match self.disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
            _ => {}
        }
        let side = of(tail);
        (side.file, side.end) = (None, 0);
        self.disk.sync_directory_of(&path).map_err(|error| {
            tail.is_uncertain = true;
            refused(error)
        })
    }
}

impl<F: DiskFile> Live<F> {
    /// Adds the row that a write needs, where it needs one. `has_rows` says that
    /// the file has some already.
    fn note(&self, key: &[u8], write: &Write, has_rows: bool, rows: &mut Rows) -> io::Result<()> {
        let line = self.index.get(key);
        let known = match self.bare.get(key) {
            Some(row) => Some((&*row.key_json, &*row.meta)),
            None => line.map(|line| (&*line.key_json, &*line.meta)),
        };
        let known = known.filter(|(_, meta)| !says_nothing(meta));
        let (new, record) = match write {
            Write::Put {
                key_json,
                meta,
                record,
                ..
            } => (Some((&**key_json, &**meta)), Some(record)),
            Write::Absent { key_json, meta, .. } => (Some((&**key_json, &**meta)), None),
            Write::Remove { .. } => (None, None),
        };
        let new = new.filter(|(_, meta)| !says_nothing(meta));
        let key_json = match (new.or(known), line, record) {
            (Some((key_json, _)), _, _) => key_json,
            // What an older row says would count again with the record gone.
            (None, Some(line), None) if has_rows => &line.key_json,
            (None, _, _) => return Ok(()),
        };
        // Most of what is put has neither a row nor anything to replace.
        let replaced = line.map(|line| line.read(&**self.file)).transpose()?;
        let stays = match (&replaced, record) {
            (Some(replaced), Some(record)) => replaced == record,
            (None, Some(_)) => known.is_none(),
            (None, None) => true,
            (Some(_), None) => false,
        };
        let meta = |said: Option<(_, &[u8])>| said.map(|(_, meta)| meta.to_vec());
        if meta(known) != meta(new) || !stays {
            let meta = new.map_or(&b""[..], |(_, meta)| meta);
            let replaces = (!stays).then(|| Replaced::of(replaced.as_deref()));
            rows.push(key_json, replaces, meta);
        }
        Ok(())
    }

    /// All rows that say something, in the order of their keys, those of records
    /// first.
    fn rows(&self) -> Rows {
        let mut rows = Rows::default();
        let lines = self.index.iter().map(|(_, line)| line);
        for line in lines.filter(|line| !line.meta.is_empty()) {
            rows.push(&line.key_json, None, &line.meta);
        }
        for (key, row) in &self.bare {
            if stays(&self.index, key, row) {
                rows.push(&row.key_json, None, &row.meta);
            }
        }
        rows
    }
}

/// Returns whether a row that is not beside a record says something all the same.
fn stays(index: &Index, key: &[u8], row: &Row) -> bool {
    !index.contains_key(key) && stands_alone(&row.meta)
}
