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
use crate::flow::outbox::Outbox;
use crate::ty::Ty;

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
) -> (ByKey<K, impl FnMut(&T) -> K, S, C, O>, Ty<U>) {
    (ByKey::new(f, chain, copy, out), Ty::new())
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

    /// What came out of a chain.
    #[inline]
    pub fn left<U>(&mut self) -> Option<U>
    where
        O: Outbox<U>,
    {
        self.out.pop()
    }

    /// The next chain to be flushed at the end of input, and where what comes
    /// out of it goes.
    pub fn end(&mut self) -> Option<(&mut S, &mut O)> {
        if self.ending.len() == 0 {
            self.places.clear();
            self.ending = std::mem::take(&mut self.chains).into_iter();
        }
        self.last = self.ending.next();
        Some((self.last.as_mut()?, &mut self.out))
    }
}

impl<K: Distinct, F, S, C: Fn(&S) -> S, O> ByKey<K, F, S, C, O> {
    /// The chain of an item's key, and where what comes out of it goes.
    #[inline]
    pub fn state<T>(&mut self, item: &T) -> (&mut S, &mut O)
    where
        F: FnMut(&T) -> K,
    {
        let key = (self.key)(item);
        let place = *self.places.entry(key).or_insert(self.chains.len());
        if place == self.chains.len() {
            self.chains.push((self.copy)(&self.chain));
        }
        (&mut self.chains[place], &mut self.out)
    }
}

impl<K, F: Clone, S, C: Fn(&S) -> S + Clone, O: Default> Fresh for ByKey<K, F, S, C, O> {
    fn fresh(&self) -> Self {
        let chain = (self.copy)(&self.chain);
        Self::new(self.key.clone(), chain, self.copy.clone(), O::default())
    }
}
