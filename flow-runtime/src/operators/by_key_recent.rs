//! `by_key` of a bounded number of keys, or of keys that are forgotten after a
//! while.

use std::collections::VecDeque;
use std::num::NonZeroUsize;

use foldhash::fast::RandomState;
use lru::LruCache;

use super::by_key::Chains;
use super::distinct::Distinct;
use super::fresh::Fresh;
use super::twin::Twin;
use crate::ty::{Fits, Ty, When};

/// [`by_key`](super::by_key::by_key) with `capacity = n`: the chain of the key
/// not seen for longest is flushed to make room for another.
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn by_key_recent<T, U, K: Distinct, F: FnMut(&T) -> K + Fits<M>, S, C: Fn(&S) -> S, M, N>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    f: F,
    capacity: usize,
    chain: S,
    copy: C,
) -> (When<K, ByKeyRecent<T, K, F, S, C>>, Ty<U, M>) {
    (ByKeyRecent::new(f, capacity, chain, copy), Ty::of_mode())
}

/// Implemented by what keeps chains for some keys, and forgets others. What goes in is an item,
/// or what happens to a key.
pub trait Turns<In>: Chains {
    /// The type of what goes through a chain.
    type Item;

    /// Takes what goes in. What is to be done then, [`turn`](Self::turn) says.
    fn enter(&mut self, into: In);

    /// The next thing to do, until there is none.
    fn turn(&mut self) -> Option<Turn<'_, Self::Item, Self::Chain>>;
}

/// Takes what goes in.
#[inline]
pub fn enter<In, X: Turns<In>>(keys: &mut X, into: In) {
    keys.enter(into);
}

/// The next thing to do, until there is none.
#[inline]
pub fn turn<In, X: Turns<In>>(keys: &mut X) -> Option<Turn<'_, X::Item, X::Chain>> {
    keys.turn()
}

/// The next step of a key's chain, which is lent.
pub enum Turn<'a, T, S> {
    /// An item goes through it.
    Item(&'a mut S, T),
    /// It is flushed, and forgotten.
    End(&'a mut S),
}

/// The chains of the keys that are remembered.
pub struct ByKeyRecent<T, K, F, S, C> {
    key: F,
    capacity: Option<NonZeroUsize>,
    /// The chain as it was built.
    chain: S,
    /// Gives a copy of it.
    copy: C,
    /// The chains, each with its place in the order of first sight.
    chains: LruCache<K, (u64, S), RandomState>,
    /// Says how many keys were seen for the first time.
    seen: u64,
    /// The item that is to go through the chain seen last.
    item: Option<T>,
    /// The chains that are to be flushed.
    ending: VecDeque<S>,
    /// The chain that is being flushed.
    last: Option<S>,
}

impl<T, K: Distinct, F, S, C: Fn(&S) -> S> ByKeyRecent<T, K, F, S, C> {
    #[track_caller]
    pub(super) fn new(key: F, capacity: usize, chain: S, copy: C) -> Self {
        let capacity =
            NonZeroUsize::new(capacity).expect("`by_key(capacity = n)`: `n` must be at least 1");
        Self::with(key, Some(capacity), chain, copy)
    }

    /// With a capacity or without.
    pub(super) fn with(key: F, capacity: Option<NonZeroUsize>, chain: S, copy: C) -> Self {
        // Takes room as keys come: a capacity is often a generous bound.
        let mut chains = LruCache::unbounded_with_hasher(RandomState::default());
        if let Some(capacity) = capacity {
            chains.resize(capacity);
        }
        Self {
            key,
            capacity,
            chain,
            copy,
            chains,
            seen: 0,
            item: None,
            ending: VecDeque::new(),
            last: None,
        }
    }

    /// Takes an item of a key.
    #[inline]
    pub(super) fn enter_under(&mut self, key: K, item: T) {
        if self.chains.get(&key).is_none() {
            self.seen += 1;
            let chain = (self.seen, (self.copy)(&self.chain));
            let forgotten = self.chains.push(key, chain);
            self.ending.extend(forgotten.map(|(_, (_, chain))| chain));
        }
        self.item = Some(item);
    }

    /// Lets the chain of a key be flushed, where there is one.
    pub(super) fn forget(&mut self, key: &K) {
        self.ending
            .extend(self.chains.pop(key).map(|(_, chain)| chain));
    }

    /// The next thing to do, until there is none.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Turn<'_, T, S>> {
        if !self.ending.is_empty() {
            self.last = self.ending.pop_front();
            return Some(Turn::End(self.last.as_mut()?));
        }
        let item = self.item.take()?;
        let (_, (_, chain)) = self.chains.iter_mut().next()?;
        Some(Turn::Item(chain, item))
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S> Turns<T> for ByKeyRecent<T, K, F, S, C> {
    type Item = T;

    #[inline]
    fn enter(&mut self, item: T) {
        let key = (self.key)(&item);
        self.enter_under(key, item);
    }

    #[inline]
    fn turn(&mut self) -> Option<Turn<'_, T, S>> {
        self.next()
    }
}

impl<T, K: Distinct, F, S, C> Chains for ByKeyRecent<T, K, F, S, C> {
    type Chain = S;

    fn end(&mut self) -> Option<&mut S> {
        if self.ending.is_empty() {
            let mut chains: Vec<(u64, S)> = Vec::with_capacity(self.chains.len());
            while let Some((_, chain)) = self.chains.pop_lru() {
                chains.push(chain);
            }
            chains.sort_unstable_by_key(|(seen, _)| *seen);
            self.ending
                .extend(chains.into_iter().map(|(_, chain)| chain));
        }
        self.last = self.ending.pop_front();
        self.last.as_mut()
    }
}

impl<T, K: Distinct, F: Clone, S, C: Fn(&S) -> S + Clone> Fresh for ByKeyRecent<T, K, F, S, C> {
    fn fresh(&self) -> Self {
        let (key, copy) = (self.key.clone(), self.copy.clone());
        let chain = copy(&self.chain);
        Self::with(key, self.capacity, chain, copy)
    }
}

impl<T, K, F, S, C> Twin for ByKeyRecent<T, K, F, S, C>
where
    T: Clone,
    K: Distinct + Clone,
    F: Clone,
    S: Clone,
    C: Fn(&S) -> S + Clone,
{
    fn twin(&self) -> Self {
        let (key, copy) = (self.key.clone(), self.copy.clone());
        let chain = self.chain.clone();
        let mut twin = Self::with(key, self.capacity, chain, copy);
        // A clone of the cache itself would take room for all of the capacity.
        for (key, chain) in self.chains.iter().rev() {
            twin.chains.put(key.clone(), chain.clone());
        }
        twin.seen = self.seen;
        twin.item.clone_from(&self.item);
        twin.ending.clone_from(&self.ending);
        twin.last.clone_from(&self.last);
        twin
    }
}
