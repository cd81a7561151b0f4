//! `ensure(&store)`: each artifact made durable, unless it is already.

use super::{Stale, with_key};
use crate::artifact::derive::check_key;
use crate::artifact::{Artifact, Ensured, Extant, Origin, Outcome, describe, events, wanted};
use crate::attempts::{Attempts, Judge, Judges};
use crate::operators::fresh::Fresh;
use crate::store::Meta;
use crate::ty::{Ty, When};
use crate::{Error, Store};

/// Makes artifacts durable in one store.
pub struct Ensure<R, J = Judge> {
    store: Store<R>,
    stale: Stale,
    /// For the making; a store tries again by itself what may be tried again.
    attempts: Attempts<J>,
}

/// What comes of one artifact.
type Made<K> = Result<Ensured<K>, Error>;

/// An artifact that gives a `V`: known only where it is an artifact.
// The `R` of the store is known, whatever the items are.
pub trait Valued<V> {}

impl<A: Artifact<Value = V>, V> Valued<V> for A {}

/// The operator `ensure(&store)`.
#[must_use]
pub fn ensure<A, V, R, J>(
    ty: Ty<A>,
    store: &Store<R>,
    attempts: Attempts<J>,
) -> (When<V, Ensure<R, J>>, Ty<Made<R::Key>>)
where
    A: Artifact<Value = R, Key = R::Key> + Valued<V>,
    R: Extant,
{
    ensure_stale(ty, store, Stale::Replace, attempts)
}

/// The operator `ensure(&store, stale = …)`.
#[must_use]
pub fn ensure_stale<A, V, R, J>(
    _: Ty<A>,
    store: &Store<R>,
    stale: Stale,
    attempts: Attempts<J>,
) -> (When<V, Ensure<R, J>>, Ty<Made<R::Key>>)
where
    A: Artifact<Value = R, Key = R::Key> + Valued<V>,
    R: Extant,
{
    let ensure = Ensure {
        store: store.clone(),
        stale,
        attempts,
    };
    (ensure, Ty::new())
}

impl<R, J: Clone> Fresh for Ensure<R, J> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            stale: self.stale,
            attempts: self.attempts.clone(),
        }
    }
}

impl<R: Extant, J: Judges<Error>> Ensure<R, J> {
    /// Makes one artifact durable. Who asks for a key that is being made waits; it
    /// is told what was stored, or makes its own attempt.
    ///
    /// # Errors
    ///
    /// The deriver's or the store's, with the key; [`ErrorKind::Key`](crate::ErrorKind::Key)
    /// where the record has another key than the artifact; [`ErrorKind::Stale`](crate::ErrorKind::Stale)
    /// where another version made the stored one, and `stale = error`.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the record is stored or is not; the next run sees which. The next
    /// who waits for the key makes it.
    pub async fn run<A>(&self, artifact: A) -> Made<R::Key>
    where
        A: Artifact<Value = R, Key = R::Key>,
    {
        artifact.check()?;
        let key = artifact.key();
        let outcome = self.outcome(&key, artifact).await?;
        if outcome != Outcome::Absent {
            events::ensured(R::KIND, &key);
        }
        Ok(Ensured::new(key, outcome))
    }

    async fn outcome<A>(&self, key: &R::Key, artifact: A) -> Result<Outcome, Error>
    where
        A: Artifact<Value = R, Key = R::Key>,
    {
        let wanted = wanted(&artifact);
        if let Some(outcome) = self.settle(key, wanted).await? {
            return Ok(outcome);
        }
        // What is stored pays for nothing of this.
        let turn = self.store.turn(key).await?;
        if let Some(outcome) = self.settle(key, wanted).await? {
            return Ok(outcome);
        }
        let writable = self.store.check_writable();
        writable.map_err(|error| failed::<R>("store", key, error))?;
        turn.make(self.make(key, artifact)).await
    }

    /// What is to be said of a key where nothing has to be made.
    async fn settle(&self, key: &R::Key, wanted: Origin) -> Result<Option<Outcome>, Error> {
        let known = self.store.look_up(key).await;
        let known = known.map_err(|error| failed::<R>("look up", key, error))?;
        self.stale.settle::<R>(key, known, wanted)
    }

    /// Makes an artifact and stores it.
    async fn make<A>(&self, key: &R::Key, artifact: A) -> Result<Outcome, Error>
    where
        A: Artifact<Value = R, Key = R::Key>,
    {
        let origin = artifact.made_by();
        let find = || async { artifact.find().await.map(|found| found.is_some()) };
        let found = self.attempts.run(find).await;
        let tried = || format!("ensure `{}`", R::KIND);
        if !found.map_err(|error| with_key(&tried(), key, error))? {
            let put = self.store.put_none(key, origin).await;
            put.map_err(|error| failed::<R>("store that there is none of", key, error))?;
            return Ok(Outcome::Absent);
        }
        let record = artifact.into_value().await?;
        check_key(key, &record)?;
        let put = self.store.put_with(&record, Meta::of_record(origin)).await;
        put.map_err(|error| failed::<R>("store", key, error))?;
        Ok(Outcome::Derived)
    }
}

/// The store's error, with the key.
pub(super) fn failed<R: Extant>(verb: &str, key: &R::Key, error: Error) -> Error {
    let message = format!("cannot {verb} `{}` {}", R::KIND, describe(key));
    let error = Error::with_source(error.kind(), message, error);
    events::failed(R::KIND, key, &error);
    error
}
