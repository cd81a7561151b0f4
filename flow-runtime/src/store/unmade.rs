//! A database file whose making a crash cut off.
//!
//! The database gives a new file its length, writes the header without its
//! first bytes, syncs it, and then writes these: they say that the file is one.
//! Cut off before that, the file is taken for another program's for ever. But
//! nothing can be in it, and it can be made again.

use std::fs::OpenOptions;
use std::io;
use std::ops::Bound;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{DatabaseError, StorageBackend};

/// The length of the mark that a finished header begins with.
const MAGIC: usize = 9;
/// The length of the header.
const HEADER: usize = 320;
/// More than a file is long when it is made.
const LONGEST: u64 = 1 << 24;
const CHUNK: usize = 1 << 16;

/// Empties the file, if it is one that was never finished. Under the database's
/// lock: nobody is making it right now.
pub(super) fn clear(path: &Path) -> Result<(), DatabaseError> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let file = FileBackend::new(file)?;
    let locked = file.try_lock_range(Bound::Unbounded, Bound::Unbounded);
    let cleared = match locked {
        Ok(true) => clear_locked(&file),
        Ok(false) => return Err(DatabaseError::DatabaseAlreadyOpen),
        // Without locks nobody knows whether it is being made.
        Err(_) => return Ok(()),
    };
    let closed = file.close();
    cleared.and(closed).map_err(DatabaseError::from)
}

fn clear_locked(file: &FileBackend) -> io::Result<()> {
    let length = file.len()?;
    if length <= LONGEST && is_unmade(file, length)? {
        file.set_len(0)?;
        file.sync_data()?;
    }
    Ok(())
}

/// Returns whether there is nothing in the file but a header, or a part of one, that
/// lacks its beginning.
fn is_unmade(file: &FileBackend, length: u64) -> io::Result<bool> {
    let mut chunk = vec![0; CHUNK];
    let mut offset = 0;
    while offset < length {
        let size = (length - offset).min(CHUNK as u64) as usize;
        let chunk = &mut chunk[..size];
        file.read(offset, chunk)?;
        if offset == 0 {
            let header = MAGIC.min(size)..HEADER.min(size);
            chunk[header].fill(0);
        }
        if chunk.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        offset += size as u64;
    }
    Ok(true)
}
