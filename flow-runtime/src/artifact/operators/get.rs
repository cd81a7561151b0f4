//! `get()`: each artifact's value.

use super::with_key;
use crate::Error;
use crate::artifact::Artifact;
use crate::attempts::{Attempts, Judge, Judges};
use crate::ty::{Ty, When};

/// Gets values.
#[derive(Clone)]
pub struct Get<J = Judge> {
    attempts: Attempts<J>,
}

/// The operator `get()`.
#[must_use]
pub fn get<A: Artifact<Value = V>, V, J>(
    _: Ty<A>,
    attempts: Attempts<J>,
) -> (When<V, Get<J>>, Ty<Result<V, Error>>) {
    (Get { attempts }, Ty::new())
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
    pub async fn run<A: Artifact>(&self, artifact: A) -> Result<A::Value, Error> {
        artifact.check()?;
        let find = || async { artifact.find().await.map(drop) };
        let found = self.attempts.run(find).await;
        found.map_err(|error| with_key("get", &artifact.key(), error))?;
        artifact.into_value().await
    }
}
