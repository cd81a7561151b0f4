//! Constructors for pieces of flows.
//!
//! A piece is `Clone` when what is in it is, so what they give is not hidden, and is
//! `Clone` when what it is made of is. What each does is said where the ordinary one is.

use std::collections::HashSet;
use std::time::Duration;

use foldhash::fast::RandomState;

use super::by_key::ByKey;
use super::by_key_idle::{self, ByKeyIdle, Idle};
use super::by_key_recent::ByKeyRecent;
use super::by_key_waiting::{ByKeyWaiting, Parts};
use super::dedup::is_new;
use super::distinct::Distinct;
use super::skip::Tells;
use super::unique::Recent;
use super::via_async::ViaAsync;
use crate::flow::{AsyncPiece, mailbox::Inlet, outlet::Outlet};
use crate::ty::{Ty, When};

/// [`map`](super::map::map).
#[inline]
pub fn map<T, U, F: FnMut(T) -> U>(_: Ty<T>, f: F) -> (F, Ty<U>) {
    (f, Ty::new())
}

/// [`map`](super::map::map) of a function that may not fit. Where it does not,
/// nothing is known of the operator.
#[inline]
pub fn map_known<T, U, F: FnMut(T) -> U>(_: Ty<T>, f: F) -> (When<U, F>, Ty<U>) {
    (f, Ty::new())
}

/// A state, and what changes it.
#[derive(Clone)]
pub struct Accumulate<S, F> {
    state: S,
    f: F,
}

impl<S, F> Accumulate<S, F> {
    /// Gives what the function makes of the state and an item.
    #[inline]
    pub fn call<T, U>(&mut self, item: T) -> U
    where
        F: FnMut(&mut S, T) -> U,
    {
        (self.f)(&mut self.state, item)
    }
}

/// [`accumulate`](super::accumulate::accumulate).
#[inline]
pub fn accumulate<T, S, U, F: FnMut(&mut S, T) -> U>(
    _: Ty<T>,
    init: S,
    f: F,
) -> (Accumulate<S, F>, Ty<U>) {
    (Accumulate { state: init, f }, Ty::new())
}

/// [`accumulate`](super::accumulate::accumulate) of a function that may not fit: as
/// [`map_known`].
#[inline]
pub fn accumulate_known<T, S, U, F: FnMut(&mut S, T) -> U>(
    _: Ty<T>,
    init: S,
    f: F,
) -> (When<U, Accumulate<S, F>>, Ty<U>) {
    (Accumulate { state: init, f }, Ty::new())
}

/// `skip_while` in a piece: it still skips, or no more.
#[derive(Clone)]
pub struct SkipWhile<P> {
    p: P,
    skips: bool,
}

impl<P> SkipWhile<P> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        P: FnMut(&T) -> bool,
    {
        self.skips = self.skips && (self.p)(item);
        !self.skips
    }
}

/// [`skip_while`](super::skip::skip_while).
#[inline]
pub fn skip_while<T, V, P: FnMut(&T) -> bool + Tells<T, V>>(
    _: Ty<T>,
    p: P,
) -> When<V, SkipWhile<P>> {
    SkipWhile { p, skips: true }
}

/// The key of the item before.
#[derive(Clone)]
pub struct DedupBy<K, F> {
    before: Option<K>,
    f: F,
}

impl<K: PartialEq, F> DedupBy<K, F> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        F: FnMut(&T) -> K,
    {
        is_new(&mut self.before, (self.f)(item))
    }
}

/// [`dedup_by`](super::dedup::dedup_by).
#[inline]
pub fn dedup_by<T, K: PartialEq, F: FnMut(&T) -> K>(_: Ty<T>, f: F) -> When<K, DedupBy<K, F>> {
    DedupBy { before: None, f }
}

/// The keys that were seen.
#[derive(Clone)]
pub struct UniqueBy<S, F> {
    seen: S,
    f: F,
}

impl<K: Distinct, F> UniqueBy<HashSet<K, RandomState>, F> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        F: FnMut(&T) -> K,
    {
        self.seen.insert((self.f)(item))
    }
}

impl<K: Distinct, F> UniqueBy<Recent<K>, F> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        F: FnMut(&T) -> K,
    {
        self.seen.is_new((self.f)(item))
    }
}

/// [`unique_by`](super::unique::unique_by).
#[inline]
pub fn unique_by<T, K: Distinct, F: FnMut(&T) -> K>(
    _: Ty<T>,
    f: F,
) -> When<K, UniqueBy<HashSet<K, RandomState>, F>> {
    let seen = HashSet::with_hasher(RandomState::default());
    UniqueBy { seen, f }
}

/// [`unique_by_recent`](super::unique::unique_by_recent).
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn unique_by_recent<T, K: Distinct, F: FnMut(&T) -> K>(
    _: Ty<T>,
    f: F,
    capacity: usize,
) -> When<K, UniqueBy<Recent<K>, F>> {
    let seen = Recent::new(capacity);
    UniqueBy { seen, f }
}

/// [`by_key`](super::by_key::by_key).
#[inline]
pub fn by_key<T, U, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S>(
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    chain: S,
    copy: C,
) -> (When<K, ByKey<K, F, S, C>>, Ty<U>) {
    (ByKey::new(f, chain, copy), Ty::new())
}

/// [`by_key_recent`](super::by_key_recent::by_key_recent).
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn by_key_recent<T, U, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S>(
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    capacity: usize,
    chain: S,
    copy: C,
) -> (When<K, ByKeyRecent<T, K, F, S, C>>, Ty<U>) {
    (ByKeyRecent::new(f, capacity, chain, copy), Ty::new())
}

/// [`by_key_idle`](by_key_idle::by_key_idle).
///
/// # Panics
///
/// As that.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_idle<T, U, K: Distinct + Clone, F: FnMut(&T) -> K, S, C: Fn(&S) -> S>(
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    idle: Duration,
    capacity: Option<usize>,
    chain: S,
    copy: C,
) -> (
    When<K, Idle<T, K, F>>,
    When<K, ByKeyIdle<T, K, S, C>>,
    Ty<U>,
) {
    let (hold, keys) = by_key_idle::parts(f, idle, capacity, chain, copy);
    (hold, keys, Ty::new())
}

/// [`by_key_waiting`](super::by_key_waiting::by_key_waiting).
///
/// # Panics
///
/// As that.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_waiting<T, U, V, K, F, S, C, R, Fut>(
    _: Ty<T>,
    _: Ty<U>,
    _: Ty<V>,
    f: F,
    idle: Option<Duration>,
    capacity: Option<usize>,
    chain: S,
    copy: C,
    run: R,
    holds: bool,
) -> (When<K, ByKeyWaiting<T, V, K, F, S, C, R, Fut>>, Ty<U>)
where
    K: Distinct,
    F: FnMut(&T) -> K,
    C: Fn(&S) -> S,
    R: FnMut(S, Inlet<T>, Outlet<V>) -> Fut,
    Fut: Future<Output = ()>,
{
    let parts = Parts {
        key: f,
        chain,
        copy,
        run,
        holds,
    };
    (ByKeyWaiting::new(parts, idle, capacity), Ty::new())
}

/// [`via_async`](super::via_async::via_async).
#[inline]
pub fn via_async<T, U, P: AsyncPiece<T, Out = U>>(
    _: Ty<T>,
    piece: P,
) -> (When<U, ViaAsync<T, P>>, Ty<U>) {
    (ViaAsync::new(piece), Ty::new())
}
