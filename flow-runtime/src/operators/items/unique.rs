//! `unique`: the first sight of every item or key.
//!
//! Without a capacity all keys are remembered. With one, the `n` most recently
//! seen: a sighting refreshes, and the one not seen for longest is forgotten.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use foldhash::fast::RandomState;

use crate::operators::parts::distinct::{Distinct, Remembered};
use crate::operators::parts::recent::Recent;
use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// Lets pass each item that was not seen before.
///
/// `by = f` compares what `f` gives of an item; `capacity = n` remembers only
/// the `n` most recently seen, and a sighting refreshes.
#[inline]
pub fn unique<T: Remembered, M>(_: Ty<T, M>) -> impl FnMut(&T) -> bool + Clone {
    let mut seen = HashSet::with_hasher(RandomState::default());
    move |item: &T| !seen.contains(item) && seen.insert(item.clone())
}

/// Lets pass each item whose key was not seen before.
#[inline]
pub fn unique_by<T, A, K: Distinct + Apart<T, F, A> + Fits<M>, F: FnMut(&T) -> K + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, UniqueBy<HashSet<K, RandomState>, F>> {
    let seen = HashSet::with_hasher(RandomState::default());
    UniqueBy { seen, f }
}

/// Lets pass each item that is not among the `capacity` most recently seen.
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn unique_recent<T: Remembered, M>(
    _: Ty<T, M>,
    capacity: usize,
) -> impl FnMut(&T) -> bool + Clone {
    let mut seen = Recent::of(Some(at_least_one(capacity)));
    move |item: &T| match seen.see(item) {
        Ok(()) => false,
        Err(unseen) => {
            seen.add(unseen, item.clone(), ());
            true
        }
    }
}

/// Lets pass each item whose key is not among the `capacity` most recently seen.
///
/// # Panics
///
/// Where `capacity` is 0.
#[inline]
#[track_caller]
pub fn unique_by_recent<
    T,
    A,
    K: Distinct + Apart<T, F, A> + Fits<M>,
    F: FnMut(&T) -> K + Fits<M>,
    M,
>(
    _: Ty<T, M>,
    f: F,
    capacity: usize,
) -> When<A, UniqueBy<Recent<K, ()>, F>> {
    let seen = Recent::of(Some(at_least_one(capacity)));
    UniqueBy { seen, f }
}

#[track_caller]
fn at_least_one(capacity: usize) -> NonZeroUsize {
    NonZeroUsize::new(capacity).expect("`unique(capacity = n)`: `n` must be at least 1")
}

/// The keys that were seen, and what gives the next.
#[derive(Clone)]
pub struct UniqueBy<S, F> {
    seen: S,
    f: F,
}

impl<S, F> UniqueBy<S, F> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        S: Seen,
        F: FnMut(&T) -> S::Key,
    {
        self.seen.is_new((self.f)(item))
    }
}

/// A memory of keys.
pub trait Seen {
    /// The type of a key.
    type Key;

    /// Returns whether a key is not remembered; from now on it is.
    fn is_new(&mut self, key: Self::Key) -> bool;
}

impl<K: Distinct> Seen for HashSet<K, RandomState> {
    type Key = K;

    #[inline]
    fn is_new(&mut self, key: K) -> bool {
        self.insert(key)
    }
}

impl<K: Distinct> Seen for Recent<K, ()> {
    type Key = K;

    #[inline]
    fn is_new(&mut self, key: K) -> bool {
        match self.see(&key) {
            Ok(()) => false,
            Err(unseen) => {
                self.add(unseen, key, ());
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(items: &[i32], passes: impl FnMut(&i32) -> bool) -> Vec<i32> {
        items.iter().copied().filter(passes).collect()
    }

    #[test]
    fn only_the_first_sight_passes() {
        assert_eq!(kept(&[1, 2, 1, 3, 2], unique(Ty::new())), [1, 2, 3]);
        assert!(kept(&[], unique(Ty::new())).is_empty());
    }

    #[test]
    fn a_key_decides() {
        let mut unique = unique_by(Ty::<i32>::new(), |x| x % 2);
        assert_eq!(kept(&[1, 3, 2, 4], |x| unique.admit(x)), [1, 2]);
    }

    #[test]
    fn a_capacity_forgets_what_was_not_seen_for_longest() {
        let passes = unique_recent(Ty::new(), 1);
        assert_eq!(kept(&[1, 1, 2, 2, 2, 1, 3], passes), [1, 2, 1, 3]);
        let mut unique = unique_by_recent(Ty::<i32>::new(), |x| x % 2, 1);
        assert_eq!(kept(&[1, 2, 4, 6, 3], |x| unique.admit(x)), [1, 2, 3]);
    }

    #[test]
    fn a_sighting_refreshes() {
        // The second 1 keeps it, so that 3 pushes out 2.
        let items = [1, 2, 1, 3, 1, 2];
        assert_eq!(kept(&items, unique_recent(Ty::new(), 2)), [1, 2, 3, 2]);
        let mut unique = unique_by_recent(Ty::<i32>::new(), |x| *x, 2);
        assert_eq!(kept(&items, |x| unique.admit(x)), [1, 2, 3, 2]);
    }

    #[test]
    fn a_generous_capacity_takes_no_room_in_advance() {
        assert_eq!(kept(&[1, 1], unique_recent(Ty::new(), usize::MAX)), [1]);
    }

    #[test]
    #[should_panic(expected = "`unique(capacity = n)`: `n` must be at least 1")]
    fn a_capacity_of_zero_panics() {
        let _ = unique_recent(Ty::<i32>::new(), 0);
    }
}
