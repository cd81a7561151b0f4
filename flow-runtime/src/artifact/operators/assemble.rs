//! `assemble(&store, f, key = k)`: records of which each needs the one before.
//!
//! A record is stored with the digest of the one that it was made of. So where a run
//! that made everything anew behind a hole was interrupted, the next one sees that the
//! record that comes then was made of another.

use std::marker::PhantomData;

use tokio::sync::Mutex;

use super::ensure::failed_to;
use crate::artifact::derive::check_key;
use crate::artifact::{Ensured, Extant, Outcome, describe, events};
use crate::copies::fresh::Fresh;
use crate::error::cause::{Boxes, Erases, Failing};
use crate::record::recorded::{KeyOf, Recorded};
use crate::store::{Known, Link};
use crate::ty::{Ty, When};
use crate::{Error, ErrorKind, Store};

/// The fate of records behind a missing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holes {
    /// They are made anew: they were made of another.
    Anew,
    /// They stay.
    Fill,
    /// The missing one is an error.
    Error,
}

/// Makes records of which each needs the one before.
pub struct Assemble<R: Extant, T, F, K, X = Boxes> {
    store: Store<R>,
    f: F,
    key: K,
    /// Converts the function's error into the library's.
    erases: X,
    holes: Holes,
    state: Mutex<State<R>>,
    item: PhantomData<fn(T)>,
}

struct State<R: Extant> {
    /// The key of the greatest item that came.
    newest: Option<R::Key>,
    /// The record that the next one is made of.
    last: Option<Last<R>>,
    /// One was missing.
    anew: bool,
    /// There is nothing behind the first that was missing.
    is_last: bool,
}

/// A record; read only when it is needed.
struct Last<R: Extant> {
    key: R::Key,
    record: Option<R>,
    digest: Option<u64>,
}

impl<R: Extant> State<R> {
    fn new() -> Mutex<Self> {
        Mutex::new(Self {
            newest: None,
            last: None,
            anew: false,
            is_last: false,
        })
    }
}

/// The operator `assemble(&store, f, key = k)`.
#[must_use]
pub fn assemble<T, R, P, F, E, K, M>(
    _: Ty<T, M>,
    store: &Store<R>,
    f: F,
    key: K,
    holes: Holes,
) -> (
    When<P, When<E, Assemble<R, T, F, K>>>,
    Ty<Result<Ensured<KeyOf<R, P>>, Error>, M>,
    Ty<E, M>,
)
where
    R: Recorded<P>,
    F: AsyncFn(T, Option<&R>) -> Result<R, E>,
    K: Fn(&T) -> KeyOf<R, P>,
{
    let assemble = Assemble {
        store: store.clone(),
        f,
        key,
        erases: Boxes,
        holes,
        state: State::new(),
        item: PhantomData,
    };
    (assemble, Ty::of_mode(), Ty::of_mode())
}

impl<R: Extant, T, F, K, X> Failing<X> for Assemble<R, T, F, K> {
    type By = Assemble<R, T, F, K, X>;

    fn failing(self, erases: X) -> Self::By {
        Assemble {
            store: self.store,
            f: self.f,
            key: self.key,
            erases,
            holes: self.holes,
            state: self.state,
            item: PhantomData,
        }
    }
}

impl<R: Extant, T, F: Clone, K: Clone, X: Clone> Fresh for Assemble<R, T, F, K, X> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            f: self.f.clone(),
            key: self.key.clone(),
            erases: self.erases.clone(),
            holes: self.holes,
            state: State::new(),
            item: PhantomData,
        }
    }
}

impl<R, T, F, E, K, X> Assemble<R, T, F, K, X>
where
    R: Extant,
    F: AsyncFn(T, Option<&R>) -> Result<R, E>,
    X: Erases<E>,
    K: Fn(&T) -> R::Key,
{
    /// Makes the record of one item durable, unless it is.
    ///
    /// # Errors
    ///
    /// The function's or the store's, with the key; of kind [`ErrorKind::Unsorted`] where
    /// the item is not greater than the one before, [`ErrorKind::Key`] where its record
    /// has another key, and [`ErrorKind::Missing`] where it is missing before others,
    /// and `holes = error`.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the record is stored or is not; the next run sees which.
    pub async fn run(&self, item: T) -> Result<Ensured<R::Key>, Error> {
        let key = (self.key)(&item);
        let mut state = self.state.lock().await;
        if let Some(newest) = state.newest.as_ref().filter(|newest| key <= **newest) {
            return Err(unsorted::<R>(newest, &key));
        }
        state.newest = Some(key.clone());
        let outcome = self.outcome(&mut state, &key, item).await?;
        if outcome != Outcome::Absent {
            events::ensured(R::KIND, &key);
        }
        Ok(Ensured::new(key, outcome))
    }

    async fn outcome(&self, state: &mut State<R>, key: &R::Key, item: T) -> Result<Outcome, Error> {
        if let Some(outcome) = self.settle(state, key).await? {
            return Ok(outcome);
        }
        let turn = self.store.turn(key).await?;
        if let Some(outcome) = self.settle(state, key).await? {
            return Ok(outcome);
        }
        if self.holes == Holes::Error && !state.is_last {
            let behind = self.store.page(Some(key), 1).await;
            let behind = behind.map_err(|error| failed_to::<R>("look behind", key, error))?;
            if let Some(behind) = behind.first() {
                return Err(hole::<R>(key, behind));
            }
            state.is_last = true;
        }
        state.anew = true;
        let writable = self.store.check_writable();
        writable.map_err(|error| failed_to::<R>("store", key, error))?;
        let after = self.link(state).await?;
        self.read(state).await?;
        let last = state.last.as_ref().and_then(|last| last.record.as_ref());
        events::deriving(R::KIND, key);
        let made = turn.make((self.f)(item, last)).await;
        let checked = made
            .map_err(|error| {
                let message = format!("cannot derive `{}` {}", R::KIND, describe(key));
                Error::with_source(ErrorKind::Derive, message, X::erase(error))
            })
            .and_then(|record| check_key(key, &record).map(|()| record));
        let record = checked.inspect_err(|error| events::failed(R::KIND, key, error))?;
        events::derived(R::KIND, key);
        let put = self.store.put_linked(&record, &after).await;
        let digest = put.map_err(|error| failed_to::<R>("store", key, error))?;
        state.last = Some(Last {
            key: key.clone(),
            record: Some(record),
            digest: Some(digest),
        });
        Ok(Outcome::Derived)
    }

    /// Returns what is to be said of a key where nothing has to be made.
    async fn settle(&self, state: &mut State<R>, key: &R::Key) -> Result<Option<Outcome>, Error> {
        let known = self.store.look_up_linked(key).await;
        let (known, after) = known.map_err(|error| failed_to::<R>("look up", key, error))?;
        match known {
            Known::Missing => return Ok(None),
            Known::Absent { .. } => return Ok(Some(Outcome::Absent)),
            Known::Extant { .. } => {}
        }
        if self.holes == Holes::Anew {
            if state.anew {
                return Ok(None);
            }
            // Another run may have been interrupted behind the record before.
            if let Some(after) = after
                && self.is_old(state, &after).await?
            {
                return Ok(None);
            }
        }
        state.last = Some(Last {
            key: key.clone(),
            record: None,
            digest: None,
        });
        Ok(Some(Outcome::Extant))
    }

    /// Returns whether a record was made of another than the last one, which came to be
    /// since. One whose own predecessor is no longer among the items is not.
    async fn is_old(&self, state: &mut State<R>, after: &Link<R::Key>) -> Result<bool, Error> {
        let Some(last) = &state.last else {
            return Ok(false);
        };
        Ok(match after {
            Some((key, _)) if *key > last.key => false,
            Some((key, _)) if *key == last.key => self.link(state).await? != *after,
            _ => true,
        })
    }

    /// Returns what is kept beside a record that is made of the last one.
    async fn link(&self, state: &mut State<R>) -> Result<Link<R::Key>, Error> {
        let Some(last) = &mut state.last else {
            return Ok(None);
        };
        if last.digest.is_none() {
            let digest = self.store.digest(&last.key).await;
            last.digest = digest.map_err(|error| failed_to::<R>("read", &last.key, error))?;
        }
        Ok(last.digest.map(|digest| (last.key.clone(), digest)))
    }

    /// Reads the last record, where that was not done.
    async fn read(&self, state: &mut State<R>) -> Result<(), Error> {
        let Some(last) = state.last.as_mut().filter(|last| last.record.is_none()) else {
            return Ok(());
        };
        let record = self.store.get(&last.key).await;
        let record = record.map_err(|error| failed_to::<R>("read", &last.key, error))?;
        let Some(record) = record else {
            let message = format!(
                "`{}` {}, which the next is made of, was removed",
                R::KIND,
                describe(&last.key)
            );
            return Err(Error::new(ErrorKind::Missing, message));
        };
        last.record = Some(record);
        Ok(())
    }
}

fn unsorted<R: Extant>(newest: &R::Key, key: &R::Key) -> Error {
    let (newest, key) = (describe(newest), describe(key));
    let message = format!(
        "`{}` {key} came behind {newest}: items have to be sorted by key, each key once",
        R::KIND
    );
    Error::new(ErrorKind::Unsorted, message)
}

fn hole<R: Extant>(key: &R::Key, behind: &R::Key) -> Error {
    let (name, behind) = (describe(key), describe(behind));
    let message = format!(
        "`{}` {name} is missing, and {behind} behind it is stored",
        R::KIND
    );
    let error = Error::new(ErrorKind::Missing, message);
    events::failed(R::KIND, key, &error);
    error
}
