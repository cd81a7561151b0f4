//! The rows that a file lacks.

use std::ops::Range;

use serde::Serialize;

use super::rows::Rows;
use crate::Error;
use crate::store::log::{Noted, Table, key_of, scratch};

/// Rows that are missing: each a key, and which of its rows it is.
pub(super) struct Missing<I: Iterator> {
    rows: Rows,
    keys: I,
    /// The number of rows that a key is to have.
    n: usize,
    /// The keys that came.
    seen: Option<Table>,
    /// The rest of a key.
    current: Option<(I::Item, Range<usize>)>,
}

/// A key that came for the first time, and its rows.
pub(super) struct Known<K> {
    pub(super) key: K,
    pub(super) bytes: Vec<u8>,
    /// The number of rows that are there.
    pub(super) count: usize,
}

impl<I: Iterator<Item: Serialize + Clone>> Missing<I> {
    pub(super) fn new(rows: Rows, keys: I, n: usize) -> Self {
        Self {
            rows,
            keys,
            n,
            seen: None,
            current: None,
        }
    }

    /// Returns the next key that has not come before.
    pub(super) fn next_key(&mut self) -> Result<Option<Known<I::Item>>, Error> {
        let path = self.rows.file().path().to_owned();
        let failed = |error| scratch(&path, error);
        for key in &mut self.keys {
            let bytes = key_of(&key)?;
            let seen = match &mut self.seen {
                Some(seen) => seen,
                none => none.insert(Table::new(&path).map_err(failed)?),
            };
            if seen
                .set(&bytes, Noted::default())
                .map_err(failed)?
                .is_none()
            {
                let noted = self.rows.file().noted(&bytes)?;
                let count = noted.map_or(0, |noted| noted.count as usize);
                return Ok(Some(Known { key, bytes, count }));
            }
        }
        Ok(None)
    }

    /// Returns whether a key came.
    pub(super) fn has_seen(&self, key: &[u8]) -> Result<bool, Error> {
        let found = self.seen.as_ref().map(|seen| seen.get(key)).transpose();
        let found = found.map_err(|error| scratch(self.rows.file().path(), error))?;
        Ok(found.flatten().is_some())
    }
}

impl<I: Iterator<Item: Serialize + Clone>> Iterator for Missing<I> {
    type Item = Result<(I::Item, usize), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, left)) = &mut self.current
                && let Some(number) = left.next()
            {
                return Some(Ok((key.clone(), number)));
            }
            match self.next_key() {
                Ok(Some(Known { key, count, .. })) => self.current = Some((key, count..self.n)),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
