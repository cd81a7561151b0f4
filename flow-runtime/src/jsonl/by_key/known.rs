//! The keys of a source, as they are known while they are made.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Error;
use crate::store::log::{Noted, RowFile, Table, scratch};

/// The keys that have a row, those that are being made, and those that failed.
pub(super) struct Known<'a> {
    file: &'a RowFile,
    /// Being made, or being written.
    making: Mutex<HashSet<Vec<u8>>>,
    failed: Mutex<Table>,
}

/// The state of a line, by its key.
pub(super) enum State {
    /// A row with the key begins there.
    Made(u64),
    Making,
    Failed,
    /// It is to be made; that is noted.
    New,
}

impl<'a> Known<'a> {
    pub(super) fn new(file: &'a RowFile) -> Result<Self, Error> {
        let failed = Table::new(file.path()).map_err(|error| scratch(file.path(), error))?;
        Ok(Self {
            file,
            making: Mutex::default(),
            failed: Mutex::new(failed),
        })
    }

    /// Returns what is known of a key. One that is new is being made from here on.
    pub(super) fn look_up(&self, key: &[u8]) -> Result<State, Error> {
        // Who is written leaves the keys that are made after it is in the file.
        let mut making = self.making();
        if making.contains(key) {
            return Ok(State::Making);
        }
        if let Some(noted) = self.file.noted(key)? {
            return Ok(State::Made(noted.offset));
        }
        let failed = self.failures().get(key);
        if failed
            .map_err(|error| scratch(self.file.path(), error))?
            .is_some()
        {
            return Ok(State::Failed);
        }
        making.insert(key.to_vec());
        Ok(State::New)
    }

    pub(super) fn written(&self, key: &[u8]) {
        self.making().remove(key);
    }

    pub(super) fn failed(&self, key: &[u8]) -> Result<(), Error> {
        let noted = self.failures().set(key, Noted::default());
        noted.map_err(|error| scratch(self.file.path(), error))?;
        self.making().remove(key);
        Ok(())
    }

    fn making(&self) -> MutexGuard<'_, HashSet<Vec<u8>>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failures(&self) -> MutexGuard<'_, Table> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
