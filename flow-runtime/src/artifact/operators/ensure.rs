//! `ensure(&store)`: each artifact made durable, unless it is already.

use super::ensuring::{Ensuring, NoEstimate};
use super::failing::{failed_before, keep};
use super::{is_free, with_key};
use crate::artifact::derive::check_key;
use crate::artifact::{Artifact, Ensured, Extant, Origin, Outcome, describe, events, wanted};
use crate::attempts::{Attempts, IsUnder, Judge, Judges, Prices, Under, Visit, Weighs};
use crate::copies::fresh::Fresh;
use crate::record::recorded::{KeyOf, Recorded};
use crate::store::{Failed, Meta};
use crate::ty::{Ty, When};
use crate::{Error, Store};

/// Makes artifacts durable in one store.
pub struct Ensure<R, J = Judge, C = NoEstimate> {
    pub(super) store: Store<R>,
    pub(super) options: Ensuring<C>,
    /// For the making; a store tries again by itself what may be tried again.
    attempts: Attempts<J>,
}

/// The type of what comes of one artifact.
type Made<K> = Result<Ensured<K>, Error>;

/// The word of the store on a key.
enum Settled {
    /// Nothing has to be made.
    Done(Outcome),
    /// It has to be made, and perhaps failed before.
    ToDo(Option<Failed>),
}

/// An artifact that gives a `V`: known only where it is an artifact.
// The `R` of the store is known, whatever the items are.
pub trait Valued<V> {}

impl<A: Artifact<Value = V>, V> Valued<V> for A {}

/// The operator `ensure(&store)`.
#[must_use]
pub fn ensure<A, V, R, P, J, M>(
    ty: Ty<A, M>,
    store: &Store<R>,
    attempts: Attempts<J>,
) -> (When<V, When<P, Ensure<R, J>>>, Ty<Made<KeyOf<R, P>>, M>)
where
    A: Artifact<Value = R> + Valued<V>,
    R: Recorded<P>,
    When<P, A>: Artifact<Key = KeyOf<R, P>>,
{
    ensure_with(ty, store, Ensuring::default(), attempts)
}

/// The operator `ensure(&store, …)` with options about what the store knows.
#[must_use]
pub fn ensure_with<A, V, R, P, J, C, M>(
    _: Ty<A, M>,
    store: &Store<R>,
    options: Ensuring<C>,
    attempts: Attempts<J>,
) -> (When<V, When<P, Ensure<R, J, C>>>, Ty<Made<KeyOf<R, P>>, M>)
where
    A: Artifact<Value = R> + Valued<V>,
    R: Recorded<P>,
    When<P, A>: Artifact<Key = KeyOf<R, P>>,
{
    let ensure = Ensure {
        store: store.clone(),
        options,
        attempts,
    };
    (ensure, Ty::of_mode())
}

impl<R, J: Clone, C: Clone> Fresh for Ensure<R, J, C> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            options: self.options.clone(),
            attempts: self.attempts.clone(),
        }
    }
}

impl<R, J, C> IsUnder for Ensure<R, J, C> {
    fn is_under(&self) -> Option<&Under> {
        self.attempts.is_under()
    }
}

impl<R: Extant, J: Judges<Error> + Prices<R>, C> Ensure<R, J, C> {
    /// Makes one artifact durable. Who asks for a key that is being made waits; it
    /// is told what was stored, or makes its own attempt.
    ///
    /// # Errors
    ///
    /// The deriver's or the store's, with the key; [`ErrorKind::Key`](crate::ErrorKind::Key)
    /// where the record has another key than the artifact; [`ErrorKind::Stale`](crate::ErrorKind::Stale)
    /// where another version made the stored one, and `stale = error`;
    /// [`ErrorKind::FailedBefore`](crate::ErrorKind::FailedBefore) where `rerun_failed`
    /// passes it over.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the record is stored or is not; the next run sees which. The next
    /// who waits for the key makes it. A failure is kept or is not.
    pub async fn run<A>(&self, artifact: A) -> Made<R::Key>
    where
        A: Artifact<Value = R, Key = R::Key>,
        J: Weighs<A>,
    {
        artifact.check()?;
        let key = artifact.key();
        let outcome = match artifact.is_listed_in(&self.store) {
            // What the store has listed is durable, and no version is wanted of it.
            true => Outcome::Extant,
            false => self.outcome(&key, artifact).await?,
        };
        if outcome != Outcome::Absent {
            events::ensured(R::KIND, &key);
        }
        Ok(Ensured::new(key, outcome))
    }

    async fn outcome<A>(&self, key: &R::Key, artifact: A) -> Result<Outcome, Error>
    where
        A: Artifact<Value = R, Key = R::Key>,
        J: Weighs<A>,
    {
        let wanted = wanted(&artifact);
        if let Settled::Done(outcome) = self.settle(key, wanted).await? {
            return Ok(outcome);
        }
        // What is stored pays for nothing of this.
        let turn = self.store.turn(key).await?;
        let failed = match self.settle(key, wanted).await? {
            Settled::Done(outcome) => return Ok(outcome),
            Settled::ToDo(failed) => failed,
        };
        let writable = self.store.check_writable();
        writable.map_err(|error| failed_to::<R>("store", key, error))?;
        turn.make(Box::pin(self.make(key, artifact, failed))).await
    }

    /// Asks the store of a key.
    ///
    /// # Errors
    ///
    /// The store's; where it is stale, or failed before, and that is an error.
    async fn settle(&self, key: &R::Key, wanted: Origin) -> Result<Settled, Error> {
        let found = self.store.look_up_failed(key).await;
        let (known, failed) = found.map_err(|error| failed_to::<R>("look up", key, error))?;
        let Ensuring { stale, rerun, .. } = self.options;
        if let Some(outcome) = stale.settle::<R>(key, known, wanted)? {
            return Ok(Settled::Done(outcome));
        }
        match &failed {
            Some(failed) if rerun.passes_over(failed, wanted) => {
                Err(failed_before::<R>(key, failed))
            }
            _ => Ok(Settled::ToDo(failed)),
        }
    }

    /// Makes an artifact and stores it, or keeps that it failed.
    async fn make<A>(
        &self,
        key: &R::Key,
        artifact: A,
        before: Option<Failed>,
    ) -> Result<Outcome, Error>
    where
        A: Artifact<Value = R, Key = R::Key>,
        J: Weighs<A>,
    {
        let origin = artifact.made_by();
        // While there is the visit, the record counts as being made.
        let mut visit = None;
        match self.try_make(key, artifact, origin, &mut visit).await {
            Ok(outcome) => Ok(outcome),
            // In a box: failures are rare, and every future would have room for it.
            Err(error) => {
                let kept = keep(&self.store, key, before.as_ref(), origin, error);
                Err(Box::pin(kept).await)
            }
        }
    }

    /// Makes an artifact and stores it. Its visit, where it makes one, goes on.
    async fn try_make<'a, A>(
        &'a self,
        key: &R::Key,
        artifact: A,
        origin: Origin,
        visit: &mut Option<Visit<'a, J>>,
    ) -> Result<Outcome, Error>
    where
        A: Artifact<Value = R, Key = R::Key>,
        J: Weighs<A>,
    {
        let free = is_free(&self.attempts, &artifact).await;
        let find = || async {
            let found = artifact.find().await?;
            if let Some(record) = found.filter(|_| !free) {
                self.attempts.charge(record);
            }
            Ok(found.is_some())
        };
        let found = if free {
            self.attempts.run(find).await
        } else {
            let units = self.attempts.weigh(&artifact);
            let (found, made) = self.attempts.visited(units, find).await;
            *visit = made;
            found
        };
        let tried = || format!("ensure `{}`", R::KIND);
        if !found.map_err(|error| with_key(&tried(), key, error))? {
            let put = self.store.put_none(key, origin).await;
            put.map_err(|error| failed_to::<R>("store that there is none of", key, error))?;
            return Ok(Outcome::Absent);
        }
        let record = artifact.into_value().await?;
        check_key(key, &record)?;
        let put = self.store.put_with(&record, Meta::of_record(origin)).await;
        put.map_err(|error| failed_to::<R>("store", key, error))?;
        Ok(Outcome::Derived)
    }
}

/// The store's error, with the key.
pub(super) fn failed_to<R: Extant>(verb: &str, key: &R::Key, error: Error) -> Error {
    let message = format!("cannot {verb} `{}` {}", R::KIND, describe(key));
    let error = Error::with_source(error.kind(), message, error);
    events::failed(R::KIND, key, &error);
    error
}
