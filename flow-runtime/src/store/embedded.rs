//! Records in an embedded database, one file that holds everything.
//!
//! | table | key | value |
//! |---|---|---|
//! | `header` | a name | what this release must understand to open the file |
//! | `records` | the key's bytes | the record as JSON |
//! | `meta` | the key's bytes | the key as JSON, and a JSON object of what is kept beside the record |
//! | `absent` | the key's bytes | the same for keys without a record |
//!
//! A key is in `records` and `meta`, or in `absent`. Listing and counting keys
//! read `meta` only, looking one up reads it and perhaps `absent`, whatever the
//! size of the records. A batch is one transaction, synced once. After a crash the database
//! repairs itself when it is opened, in about half a second for a million keys;
//! the mode that saves this costs a second sync for every commit, and is off.

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use redb::{
    Database, DatabaseError, ReadTransaction, ReadableDatabase, ReadableTableMetadata,
    StorageError, TableDefinition, TableError,
};

use super::disk::sync_directory_of;
use super::locked::locked;
use super::{Entry, Found, Storage, StorageFuture, Write, unmade};
use crate::{Error, ErrorKind};

const HEADER: TableDefinition<'static, &str, &str> = TableDefinition::new("header");
const RECORDS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("records");
const META: TableDefinition<'static, &[u8], Beside> = TableDefinition::new("meta");
const ABSENT: TableDefinition<'static, &[u8], Beside> = TableDefinition::new("absent");

/// A key as JSON, and what is kept beside it.
type Beside = (&'static [u8], &'static [u8]);

/// What the header of a file must say. Another value is another format.
const FORMAT: [(&str, &str); 2] = [("format", "1"), ("codec", "json")];

/// A database that is open and locked.
pub(super) struct Embedded {
    path: PathBuf,
    /// Exclusive while the database is compacted, which nothing may overlap.
    database: RwLock<Database>,
}

impl Embedded {
    /// Opens the database, made where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let database = create(path).map_err(|error| refused(path, error))?;
        let database = RwLock::new(database);
        let embedded = Self {
            path: path.to_owned(),
            database,
        };
        embedded.check_header()?;
        Ok(embedded)
    }

    /// Sees that the file is of this format; writes so in a new one.
    fn check_header(&self) -> Result<(), Error> {
        let unreadable = |error: redb::Error| self.failure("could not be opened", error);
        let read = self.begin()?;
        let header = match read.open_table(HEADER) {
            Ok(header) => header,
            Err(TableError::TableDoesNotExist(_)) => {
                let tables = read
                    .list_tables()
                    .map_err(|error| unreadable(error.into()))?;
                if tables.count() > 0 {
                    let message = format!("{} is of another program", self.name());
                    return Err(Error::new(ErrorKind::Corrupt, message));
                }
                return self.create();
            }
            Err(error) => return Err(unreadable(error.into())),
        };
        for (field, known) in FORMAT {
            let found = header
                .get(field)
                .map_err(|error| unreadable(error.into()))?;
            let found = found.as_ref().map_or("missing", |value| value.value());
            if found != known {
                let message = format!(
                    "the {field} of {} is {found}; this release reads {known}",
                    self.name()
                );
                return Err(Error::new(ErrorKind::Store, message));
            }
        }
        Ok(())
    }

    fn create(&self) -> Result<(), Error> {
        let unwritable = |error: redb::Error| self.failure("could not be created", error);
        std::path::absolute(&self.path)
            .and_then(|path| sync_directory_of(&path))
            .map_err(|error| unwritable(error.into()))?;
        let create = || -> Result<(), redb::Error> {
            let write = self.database().begin_write()?;
            write.open_table(RECORDS)?;
            write.open_table(META)?;
            write.open_table(ABSENT)?;
            let mut header = write.open_table(HEADER)?;
            for (field, value) in FORMAT {
                header.insert(field, value)?;
            }
            drop(header);
            write.commit()?;
            Ok(())
        };
        create().map_err(unwritable)
    }

    fn database(&self) -> RwLockReadGuard<'_, Database> {
        self.database.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Result<ReadTransaction, Error> {
        self.database()
            .begin_read()
            .map_err(|error| self.failure("could not be read", error))
    }

    fn read<T>(
        &self,
        f: impl FnOnce(&ReadTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, Error> {
        // Held to the end: a compaction waits for it.
        let database = self.database();
        let unreadable = |error| self.failure("could not be read", error);
        let transaction = database
            .begin_read()
            .map_err(|error| unreadable(error.into()))?;
        f(&transaction).map_err(unreadable)
    }

    fn write(&self, batch: Vec<Write>) -> Result<Vec<bool>, redb::Error> {
        let database = self.database();
        let transaction = database.begin_write()?;
        let mut records = transaction.open_table(RECORDS)?;
        let mut metas = transaction.open_table(META)?;
        let mut absent = transaction.open_table(ABSENT)?;
        let mut replaced = Vec::with_capacity(batch.len());
        for write in &batch {
            let before = match write {
                Write::Put {
                    key,
                    key_json,
                    record,
                    meta,
                } => {
                    records.insert(&**key, &**record)?;
                    absent.remove(&**key)?;
                    metas.insert(&**key, (&**key_json, &**meta))?.is_some()
                }
                Write::Absent {
                    key,
                    key_json,
                    meta,
                } => {
                    records.remove(&**key)?;
                    absent.insert(&**key, (&**key_json, &**meta))?;
                    metas.remove(&**key)?.is_some()
                }
                Write::Remove { key } => {
                    records.remove(&**key)?;
                    absent.remove(&**key)?;
                    metas.remove(&**key)?.is_some()
                }
            };
            replaced.push(before);
        }
        drop((records, metas, absent));
        transaction.commit()?;
        Ok(replaced)
    }

    fn failure(&self, what: &str, error: impl Into<redb::Error>) -> Error {
        let error = error.into();
        let kind = match error {
            redb::Error::Corrupted(_) => ErrorKind::Corrupt,
            _ => ErrorKind::Store,
        };
        Error::with_source(kind, format!("{} {what}", self.name()), error)
    }
}

impl Storage for Embedded {
    fn name(&self) -> String {
        name(&self.path)
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { self.read(|read| Ok(read.open_table(META)?.get(key)?.is_some())) })
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        Box::pin(async move {
            self.read(|read| {
                if let Some(row) = read.open_table(META)?.get(key)? {
                    return Ok(Found::new(true, row.value().1.to_vec()));
                }
                let absent = match read.open_table(ABSENT) {
                    // Files from before there were such keys.
                    Err(TableError::TableDoesNotExist(_)) => return Ok(Found::default()),
                    absent => absent?.get(key)?,
                };
                Ok(absent.map_or_else(Found::default, |row| {
                    Found::new(false, row.value().1.to_vec())
                }))
            })
        })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            self.read(|read| {
                let found = read.open_table(RECORDS)?.get(key)?;
                Ok(found.map(|record| record.value().to_vec()))
            })
        })
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Box::pin(async move {
            self.read(|read| {
                let metas = read.open_table(META)?;
                let mut entries = Vec::new();
                for row in metas.range::<&[u8]>((from, Bound::Unbounded))?.take(limit) {
                    let (key, row) = row?;
                    let (key_json, meta) = row.value();
                    let entry = Entry::new(key.value().to_vec(), key_json.to_vec());
                    entries.push(entry.with_meta(meta.to_vec()));
                }
                Ok(entries)
            })
        })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { self.read(|read| Ok(read.open_table(META)?.len()? as usize)) })
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move {
            self.write(batch)
                .map_err(|error| self.failure("could not be written", error))
        })
    }

    fn compact(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move {
            let mut database = self
                .database
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            let compacted = database.compact();
            drop(database);
            compacted
                .map(drop)
                .map_err(|error| self.failure("could not be compacted", error))
        })
    }
}

/// Opens the file, made where there is none, or none that was finished.
fn create(path: &Path) -> Result<Database, DatabaseError> {
    match Database::create(path) {
        Err(error) if is_foreign(&error) => {
            unmade::clear(path)?;
            Database::create(path)
        }
        created => created,
    }
}

fn name(path: &Path) -> String {
    format!("database `{}`", path.display())
}

/// Why the database does not open.
fn refused(path: &Path, error: DatabaseError) -> Error {
    let kind = match error {
        DatabaseError::DatabaseAlreadyOpen => return locked(&name(path), path),
        DatabaseError::Storage(StorageError::Corrupted(_)) => ErrorKind::Corrupt,
        _ if is_foreign(&error) => ErrorKind::Corrupt,
        _ => ErrorKind::Store,
    };
    Error::with_source(kind, format!("{} could not be opened", name(path)), error)
}

/// Whether the database says that the file is none of its own.
fn is_foreign(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Storage(StorageError::Io(error)) => {
            error.kind() == std::io::ErrorKind::InvalidData
        }
        _ => false,
    }
}
