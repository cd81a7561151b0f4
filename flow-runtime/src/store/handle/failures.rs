//! The keys of a store that could not be made.

use std::sync::Arc;

use super::Store;
use crate::store::encode::{decode_failed, decode_key, decode_meta, encode_failed};
use crate::store::key_bytes::key_bytes;
use crate::store::{Entry, Failed, FailedKey, Failure, Found, Known};
use crate::{Error, Extant};

impl<R: Extant> Store<R> {
    /// As [`look_up`](Self::look_up), with the failure of the key.
    pub(crate) async fn look_up_failed(
        &self,
        key: &R::Key,
    ) -> Result<(Known, Option<Failed>), Error> {
        let (_, known, failed) = self.look_up_planned(key).await?;
        Ok((known, failed))
    }

    /// As [`look_up_failed`](Self::look_up_failed), with the key's bytes.
    pub(crate) async fn look_up_planned(
        &self,
        key: &R::Key,
    ) -> Result<(Vec<u8>, Known, Option<Failed>), Error> {
        let bytes = key_bytes(key)?;
        let Found {
            is_extant,
            meta,
            failure,
        } = self.shared.storage.look_up(&bytes).await?;
        let known = Known::new(is_extant, decode_meta(key, &meta)?);
        let failed = (!failure.is_empty()).then(|| decode_failed(key, &failure));
        Ok((bytes, known, failed.transpose()?))
    }

    /// Tells this store, and its clones, from all that are open beside it.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// Keeps of the key that it could not be made.
    pub(crate) async fn fail(&self, key: &R::Key, failed: &Failed) -> Result<(), Error> {
        let failed = encode_failed::<R>(key, failed)?;
        self.shared.writer.fail(failed).await
    }

    /// Forgets the failures of the key: it is as one that was never tried.
    #[cfg(feature = "inspect")]
    pub(crate) async fn forget_failure(&self, key: &R::Key) -> Result<(), Error> {
        let forgotten = crate::store::encode::encode_forgotten::<R>(key)?;
        self.shared.writer.fail(forgotten).await
    }

    /// Returns the keys that could not be made and were not made since, in their order:
    /// how often they were tried, and why it failed the last time.
    ///
    /// `ensure` keeps this list beside the records, as durably as them. A failure is
    /// void once a record of that key and version is stored, or the key is
    /// [removed](Store::remove).
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Store`](crate::ErrorKind::Store) where the store cannot be read,
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) where what is kept of a failure is damaged.
    ///
    /// # Cancel safety
    ///
    /// Nothing is changed; it can be dropped at any time.
    ///
    /// # Examples
    ///
    /// The keys that are worth another run; see [`Failure`] for one that fails.
    ///
    /// ```
    /// use flow_runtime::{Error, Extant, Store};
    ///
    /// async fn transient<R: Extant>(store: &Store<R>) -> Result<Vec<R::Key>, Error> {
    ///     let failures = store.failures().await?.into_iter();
    ///     Ok(failures.filter(|failure| failure.transient).map(|failure| failure.key).collect())
    /// }
    /// ```
    pub async fn failures(&self) -> Result<Vec<Failure<R::Key>>, Error> {
        let kept = self.shared.storage.failures().await?;
        let mut failures = Vec::with_capacity(kept.len());
        for FailedKey {
            key,
            key_json,
            failure,
        } in kept
        {
            let key: R::Key = decode_key(&Entry::new(key, key_json))?;
            failures.push(decode_failed(&key, &failure)?.of(key));
        }
        failures.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(failures)
    }
}
