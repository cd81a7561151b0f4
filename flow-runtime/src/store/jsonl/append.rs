//! A batch at the end of the file: one write, one sync.

use std::collections::BTreeMap;

use super::{Index, Jsonl, Line, Tail, failure, kept};
use crate::Error;
use crate::store::Write;
use crate::store::disk::{Disk, DiskFile};

/// The effect of a batch on the file, known before anything is written.
pub(super) struct Plan<'a> {
    /// Of each write, that there was a record under its key.
    pub(super) replaced: Vec<bool>,
    /// A record goes away, so that appending is not enough.
    pub(super) removes: bool,
    /// The last write of each key: the others are never seen by anyone.
    pub(super) last: Last<'a>,
}

/// The last write of each key that a batch touches.
pub(super) type Last<'a> = BTreeMap<&'a [u8], &'a Write>;

impl<'a> Plan<'a> {
    pub(super) fn of(batch: &'a [Write], index: &Index) -> Self {
        let mut last = Last::new();
        let mut replaced = Vec::new();
        for write in batch {
            let key = write.key();
            replaced.push(match last.insert(key, write) {
                Some(earlier) => matches!(earlier, Write::Put { .. }),
                None => index.contains_key(key),
            });
        }
        let is_removed = |(key, write): (&&[u8], &&Write)| {
            !matches!(write, Write::Put { .. }) && index.contains_key(key)
        };
        Self {
            removes: last.iter().any(is_removed),
            replaced,
            last,
        }
    }
}

impl<D: Disk> Jsonl<D> {
    /// Appends the puts of a batch, durably. Gives where their lines lie.
    pub(super) fn append(
        &self,
        tail: &mut Tail<D>,
        batch: &[Write],
        last: &Last<'_>,
    ) -> Result<Vec<(Vec<u8>, Line)>, Error> {
        let mut lines = Vec::new();
        let mut added = Vec::new();
        for write in batch {
            if !last
                .get(write.key())
                .is_some_and(|last| std::ptr::eq(*last, write))
            {
                continue;
            }
            if let Write::Put {
                key,
                key_json,
                record,
                meta,
            } = write
            {
                let offset = tail.end + lines.len() as u64;
                let line = Line {
                    offset,
                    length: record.len(),
                    key_json: (&**key_json).into(),
                    meta: kept(meta),
                };
                added.push((key.clone(), line));
                lines.extend_from_slice(record);
                lines.push(b'\n');
            }
        }
        if !lines.is_empty() {
            let file = self.read(|live| live.file.clone());
            file.write_all_at(&lines, tail.end)
                .map_err(|error| failure(&self.path, "could not be written", error))?;
            file.sync_data()
                .map_err(|error| failure(&self.path, "could not be synced", error))?;
            tail.end += lines.len() as u64;
        }
        Ok(added)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Short;
    use super::*;

    fn put(key: u8) -> Write {
        let json = vec![b'0' + key];
        Write::Put {
            key: vec![key],
            key_json: json.clone(),
            record: json,
            meta: Vec::new(),
        }
    }

    fn remove(key: u8) -> Write {
        Write::Remove { key: vec![key] }
    }

    fn index(key: u8) -> Index {
        let line = Line {
            offset: 0,
            length: 1,
            key_json: Short::empty(),
            meta: Arc::default(),
        };
        let mut index = Index::new();
        index.insert(&[key], line);
        index
    }

    #[test]
    fn a_batch_sees_its_own_writes() {
        let batch = [put(1), put(2), remove(2), remove(2), put(2)];
        let plan = Plan::of(&batch, &index(1));
        assert_eq!(plan.replaced, [true, false, true, false, false]);
        assert!(!plan.removes, "nothing of it is in the file yet");
        assert_eq!(plan.last[&[2][..]], &put(2));
    }

    #[test]
    fn a_record_goes_where_there_is_none_any_more() {
        let absent = |key| Write::Absent {
            key: vec![key],
            key_json: Vec::new(),
            meta: Vec::new(),
        };
        let batch = [absent(2), put(2), absent(1)];
        let plan = Plan::of(&batch[..2], &index(1));
        assert_eq!(plan.replaced, [false, false]);
        assert!(!plan.removes);
        let plan = Plan::of(&batch, &index(1));
        assert_eq!(plan.replaced, [false, false, true]);
        assert!(plan.removes);
    }

    #[test]
    fn what_is_not_there_need_not_be_removed() {
        let batch = [remove(2), put(1)];
        let plan = Plan::of(&batch, &index(1));
        assert_eq!(plan.replaced, [false, true]);
        assert!(!plan.removes);
    }

    #[test]
    fn what_was_removed_before_is_replaced() {
        let batch = [remove(1), remove(1), put(1)];
        let plan = Plan::of(&batch, &index(1));
        assert_eq!(plan.replaced, [true, false, false]);
        assert!(!plan.removes, "the new line overrules the old one");
    }
}
