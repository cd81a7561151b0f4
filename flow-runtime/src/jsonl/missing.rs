//! The rows that a file lacks.

use serde_core::Serialize;

use super::rows::Rows;
use crate::Error;
use crate::store::log::{Lacking, Noted, Table, key_of, scratch};

impl Rows {
    /// Returns the rows that the file lacks for each of these keys to have `n`: the key,
    /// and which of its rows it is, from 0 on. A key that is given twice counts once.
    ///
    /// The iterator holds the file open. It looks a key up when it comes to it, so rows
    /// that were appended by then count: each for the first that its key lacked, for
    /// `append` does not know which it is.
    ///
    /// # Panics
    ///
    /// The iterator panics at a key that is none, with a float or an object in it, and
    /// where the disk fails on which it notes the keys it has seen.
    ///
    /// ```
    /// use flow_runtime::jsonl::Rows;
    ///
    /// # fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// std::fs::write(&path, "{\"id\":1}\n{\"id\":2}\n{\"id\":1}\n").unwrap();
    /// let rows = Rows::open(&path, "id")?;
    /// assert_eq!(rows.missing([1, 2, 3], 2).collect::<Vec<_>>(), [(2, 1), (3, 0), (3, 1)]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn missing<I>(&self, keys: I, n: usize) -> impl Iterator<Item = (I::Item, usize)> + use<I>
    where
        I: IntoIterator,
        I::Item: Serialize + Clone,
    {
        let place = std::panic::Location::caller();
        let missing = Missing::new(self.clone(), keys.into_iter(), n);
        missing.map(move |found| match found {
            Ok(found) => found,
            Err(error) => panic!("`missing` at {place}: {error:#}"),
        })
    }
}

/// Rows that are missing: each a key, and which of its rows it is.
pub(super) struct Missing<I: Iterator> {
    rows: Rows,
    keys: I,
    /// The number of rows that a key is to have.
    n: usize,
    /// The keys that came.
    seen: Option<Table>,
    /// The rest of a key.
    current: Option<(I::Item, Lacking)>,
}

/// A key that came for the first time, and its rows.
pub(super) struct Known<K> {
    pub(super) key: K,
    pub(super) bytes: Vec<u8>,
    /// The number of rows that are there.
    pub(super) count: usize,
    /// The numbers of those that are missing.
    pub(super) lacking: Lacking,
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
                let (count, lacking) = self.rows.file().lacking(&bytes, self.n as u64)?;
                return Ok(Some(Known {
                    key,
                    bytes,
                    count: count as usize,
                    lacking,
                }));
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
                return Some(Ok((key.clone(), number as usize)));
            }
            match self.next_key() {
                Ok(Some(Known { key, lacking, .. })) => self.current = Some((key, lacking)),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
