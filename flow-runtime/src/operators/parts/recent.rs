//! States of keys, of which the one not seen for longest is forgotten first.
//!
//! Three rules say when: never, beyond a number of keys ([`Recent::of`]), and after a time
//! without a sight ([`idle`]). The entries lie side by side in one vector and are linked in
//! the order of their last sights, so that a key that takes the place of another allocates
//! nothing.

use std::borrow::Borrow;
use std::hash::BuildHasher;
use std::mem;
use std::num::NonZeroUsize;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::distinct::Distinct;

pub(in crate::operators) mod idle;
#[cfg(test)]
mod tests;

/// The states of the keys that are remembered.
#[derive(Clone)]
pub struct Recent<K, V> {
    /// The places of the keys, by their hashes.
    index: HashTable<usize>,
    entries: Vec<Entry<K, V>>,
    /// The place of the key seen last; [`NONE`] where there is no key. The one not seen for
    /// longest is the next of it: the order of sights is a ring.
    newest: usize,
    capacity: Option<NonZeroUsize>,
    /// The number of keys seen for the first time.
    seen: u64,
    hasher: RandomState,
}

/// A key, its state and its place in the order of last sights.
#[derive(Clone)]
struct Entry<K, V> {
    key: K,
    state: V,
    /// The hash of the key: the index grows without hashing again.
    hash: u64,
    /// Its place in the order of first sights.
    number: u64,
    /// The place of the key seen before it; of the oldest, the newest.
    older: usize,
    /// The place of the key seen after it; of the newest, the oldest.
    newer: usize,
}

/// No place.
const NONE: usize = usize::MAX;

/// A key that is not remembered: its hash, to [add](Recent::add) it.
pub(in crate::operators) struct Unseen(u64);

impl<K, V> Recent<K, V> {
    /// Forgets none by itself.
    pub(in crate::operators) fn new() -> Self {
        Self::of(None)
    }

    /// Remembers at most `capacity` keys. Room is taken as keys come: a capacity is often a
    /// generous bound.
    pub(in crate::operators) fn of(capacity: Option<NonZeroUsize>) -> Self {
        Self {
            index: HashTable::new(),
            entries: Vec::new(),
            newest: NONE,
            capacity,
            seen: 0,
            hasher: RandomState::default(),
        }
    }

    /// Returns the most keys that are remembered.
    pub(in crate::operators) fn capacity(&self) -> Option<NonZeroUsize> {
        self.capacity
    }

    /// Returns whether no key is remembered.
    #[inline]
    pub(in crate::operators) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The state of the key seen last.
    #[inline]
    pub(in crate::operators) fn newest(&mut self) -> Option<&mut V> {
        let entry = self.entries.get_mut(self.newest)?;
        Some(&mut entry.state)
    }

    /// The state of the key not seen for longest.
    #[inline]
    pub(in crate::operators) fn oldest(&self) -> Option<&V> {
        let newest = self.entries.get(self.newest)?;
        Some(&self.entries[newest.newer].state)
    }

    /// Forgets the key not seen for longest.
    #[inline]
    pub(in crate::operators) fn forget_oldest(&mut self) -> Option<(K, V)> {
        let newest = self.entries.get(self.newest)?;
        Some(self.remove(newest.newer))
    }

    /// Forgets all keys, and gives them in the order of their first sights.
    pub(in crate::operators) fn drain(&mut self) -> impl Iterator<Item = (K, V)> + use<K, V> {
        self.index.clear();
        self.newest = NONE;
        let mut entries = mem::take(&mut self.entries);
        entries.sort_unstable_by_key(|entry| entry.number);
        entries.into_iter().map(|entry| (entry.key, entry.state))
    }

    /// Forgets all keys.
    pub(in crate::operators) fn clear(&mut self) {
        self.index.clear();
        self.entries.clear();
        self.newest = NONE;
    }

    /// Adds a key that was not found, and returns its state and the key forgotten for it.
    pub(in crate::operators) fn add(
        &mut self,
        unseen: Unseen,
        key: K,
        state: V,
    ) -> (&mut V, Option<(K, V)>) {
        let Unseen(hash) = unseen;
        self.seen += 1;
        let is_full = |capacity: NonZeroUsize| self.entries.len() >= capacity.get();
        let (place, forgotten) = if self.capacity.is_some_and(is_full) {
            // The oldest becomes the newest, and with that another key.
            let place = self.entries[self.newest].newer;
            self.unindex(place);
            let entry = &mut self.entries[place];
            (entry.hash, entry.number) = (hash, self.seen);
            let key = mem::replace(&mut entry.key, key);
            let state = mem::replace(&mut entry.state, state);
            (place, Some((key, state)))
        } else {
            let place = self.entries.len();
            self.entries.push(Entry {
                key,
                state,
                hash,
                number: self.seen,
                older: place,
                newer: place,
            });
            if let Some(newest) = self.entries.get(self.newest) {
                self.link(place, self.newest, newest.newer);
            }
            (place, None)
        };
        self.newest = place;
        let entries = &self.entries;
        self.index
            .insert_unique(hash, place, |place| entries[*place].hash);
        (&mut self.entries[place].state, forgotten)
    }

    /// Takes out what is in a place; the last entry comes there.
    fn remove(&mut self, place: usize) -> (K, V) {
        self.unindex(place);
        let Entry { older, newer, .. } = self.entries[place];
        self.entries[older].newer = newer;
        self.entries[newer].older = older;
        if self.newest == place {
            self.newest = if older == place { NONE } else { older };
        }
        let last = self.entries.len() - 1;
        if place != last {
            let moved = &self.entries[last];
            let (hash, older, newer) = (moved.hash, moved.older, moved.newer);
            if let Some(found) = self.index.find_mut(hash, |found| *found == last) {
                *found = place;
            }
            self.entries[older].newer = place;
            self.entries[newer].older = place;
            if self.newest == last {
                self.newest = place;
            }
        }
        let entry = self.entries.swap_remove(place);
        (entry.key, entry.state)
    }

    /// Removes a place from the index.
    #[inline]
    fn unindex(&mut self, place: usize) {
        let hash = self.entries[place].hash;
        if let Ok(found) = self.index.find_entry(hash, |found| *found == place) {
            found.remove();
        }
    }

    /// Puts a place between two others in the order of sights.
    #[inline]
    fn link(&mut self, place: usize, older: usize, newer: usize) {
        let entry = &mut self.entries[place];
        (entry.older, entry.newer) = (older, newer);
        self.entries[older].newer = place;
        self.entries[newer].older = place;
    }

    /// Makes a place that is not the newest the newest.
    #[inline]
    fn renew(&mut self, place: usize) {
        let oldest = self.entries[self.newest].newer;
        if place != oldest {
            let Entry { older, newer, .. } = self.entries[place];
            self.entries[older].newer = newer;
            self.entries[newer].older = older;
            self.link(place, self.newest, oldest);
        }
        self.newest = place;
    }

    /// The state of a key, which is seen now.
    #[inline]
    pub(in crate::operators) fn see<Q>(&mut self, key: &Q) -> Result<&mut V, Unseen>
    where
        K: Borrow<Q>,
        Q: Distinct,
    {
        let hash = self.hasher.hash_one(key);
        let place = self.find(hash, key).ok_or(Unseen(hash))?;
        if place != self.newest {
            self.renew(place);
        }
        Ok(&mut self.entries[place].state)
    }

    /// The state of a key, which is not seen by that.
    #[inline]
    pub(in crate::operators) fn peek<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Distinct,
    {
        let place = self.find(self.hasher.hash_one(key), key)?;
        Some(&self.entries[place].state)
    }

    /// Forgets a key.
    pub(in crate::operators) fn forget<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Distinct,
    {
        let place = self.find(self.hasher.hash_one(key), key)?;
        let (_, state) = self.remove(place);
        Some(state)
    }

    #[inline]
    fn find<Q>(&self, hash: u64, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
        Q: Distinct,
    {
        let entries = &self.entries;
        let found = self
            .index
            .find(hash, |place| entries[*place].key.borrow() == key)?;
        Some(*found)
    }
}
