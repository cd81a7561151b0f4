//! Stores that are open for reading only.

use std::path::Path;

use super::Store;
use crate::store::encode::Identify;
use crate::store::read_only;
use crate::store::writer::Mode;
use crate::{Error, Extant};

impl<R: Extant> Store<R> {
    /// Opens a store of either kind, to be read and not written. The first bytes of the
    /// file say which kind it is.
    ///
    /// Reads see what was durable when it was opened, until
    /// [`refresh`](Store::refresh). A JSONL file may be written by somebody else
    /// meanwhile, in this process or another: no lock is taken, and no file is changed
    /// or made. What a crash tore is passed over, and stays where it is. A database lets
    /// nobody read while it is open for writing, nor be opened for writing while it is
    /// read.
    ///
    /// ```
    /// # use flow_runtime::{ErrorKind, Store, extant};
    /// # #[extant(key = id)]
    /// # #[derive(serde::Serialize, serde::Deserialize)]
    /// # struct Answer { id: u32 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let place = tempfile::tempdir()?;
    /// # let path = place.path().join("answers.jsonl");
    /// let store = Store::<Answer>::jsonl(&path)?;
    /// store.put(&Answer { id: 1 }).await?;
    ///
    /// let beside = Store::<Answer>::read_only(&path)?;
    /// store.put(&Answer { id: 2 }).await?;
    /// assert_eq!(beside.len().await?, 1);
    /// beside.refresh().await?;
    /// assert_eq!(beside.len().await?, 2);
    ///
    /// let refused = beside.put(&Answer { id: 3 }).await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::Store);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Store`](crate::ErrorKind::Store) where there is no such file or it cannot be read,
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) as [`jsonl`](Store::jsonl) and `open` give it, and
    /// [`ErrorKind::Locked`](crate::ErrorKind::Locked) where a database is open for writing, with who has it.
    pub fn read_only(path: impl AsRef<Path>) -> Result<Self, Error> {
        let storage = read_only::open(path.as_ref(), Identify::of::<R>())?;
        Ok(Self::sharing(storage, Mode::Refused, None))
    }

    /// Lets reads of a store that is [open for reading only](Store::read_only) see what
    /// is durable by now. A store that is open for writing sees all that it wrote, and
    /// nobody else writes: there this does nothing.
    ///
    /// # Errors
    ///
    /// As [`read_only`](Store::read_only); reads see what they saw before.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; dropped before it is ready, reads see what they saw before.
    ///
    /// # Examples
    ///
    /// ```
    /// use flow_runtime::{Error, Extant, Store};
    ///
    /// /// The number of records that somebody else has written by now.
    /// async fn written<R: Extant>(beside: &Store<R>) -> Result<usize, Error> {
    ///     beside.refresh().await?;
    ///     beside.len().await
    /// }
    /// ```
    pub async fn refresh(&self) -> Result<(), Error> {
        self.shared.storage.refresh().await?;
        self.shared.writer.changed();
        Ok(())
    }
}
