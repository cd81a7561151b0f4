//! A JSONL file of rows that have a key.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::store::log::{NewRow, Opening, RowFile, key_bytes};
use crate::{Error, ErrorKind, Recovered};

/// A JSONL file of rows, each with a key in one column; any number of rows may have
/// one key.
///
/// A handle: clones are of one file, which is locked until the last of them is dropped.
/// The operator and sink `append(&rows)` adds rows, durably.
///
/// ```
/// use flow_runtime::{flow, jsonl::Rows};
/// use serde_json::{Value, json};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("rolls.jsonl");
/// let rows = Rows::open(&path, "player")?;
/// let written = flow! {
///     from(rows.missing(["ann", "bob"], 2))
///         -> then(async |(player, roll): (&str, usize)| json!({ "player": player, "roll": roll }))
///         -> append(&rows)? -> count()
/// };
/// assert_eq!(written.run().await?, 4);
/// assert_eq!(rows.missing(["ann", "bob", "cy"], 2).collect::<Vec<_>>(), [("cy", 0), ("cy", 1)]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Rows(Arc<Inner>);

struct Inner {
    file: RowFile,
    /// As it was given, for errors.
    path: PathBuf,
    key_name: String,
}

impl Rows {
    /// Opens the file, made where there is none. It is read once, to know how many rows
    /// each key has.
    ///
    /// What a crash left of rows that nobody was told of is moved to `<path>.torn`; see
    /// [`Store::jsonl`](crate::Store::jsonl).
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Locked`] where the file is open already, in this process or
    /// another, [`ErrorKind::Corrupt`] with line number and byte offset where a line is
    /// no object with that column, or its key is none, and a crash cannot explain it,
    /// and [`ErrorKind::Store`] where the system refuses. Nothing is changed then.
    pub fn open(path: impl AsRef<Path>, key_name: impl Into<String>) -> Result<Self, Error> {
        let (path, key_name) = (path.as_ref().to_owned(), key_name.into());
        let file = RowFile::open(&path, Opening::Keys(key_name.clone()))?;
        Ok(Self(Arc::new(Inner {
            file,
            path,
            key_name,
        })))
    }

    /// Returns the torn end that was moved out of the file when it was opened, where
    /// there was one.
    ///
    /// ```
    /// use flow_runtime::jsonl::Rows;
    ///
    /// # fn main() -> Result<(), flow_runtime::Error> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("rows.jsonl");
    /// std::fs::write(&path, "{\"id\":1}\n{\"id\":").unwrap();
    /// let rows = Rows::open(&path, "id")?;
    /// assert_eq!(rows.recovered().unwrap().bytes, 6);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn recovered(&self) -> Option<&Recovered> {
        self.0.file.recovered()
    }

    /// Adds a row, durably.
    pub(super) async fn append(&self, row: &Value) -> Result<(), Error> {
        let Inner { file, key_name, .. } = &*self.0;
        let Value::Object(fields) = row else {
            return Err(self.refused(format!("{row} is no row: it is not an object")));
        };
        let Some(key) = fields.get(key_name) else {
            return Err(self.refused(format!("a row without the column `{key_name}`: {row}")));
        };
        let key = key_bytes(key).map_err(|error| self.named(&error))?;
        file.append(key, row.to_string().as_bytes()).await
    }

    /// Adds the row with a number of a key, durably; the key is put into it where it lacks it.
    pub(super) async fn append_for(
        &self,
        key: &Value,
        number: usize,
        row: Value,
    ) -> Result<(), Error> {
        let Inner { file, key_name, .. } = &*self.0;
        let bytes = key_bytes(key)?;
        let Value::Object(fields) = &row else {
            let message = format!("{row} is no row: it is not an object");
            return Err(Error::new(ErrorKind::Record, message));
        };
        match fields.get(key_name) {
            Some(there) if key_bytes(there)? == bytes => {
                file.append_number(bytes, number as u64, row.to_string().as_bytes())
                    .await
            }
            Some(there) => {
                let message = format!("a row of the key {there} was made for the key {key}");
                Err(Error::new(ErrorKind::Key, message))
            }
            None => {
                let mut whole = NewRow::default();
                whole.put(key_name, &key.to_string());
                for (name, value) in fields {
                    whole.put(name, &value.to_string());
                }
                file.append_number(bytes, number as u64, &whole.to_json())
                    .await
            }
        }
    }

    pub(super) fn file(&self) -> &RowFile {
        &self.0.file
    }

    pub(super) fn key_name(&self) -> &str {
        &self.0.key_name
    }

    fn refused(&self, message: String) -> Error {
        let message = format!("`{}`: {message}", self.0.path.display());
        Error::new(ErrorKind::Record, message)
    }

    fn named(&self, error: &Error) -> Error {
        let message = format!("`{}`: {error}", self.0.path.display());
        Error::new(error.kind(), message)
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("path", &self.0.path)
            .field("key_name", &self.0.key_name)
            .finish_non_exhaustive()
    }
}
