//! An artifact that is one of two: what merging possible and stored ones gives.

use super::{Artifact, Origin};
use crate::{Error, Store};

/// An artifact that is either an `A` or a `B`, of the same key and value.
///
/// ```
/// use flow_runtime::{Artifact, Keyed, artifact::Either};
///
/// let either: Either<Keyed<u32, &str>, Keyed<u32, &str>> = Either::Left(Keyed::new(1, "possible"));
/// assert_eq!(either.key(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// From the input on the left.
    Left(A),
    /// From the input on the right.
    Right(B),
}

/// Asks whichever of the two it is.
macro_rules! either {
    ($either:expr, $artifact:ident => $answer:expr) => {
        match $either {
            Either::Left($artifact) => $answer,
            Either::Right($artifact) => $answer,
        }
    };
}

impl<A, B> Artifact for Either<A, B>
where
    A: Artifact,
    B: Artifact<Key = A::Key, Value = A::Value>,
{
    type Key = A::Key;
    type Value = A::Value;

    fn key(&self) -> A::Key {
        either!(self, artifact => Artifact::key(artifact))
    }

    fn version(&self) -> Option<u32> {
        either!(self, artifact => artifact.version())
    }

    fn fingerprint(&self) -> Option<u64> {
        either!(self, artifact => artifact.fingerprint())
    }

    fn made_by(&self) -> Origin {
        either!(self, artifact => artifact.made_by())
    }

    fn check(&self) -> Result<(), Error> {
        either!(self, artifact => Artifact::check(artifact))
    }

    fn is_listed_in(&self, store: &Store<A::Value>) -> bool {
        either!(self, artifact => artifact.is_listed_in(store))
    }

    async fn exists(&self) -> Result<bool, Error> {
        either!(self, artifact => artifact.exists().await)
    }

    async fn find(&self) -> Result<Option<&A::Value>, Error> {
        either!(self, artifact => artifact.find().await)
    }

    async fn get(&self) -> Result<&A::Value, Error> {
        either!(self, artifact => artifact.get().await)
    }

    async fn ensure(&self) -> Result<(), Error> {
        either!(self, artifact => artifact.ensure().await)
    }

    async fn into_value(self) -> Result<A::Value, Error> {
        either!(self, artifact => artifact.into_value().await)
    }
}
