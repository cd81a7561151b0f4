//! `missing(&store)`: only artifacts whose key is not stored.

use crate::Store;
use crate::artifact::{Artifact, Extant};
use crate::ty::Ty;

/// Lets artifacts pass that one store lacks.
pub struct Missing<R> {
    store: Store<R>,
}

/// The operator `missing(&store)`.
#[must_use]
pub fn missing<A, R>(_: Ty<A>, store: &Store<R>) -> (Missing<R>, Ty<A>)
where
    A: Artifact<Key = R::Key>,
    R: Extant,
{
    let store = store.clone();
    (Missing { store }, Ty::new())
}

impl<R: Extant> Missing<R> {
    /// The artifact, where its key is not stored. One that cannot be looked up
    /// passes as well: getting or ensuring it will say why.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the artifact is gone; nothing was made.
    pub async fn run<A: Artifact<Key = R::Key>>(&self, artifact: A) -> Option<A> {
        if artifact.check().is_err() {
            return Some(artifact);
        }
        let stored = self.store.contains(&artifact.key()).await;
        (!stored.unwrap_or(false)).then_some(artifact)
    }
}
