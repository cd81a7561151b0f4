//! `by_key` of a bounded number of keys, or of keys that are forgotten after a
//! while.

use std::collections::VecDeque;
use std::num::NonZeroUsize;

use super::by_key::Chains;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::parts::distinct::Distinct;
use crate::operators::parts::recent::Recent;
use crate::ty::{Fits, Ty, When, apart::Apart};

/// [`by_key`](super::by_key::by_key) with `capacity = n`: the chain of the key
/// not seen for longest is flushed to make room for another.
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn by_key_recent<
    T,
    U,
    A,
    K: Distinct + Apart<T, F, A>,
    F: FnMut(&T) -> K + Fits<M>,
    S,
    M,
    N,
>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    f: F,
    capacity: usize,
    chain: S,
    copy: fn(&S) -> S,
) -> (When<A, ByKeyRecent<T, K, F, S>>, Ty<U, M>) {
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
pub struct ByKeyRecent<T, K, F, S> {
    key: F,
    /// The chain as it was built.
    chain: S,
    /// Gives a copy of it.
    copy: fn(&S) -> S,
    chains: Recent<K, S>,
    /// The item that is to go through the chain seen last.
    item: Option<T>,
    /// The chains that are to be flushed.
    ending: VecDeque<S>,
    /// The chain that is being flushed.
    last: Option<S>,
}

impl<T, K: Distinct, F, S> ByKeyRecent<T, K, F, S> {
    #[track_caller]
    pub(super) fn new(key: F, capacity: usize, chain: S, copy: fn(&S) -> S) -> Self {
        let capacity =
            NonZeroUsize::new(capacity).expect("`by_key(capacity = n)`: `n` must be at least 1");
        Self::with(key, Some(capacity), chain, copy)
    }

    /// With a capacity or without.
    pub(super) fn with(
        key: F,
        capacity: Option<NonZeroUsize>,
        chain: S,
        copy: fn(&S) -> S,
    ) -> Self {
        Self {
            key,
            chain,
            copy,
            chains: Recent::of(capacity),
            item: None,
            ending: VecDeque::new(),
            last: None,
        }
    }

    /// Takes an item of a key.
    #[inline]
    pub(super) fn enter_under(&mut self, key: K, item: T) {
        if let Err(unseen) = self.chains.see(&key) {
            let chain = (self.copy)(&self.chain);
            let (_, forgotten) = self.chains.add(unseen, key, chain);
            self.ending.extend(forgotten.map(|(_, chain)| chain));
        }
        self.item = Some(item);
    }

    /// Lets the chain of a key be flushed, where there is one.
    pub(super) fn forget(&mut self, key: &K) {
        self.ending.extend(self.chains.forget(key));
    }

    /// The next thing to do, until there is none.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Turn<'_, T, S>> {
        if !self.ending.is_empty() {
            self.last = self.ending.pop_front();
            return Some(Turn::End(self.last.as_mut()?));
        }
        let item = self.item.take()?;
        Some(Turn::Item(self.chains.newest()?, item))
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S> Turns<T> for ByKeyRecent<T, K, F, S> {
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

impl<T, K: Distinct, F, S> Chains for ByKeyRecent<T, K, F, S> {
    type Chain = S;

    fn end(&mut self) -> Option<&mut S> {
        if self.ending.is_empty() {
            self.ending
                .extend(self.chains.drain().map(|(_, chain)| chain));
        }
        self.last = self.ending.pop_front();
        self.last.as_mut()
    }
}

impl<T, K: Distinct, F: Clone, S> Fresh for ByKeyRecent<T, K, F, S> {
    fn fresh(&self) -> Self {
        let (key, copy) = (self.key.clone(), self.copy);
        let chain = copy(&self.chain);
        Self::with(key, self.chains.capacity(), chain, copy)
    }
}

impl<T: Clone, K: Clone, F: Clone, S: Clone> Twin for ByKeyRecent<T, K, F, S> {
    fn twin(&self) -> Self {
        Self {
            key: self.key.clone(),
            chain: self.chain.clone(),
            copy: self.copy,
            chains: self.chains.clone(),
            item: self.item.clone(),
            ending: self.ending.clone(),
            last: self.last.clone(),
        }
    }
}
