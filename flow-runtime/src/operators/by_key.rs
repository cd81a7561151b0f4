//! `by_key`: a chain with a state of its own for every key.
//!
//! The chain is built once; every key that is seen has a copy of it. The flow
//! asks for the copy of an item's key, carries the item through it, and goes on
//! with what came out.

use std::collections::HashMap;
use std::vec;

use foldhash::fast::RandomState;

use super::distinct::Distinct;
use super::fresh::Fresh;
use super::twin::Twin;
use crate::flow::outbox::Outbox;
use crate::ty::{Ty, When};

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
pub fn by_key<T, U, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S, O>(
    _: Ty<T>,
    _: Ty<U>,
    f: F,
    chain: S,
    copy: C,
    out: O,
) -> (When<K, impl Keyed<T, Chain = S, Out = O>>, Ty<U>) {
    (ByKey::new(f, chain, copy, out), Ty::new())
}

/// What keeps a chain for every key.
// Constructors give it as an opaque type, so that rustc blames a key that is
// none where it is given, and only there.
pub trait Keyed<T>: Chains {
    /// The chain of an item's key, and where what comes out of it goes.
    fn state(&mut self, item: &T) -> (&mut Self::Chain, &mut Self::Out);
}

/// Chains, and what came out of them.
pub trait Chains {
    /// A chain.
    type Chain;

    /// Where what comes out of a chain goes.
    type Out;

    /// What came out.
    fn out(&mut self) -> &mut Self::Out;

    /// The next chain to be flushed at the end of input, and where what comes
    /// out of it goes.
    fn end(&mut self) -> Option<(&mut Self::Chain, &mut Self::Out)>;
}

/// The chain of an item's key, and where what comes out of it goes.
#[inline]
pub fn state<'k, T, X: Keyed<T>>(keys: &'k mut X, item: &T) -> (&'k mut X::Chain, &'k mut X::Out) {
    keys.state(item)
}

/// What came out of a chain and was not taken.
#[inline]
pub fn left<U, X: Chains<Out: Outbox<U>>>(keys: &mut X) -> Option<U> {
    keys.out().pop()
}

/// The next chain to be flushed at the end of input.
pub fn end<X: Chains>(keys: &mut X) -> Option<(&mut X::Chain, &mut X::Out)> {
    keys.end()
}

/// The chains of all keys.
pub struct ByKey<K, F, S, C, O> {
    key: F,
    /// The chain as it was built.
    chain: S,
    /// Gives a copy of it.
    copy: C,
    /// Where each key's chain is.
    places: HashMap<K, usize, RandomState>,
    /// The chains, in the order in which the keys were first seen.
    chains: Vec<S>,
    /// The chains that are flushed, at the end of input.
    ending: vec::IntoIter<S>,
    /// The chain that is being flushed.
    last: Option<S>,
    /// What came out of a chain and was not taken.
    out: O,
}

impl<K, F, S, C, O> ByKey<K, F, S, C, O> {
    #[inline]
    pub(super) fn new(key: F, chain: S, copy: C, out: O) -> Self {
        Self {
            key,
            chain,
            copy,
            places: HashMap::default(),
            chains: Vec::new(),
            ending: Vec::new().into_iter(),
            last: None,
            out,
        }
    }
}

impl<T, K: Distinct, F: FnMut(&T) -> K, S, C: Fn(&S) -> S, O> Keyed<T> for ByKey<K, F, S, C, O> {
    #[inline]
    fn state(&mut self, item: &T) -> (&mut S, &mut O) {
        let key = (self.key)(item);
        let place = *self.places.entry(key).or_insert(self.chains.len());
        if place == self.chains.len() {
            self.chains.push((self.copy)(&self.chain));
        }
        (&mut self.chains[place], &mut self.out)
    }
}

impl<K, F, S, C, O> Chains for ByKey<K, F, S, C, O> {
    type Chain = S;
    type Out = O;

    #[inline]
    fn out(&mut self) -> &mut O {
        &mut self.out
    }

    fn end(&mut self) -> Option<(&mut S, &mut O)> {
        if self.ending.len() == 0 {
            self.places.clear();
            self.ending = std::mem::take(&mut self.chains).into_iter();
        }
        self.last = self.ending.next();
        Some((self.last.as_mut()?, &mut self.out))
    }
}

impl<K, F: Clone, S, C: Fn(&S) -> S + Clone, O: Default> Fresh for ByKey<K, F, S, C, O> {
    fn fresh(&self) -> Self {
        let chain = (self.copy)(&self.chain);
        Self::new(self.key.clone(), chain, self.copy.clone(), O::default())
    }
}

impl<K: Clone, F: Clone, S: Clone, C: Clone, O: Clone> Twin for ByKey<K, F, S, C, O> {
    fn twin(&self) -> Self {
        Self {
            key: self.key.clone(),
            chain: self.chain.clone(),
            copy: self.copy.clone(),
            places: self.places.clone(),
            chains: self.chains.clone(),
            ending: self.ending.clone(),
            last: self.last.clone(),
            out: self.out.clone(),
        }
    }
}
