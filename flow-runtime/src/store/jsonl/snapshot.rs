//! A JSONL file as it was at one moment: read without a lock, also beside a writer.
//!
//! A writer appends, and puts a new file in the place of the old one where it rewrites.
//! So what was read of an open file stays as it is. The end of what was read may be
//! half a line, or not on the disk yet: the first is passed over, and the file is synced
//! before anybody sees the second.
//!
//! The records are read before what lies beside them: a row is written before its
//! record, and says what it replaces. Where the file was replaced meanwhile, all of it
//! is read once more.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::open::read;
use super::{Live, failed, failure, name, side};
use crate::store::disk::{Disk, DiskFile, Open};
use crate::store::encode::Identify;
use crate::store::locked::Locked;
use crate::store::meta::Replaced;
use crate::store::{Entry, FailedKey, Found, Storage, StorageFuture, Write};
use crate::{Error, ErrorKind};

/// The number of times that a file may be replaced while it is read.
const AGAIN: usize = 100;

/// The content of a JSONL file as it was.
pub(in crate::store) struct Snapshot<D: Disk> {
    disk: D,
    path: PathBuf,
    identify: Identify,
    live: RwLock<Arc<Live<D::File>>>,
}

impl<D: Disk> Snapshot<D> {
    /// Reads the file and what lies beside it.
    pub(in crate::store) fn open(disk: D, path: &Path, identify: Identify) -> Result<Self, Error> {
        let there = disk.canonicalize(path);
        let path = there.map_err(|error| failure(path, "could not be opened", error))?;
        let live = Arc::new(look(&disk, &path, &identify)?);
        Ok(Self {
            disk,
            path,
            identify,
            live: RwLock::new(live),
        })
    }

    fn live(&self) -> Arc<Live<D::File>> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&live)
    }
}

/// Reads the file until nobody replaces it meanwhile.
fn look<D: Disk>(disk: &D, path: &Path, identify: &Identify) -> Result<Live<D::File>, Error> {
    for _ in 0..AGAIN {
        let live = look_once(disk, path, identify)?;
        let refused = |error| failure(path, "could not be read", error);
        let file = live.file.stat().map_err(refused)?;
        if disk.stat(path).map_err(refused)?.is_same(&file) {
            return Ok(live);
        }
    }
    let message = format!("{} is rewritten faster than it can be read", name(path));
    Err(Error::new(ErrorKind::Store, message))
}

fn look_once<D: Disk>(disk: &D, path: &Path, identify: &Identify) -> Result<Live<D::File>, Error> {
    let refused = |error| failure(path, "could not be opened", error);
    let file = disk.open(path, Open::ReadOnly).map_err(refused)?;
    if !file.stat().map_err(refused)?.is_file {
        let message = format!("{} is no regular file", name(path));
        return Err(Error::new(ErrorKind::Store, message));
    }
    let (_, mut index) = read(&file, path, identify)?;
    let synced = file.sync_data();
    synced.map_err(|error| failure(path, "could not be synced", error))?;
    let beside = side::Read::new(disk, Open::ReadOnly, path, identify, |key| {
        let found = index.get(key).map(|line| line.read(&file)).transpose();
        let live = found.map(|record| Replaced::of(record.as_deref()));
        live.map_err(|error| failure(path, "could not be read", error))
    })?;
    let list = failed::Read::new(disk, Open::ReadOnly, path, identify)?;
    let (_, bare) = beside.put_to(&mut index);
    let (_, failed) = list.without_ended(&index, &bare);
    Ok(Live {
        file: Arc::new(Locked::without(file)),
        index,
        bare,
        failed,
    })
}

impl<D: Disk> Storage for Snapshot<D> {
    fn name(&self) -> String {
        name(&self.path)
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { Ok(self.live().index.contains_key(key)) })
    }

    fn look_up<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Found> {
        Box::pin(async move { Ok(self.live().look_up(key)) })
    }

    fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let found = self.live().find(key);
            let record = found.map(|(file, line)| line.read(&**file)).transpose();
            record.map_err(|error| failure(&self.path, "could not be read", error))
        })
    }

    fn scan<'a>(&'a self, after: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async move { Ok(self.live().entries(after, limit)) })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { Ok(self.live().index.len()) })
    }

    fn commit(&self, _: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move {
            let message = format!("{} is open for reading only", self.name());
            Err(Error::new(ErrorKind::Store, message))
        })
    }

    fn failures(&self) -> StorageFuture<'_, Vec<FailedKey>> {
        Box::pin(async move { Ok(self.live().failures()) })
    }

    fn refresh(&self) -> StorageFuture<'_, ()> {
        Box::pin(async move {
            let live = Arc::new(look(&self.disk, &self.path, &self.identify)?);
            *self.live.write().unwrap_or_else(PoisonError::into_inner) = live;
            Ok(())
        })
    }
}
