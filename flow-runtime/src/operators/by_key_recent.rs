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
use crate::ty::{Ty, When};

/// [`by_key`](super::by_key::by_key) with `capacity = n`: the chain of the key
/// not seen for longest is flushed to make room for another.
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn by_key_recent<T, U, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S, O>(
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    capacity: usize,
    chain: S,
    copy: C,
    out: O,
) -> (When<K, impl Turns<T, Item = T, Chain = S, Out = O>>, Ty<U>) {
    (ByKeyRecent::new(f, capacity, chain, copy, out), Ty::new())
}

/// What keeps chains for some keys, and forgets others. What goes in is an item,
/// or what happens to a key.
pub trait Turns<In>: Chains {
    /// What goes through a chain.
    type Item;

    /// Takes what goes in. What is to be done then, [`turn`](Self::turn) says.
    fn enter(&mut self, into: In);

    /// The next thing to do, until there is none.
    fn turn(&mut self) -> Option<Turn<'_, Self::Item, Self::Chain, Self::Out>>;
}

/// Takes what goes in.
#[inline]
pub fn enter<In, X: Turns<In>>(keys: &mut X, into: In) {
    keys.enter(into);
}

/// The next thing to do, until there is none.
#[inline]
pub fn turn<In, X: Turns<In>>(keys: &mut X) -> Option<Turn<'_, X::Item, X::Chain, X::Out>> {
    keys.turn()
}

/// What is to be done next with the chain of a key, which is lent together with
/// the place for what comes out of it.
pub enum Turn<'a, T, S, O> {
    /// An item goes through it.
    Item(&'a mut S, &'a mut O, T),
    /// It is flushed, and forgotten.
    End(&'a mut S, &'a mut O),
}

/// The chains of the keys that are remembered.
pub struct ByKeyRecent<T, K, F, S, C, O> {
    key: F,
    capacity: Option<NonZeroUsize>,
    /// The chain as it was built.
    chain: S,
    /// Gives a copy of it.
    copy: C,
    /// The chains, each with its place in the order of first sight.
    chains: LruCache<K, (u64, S), RandomState>,
    /// How many keys were seen for the first time.
    seen: u64,
    /// The item that is to go through the chain seen last.
    item: Option<T>,
    /// The chains that are to be flushed.
    ending: VecDeque<S>,
    /// The chain that is being flushed.
    last: Option<S>,
    /// What came out of a chain and was not taken.
    out: O,
}

impl<T, K: Distinct, F, S, C: Fn(&S) -> S, O> ByKeyRecent<T, K, F, S, C, O> {
    #[track_caller]
    pub(super) fn new(key: F, capacity: usize, chain: S, copy: C, out: O) -> Self {
        let capacity =
            NonZeroUsize::new(capacity).expect("`by_key(capacity = n)`: `n` must be at least 1");
        Self::with(key, Some(capacity), chain, copy, out)
    }

    /// With a capacity or without.
    pub(super) fn with(key: F, capacity: Option<NonZeroUsize>, chain: S, copy: C, out: O) -> Self {
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
            out,
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
    pub(super) fn next(&mut self) -> Option<Turn<'_, T, S, O>> {
        if !self.ending.is_empty() {
            self.last = self.ending.pop_front();
            return Some(Turn::End(self.last.as_mut()?, &mut self.out));
        }
        let item = self.item.take()?;
        let (_, (_, chain)) = self.chains.iter_mut().next()?;
        Some(Turn::Item(chain, &mut self.out, item))
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S, O> Turns<T>
    for ByKeyRecent<T, K, F, S, C, O>
{
    type Item = T;

    #[inline]
    fn enter(&mut self, item: T) {
        let key = (self.key)(&item);
        self.enter_under(key, item);
    }

    #[inline]
    fn turn(&mut self) -> Option<Turn<'_, T, S, O>> {
        self.next()
    }
}

impl<T, K: Distinct, F, S, C, O> Chains for ByKeyRecent<T, K, F, S, C, O> {
    type Chain = S;
    type Out = O;

    #[inline]
    fn out(&mut self) -> &mut O {
        &mut self.out
    }

    fn end(&mut self) -> Option<(&mut S, &mut O)> {
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
        Some((self.last.as_mut()?, &mut self.out))
    }
}

impl<T, K: Distinct, F: Clone, S, C: Fn(&S) -> S + Clone, O: Default> Fresh
    for ByKeyRecent<T, K, F, S, C, O>
{
    fn fresh(&self) -> Self {
        let (key, copy) = (self.key.clone(), self.copy.clone());
        let chain = copy(&self.chain);
        Self::with(key, self.capacity, chain, copy, O::default())
    }
}

impl<T, K, F, S, C, O> Twin for ByKeyRecent<T, K, F, S, C, O>
where
    T: Clone,
    K: Distinct + Clone,
    F: Clone,
    S: Clone,
    C: Fn(&S) -> S + Clone,
    O: Clone,
{
    fn twin(&self) -> Self {
        let (key, copy) = (self.key.clone(), self.copy.clone());
        let (chain, out) = (self.chain.clone(), self.out.clone());
        let mut twin = Self::with(key, self.capacity, chain, copy, out);
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
