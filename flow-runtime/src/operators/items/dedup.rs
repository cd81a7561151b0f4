//! `dedup`: without repeats of the item just before.

use crate::ty::apart::Apart;
use crate::ty::{Fits, Ty, When};

/// Lets pass each item that differs from the one just before it.
///
/// `by = f` compares what `f` gives of an item.
#[inline]
pub fn dedup<T: Kept, M>(_: Ty<T, M>) -> impl FnMut(&T) -> bool + Clone {
    let mut before: Option<T> = None;
    move |item: &T| {
        let differs = before.as_ref() != Some(item);
        if differs {
            // Keeps the memory of the one before, where that has any.
            match &mut before {
                Some(before) => before.clone_from(item),
                None => before = Some(item.clone()),
            }
        }
        differs
    }
}

/// An item that is kept, to be compared with the next.
///
/// One bound for the two, so that a type which is neither is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is compared with the item before it and is not `Clone + PartialEq`",
    label = "these cannot be kept and compared",
    note = "derive both, or say what is compared: `dedup(by = f)`",
    note = "a type parameter can where it is `Clone + PartialEq`"
)]
pub trait Kept: Clone + PartialEq {}

#[diagnostic::do_not_recommend]
impl<T: Clone + PartialEq> Kept for T {}

/// Lets pass each item whose key differs from that of the one just before it.
#[inline]
pub fn dedup_by<T, A, K: PartialEq + Apart<T, F, A> + Fits<M>, F: FnMut(&T) -> K + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, DedupBy<K, F>> {
    DedupBy { before: None, f }
}

/// The key of the item before, and what gives the next.
#[derive(Clone)]
pub struct DedupBy<K, F> {
    before: Option<K>,
    f: F,
}

impl<K, F> DedupBy<K, F> {
    /// Returns whether an item passes.
    #[inline]
    pub fn admit<T>(&mut self, item: &T) -> bool
    where
        K: PartialEq, // asked here, so that rustc blames it where the constructor does, once
        F: FnMut(&T) -> K,
    {
        is_new(&mut self.before, (self.f)(item))
    }
}

/// Returns whether a key differs from the one before, whose place it takes.
#[inline]
fn is_new<K: PartialEq>(before: &mut Option<K>, key: K) -> bool {
    let differs = before.as_ref() != Some(&key);
    if differs {
        *before = Some(key);
    }
    differs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(items: &[i32], passes: impl FnMut(&i32) -> bool) -> Vec<i32> {
        items.iter().copied().filter(passes).collect()
    }

    #[test]
    fn repeats_are_left_out_and_returns_are_not() {
        let items = [1, 1, 2, 2, 2, 1, 3, 3];
        assert_eq!(kept(&items, dedup(Ty::new())), [1, 2, 1, 3]);
        assert!(kept(&[], dedup(Ty::new())).is_empty());
    }

    #[test]
    fn a_key_decides() {
        let items = [1, 3, 2, 4, 5];
        let mut dedup = dedup_by(Ty::<i32>::new(), |x| x % 2);
        assert_eq!(kept(&items, |x| dedup.admit(x)), [1, 2, 5]);
    }

    #[test]
    fn what_equals_nothing_always_passes() {
        let mut passes = dedup(Ty::new());
        assert!(passes(&f64::NAN) && passes(&f64::NAN));
        assert!(passes(&1.0) && !passes(&1.0));
    }
}
