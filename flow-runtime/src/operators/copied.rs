//! Constructors for chains that are copied: those that are given a function.
//!
//! An ordinary constructor hides the function it is given, so that rustc blames
//! one that does not fit once, and not again where it is called. These hide it
//! as well, but not that it can be copied; which they demand of it, for every
//! key or for every worker. What each does is said where the ordinary one is.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::batch::Batch;
use super::by_key::{ByKey, Keyed};
use super::by_key_recent::{ByKeyRecent, Turns};
use super::distinct::Distinct;
use super::fresh::{Fits, Fresh};
use super::group_by::GroupBy;
use super::inline_batch::InlineBatch;
use super::partition_by::PartitionBy;
use super::partition_unique::{Keep, PartitionUnique};
use super::pool::{Heap, Inline};
use super::take::TakeWhile;
use super::then::{self, Retried, Timed};
use super::unique::Recent;
use super::via::{Pass, Via};
use super::window_by::WindowBy;
use crate::{BoxError, Error, attempts::Attempts, operator::Operator, ty::Ty};

/// [`map`](super::map::map).
#[inline]
pub fn map<M, T, U, F: FnMut(T) -> U + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (impl FnMut(T) -> U + Clone, Ty<U>) {
    (f, Ty::new())
}

/// [`inspect`](super::map::inspect).
#[inline]
pub fn inspect<M, T, F: FnMut(&T) + Fits<M>>(_: M, _: Ty<T>, f: F) -> impl FnMut(&T) + Clone {
    f
}

/// [`filter`](super::filter::filter).
#[inline]
pub fn filter<M, T, P: FnMut(&T) -> bool + Fits<M>>(
    _: M,
    _: Ty<T>,
    p: P,
) -> impl FnMut(&T) -> bool + Clone {
    p
}

/// [`filter_map`](super::filter::filter_map).
#[inline]
pub fn filter_map<M, T, U, F: FnMut(T) -> Option<U> + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (impl FnMut(T) -> Option<U> + Clone, Ty<U>) {
    (f, Ty::new())
}

/// [`flat_map`](super::flat_map::flat_map).
#[inline]
pub fn flat_map<M, T, I: IntoIterator, F: FnMut(T) -> I + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (impl FnMut(T) -> I + Clone, Ty<I::Item>) {
    (f, Ty::new())
}

/// [`accumulate`](super::accumulate::accumulate).
#[inline]
pub fn accumulate<M, T, S: Fits<M>, U, F: FnMut(&mut S, T) -> U + Fits<M>>(
    _: M,
    _: Ty<T>,
    init: S,
    mut f: F,
) -> (impl FnMut(T) -> U + Clone, Ty<U>) {
    let mut state = init;
    (move |item| f(&mut state, item), Ty::new())
}

/// [`skip_while`](super::skip::skip_while).
#[inline]
pub fn skip_while<M, T, P: FnMut(&T) -> bool + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut p: P,
) -> impl FnMut(&T) -> bool + Clone {
    let mut skips = true;
    move |item: &T| {
        skips = skips && p(item);
        !skips
    }
}

/// [`take_while`](super::take::take_while).
#[inline]
pub fn take_while<M, T, P: FnMut(&T) -> bool + Fits<M>>(
    _: M,
    _: Ty<T>,
    p: P,
) -> TakeWhile<impl FnMut(&T) -> bool + Clone> {
    TakeWhile::new(p)
}

/// [`unique_by`](super::unique::unique_by).
#[inline]
pub fn unique_by<M, T, K: Distinct + Clone, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut f: F,
) -> impl FnMut(&T) -> bool + Clone {
    let mut seen = HashSet::with_hasher(RandomState::default());
    move |item: &T| seen.insert(f(item))
}

/// [`unique_by_recent`](super::unique::unique_by_recent).
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn unique_by_recent<M, T, K: Distinct + Clone, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut f: F,
    capacity: usize,
) -> impl FnMut(&T) -> bool + Clone {
    let mut seen = Recent::new(capacity);
    move |item: &T| seen.is_new(f(item))
}

/// [`then`](then::then).
#[inline]
pub fn then<M, T, U, F: AsyncFnMut(T) -> U + Fits<M>>(_: M, _: Ty<T>, f: F) -> (F, Ty<U>) {
    (f, Ty::new())
}

/// [`then_timeout`](then::then_timeout).
#[inline]
pub fn then_timeout<M, T, U, E, Fut, F>(
    _: M,
    item: Ty<T>,
    f: F,
    attempts: Attempts,
) -> (Timed<F>, Ty<Result<U, Error>>)
where
    F: FnMut(T) -> Fut + Fits<M>,
    Fut: Future<Output = Result<U, E>>,
    E: Into<BoxError>,
{
    then::then_timeout(item, f, attempts)
}

/// [`then_retry`](then::then_retry).
#[inline]
pub fn then_retry<M, T, U, E, Fut, F>(
    _: M,
    item: Ty<T>,
    f: F,
    attempts: Attempts,
) -> (Retried<F>, Ty<Result<U, Error>>)
where
    T: Clone,
    F: FnMut(T) -> Fut + Fits<M>,
    Fut: Future<Output = Result<U, E>>,
    E: Into<BoxError>,
{
    then::then_retry(item, f, attempts)
}

/// [`via`](super::via::via).
#[inline]
pub fn via<M, T, O: Operator<T> + Fits<M>>(
    _: M,
    _: Ty<T>,
    operator: O,
) -> (impl Pass<T, Out = O::Out> + Clone, Ty<O::Out>) {
    (Via::new(operator), Ty::new())
}

/// [`partition_by`](super::partition_by::partition_by).
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn partition_by<M, T, K: Distinct, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    n: usize,
    f: F,
) -> (PartitionBy<T, K, impl FnMut(&T) -> K + Clone>, Ty<Batch<T>>) {
    assert!(n > 0, "`partition(n)`: `n` must be at least 1");
    (PartitionBy::new(Heap::new(n), f), Ty::new())
}

/// [`partition_by_inline`](super::partition_by::partition_by_inline).
#[inline]
pub fn partition_by_inline<T, const N: usize, K: Distinct, F: FnMut(&T) -> K + Fits<M>, M>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (
    PartitionBy<T, K, impl FnMut(&T) -> K + Clone, Inline<N>>,
    Ty<InlineBatch<T, N>>,
) {
    (PartitionBy::new(Inline::new(), f), Ty::new())
}

/// [`partition_unique_by`](super::partition_unique::partition_unique_by).
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn partition_unique_by<M, T, K: Distinct, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    n: usize,
    f: F,
    keep: Keep,
) -> (
    PartitionUnique<T, K, impl FnMut(&T) -> K + Clone>,
    Ty<Batch<T>>,
) {
    assert!(n > 0, "`partition_unique(n)`: `n` must be at least 1");
    (PartitionUnique::new(Heap::new(n), f, keep), Ty::new())
}

/// [`partition_unique_by_inline`](super::partition_unique::partition_unique_by_inline).
#[inline]
pub fn partition_unique_by_inline<
    T,
    const N: usize,
    K: Distinct,
    F: FnMut(&T) -> K + Fits<M>,
    M,
>(
    _: M,
    _: Ty<T>,
    f: F,
    keep: Keep,
) -> (
    PartitionUnique<T, K, impl FnMut(&T) -> K + Clone, Inline<N>>,
    Ty<InlineBatch<T, N>>,
) {
    (PartitionUnique::new(Inline::new(), f, keep), Ty::new())
}

/// [`group_by`](super::group_by::group_by).
#[inline]
pub fn group_by<M, T, K: PartialEq, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (
    GroupBy<T, K, impl FnMut(&T) -> K + Clone>,
    Ty<(K, Batch<T>)>,
) {
    (GroupBy::new(f), Ty::new())
}

/// [`window_by`](super::window_by::window_by).
#[inline]
pub fn window_by<M, T: Clone, K: Ord, I: IntoIterator<Item = K>, F: FnMut(&T) -> I + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (
    WindowBy<T, K, impl FnMut(&T) -> I + Clone>,
    Ty<(K, Batch<T>)>,
) {
    (WindowBy::new(f), Ty::new())
}

/// [`by_key`](super::by_key::by_key).
#[inline]
pub fn by_key<M, T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C, O>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    chain: S,
    copy: C,
    out: O,
) -> (impl Keyed<T, Chain = S, Out = O> + Fresh, Ty<U>)
where
    C: Fn(&S) -> S + Clone,
    O: Default,
{
    (ByKey::new(f, chain, copy, out), Ty::new())
}

/// [`by_key_recent`](super::by_key_recent::by_key_recent).
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_recent<M, T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C, O>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    capacity: usize,
    chain: S,
    copy: C,
    out: O,
) -> (impl Turns<T, Item = T, Chain = S, Out = O> + Fresh, Ty<U>)
where
    C: Fn(&S) -> S + Clone,
    O: Default,
{
    (ByKeyRecent::new(f, capacity, chain, copy, out), Ty::new())
}
