//! `ensure_batch(&store, f, key = k)`: batches made durable, what is missing of each by
//! one call.
//!
//! A batch takes the turns of its keys that nobody makes, and makes those together.
//! Only then does it wait for keys that somebody else makes, and it holds none while it
//! waits: two batches with keys in common never wait for each other.

mod repeats;
mod together;

use std::marker::PhantomData;
use std::sync::Arc;

use self::repeats::{again, apart};
use self::together::all;
use super::ensure::failed_to;
use super::stale::Stale;
use crate::artifact::{Ensured, Extant, Origin, Outcome, describe, events};
use crate::attempts::{Again, Attempts, Judge, Judges};
use crate::copies::fresh::Fresh;
use crate::error::cause::{Boxes, Erases, Failing};
use crate::record::recorded::{KeyOf, Recorded};
use crate::store::{Meta, Turn};
use crate::ty::{Fails, Holds, Nothing, Ty, When};
use crate::{Error, ErrorKind, Store};

/// Makes batches durable in one store.
pub struct EnsureBatch<R, T, F, K, J = Judge, X = Boxes> {
    store: Store<R>,
    f: F,
    key: K,
    attempts: Attempts<J>,
    /// Converts the function's error into the library's.
    erases: X,
    /// The options of trying a call again.
    clone: Option<fn(&T) -> T>,
    item: PhantomData<fn(T)>,
}

/// The outcome of a batch: of each item, in order of input.
type Made<K> = Vec<Result<Ensured<K>, Error>>;

/// A batch of items, with the proof `P` that it is one: see [`Holds`].
#[diagnostic::on_unimplemented(
    message = "`ensure_batch` takes batches, and this is `{Self}`",
    label = "what flows in is no batch",
    note = "let `partition(n)` gather them; `ensure` takes one at a time"
)]
pub trait Batched<T, P> {}

#[diagnostic::do_not_recommend]
impl<T, B: IntoIterator<Item = T>> Batched<T, Holds> for B {}

#[diagnostic::do_not_recommend]
impl<T, B: IntoIterator<Item = T> + Nothing> Batched<T, Fails> for B {}

/// The operator, what comes of it, and what its function fails with.
type Built<P, Q, R, T, F, E, K, J, M> = (
    When<P, When<Q, When<E, EnsureBatch<R, T, F, K, J>>>>,
    Ty<Made<KeyOf<R, Q>>, M>,
    Ty<E, M>,
);

/// The operator `ensure_batch(&store, f, key = k)`.
#[must_use]
pub fn ensure_batch<P, B: Batched<T, P>, T, R, Q, F, E, K, J, M>(
    _: Ty<B, M>,
    store: &Store<R>,
    f: F,
    key: K,
    attempts: Attempts<J>,
) -> Built<P, Q, R, T, F, E, K, J, M>
where
    R: Recorded<Q>,
    F: AsyncFn(Vec<T>) -> Result<Vec<R>, E>,
    K: Fn(&T) -> KeyOf<R, Q>,
{
    (built(store, f, key, attempts), Ty::of_mode(), Ty::of_mode())
}

fn built<R: Extant, T, F, K, J>(
    store: &Store<R>,
    f: F,
    key: K,
    attempts: Attempts<J>,
) -> EnsureBatch<R, T, F, K, J> {
    EnsureBatch {
        store: store.clone(),
        f,
        key,
        attempts,
        erases: Boxes,
        clone: None,
        item: PhantomData,
    }
}

/// The operator `ensure_batch(&store, f, key = k, retry = n)`.
#[must_use]
pub fn ensure_batch_again<P, B: Batched<T, P>, T: Again, R, Q, F, E, K, J, M>(
    _: Ty<B, M>,
    store: &Store<R>,
    f: F,
    key: K,
    attempts: Attempts<J>,
) -> Built<P, Q, R, T, F, E, K, J, M>
where
    R: Recorded<Q>,
    F: AsyncFn(Vec<T>) -> Result<Vec<R>, E>,
    K: Fn(&T) -> KeyOf<R, Q>,
{
    let mut ensure = built(store, f, key, attempts);
    ensure.clone = Some(Clone::clone);
    (ensure, Ty::of_mode(), Ty::of_mode())
}

impl<R, T, F, K, J, X> Failing<X> for EnsureBatch<R, T, F, K, J> {
    type By = EnsureBatch<R, T, F, K, J, X>;

    fn failing(self, erases: X) -> Self::By {
        EnsureBatch {
            store: self.store,
            f: self.f,
            key: self.key,
            attempts: self.attempts,
            erases,
            clone: self.clone,
            item: PhantomData,
        }
    }
}

impl<R, T, F: Clone, K: Clone, J: Clone, X: Clone> Fresh for EnsureBatch<R, T, F, K, J, X> {
    fn fresh(&self) -> Self {
        Self {
            store: self.store.clone(),
            f: self.f.clone(),
            key: self.key.clone(),
            attempts: self.attempts.clone(),
            erases: self.erases.clone(),
            clone: self.clone,
            item: PhantomData,
        }
    }
}

/// An item of a batch, by its place there.
struct Member<R: Extant, T> {
    place: usize,
    key: R::Key,
    item: T,
}

impl<R, T, F, E, K, J, X> EnsureBatch<R, T, F, K, J, X>
where
    R: Extant,
    F: AsyncFn(Vec<T>) -> Result<Vec<R>, E>,
    X: Erases<E>,
    K: Fn(&T) -> R::Key,
    J: Judges<Error>,
{
    /// Makes a batch durable.
    ///
    /// # Errors
    ///
    /// Of each item: its function's or its store's, with the key; of kind
    /// [`ErrorKind::Key`] where the function left its key out, or gave it twice.
    ///
    /// # Cancel safety
    ///
    /// Dropped, each record is stored or is not; the next run sees which. The next who
    /// waits for a key makes it.
    pub async fn run<B: IntoIterator<Item = T>>(&self, batch: B) -> Made<R::Key> {
        let mut members = Vec::new();
        for (place, item) in batch.into_iter().enumerate() {
            let key = (self.key)(&item);
            members.push(Member { place, key, item });
        }
        let mut results: Vec<_> = members.iter().map(|_| None).collect();
        let (mut members, repeats) = apart(members);
        let mut is_first = true;
        while !members.is_empty() {
            let (turns, mine, others) = self.sort(members, &mut results, !is_first).await;
            is_first = false;
            if !mine.is_empty() {
                let making = self.make(mine, &mut results);
                Turn::make_all(&turns, making).await;
            }
            members = others;
        }
        for (place, first, key) in repeats {
            results[place] = Some(again(key, &mut results[first]));
        }
        let all = results.into_iter();
        all.map(|result| result.expect("a round takes every member or leaves it"))
            .collect()
    }

    /// Sorts out what is stored, what can be made here, and what somebody else makes.
    /// `waits` says that there is nothing to do but wait for them.
    async fn sort(
        &self,
        members: Vec<Member<R, T>>,
        results: &mut [Option<Result<Ensured<R::Key>, Error>>],
        mut waits: bool,
    ) -> (Vec<Turn>, Vec<Member<R, T>>, Vec<Member<R, T>>) {
        let (mut turns, mut mine, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for member in members {
            let turn = match self.settle(&member.key).await {
                Ok(None) if std::mem::take(&mut waits) => {
                    self.store.turn(&member.key).await.map(Some)
                }
                Ok(None) => self.store.try_turn(&member.key),
                settled => {
                    results[member.place] = self.settled(&member.key, settled);
                    continue;
                }
            };
            match turn {
                // It may have been stored since it was looked up.
                Ok(Some(turn)) => match self.settle(&member.key).await {
                    Ok(None) => {
                        turns.push(turn);
                        mine.push(member);
                    }
                    settled => results[member.place] = self.settled(&member.key, settled),
                },
                Ok(None) => others.push(member),
                Err(error) => results[member.place] = Some(Err(error)),
            }
        }
        (turns, mine, others)
    }

    /// Returns what is to be said of a key where nothing has to be made.
    async fn settle(&self, key: &R::Key) -> Result<Option<Outcome>, Error> {
        let known = self.store.look_up(key).await;
        let known = known.map_err(|error| failed_to::<R>("look up", key, error))?;
        Stale::Keep.settle::<R>(key, known, Origin::default())
    }

    fn settled(
        &self,
        key: &R::Key,
        settled: Result<Option<Outcome>, Error>,
    ) -> Option<Result<Ensured<R::Key>, Error>> {
        settled.transpose().map(|outcome| {
            let outcome = outcome?;
            if outcome != Outcome::Absent {
                events::ensured(R::KIND, key);
            }
            Ok(Ensured::new(key.clone(), outcome))
        })
    }

    /// Makes what nobody else makes, and stores it.
    async fn make(
        &self,
        mine: Vec<Member<R, T>>,
        results: &mut [Option<Result<Ensured<R::Key>, Error>>],
    ) {
        let (mut keys, mut items) = (Vec::new(), Vec::new());
        for Member { place, key, item } in mine {
            keys.push((place, key));
            items.push(item);
        }
        let made = match self.store.check_writable() {
            Ok(()) => self.made(&keys, items).await,
            Err(error) => Err(error),
        };
        let records = match made {
            Ok(records) => records,
            Err(error) => {
                let (kind, error) = (error.kind(), Arc::new(error));
                for (place, key) in keys {
                    let message = format!("cannot derive `{}` {}", R::KIND, describe(&key));
                    let error = Error::with_source(kind, message, error.clone());
                    events::failed(R::KIND, &key, &error);
                    results[place] = Some(Err(error));
                }
                return;
            }
        };
        let (sorted, strangers) = Self::assign(&keys, records);
        let mut puts = Vec::new();
        for ((_, key), records) in keys.iter().zip(sorted) {
            puts.push(self.put(key, records, &strangers));
        }
        for ((place, _), put) in keys.iter().zip(all(puts).await) {
            results[*place] = Some(put);
        }
    }

    /// Calls the function, again where it may be.
    async fn made(&self, keys: &[(usize, R::Key)], items: Vec<T>) -> Result<Vec<R>, Error> {
        let mut items = Some(items);
        let call = || {
            let given = match self.clone {
                Some(clone) => items
                    .as_ref()
                    .map(|items| items.iter().map(clone).collect()),
                None => items.take(),
            };
            let given: Vec<T> = given.expect("without a clone there is one attempt");
            for (_, key) in keys {
                events::deriving(R::KIND, key);
            }
            let call = (self.f)(given);
            async move {
                call.await
                    .map_err(|error| Error::of(ErrorKind::Derive, X::erase(error)))
            }
        };
        self.attempts.run(call).await
    }

    /// Gives each key the records that have it, and the keys of those that nobody asked
    /// for.
    fn assign(keys: &[(usize, R::Key)], records: Vec<R>) -> (Vec<Vec<R>>, Vec<String>) {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by(|one, other| keys[*one].1.cmp(&keys[*other].1));
        let mut sorted: Vec<_> = keys.iter().map(|_| Vec::new()).collect();
        let mut strangers = Vec::new();
        for record in records {
            let key = record.key();
            match order.binary_search_by(|index| keys[*index].1.cmp(&key)) {
                Ok(found) => sorted[order[found]].push(record),
                Err(_) => strangers.push(describe(&key)),
            }
        }
        (sorted, strangers)
    }

    /// Stores the record of a key.
    async fn put(
        &self,
        key: &R::Key,
        records: Vec<R>,
        strangers: &[String],
    ) -> Result<Ensured<R::Key>, Error> {
        let count = records.len();
        let mut records = records.into_iter();
        let record = match (records.next(), count) {
            (Some(record), 1) => record,
            (_, count) => {
                let name = format!("`{}` {}", R::KIND, describe(key));
                let message = match (count, strangers) {
                    (0, []) => format!("{name} was asked for, and is not in what was made"),
                    (0, others) => format!(
                        "{name} was asked for, and is not in what was made, which has {} that \
                         nobody asked for",
                        others.join(", ")
                    ),
                    (count, _) => format!("{name} was asked for once, and made {count} times"),
                };
                let error = Error::new(ErrorKind::Key, message);
                events::failed(R::KIND, key, &error);
                return Err(error);
            }
        };
        events::derived(R::KIND, key);
        let put = self.store.put_with(&record, Meta::of_record(None)).await;
        put.map_err(|error| failed_to::<R>("store", key, error))?;
        events::ensured(R::KIND, key);
        Ok(Ensured::new(key.clone(), Outcome::Derived))
    }
}
