//! A plain value as an artifact: nothing to read, nothing to make.

use super::{Artifact, Key};
use crate::Error;

/// An artifact whose value is there already.
///
/// ```
/// use flow_runtime::{Artifact, Keyed};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let one = Keyed::new(1, "one");
/// assert_eq!((one.key(), *one.get().await?), (1, "one"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyed<K, V> {
    key: K,
    value: V,
}

impl<K: Key, V> Keyed<K, V> {
    /// The artifact of `value` under `key`.
    #[must_use]
    pub fn new(key: K, value: V) -> Self {
        Self { key, value }
    }
}

impl<K: Key, V> Artifact for Keyed<K, V> {
    type Key = K;
    type Value = V;

    fn key(&self) -> K {
        self.key.clone()
    }

    async fn exists(&self) -> Result<bool, Error> {
        Ok(true)
    }

    async fn get(&self) -> Result<&V, Error> {
        Ok(&self.value)
    }

    async fn ensure(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn into_value(self) -> Result<V, Error> {
        Ok(self.value)
    }
}
