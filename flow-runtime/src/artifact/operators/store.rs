//! `store(&store)`: plain records, written and passed on when durable.

use super::ensure::failed_to;
use super::with_key;
use crate::artifact::{Extant, events};
use crate::attempts::{Attempts, IsUnder, Judge, Judges, Prices, Under, Weighs};
use crate::copies::fresh::Fresh;
use crate::record::recorded::Recorded;
use crate::ty::{Ty, When};
use crate::{Error, ErrorKind, Store};

/// Keeps records in one store.
pub struct Keep<R, J = Judge> {
    store: Store<R>,
    attempts: Attempts<J>,
}

/// The operator `store(&store)`.
#[must_use]
pub fn store<R: Recorded<P>, P, J, M>(
    _: Ty<R, M>,
    store: &Store<R>,
    attempts: Attempts<J>,
) -> (When<P, Keep<R, J>>, Ty<Result<R, Error>, M>) {
    let store = store.clone();
    (Keep { store, attempts }, Ty::of_mode())
}

impl<R, J: Clone> Fresh for Keep<R, J> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            attempts: self.attempts.clone(),
        }
    }
}

impl<R, J> IsUnder for Keep<R, J> {
    fn is_under(&self) -> Option<&Under> {
        self.attempts.is_under()
    }
}

impl<R: Extant, J: Judges<Error> + Weighs<R> + Prices<R>> Keep<R, J> {
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
                put => {
                    put?;
                    self.attempts.charge(&record);
                    Ok(Ok(()))
                }
            }
        };
        let units = self.attempts.weigh(&record);
        let (put, _visit) = self.attempts.visited(units, put).await;
        put.and_then(|put| put)
            .map_err(|error| match error.kind() {
                ErrorKind::Budget => error,
                ErrorKind::Timeout | ErrorKind::Interrupted => {
                    with_key(&format!("store `{}`", R::KIND), &key, error)
                }
                _ => failed_to::<R>("store", &key, error),
            })?;
        events::ensured(R::KIND, &key);
        Ok(record)
    }
}
