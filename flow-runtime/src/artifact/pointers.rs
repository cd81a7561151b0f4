//! Artifacts behind a pointer, so that one may be lent or shared.
//!
//! Only a box gives its value away. From behind a reference or an `Arc` the
//! value stays where it is, and [`into_value`](Artifact::into_value) is a clone.

use std::sync::Arc;

use super::{Artifact, Origin};
use crate::{Error, Store};

/// All but `into_value`, which differs.
macro_rules! behind_a_pointer {
    () => {
        type Key = A::Key;
        type Value = A::Value;

        fn key(&self) -> A::Key {
            Artifact::key(&**self)
        }

        fn version(&self) -> Option<u32> {
            (**self).version()
        }

        fn fingerprint(&self) -> Option<u64> {
            (**self).fingerprint()
        }

        fn made_by(&self) -> Origin {
            (**self).made_by()
        }

        fn check(&self) -> Result<(), Error> {
            Artifact::check(&**self)
        }

        fn is_listed_in(&self, store: &Store<A::Value>) -> bool {
            (**self).is_listed_in(store)
        }

        async fn exists(&self) -> Result<bool, Error> {
            (**self).exists().await
        }

        async fn find(&self) -> Result<Option<&A::Value>, Error> {
            (**self).find().await
        }

        async fn get(&self) -> Result<&A::Value, Error> {
            (**self).get().await
        }

        async fn ensure(&self) -> Result<(), Error> {
            (**self).ensure().await
        }
    };
}

impl<A: Artifact<Value: Clone>> Artifact for &A {
    behind_a_pointer!();

    async fn into_value(self) -> Result<A::Value, Error> {
        self.get().await.cloned()
    }
}

impl<A: Artifact<Value: Clone>> Artifact for Arc<A> {
    behind_a_pointer!();

    async fn into_value(self) -> Result<A::Value, Error> {
        self.get().await.cloned()
    }
}

impl<A: Artifact> Artifact for Box<A> {
    behind_a_pointer!();

    async fn into_value(self) -> Result<A::Value, Error> {
        (*self).into_value().await
    }
}
