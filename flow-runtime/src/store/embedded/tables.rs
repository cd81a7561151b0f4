//! The tables of the database, read and written together.

use std::cmp::Ordering;
use std::ops::Bound;

use redb::{
    Error, Range, ReadOnlyTable, ReadTransaction, ReadableTable, ReadableTableMetadata, Table,
    TableDefinition, TableError, WriteTransaction,
};

use super::checks::{self, Sums, damaged};
use crate::store::{Entry, FailedKey, Found, Write, failed};

type Bytes = &'static [u8];

/// A key as JSON, and what is kept beside it.
type Beside = (&'static [u8], &'static [u8]);

const HEADER: TableDefinition<'static, &str, &str> = TableDefinition::new("header");
const RECORDS: TableDefinition<'static, Bytes, Bytes> = TableDefinition::new("records");
const META: TableDefinition<'static, Bytes, Beside> = TableDefinition::new("meta");
const ABSENT: TableDefinition<'static, Bytes, Beside> = TableDefinition::new("absent");
const FAILED: TableDefinition<'static, Bytes, Beside> = TableDefinition::new("failed");
const CHECKS: TableDefinition<'static, Bytes, Bytes> = TableDefinition::new("checks");

/// The fields that the header of a file must have. Another value is another format.
pub(super) const FORMAT: [(&str, &str); 2] = [("format", "1"), ("codec", "json")];

/// Returns what the header says: the format, and whether all keys have sums.
pub(super) fn header(read: &ReadTransaction) -> Result<[Option<String>; 3], Error> {
    let header = read.open_table(HEADER)?;
    let said = |field: &str| -> Result<Option<String>, Error> {
        Ok(header.get(field)?.map(|value| value.value().to_owned()))
    };
    let [(format, _), (codec, _)] = FORMAT;
    Ok([said(format)?, said(codec)?, said(checks::ALL.0)?])
}

/// Makes the tables of a new file.
pub(super) fn create(write: &WriteTransaction) -> Result<(), Error> {
    Writing::of(write, false)?;
    let mut header = write.open_table(HEADER)?;
    for (field, value) in FORMAT.into_iter().chain([checks::ALL]) {
        header.insert(field, value)?;
    }
    Ok(())
}

/// A table, where the file has it.
fn optional<K: redb::Key, V: redb::Value>(
    table: Result<ReadOnlyTable<K, V>, TableError>,
) -> Result<Option<ReadOnlyTable<K, V>>, Error> {
    match table {
        // Files from before there was such a table.
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        table => Ok(Some(table?)),
    }
}

/// All tables, as they were at one moment.
pub(super) struct Reading<'r> {
    read: &'r ReadTransaction,
    meta: ReadOnlyTable<Bytes, Beside>,
    checks: Option<ReadOnlyTable<Bytes, Bytes>>,
    /// Every key has sums.
    is_checked: bool,
}

/// Returns whether there is a list of failures.
pub(super) fn has_failures(read: &ReadTransaction) -> Result<bool, Error> {
    Ok(optional(read.open_table(FAILED))?.is_some())
}

/// The list of failures.
pub(super) fn failures(read: &ReadTransaction) -> Result<Vec<FailedKey>, Error> {
    let Some(table) = optional(read.open_table(FAILED))? else {
        return Ok(Vec::new());
    };
    let mut failures = Vec::new();
    for row in table.range::<&[u8]>(..)? {
        let (key, row) = row?;
        let (key, row) = (key.value(), row.value());
        let failure = checks::without_sum(key, row)?.to_vec();
        failures.push(FailedKey::new(key.to_vec(), row.0.to_vec(), failure));
    }
    Ok(failures)
}

/// Returns the failure of a key, as it is kept; empty where there is none.
pub(super) fn failure(read: &ReadTransaction, key: &[u8]) -> Result<Vec<u8>, Error> {
    let table = optional(read.open_table(FAILED))?;
    let row = table.map(|table| table.get(key)).transpose()?.flatten();
    match row {
        Some(row) => Ok(checks::without_sum(key, row.value())?.to_vec()),
        None => Ok(Vec::new()),
    }
}

impl<'r> Reading<'r> {
    pub(super) fn of(read: &'r ReadTransaction, is_checked: bool) -> Result<Self, Error> {
        Ok(Self {
            read,
            meta: read.open_table(META)?,
            checks: optional(read.open_table(CHECKS))?,
            is_checked,
        })
    }

    /// Returns what is known of a key.
    pub(super) fn look_up(&self, key: &[u8]) -> Result<Found, Error> {
        let sums = self.sums(key)?;
        if let Some(row) = self.meta.get(key)? {
            let row = row.value();
            self.check(sums.as_deref(), |sums| Sums::check_row(sums, key, row))?;
            return Ok(Found::new(true, row.1.to_vec()));
        }
        let absent = optional(self.read.open_table(ABSENT))?;
        let absent = absent.map(|absent| absent.get(key)).transpose()?.flatten();
        if let Some(row) = absent {
            let row = row.value();
            self.check(sums.as_deref(), |sums| Sums::check_absent(sums, key, row))?;
            return Ok(Found::new(false, row.1.to_vec()));
        }
        match sums {
            Some(_) => Err(lost()),
            None => Ok(Found::default()),
        }
    }

    /// The record under a key.
    pub(super) fn record(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let sums = self.sums(key)?;
        let Some(record) = self.read.open_table(RECORDS)?.get(key)? else {
            // Of what has no record, what is known is asked for; it is checked there.
            return match self.look_up(key)?.is_extant {
                true => Err(lost()),
                false => Ok(None),
            };
        };
        let record = record.value();
        self.check(sums.as_deref(), |sums| {
            Sums::check_record(sums, key, record)
        })?;
        Ok(Some(record.to_vec()))
    }

    /// Up to `limit` entries behind a key, in order.
    pub(super) fn scan(&self, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, Error> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let range = (from, Bound::Unbounded);
        let sums = self.checks.as_ref();
        let sums = sums.map(|checks| checks.range::<&[u8]>(range));
        let mut sums = Beneath::new(sums.transpose()?, self.is_checked);
        let mut entries: Vec<Entry> = Vec::new();
        for row in self.meta.range::<&[u8]>(range)?.take(limit) {
            let (key, row) = row?;
            let (key, row) = (key.value(), row.value());
            let last = entries.last().map(|last| last.key.as_slice()).or(after);
            if last.is_some_and(|last| last >= key) {
                return Err(damaged("the keys are not in their order"));
            }
            if let Some(sums) = sums.of(key)? {
                Sums::check_row(&sums, key, row)?;
            }
            let entry = Entry::new(key.to_vec(), row.0.to_vec());
            entries.push(entry.with_meta(row.1.to_vec()));
        }
        if entries.len() < limit {
            sums.end()?;
        }
        Ok(entries)
    }

    /// Returns how many records there are.
    pub(super) fn count(&self) -> Result<usize, Error> {
        let records = self.meta.len()?;
        if let (Some(checks), true) = (&self.checks, self.is_checked) {
            let absent = optional(self.read.open_table(ABSENT))?;
            let absent = absent.map_or(Ok(0), |absent| absent.len())?;
            if records.checked_add(absent) != Some(checks.len()?) {
                return Err(lost());
            }
        }
        Ok(records as usize)
    }

    fn sums(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        match &self.checks {
            Some(checks) => Ok(checks.get(key)?.map(|sums| sums.value().to_vec())),
            None if self.is_checked => Err(lost()),
            None => Ok(None),
        }
    }

    fn check(
        &self,
        sums: Option<&[u8]>,
        check: impl FnOnce(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match sums {
            Some(sums) => check(sums),
            None if self.is_checked => Err(lost()),
            None => Ok(()),
        }
    }
}

/// A key and its sums.
type KeySums = (Vec<u8>, Vec<u8>);

/// The sums beneath a walk over the records' keys.
struct Beneath<'r> {
    sums: Option<Range<'r, Bytes, Bytes>>,
    /// The one that was read ahead.
    next: Option<KeySums>,
    /// Every key has sums.
    is_checked: bool,
}

impl<'r> Beneath<'r> {
    fn new(sums: Option<Range<'r, Bytes, Bytes>>, is_checked: bool) -> Self {
        let next = None;
        Self {
            sums,
            next,
            is_checked,
        }
    }

    /// Those of the next key of the walk.
    fn of(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        while let Some((at, sums)) = self.ahead()? {
            match at.as_slice().cmp(key) {
                Ordering::Less => self.pass(&sums)?,
                Ordering::Equal => return Ok(Some(sums)),
                Ordering::Greater => {
                    self.next = Some((at, sums));
                    break;
                }
            }
        }
        if self.is_checked {
            Err(lost())
        } else {
            Ok(None)
        }
    }

    /// Sees that no record is left behind the last key of the walk.
    fn end(&mut self) -> Result<(), Error> {
        while let Some((_, sums)) = self.ahead()? {
            self.pass(&sums)?;
        }
        Ok(())
    }

    /// The walk does not come to keys without a record, and to all others.
    fn pass(&self, sums: &[u8]) -> Result<(), Error> {
        if Sums::are_of_record(sums) {
            return Err(lost());
        }
        Ok(())
    }

    fn ahead(&mut self) -> Result<Option<KeySums>, Error> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        let Some(row) = self.sums.as_mut().and_then(Iterator::next) else {
            return Ok(None);
        };
        let (key, sums) = row?;
        Ok(Some((key.value().to_vec(), sums.value().to_vec())))
    }
}

/// A key that is in one table and not in another.
fn lost() -> Error {
    damaged("a key is not in all of its tables")
}

/// All tables, to be changed together.
pub(super) struct Writing<'w> {
    records: Table<'w, Bytes, Bytes>,
    meta: Table<'w, Bytes, Beside>,
    absent: Table<'w, Bytes, Beside>,
    checks: Table<'w, Bytes, Bytes>,
    /// The keys for which something failed, now or before.
    failed: Option<Table<'w, Bytes, Beside>>,
}

impl<'w> Writing<'w> {
    /// The tables, made where there are none; that of failures where they are asked for.
    pub(super) fn of(write: &'w WriteTransaction, failures: bool) -> Result<Self, Error> {
        let failed = failures.then(|| write.open_table(FAILED)).transpose()?;
        Ok(Self {
            failed,
            records: write.open_table(RECORDS)?,
            meta: write.open_table(META)?,
            absent: write.open_table(ABSENT)?,
            checks: write.open_table(CHECKS)?,
        })
    }

    /// Writes failures and then a batch, in its order; gives of each whether there was
    /// a record.
    pub(super) fn write(
        mut self,
        failures: &[FailedKey],
        batch: &[Write],
    ) -> Result<Vec<bool>, Error> {
        for FailedKey {
            key,
            key_json,
            failure,
        } in failures
        {
            let Some(table) = &mut self.failed else {
                continue;
            };
            if failure.is_empty() {
                table.remove(&**key)?;
            } else {
                let kept = checks::with_sum(key, (key_json, failure));
                table.insert(&**key, (&**key_json, &*kept))?;
            }
        }
        batch.iter().map(|write| self.write_one(write)).collect()
    }

    /// Forgets a failure that is over when this is written of its key; any where the key
    /// is removed.
    fn end_failure(&mut self, key: &[u8], meta: Option<&[u8]>) -> Result<(), Error> {
        let Some(table) = &mut self.failed else {
            return Ok(());
        };
        let ends = match (table.get(key)?, meta) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(row), Some(meta)) => failed::ends(meta, checks::without_sum(key, row.value())?),
        };
        if ends {
            table.remove(key)?;
        }
        Ok(())
    }

    fn write_one(&mut self, write: &Write) -> Result<bool, Error> {
        match write {
            Write::Put { key, meta, .. } | Write::Absent { key, meta, .. } => {
                self.end_failure(key, Some(meta))?;
            }
            Write::Remove { key } => self.end_failure(key, None)?,
        }
        match write {
            Write::Put {
                key,
                key_json,
                record,
                meta,
            } => {
                let row = (&**key_json, &**meta);
                let sums = Sums::of_record(key, row, record).to_bytes();
                self.records.insert(&**key, &**record)?;
                self.absent.remove(&**key)?;
                self.checks.insert(&**key, &*sums)?;
                Ok(self.meta.insert(&**key, row)?.is_some())
            }
            Write::Absent {
                key,
                key_json,
                meta,
            } => {
                let row = (&**key_json, &**meta);
                let sums = Sums::of_absent(key, row).to_bytes();
                self.records.remove(&**key)?;
                self.absent.insert(&**key, row)?;
                self.checks.insert(&**key, &*sums)?;
                Ok(self.meta.remove(&**key)?.is_some())
            }
            Write::Remove { key } => {
                self.records.remove(&**key)?;
                self.absent.remove(&**key)?;
                self.checks.remove(&**key)?;
                Ok(self.meta.remove(&**key)?.is_some())
            }
        }
    }
}
