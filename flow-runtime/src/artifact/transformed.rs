//! An artifact seen through a function: same key, another value.
//!
//! The function takes the value itself, so the artifact inside must first be
//! asked and then given up. It waits behind a lock until then: a failure leaves
//! it where it was, to be asked again.

use tokio::sync::Mutex;

use super::{Artifact, Key, Memo, Origin};
use crate::{Error, ErrorKind};

/// An artifact whose value is made of that of another: of
/// [`transform`](Artifact::transform).
///
/// ```
/// use flow_runtime::{Artifact, Keyed};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let length = Keyed::new(1, "text").transform(|text| text.len());
/// assert_eq!((length.key(), length.into_value().await?), (1, 4));
/// # Ok(())
/// # }
/// ```
pub struct Transformed<A: Artifact, F, U> {
    /// `None` where the artifact could not be told.
    key: Option<A::Key>,
    version: Option<u32>,
    fingerprint: Option<u64>,
    made_by: Origin,
    /// The artifact and the function, until they have made the value.
    inner: Mutex<Option<(A, F)>>,
    made: Memo<U>,
}

impl<A: Artifact, F: FnOnce(A::Value) -> U, U> Transformed<A, F, U> {
    pub(super) fn new(artifact: A, f: F) -> Self {
        Self {
            key: artifact.check().is_ok().then(|| artifact.key()),
            version: artifact.version(),
            fingerprint: artifact.fingerprint(),
            made_by: artifact.made_by(),
            inner: Mutex::new(Some((artifact, f))),
            made: Memo::new(),
        }
    }

    async fn make(&self) -> Result<Option<U>, Error> {
        let mut inner = self.inner.lock().await;
        let Some((artifact, _)) = &*inner else {
            return Err(given_up(self.key.as_ref()));
        };
        artifact.check()?;
        if artifact.find().await?.is_none() {
            return Ok(None);
        }
        let (artifact, f) = inner.take().ok_or_else(|| given_up(self.key.as_ref()))?;
        artifact.into_value().await.map(f).map(Some)
    }
}

/// The artifact is gone and nothing was made of it.
fn given_up<K: Key>(key: Option<&K>) -> Error {
    let key = key.map(super::describe).unwrap_or_default();
    Error::new(
        ErrorKind::Derive,
        format!("the transformation of {key} panicked or was dropped before"),
    )
}

impl<A: Artifact, F: FnOnce(A::Value) -> U, U> Artifact for Transformed<A, F, U> {
    type Key = A::Key;
    type Value = U;

    /// # Panics
    ///
    /// Where the artifact could not be told; what asks
    /// [`check`](Artifact::check) first never meets that.
    fn key(&self) -> A::Key {
        let key = self.key.clone();
        key.expect("an artifact that could not be told has no key")
    }

    fn check(&self) -> Result<(), Error> {
        // Who holds the lock is making the value, so it has been told.
        match self.inner.try_lock() {
            Ok(inner) => inner
                .as_ref()
                .map_or(Ok(()), |(artifact, _)| artifact.check()),
            Err(_) => Ok(()),
        }
    }

    fn version(&self) -> Option<u32> {
        self.version
    }

    fn fingerprint(&self) -> Option<u64> {
        self.fingerprint
    }

    fn made_by(&self) -> Origin {
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
        let name = || {
            let key = self.key.as_ref().map(super::describe).unwrap_or_default();
            format!("`{}` {key}", std::any::type_name::<U>())
        };
        self.made.once(name, || self.make()).await
    }

    async fn get(&self) -> Result<&U, Error> {
        let made = self.find().await?;
        made.ok_or_else(|| super::memo::none(std::any::type_name::<U>(), &self.key()))
    }

    async fn ensure(&self) -> Result<(), Error> {
        self.find().await.map(drop)
    }

    async fn into_value(self) -> Result<U, Error> {
        self.find().await?;
        let (kind, key) = (std::any::type_name::<U>(), self.key());
        self.made.into_value(kind, &key)
    }
}
