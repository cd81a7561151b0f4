//! Records in an embedded database, one file that holds everything.
//!
//! | table | key | value |
//! |---|---|---|
//! | `header` | a name | what this release must understand to open the file |
//! | `records` | the key's bytes | the record as JSON |
//! | `meta` | the key's bytes | the key as JSON, and a JSON object of what is kept beside the record |
//! | `absent` | the key's bytes | the same for keys without a record |
//! | `checks` | the key's bytes | the [sums](checks) of the rows above |
//! | `failed` | the key's bytes | the key as JSON, and a sum and a JSON object of its failure; made with the first one |
//!
//! A key is in `records` and `meta`, or in `absent`. Listing and counting keys
//! read `meta` and its sums only, looking one up reads them and perhaps `absent`, whatever the
//! size of the records. A batch is one transaction, synced once. After a crash the database
//! repairs itself when it is opened, in about half a second for a million keys;
//! the mode that saves this costs a second sync for every commit, and is off.
//!
//! The library checks its pages in a repair only, and believes what it reads
//! otherwise. So every row is read against its sum, a key has to be in all
//! tables or in none, and a [panic](caught) of the library is an error.

mod caught;
mod checks;
mod place;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use redb::{
    Database, DatabaseError, ReadOnlyDatabase, ReadTransaction, ReadableDatabase, StorageError,
    TransactionError, WriteTransaction,
};

use self::caught::{Caught, Failure};
use self::place::Place;
use self::tables::{Reading, Writing};
use super::disk::sync_directory_of;
use super::locked::locked;
use super::{Entry, FailedKey, Found, Storage, StorageFuture, Write, unmade};
use crate::{Error, ErrorKind};

/// A database that is open and locked.
pub(super) struct Embedded {
    path: PathBuf,
    /// Exclusive while the database is compacted, which nothing may overlap.
    /// There until it is closed.
    database: RwLock<Option<Opened>>,
    place: Place,
    caught: Caught,
    /// Every key in the file has sums.
    is_checked: bool,
    /// There is a list of failures: where there is none, nothing asks for it.
    has_failures: AtomicBool,
}

/// The library's handle.
enum Opened {
    Writing(Database),
    Reading(ReadOnlyDatabase),
}

impl Opened {
    fn begin_read(&self) -> Result<ReadTransaction, TransactionError> {
        match self {
            Self::Writing(database) => database.begin_read(),
            Self::Reading(database) => database.begin_read(),
        }
    }

    fn begin_write(&self) -> Result<WriteTransaction, redb::Error> {
        match self {
            Self::Writing(database) => Ok(database.begin_write()?),
            Self::Reading(_) => Err(only_read()),
        }
    }

    fn compact(&mut self) -> Result<(), redb::Error> {
        match self {
            Self::Writing(database) => Ok(database.compact().map(drop)?),
            Self::Reading(_) => Err(only_read()),
        }
    }
}

impl Embedded {
    /// Opens the database, made where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        Self::opened(path, || {
            let (place, database) = create(path)?;
            Ok((place, Opened::Writing(database)))
        })
    }

    /// Opens the database to be read.
    pub(super) fn read_only(path: &Path) -> Result<Self, Error> {
        Self::opened(path, || {
            let place = Place::of(path)?;
            let database = ReadOnlyDatabase::open(path)?;
            Ok((place, Opened::Reading(database)))
        })
    }

    fn opened(
        path: &Path,
        open: impl FnOnce() -> Result<(Place, Opened), DatabaseError>,
    ) -> Result<Self, Error> {
        let caught = Caught::default();
        let (place, database) = match caught.call(open) {
            Ok(created) => created,
            Err(Failure::Error(error)) => return Err(refused(path, error)),
            Err(Failure::Panicked(panic)) => return Err(panicked(path, &panic)),
        };
        let mut embedded = Self {
            path: path.to_owned(),
            database: RwLock::new(Some(database)),
            place,
            caught,
            is_checked: false,
            has_failures: AtomicBool::new(false),
        };
        embedded.is_checked = embedded.check_header()?;
        let has_failures = embedded.read("could not be opened", tables::has_failures)?;
        embedded.has_failures = AtomicBool::new(has_failures);
        let settled = embedded.place.settle();
        settled.map_err(|error| embedded.failure("could not be opened", error))?;
        Ok(embedded)
    }

    /// Sees that the file is of this format; writes so in a new one. Gives whether
    /// every key has sums.
    fn check_header(&self) -> Result<bool, Error> {
        let what = "could not be opened";
        let header = self.read(what, |read| match tables::header(read) {
            Err(redb::Error::TableDoesNotExist(_)) => {
                let is_empty = read.list_tables()?.count() == 0;
                Ok(Err(is_empty))
            }
            header => header.map(Ok),
        })?;
        let [fields @ .., checks] = match header {
            Ok(header) => header,
            Err(true) => return self.create().map(|()| true),
            Err(false) => {
                let message = format!("{} is of another program", self.name());
                return Err(Error::new(ErrorKind::Corrupt, message));
            }
        };
        for ((field, known), found) in tables::FORMAT.into_iter().zip(fields) {
            let found = found.as_deref().unwrap_or("missing");
            if found != known {
                let message = format!(
                    "the {field} of {} is {found}; this release reads {known}",
                    self.name()
                );
                return Err(Error::new(ErrorKind::Store, message));
            }
        }
        match checks.as_deref() {
            None => Ok(false),
            Some(checks) if checks == checks::ALL.1 => Ok(true),
            Some(_) => {
                Err(self.failure(what, checks::damaged("the header is not what was written")))
            }
        }
    }

    fn create(&self) -> Result<(), Error> {
        let what = "could not be created";
        std::path::absolute(&self.path)
            .and_then(|path| sync_directory_of(&path))
            .map_err(|error| self.failure(what, error))?;
        self.call(what, |database| {
            let write = database.begin_write()?;
            tables::create(&write)?;
            write.commit()?;
            Ok(())
        })
    }

    fn database(&self) -> RwLockReadGuard<'_, Option<Opened>> {
        self.database.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the library. A compaction waits until it has answered.
    fn call<T>(
        &self,
        what: &str,
        f: impl FnOnce(&Opened) -> Result<T, redb::Error>,
    ) -> Result<T, Error> {
        let database = self.database();
        let called = self.caught.call(|| match &*database {
            Some(database) => f(database),
            None => Err(redb::Error::DatabaseClosed),
        });
        self.told(what, called)
    }

    fn told<T>(&self, what: &str, called: Result<T, Failure<redb::Error>>) -> Result<T, Error> {
        called.map_err(|failure| match failure {
            Failure::Error(error) => self.failure(what, error),
            Failure::Panicked(panic) => panicked(&self.path, &panic),
        })
    }

    fn read<T>(
        &self,
        what: &str,
        f: impl FnOnce(&ReadTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, Error> {
        self.call(what, |database| f(&database.begin_read()?))
    }

    fn read_rows<T>(
        &self,
        f: impl FnOnce(&Reading<'_>) -> Result<T, redb::Error>,
    ) -> Result<T, Error> {
        let is_checked = self.is_checked;
        self.read("could not be read", |read| {
            f(&Reading::of(read, is_checked)?)
        })
    }

    fn write(&self, failures: &[FailedKey], batch: &[Write]) -> Result<Vec<bool>, Error> {
        let what = "could not be written";
        let gone = |error| self.failure(what, error);
        self.place.check().map_err(gone)?;
        let replaced = self.call(what, |database| {
            let transaction = database.begin_write()?;
            let has_failures = !failures.is_empty() || self.has_failures();
            let writing = Writing::of(&transaction, has_failures)?;
            let replaced = writing.write(failures, batch)?;
            transaction.commit()?;
            self.has_failures.store(has_failures, Ordering::Release);
            Ok(replaced)
        })?;
        // Nobody is told of what lies in a file that is gone.
        self.place.settle().map_err(gone)?;
        Ok(replaced)
    }

    fn has_failures(&self) -> bool {
        self.has_failures.load(Ordering::Acquire)
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

impl Drop for Embedded {
    fn drop(&mut self) {
        let database = self.database.get_mut();
        let database = database.unwrap_or_else(PoisonError::into_inner).take();
        // What is durable stays so, whatever the library says when it is closed.
        let close = move || -> Result<(), std::convert::Infallible> {
            drop(database);
            Ok(())
        };
        let _ = Caught::default().call(close);
    }
}

impl Storage for Embedded {
    fn name(&self) -> String {
        name(&self.path)
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { self.read_rows(|rows| Ok(rows.look_up(key)?.is_extant)) })
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        Box::pin(async move {
            let is_checked = self.is_checked;
            self.read("could not be read", |read| {
                let found = Reading::of(read, is_checked)?.look_up(key)?;
                match self.has_failures() {
                    true => Ok(found.with_failure(tables::failure(read, key)?)),
                    false => Ok(found),
                }
            })
        })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.read_rows(|rows| rows.record(key)) })
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async move { self.read_rows(|rows| rows.scan(after, limit)) })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { self.read_rows(|rows| rows.count()) })
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
        Box::pin(async move { self.read("could not be read", tables::failures) })
    }

    fn compact(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move {
            let what = "could not be compacted";
            let gone = |error| self.failure(what, error);
            self.place.check().map_err(gone)?;
            let mut database = self
                .database
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            let compacted = self.caught.call(|| match &mut *database {
                Some(database) => database.compact(),
                None => Err(redb::Error::DatabaseClosed),
            });
            drop(database);
            self.told(what, compacted)?;
            self.place.settle().map_err(gone)
        })
    }
}

/// Opens the file, made where there is none, or none that was finished.
fn create(path: &Path) -> Result<(Place, Database), DatabaseError> {
    let open = || {
        let (place, file) = Place::open(path)?;
        let database = Database::builder().create_file(file)?;
        Ok((place, database))
    };
    match open() {
        Err(error) if is_foreign(&error) => {
            unmade::clear(path)?;
            open()
        }
        created => created,
    }
}

/// The store asks for no such thing.
fn only_read() -> redb::Error {
    redb::Error::Io(std::io::ErrorKind::ReadOnlyFilesystem.into())
}

fn name(path: &Path) -> String {
    format!("database `{}`", path.display())
}

/// Returns why the database does not open.
fn refused(path: &Path, error: DatabaseError) -> Error {
    let kind = match error {
        DatabaseError::DatabaseAlreadyOpen => return locked(&name(path), path),
        DatabaseError::RepairAborted => {
            let message = format!(
                "{} was not closed in order, and has to be opened for writing once",
                name(path)
            );
            return Error::new(ErrorKind::Store, message);
        }
        DatabaseError::Storage(StorageError::Corrupted(_)) => ErrorKind::Corrupt,
        _ if is_foreign(&error) => ErrorKind::Corrupt,
        _ => ErrorKind::Store,
    };
    Error::with_source(kind, format!("{} could not be opened", name(path)), error)
}

/// The library panicked, as it does over a damaged file: nothing more can be
/// done with it.
fn panicked(path: &Path, panic: &str) -> Error {
    let message = format!("{} is damaged, its library panicked: {panic}", name(path));
    Error::new(ErrorKind::Corrupt, message).fatal()
}

/// Returns whether the database says that the file is none of its own.
fn is_foreign(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Storage(StorageError::Io(error)) => {
            error.kind() == std::io::ErrorKind::InvalidData
        }
        _ => false,
    }
}
