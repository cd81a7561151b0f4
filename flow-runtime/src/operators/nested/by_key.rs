//! `by_key`: a chain with a state of its own for every key.
//!
//! The chain is built once; every key that is seen has a copy of it. The flow
//! asks for the copy of an item's key and carries the item through it, and
//! through all that follows where it comes out.

use std::collections::HashMap;
use std::vec;

use foldhash::fast::RandomState;

use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::parts::distinct::Distinct;
use crate::ty::{Fits, Ty, When, apart::Apart};

/// Passes every item through the chain of its key, which is what `f` gives of
/// it: `by_key(f) { chain }`.
///
/// What leaves the chains leaves here, as it is. At the end of input what they
/// hold follows, key by key, in the order in which the keys were first seen.
///
/// With `capacity = n` there are at most `n` keys: before another one comes, the
/// one not seen for longest is flushed and forgotten. With `idle = d` a key is
/// flushed and forgotten when it was not seen for `d`. A key that is seen again
/// begins anew.
///
/// Functions in the chain are copied for every key, so they are `Clone`.
#[inline]
pub fn by_key<T, U, A, K: Distinct + Apart<T, F, A>, F: FnMut(&T) -> K + Fits<M>, S, M, N>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    f: F,
    chain: S,
    copy: fn(&S) -> S,
) -> (When<A, ByKey<K, F, S>>, Ty<U, M>) {
    (ByKey::new(f, chain, copy), Ty::of_mode())
}

/// Implemented by what keeps a chain for every key.
pub trait Keyed<T>: Chains {
    /// The chain of an item's key.
    fn state(&mut self, item: &T) -> &mut Self::Chain;
}

/// Chains that end.
pub trait Chains {
    /// A chain.
    type Chain;

    /// The next chain to be flushed at the end of input.
    fn end(&mut self) -> Option<&mut Self::Chain>;
}

/// The chain of an item's key.
#[inline]
pub fn state<'k, T, X: Keyed<T>>(keys: &'k mut X, item: &T) -> &'k mut X::Chain {
    keys.state(item)
}

/// The next chain to be flushed at the end of input.
pub fn end<X: Chains>(keys: &mut X) -> Option<&mut X::Chain> {
    keys.end()
}

/// The chains of all keys.
pub struct ByKey<K, F, S> {
    key: F,
    /// The chain as it was built.
    chain: S,
    /// Gives a copy of it. A pointer: the type of a closure names that of the chain twice, so
    /// those of chains within chains would grow by powers.
    copy: fn(&S) -> S,
    /// Says where each key's chain is.
    places: HashMap<K, usize, RandomState>,
    /// The chains, in the order in which the keys were first seen.
    chains: Vec<S>,
    /// The chains that are flushed, at the end of input.
    ending: vec::IntoIter<S>,
    /// The chain that is being flushed.
    last: Option<S>,
}

impl<K, F, S> ByKey<K, F, S> {
    #[inline]
    pub(super) fn new(key: F, chain: S, copy: fn(&S) -> S) -> Self {
        Self {
            key,
            chain,
            copy,
            places: HashMap::default(),
            chains: Vec::new(),
            ending: Vec::new().into_iter(),
            last: None,
        }
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S> Keyed<T> for ByKey<K, F, S> {
    #[inline]
    fn state(&mut self, item: &T) -> &mut S {
        let key = (self.key)(item);
        let place = *self.places.entry(key).or_insert(self.chains.len());
        if place == self.chains.len() {
            self.chains.push((self.copy)(&self.chain));
        }
        &mut self.chains[place]
    }
}

impl<K, F, S> Chains for ByKey<K, F, S> {
    type Chain = S;

    fn end(&mut self) -> Option<&mut S> {
        if self.ending.len() == 0 {
            self.places.clear();
            self.ending = std::mem::take(&mut self.chains).into_iter();
        }
        self.last = self.ending.next();
        self.last.as_mut()
    }
}

impl<K, F: Clone, S> Fresh for ByKey<K, F, S> {
    fn fresh(&self) -> Self {
        let chain = (self.copy)(&self.chain);
        Self::new(self.key.clone(), chain, self.copy)
    }
}

impl<K: Clone, F: Clone, S: Clone> Twin for ByKey<K, F, S> {
    fn twin(&self) -> Self {
        Self {
            key: self.key.clone(),
            chain: self.chain.clone(),
            copy: self.copy,
            places: self.places.clone(),
            chains: self.chains.clone(),
            ending: self.ending.clone(),
            last: self.last.clone(),
        }
    }
}
