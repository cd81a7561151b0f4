//! `missing(&store)`: only artifacts that the store has no answer for.

use super::Stale;
use crate::Store;
use crate::artifact::{Artifact, Extant, wanted};
use crate::copies::fresh::Fresh;
use crate::record::recorded::{KeyOf, Recorded};
use crate::ty::{Ty, When};

/// Lets artifacts pass that one store lacks.
pub struct Missing<R> {
    store: Store<R>,
    stale: Stale,
}

/// The operator `missing(&store)`.
#[must_use]
pub fn missing<A, V, R, P, M>(ty: Ty<A, M>, store: &Store<R>) -> (When<V, Missing<R>>, Ty<A, M>)
where
    R: Recorded<P>,
    When<P, A>: Artifact<Value = V, Key = KeyOf<R, P>>,
{
    missing_stale(ty, store, Stale::Replace)
}

/// The operator `missing(&store, stale = …)`.
#[must_use]
pub fn missing_stale<A, V, R, P, M>(
    _: Ty<A, M>,
    store: &Store<R>,
    stale: Stale,
) -> (When<V, Missing<R>>, Ty<A, M>)
where
    R: Recorded<P>,
    When<P, A>: Artifact<Value = V, Key = KeyOf<R, P>>,
{
    let store = store.clone();
    (Missing { store, stale }, Ty::of_mode())
}

impl<R> Fresh for Missing<R> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            stale: self.stale,
        }
    }
}

impl<R: Extant> Missing<R> {
    /// The artifact, where its key is not stored, nor that there is none for it,
    /// or where that is stale. One that cannot be looked up passes as well:
    /// getting or ensuring it will say why.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the artifact is gone; nothing was made.
    pub async fn run<A: Artifact<Key = R::Key>>(&self, artifact: A) -> Option<A> {
        if artifact.check().is_err() {
            return Some(artifact);
        }
        let key = artifact.key();
        let known = self.store.look_up(&key).await;
        let settle = |known| self.stale.settle::<R>(&key, known, wanted(&artifact));
        match known.and_then(settle) {
            Ok(Some(_)) => None,
            Ok(None) | Err(_) => Some(artifact),
        }
    }
}
