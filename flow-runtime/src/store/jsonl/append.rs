//! A batch at the end of the file: one write, one sync, then it counts.

use std::collections::BTreeMap;

use super::{Index, Jsonl, Line, Tail, failure, kept};
use crate::store::Write;
use crate::store::disk::{is_same, write_all_at};
use crate::{Error, ErrorKind};

/// What a batch does to the file, known before anything is written.
pub(super) struct Plan<'a> {
    /// Whether there was a record under the key of each write.
    pub(super) replaced: Vec<bool>,
    /// Whether a record goes away, so that appending is not enough.
    pub(super) removes: bool,
    /// The last write of each key.
    pub(super) last: Last<'a>,
}

/// The last write of each key that a batch touches.
pub(super) type Last<'a> = BTreeMap<&'a [u8], &'a Write>;

impl<'a> Plan<'a> {
    pub(super) fn of(batch: &'a [Write], index: &Index) -> Self {
        let mut plan = Self {
            replaced: Vec::new(),
            removes: false,
            last: Last::new(),
        };
        for write in batch {
            let (Write::Put { key, .. } | Write::Absent { key, .. } | Write::Remove { key }) =
                write;
            let before = match plan.last.insert(key, write) {
                Some(earlier) => matches!(earlier, Write::Put { .. }),
                None => index.contains_key(key),
            };
            plan.removes |= before && !matches!(write, Write::Put { .. });
            plan.replaced.push(before);
        }
        plan
    }
}

impl Jsonl {
    /// Makes sure that the file is still the one that was opened, as long as it
    /// was left: whoever edits it in place would lose what is appended, or
    /// have it appended in the middle of a line.
    pub(super) fn check(&self, tail: &Tail) -> Result<(), Error> {
        let changed = |what| {
            let message = format!("{} {what} while it was open", super::name(&self.path));
            Error::new(ErrorKind::Store, message)
        };
        if tail.uncertain {
            return Err(changed("was replaced, perhaps not durably,"));
        }
        let file = self.read(|live| live.file.metadata());
        let file = file.map_err(|error| failure(&self.path, "is lost", error))?;
        match self.path.metadata() {
            Ok(there) if !is_same(&file, &there) => Err(changed("was replaced")),
            Ok(there) if there.len() != tail.end => Err(changed("was changed by someone else")),
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&self.path, "is gone", error)),
        }
    }

    /// Appends the puts of a batch.
    pub(super) fn append(&self, tail: &mut Tail, batch: &[Write]) -> Result<(), Error> {
        let mut lines = Vec::new();
        let mut added = Vec::new();
        for write in batch {
            if let Write::Put {
                key,
                key_json,
                record,
                meta,
            } = write
            {
                let offset = tail.end + lines.len() as u64;
                let key_json = key_json.clone();
                added.push((
                    key.clone(),
                    Line {
                        offset,
                        length: record.len(),
                        key_json,
                        meta: kept(meta),
                    },
                ));
                lines.extend_from_slice(record);
                lines.push(b'\n');
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let file = self.read(|live| live.file.clone());
        write_all_at(&file, &lines, tail.end)
            .map_err(|error| failure(&self.path, "could not be written", error))?;
        file.sync_data()
            .map_err(|error| failure(&self.path, "could not be synced", error))?;
        tail.end += lines.len() as u64;
        self.update(|live| live.index.extend(added));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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
            key_json: Vec::new(),
            meta: Box::default(),
        };
        Index::from([(vec![key], line)])
    }

    #[test]
    fn a_batch_sees_its_own_writes() {
        let batch = [put(1), put(2), remove(2), remove(2), put(2)];
        let plan = Plan::of(&batch, &index(1));
        assert_eq!(plan.replaced, [true, false, true, false, false]);
        assert!(plan.removes);
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
    fn what_was_removed_before_is_gone() {
        let batch = [remove(1), remove(1), put(1)];
        let plan = Plan::of(&batch, &index(1));
        assert_eq!(plan.replaced, [true, false, false]);
        assert!(plan.removes);
    }
}
