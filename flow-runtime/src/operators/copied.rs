//! Constructors for chains that are copied: those that are given a function.
//!
//! They demand of it that it can be copied, for every key or for every worker.
//! What each does is said where the ordinary one is.

use core::marker::PhantomData;
use std::collections::HashSet;
use std::time::Duration;

use foldhash::fast::RandomState;

use super::batch::Batch;
use super::by_key::{ByKey, Keyed};
use super::by_key_idle::{self, Event};
use super::by_key_recent::{ByKeyRecent, Turns};
use super::by_key_waiting::{ByKeyWaiting, Parts};
use super::dedup::is_new;
use super::distinct::Distinct;
use super::edge::{Fallible, Raise, RaiseInto, Raises, RaisesInto};
use super::fresh::{Fits, Fresh};
use super::function::Function;
use super::gives::{Awaited, Gives};
use super::group_by::GroupBy;
use super::inline_batch::InlineBatch;
use super::partition_by::PartitionBy;
use super::partition_timeout::PartitionByTimeout;
use super::partition_unique::{Keep, PartitionUnique};
use super::pool::{Heap, Inline};
use super::skip::Tells;
use super::take::TakeWhile;
#[cfg(doc)]
use super::then;
use super::then::Tried;
use super::timed_window::TimedWindow;
use super::unique::Recent;
use super::via::Via;
use super::via_async::ViaAsync;
use super::window_by::WindowBy;
use crate::{
    checkpoint::{holds::Chains, token::Token},
    error::Stage,
    flow::{AsyncPiece, mailbox::Inlet, outlet::Outlet},
    operator::Operator,
    region::Hold,
    ty::{Ty, When},
};

/// [`map`](super::map::map).
#[inline]
pub fn map<M, T, U, F: FnMut(T) -> U + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (impl FnMut(T) -> U + Clone, Ty<U>) {
    (f, Ty::new())
}

/// [`map`](super::map::map) of a function that may not fit. Where it does not,
/// nothing is known of the operator.
#[inline]
pub fn map_known<M, T, U, F: FnMut(T) -> U + Fits<M>>(_: M, _: Ty<T>, f: F) -> (When<U, F>, Ty<U>) {
    (f, Ty::new())
}

/// [`inspect`](super::map::inspect).
#[inline]
pub fn inspect<M, T, V, F: FnMut(&T) + FnOnce(&T) -> V + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> When<V, F> {
    f
}

/// [`filter`](super::filter::filter).
#[inline]
pub fn filter<M, T, V, P: FnMut(&T) -> bool + FnOnce(&T) -> V + Fits<M>>(
    _: M,
    _: Ty<T>,
    p: P,
) -> When<V, P> {
    p
}

/// [`filter_map`](super::filter::filter_map).
#[inline]
pub fn filter_map<M, T, U, V, F: FnMut(T) -> Option<U> + FnOnce(T) -> V + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (When<V, F>, Ty<U>) {
    (f, Ty::new())
}

/// [`flat_map`](super::flat_map::flat_map).
#[inline]
pub fn flat_map<M, T, I: IntoIterator, F: FnMut(T) -> I + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (When<I, F>, Ty<I::Item>) {
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

/// [`accumulate`](super::accumulate::accumulate) of a function that may not fit:
/// as [`map_known`].
#[inline]
pub fn accumulate_known<M, T, S: Fits<M>, U, F: FnMut(&mut S, T) -> U + Fits<M>>(
    mode: M,
    item: Ty<T>,
    init: S,
    f: F,
) -> (When<U, impl FnMut(T) -> U + Clone>, Ty<U>) {
    accumulate(mode, item, init, f)
}

/// [`skip_while`](super::skip::skip_while).
#[inline]
pub fn skip_while<M, T, V, P: FnMut(&T) -> bool + Tells<T, V> + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut p: P,
) -> When<V, impl FnMut(&T) -> bool + Clone> {
    let mut skips = true;
    move |item: &T| {
        skips = skips && p(item);
        !skips
    }
}

/// [`take_while`](super::take::take_while).
#[inline]
pub fn take_while<M, T, V, P: FnMut(&T) -> bool + FnOnce(&T) -> V + Fits<M>>(
    _: M,
    _: Ty<T>,
    p: P,
) -> When<V, TakeWhile<P>> {
    TakeWhile::new(p)
}

/// [`dedup_by`](super::dedup::dedup_by).
#[inline]
pub fn dedup_by<M, T, K: PartialEq + Clone, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut f: F,
) -> When<K, impl FnMut(&T) -> bool + Clone> {
    let mut before = None;
    move |item: &T| is_new(&mut before, f(item))
}

/// [`unique_by`](super::unique::unique_by).
#[inline]
pub fn unique_by<M, T, K: Distinct + Clone, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut f: F,
) -> When<K, impl FnMut(&T) -> bool + Clone> {
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
) -> When<K, impl FnMut(&T) -> bool + Clone> {
    let mut seen = Recent::new(capacity);
    move |item: &T| seen.is_new(f(item))
}

/// [`then`](then::then).
#[inline]
pub fn then<M, T, U, F: AsyncFnMut(T) -> U + Fits<M>>(_: M, _: Ty<T>, f: F) -> (F, Ty<U>) {
    (f, Ty::new())
}

/// [`then_known`](then::then_known).
#[inline]
pub fn then_known<M, T, U, F: AsyncFnMut(T) -> U + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (When<U, F>, Ty<U>) {
    (f, Ty::new())
}

/// [`then_closure`](then::then_closure).
#[inline]
pub fn then_closure<M, T, G, F: FnMut(T) -> G + Fits<M>>(_: M, _: Ty<T>, f: F) -> (F, Gives<G>) {
    (f, Gives(Ty::new()))
}

/// [`then_closure_shared`](then::then_closure_shared).
#[inline]
pub fn then_closure_shared<M, T, G, F: Fn(T) -> G + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (F, Gives<G>) {
    (f, Gives(Ty::new()))
}

/// [`then_shared`](then::then_shared).
#[inline]
pub fn then_shared<M, T, U, F: AsyncFn(T) -> U + Fits<M>>(_: M, _: Ty<T>, f: F) -> (F, Ty<U>) {
    (f, Ty::new())
}

/// [`then_tried`](then::then_tried).
#[inline]
pub fn then_tried<M, T, U, E, Fut, F>(_: M, _: Ty<T>, f: F) -> Tried<U, E, F>
where
    F: FnMut(T) -> Fut + Fits<M>,
    Fut: Awaited<Output = Result<U, E>>,
{
    (f, Ty::new(), Ty::new())
}

/// [`then_tried_shared`](then::then_tried_shared).
#[inline]
pub fn then_tried_shared<M, T, U, E, Fut, F>(_: M, _: Ty<T>, f: F) -> Tried<U, E, F>
where
    F: Fn(T) -> Fut + Fits<M>,
    Fut: Awaited<Output = Result<U, E>>,
{
    (f, Ty::new(), Ty::new())
}

/// [`then_async_tried`](then::then_async_tried).
#[inline]
pub fn then_async_tried<M, T, U, E, F>(_: M, _: Ty<T>, f: F) -> Tried<U, E, F>
where
    F: AsyncFnMut(T) -> Result<U, E> + Fits<M>,
{
    (f, Ty::new(), Ty::new())
}

/// [`then_async_tried_shared`](then::then_async_tried_shared).
#[inline]
pub fn then_async_tried_shared<M, T, U, E, F>(_: M, _: Ty<T>, f: F) -> Tried<U, E, F>
where
    F: AsyncFn(T) -> Result<U, E> + Fits<M>,
{
    (f, Ty::new(), Ty::new())
}

/// [`raise`](super::edge::raise).
#[inline]
pub fn raise<M, R: Fallible<Err: Raise<K>>, K>(
    _: M,
    _: K,
    _: Ty<R>,
    stage: Stage,
) -> (Raises<K>, Ty<R::Ok>) {
    (Raises(stage, PhantomData), Ty::new())
}

/// [`raise_into`](super::edge::raise_into).
#[inline]
pub fn raise_into<X, R: Fallible<Err: RaiseInto<X>>, M>(
    _: M,
    _: Ty<R>,
) -> (RaisesInto<X>, Ty<R::Ok>) {
    (RaisesInto(PhantomData), Ty::new())
}

/// [`via`](super::via::via).
#[inline]
pub fn via<M, T, U, O: Operator<T, Out = U> + Fits<M>>(
    _: M,
    _: Ty<T>,
    operator: O,
) -> (When<U, Via<O, T>>, Ty<U>) {
    (Via::new(operator), Ty::new())
}

/// [`via_async`](super::via_async::via_async).
#[inline]
pub fn via_async<M, T, U, P: AsyncPiece<T, Out = U> + Fits<M>>(
    _: M,
    _: Ty<T>,
    piece: P,
) -> (When<U, ViaAsync<T, P>>, Ty<U>) {
    (ViaAsync::new(piece), Ty::new())
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
) -> (When<K, PartitionBy<T, K, F>>, Ty<Batch<T>>) {
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
    When<K, PartitionBy<T, K, F, Inline<N>>>,
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
) -> (When<K, PartitionUnique<T, K, F>>, Ty<Batch<T>>) {
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
    When<K, PartitionUnique<T, K, F, Inline<N>>>,
    Ty<InlineBatch<T, N>>,
) {
    (PartitionUnique::new(Inline::new(), f, keep), Ty::new())
}

/// [`partition_by_timeout`](super::partition_timeout::partition_by_timeout).
///
/// # Panics
///
/// As that.
#[inline]
#[track_caller]
pub fn partition_by_timeout<M, T, K: Distinct + Clone, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    n: usize,
    f: F,
    d: Duration,
) -> (When<K, PartitionByTimeout<T, K, F, Heap<T>>>, Ty<Batch<T>>) {
    assert!(n > 0, "`partition(n)`: `n` must be at least 1");
    let partition = PartitionBy::new(Heap::new(n), f);
    (PartitionByTimeout::new(partition, d), Ty::new())
}

/// [`partition_by_timeout_inline`](super::partition_timeout::partition_by_timeout_inline).
#[inline]
pub fn partition_by_timeout_inline<
    T,
    const N: usize,
    K: Distinct + Clone,
    F: FnMut(&T) -> K + Fits<M>,
    M,
>(
    _: M,
    _: Ty<T>,
    f: F,
    d: Duration,
) -> (
    When<K, PartitionByTimeout<T, K, F, Inline<N>>>,
    Ty<InlineBatch<T, N>>,
) {
    let partition = PartitionBy::new(Inline::new(), f);
    (PartitionByTimeout::new(partition, d), Ty::new())
}

/// [`timed_window_by`](super::timed_window::timed_window_by).
///
/// # Panics
///
/// As that.
#[inline]
#[track_caller]
pub fn timed_window_by<M, T, K: Distinct, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    d: Duration,
    f: F,
    keep: Keep,
    empty: bool,
    capacity: usize,
) -> (When<K, TimedWindow<PartitionUnique<T, K, F>>>, Ty<Batch<T>>) {
    let unique = PartitionUnique::new(Heap::new(usize::MAX), f, keep);
    (TimedWindow::new(unique, d, empty, capacity), Ty::new())
}

/// [`function`](super::function::function).
#[inline]
#[must_use]
pub fn function<M, T, F: Fits<M>>(_: M, _: &F, _: Ty<T>) -> Function<T, F> {
    Function::new()
}

/// [`group_by`](super::group_by::group_by).
#[inline]
pub fn group_by<M, T, K: PartialEq, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (When<K, GroupBy<T, K, F>>, Ty<(K, Batch<T>)>) {
    (GroupBy::new(f), Ty::new())
}

/// [`window_by`](super::window_by::window_by).
#[inline]
pub fn window_by<M, T: Clone, K: Ord, I: IntoIterator<Item = K>, F: FnMut(&T) -> I + Fits<M>>(
    _: M,
    _: Ty<T>,
    f: F,
) -> (When<K, WindowBy<T, K, F>>, Ty<(K, Batch<T>)>) {
    (WindowBy::new(f), Ty::new())
}

/// [`by_key`](super::by_key::by_key).
#[inline]
pub fn by_key<M, T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    chain: S,
    copy: C,
) -> (When<K, impl Keyed<T, Chain = S> + Fresh>, Ty<U>)
where
    C: Fn(&S) -> S + Clone,
{
    (ByKey::new(f, chain, copy), Ty::new())
}

/// [`by_key_recent`](super::by_key_recent::by_key_recent).
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_recent<M, T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    capacity: usize,
    chain: S,
    copy: C,
) -> (When<K, impl Turns<T, Item = T, Chain = S> + Fresh>, Ty<U>)
where
    C: Fn(&S) -> S + Clone,
{
    (ByKeyRecent::new(f, capacity, chain, copy), Ty::new())
}

/// [`by_key`] in a piece of a flow, which is `Clone` when what it is made of is.
#[inline]
pub fn by_key_held<M, T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    chain: S,
    copy: C,
) -> (When<K, ByKey<K, F, S, C>>, Ty<U>)
where
    C: Fn(&S) -> S + Clone,
{
    (ByKey::new(f, chain, copy), Ty::new())
}

/// [`by_key_recent`] in a piece of a flow: as [`by_key_held`].
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_recent_held<M, T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    capacity: usize,
    chain: S,
    copy: C,
) -> (When<K, ByKeyRecent<T, K, F, S, C>>, Ty<U>)
where
    C: Fn(&S) -> S + Clone,
{
    (ByKeyRecent::new(f, capacity, chain, copy), Ty::new())
}

/// [`by_key_idle`](super::by_key_idle::by_key_idle).
///
/// # Panics
///
/// As that.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn by_key_idle<M, T, U, K: Distinct + Clone, F: FnMut(&T) -> K + Fits<M>, S, C>(
    _: M,
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    idle: Duration,
    capacity: Option<usize>,
    chain: S,
    copy: C,
) -> (
    When<K, impl Hold<In = T, Out = Event<T, K>> + Fresh>,
    When<K, impl Turns<Event<T, K>, Item = T, Chain = S> + Fresh>,
    Ty<U>,
)
where
    C: Fn(&S) -> S + Clone,
{
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
pub fn by_key_waiting<M, T, U, V, K, F, S, C, R, Fut>(
    _: M,
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
) -> (When<K, impl Chains<In = T, Out = V> + Fresh>, Ty<U>)
where
    K: Distinct,
    F: FnMut(&T) -> K + Fits<M>,
    C: Fn(&S) -> S + Clone,
    R: FnMut(S, Inlet<T>, Outlet<V>) -> Fut + Clone,
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

/// [`of_item`](crate::checkpoint::deputy::of_item).
#[inline]
pub fn of_item<M, T, K, F: FnMut(&T) -> K + Fits<M>>(
    _: M,
    _: Ty<T>,
    mut f: F,
) -> When<K, impl FnMut(&(T, Token)) -> K + Clone> {
    move |(item, _): &(T, Token)| f(item)
}
