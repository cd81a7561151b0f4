//! `store(&store)`: plain records, written and passed on when durable.

use super::ensure::failed_to;
use super::with_key;
use crate::artifact::{Extant, events};
use crate::attempts::{Attempts, Judge, Judges};
use crate::operators::fresh::Fresh;
use crate::ty::{Ty, When};
use crate::{Error, ErrorKind, Store};

/// Keeps records in one store.
pub struct Keep<R, J = Judge> {
    store: Store<R>,
    attempts: Attempts<J>,
}

/// The operator `store(&store)`.
#[must_use]
pub fn store<R: Extant<Key = K>, K, J>(
    _: Ty<R>,
    store: &Store<R>,
    attempts: Attempts<J>,
) -> (When<K, Keep<R, J>>, Ty<Result<R, Error>>) {
    let store = store.clone();
    (Keep { store, attempts }, Ty::new())
}

impl<R, J: Clone> Fresh for Keep<R, J> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            attempts: self.attempts.clone(),
        }
    }
}

impl<R: Extant, J: Judges<Error>> Keep<R, J> {
    /// Keeps one record, instead of the one with its key.
    ///
    /// # Errors
    ///
    /// The store's, with the key.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the record is stored or is not; never a part of it.
    pub async fn run(&self, record: R) -> Result<R, Error> {
        let key = record.key();
        let put = || async {
            match self.store.put(&record).await {
                // Nothing is tried again that cannot succeed.
                Err(error) if error.is_fatal() => Ok(Err(error)),
                put => put.map(Ok),
            }
        };
        let put = self.attempts.run(put).await.and_then(|put| put);
        put.map_err(|error| match error.kind() {
            ErrorKind::Timeout => with_key(&format!("store `{}`", R::KIND), &key, error),
            _ => failed_to::<R>("store", &key, error),
        })?;
        events::ensured(R::KIND, &key);
        Ok(record)
    }
}
