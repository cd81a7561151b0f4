//! An artifact seen through a function: same key, another value.
//!
//! The function takes the value itself, so the artifact inside must first be
//! asked and then given up. It waits behind a lock until then: a failure leaves
//! it where it was, to be asked again.

use tokio::sync::Mutex;

use super::{Artifact, Key, Memo};
use crate::{Error, ErrorKind};

/// What [`transform`](Artifact::transform) gives.
pub struct Transformed<A: Artifact, F, U> {
    key: A::Key,
    version: Option<u32>,
    made_by: Option<u32>,
    /// The artifact and the function, until they have made the value.
    inner: Mutex<Option<(A, F)>>,
    made: Memo<U>,
}

impl<A: Artifact, F: FnOnce(A::Value) -> U, U> Transformed<A, F, U> {
    pub(super) fn new(artifact: A, f: F) -> Self {
        Self {
            key: artifact.key(),
            version: artifact.version(),
            made_by: artifact.made_by(),
            inner: Mutex::new(Some((artifact, f))),
            made: Memo::new(),
        }
    }

    async fn make(&self) -> Result<Option<U>, Error> {
        let mut inner = self.inner.lock().await;
        let Some((artifact, _)) = &*inner else {
            return Err(given_up(&self.key));
        };
        if artifact.find().await?.is_none() {
            return Ok(None);
        }
        let (artifact, f) = inner.take().ok_or_else(|| given_up(&self.key))?;
        artifact.into_value().await.map(f).map(Some)
    }
}

/// The artifact is gone and nothing was made of it.
fn given_up<K: Key>(key: &K) -> Error {
    let key = super::describe(key);
    Error::new(
        ErrorKind::Derive,
        format!("the transformation of {key} panicked or was dropped before"),
    )
}

impl<A: Artifact, F: FnOnce(A::Value) -> U, U> Artifact for Transformed<A, F, U> {
    type Key = A::Key;
    type Value = U;

    fn key(&self) -> A::Key {
        self.key.clone()
    }

    fn version(&self) -> Option<u32> {
        self.version
    }

    fn made_by(&self) -> Option<u32> {
        self.made_by
    }

    async fn exists(&self) -> Result<bool, Error> {
        if self.made.is_made() {
            return Ok(true);
        }
        match &*self.inner.lock().await {
            Some((artifact, _)) => artifact.exists().await,
            None => Ok(self.made.is_made()),
        }
    }

    async fn find(&self) -> Result<Option<&U>, Error> {
        self.made.once(|| self.make()).await
    }

    async fn get(&self) -> Result<&U, Error> {
        let made = self.find().await?;
        made.ok_or_else(|| super::memo::none(std::any::type_name::<U>(), &self.key))
    }

    async fn ensure(&self) -> Result<(), Error> {
        self.find().await.map(drop)
    }

    async fn into_value(self) -> Result<U, Error> {
        self.find().await?;
        let kind = std::any::type_name::<U>();
        self.made.into_value(kind, &self.key)
    }
}
