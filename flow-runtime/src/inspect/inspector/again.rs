//! Artifacts that failed, and another try at them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use serde_json::value::RawValue;

use super::figures::{raw, shortened};
use crate::{Error, Extant, Store};

/// The failures of a store that are shown, the newest first.
const SHOWN: usize = 40;
/// The characters of an error that are shown.
const LETTERS: usize = 200;

/// A future of the server's.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The failures of a store, whatever is in it.
pub trait Failures: Send + Sync {
    /// Lists them as JSON.
    ///
    /// # Errors
    ///
    /// The words for a user where the store cannot be read.
    fn list(&self) -> Later<'_, Result<Box<RawValue>, String>>;

    /// Tries a key again. Returns what has become of it, in words.
    ///
    /// # Errors
    ///
    /// The words for a user where it failed.
    fn again<'a>(&'a self, key: &'a RawValue) -> Later<'a, Result<&'static str, String>>;
}

/// Another try at a key.
type Make<K> = dyn Fn(K) -> Later<'static, Result<(), String>> + Send + Sync;

/// A store, and how a key of it is made again; without that it is forgotten that it failed.
pub struct Kept<R: Extant> {
    store: Store<R>,
    make: Option<Box<Make<R::Key>>>,
    /// The keys that are tried now, as JSON.
    tried: Mutex<BTreeSet<String>>,
}

/// A try at a key; there is one at a time.
struct Try<'a> {
    tried: &'a Mutex<BTreeSet<String>>,
    key: String,
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        keys(self.tried).remove(&self.key);
    }
}

fn keys(tried: &Mutex<BTreeSet<String>>) -> MutexGuard<'_, BTreeSet<String>> {
    // Nothing panics under the lock.
    tried.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<R: Extant> Kept<R> {
    pub fn forgets(store: Store<R>) -> Self {
        Self {
            store,
            make: None,
            tried: Mutex::default(),
        }
    }

    pub fn makes<F, M, T, E>(store: Store<R>, make: F) -> Self
    where
        F: Fn(R::Key) -> M + Send + Sync + 'static,
        M: Future<Output = Result<T, E>> + Send + 'static,
        E: Display,
    {
        let make = move |key| -> Later<'static, Result<(), String>> {
            let made = make(key);
            Box::pin(async move {
                let made = made.await;
                made.map(drop).map_err(|error| error.to_string())
            })
        };
        Self {
            store,
            make: Some(Box::new(make)),
            tried: Mutex::default(),
        }
    }

    /// Begins a try at a key that has failed, and that nobody makes.
    ///
    /// # Errors
    ///
    /// The words for a user where it is another key, or the store cannot be read.
    async fn begin(&self, key: &R::Key) -> Result<Try<'_>, String> {
        let text = |error: Error| error.to_string();
        let name = serde_json::to_string(key).map_err(|error| error.to_string())?;
        if !keys(&self.tried).insert(name.clone()) {
            return Err("it is tried now".to_owned());
        }
        let begun = Try {
            tried: &self.tried,
            key: name,
        };
        // What is stored was paid for, and what was never tried is the flow's to make.
        let (_, failed) = self.store.look_up_failed(key).await.map_err(text)?;
        failed.ok_or("it has not failed")?;
        let turn = self.store.try_turn(key).map_err(text)?;
        turn.ok_or("a flow makes it now")?;
        Ok(begun)
    }
}

impl<R> Failures for Kept<R>
where
    R: Extant<Key: Send + Sync>,
    Store<R>: Send + Sync,
{
    fn list(&self) -> Later<'_, Result<Box<RawValue>, String>> {
        Box::pin(async {
            let mut failures = self
                .store
                .failures()
                .await
                .map_err(|error| error.to_string())?;
            let count = failures.len();
            failures.sort_by_key(|failure| std::cmp::Reverse(failure.when));
            let shown = failures.iter().take(SHOWN).map(|failure| {
                let when = failure.when.duration_since(UNIX_EPOCH).unwrap_or_default();
                BTreeMap::from([
                    ("key", raw(&failure.key)),
                    ("attempts", raw(&failure.attempts)),
                    ("error", raw(&shortened(&failure.error, LETTERS))),
                    ("when", raw(&when.as_secs())),
                    ("transient", raw(&failure.transient)),
                ])
            });
            let shown: Vec<_> = shown.collect();
            let list = BTreeMap::from([("count", raw(&count)), ("failures", raw(&shown))]);
            Ok(raw(&list))
        })
    }

    fn again<'a>(&'a self, key: &'a RawValue) -> Later<'a, Result<&'static str, String>> {
        Box::pin(async move {
            let key: R::Key =
                serde_json::from_str(key.get()).map_err(|_| "this is no key of the store")?;
            let _begun = self.begin(&key).await?;
            match &self.make {
                None => {
                    let forgotten = self.store.forget_failure(&key).await;
                    forgotten.map_err(|error| error.to_string())?;
                    Ok("it is made when it is met next")
                }
                Some(make) => make(key).await.map(|()| "it is made"),
            }
        })
    }
}
