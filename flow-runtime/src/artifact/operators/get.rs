//! `get()`: each artifact's value.

use super::{is_free, with_key};
use crate::Error;
use crate::artifact::Artifact;
use crate::attempts::{Attempts, IsUnder, Judge, Judges, Prices, Under, Weighs};
use crate::ty::{Ty, When};

/// Gets values.
#[derive(Clone)]
pub struct Get<J = Judge> {
    attempts: Attempts<J>,
}

/// The operator `get()`.
#[must_use]
pub fn get<A: Artifact<Value = V>, V, J, M>(
    _: Ty<A, M>,
    attempts: Attempts<J>,
) -> (When<V, Get<J>>, Ty<Result<V, Error>, M>) {
    (Get { attempts }, Ty::of_mode())
}

impl<J> IsUnder for Get<J> {
    fn is_under(&self) -> Option<&Under> {
        self.attempts.is_under()
    }
}

impl<J: Judges<Error>> Get<J> {
    /// Gets one value.
    ///
    /// # Errors
    ///
    /// Those of [`Artifact::get`].
    ///
    /// # Cancel safety
    ///
    /// Dropped, the artifact and what was made of it are gone.
    pub async fn run<A: Artifact>(&self, artifact: A) -> Result<A::Value, Error>
    where
        J: Weighs<A> + Prices<A::Value>,
    {
        artifact.check()?;
        let free = is_free(&self.attempts, &artifact).await;
        let find = || async {
            let found = artifact.find().await?;
            if let Some(value) = found.filter(|_| !free) {
                self.attempts.charge(value);
            }
            Ok(())
        };
        let (found, _visit) = if free {
            (self.attempts.run(find).await, None)
        } else {
            let units = self.attempts.weigh(&artifact);
            self.attempts.visited(units, find).await
        };
        found.map_err(|error| with_key("get", &artifact.key(), error))?;
        artifact.into_value().await
    }
}

/// The value of an artifact.
#[inline]
#[must_use]
pub fn value_of<A: Artifact<Value = V>, V, M>(_: Ty<A, M>) -> Ty<V, M> {
    Ty::of_mode()
}
