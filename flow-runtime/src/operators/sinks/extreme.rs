//! `min` and `max`: the least and the greatest item.

use std::cmp::Ordering;

use super::rank::{By, ByOrder, Natural, Order, Ordered, Rank, Ranked};
use crate::ty::{Ty, When, apart::Apart};

/// Gives the least item, of equal ones the first. `None` where there was none.
///
/// `by = f` compares what `f` gives of an item, `order = c` compares by `c`.
#[inline]
#[must_use]
pub fn min<T: Ranked, M>(_: Ty<T, M>) -> Extreme<T, impl Rank<T, Key = ()>, ()> {
    Extreme::new(Natural, Ordering::Less)
}

/// [`min`] with `by`.
#[inline]
pub fn min_by<T, A, K: Ranked + Apart<T, F, A>, F: FnMut(&T) -> K, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, Extreme<T, impl Rank<T, Key = K>, K>> {
    Extreme::new(By(f), Ordering::Less)
}

/// [`min`] with `order`.
#[inline]
pub fn min_order<T, V, C, M>(
    _: Ty<T, M>,
    order: C,
) -> When<V, Extreme<T, impl Rank<T, Key = ()>, ()>>
where
    V: Ordered,
    C: FnMut(&T, &T) -> V,
{
    Extreme::new(Order(order), Ordering::Less)
}

/// [`min`] with `by` and `order`.
#[inline]
pub fn min_by_order<T, A, K, V, F, C, M>(
    _: Ty<T, M>,
    by: F,
    order: C,
) -> When<A, When<V, Extreme<T, impl Rank<T, Key = K>, K>>>
where
    K: Apart<T, F, A>,
    F: FnMut(&T) -> K,
    V: Ordered,
    C: FnMut(&K, &K) -> V,
{
    Extreme::new(ByOrder { by, order }, Ordering::Less)
}

/// Gives the greatest item, of equal ones the last. `None` where there was none.
///
/// `by = f` compares what `f` gives of an item, `order = c` compares by `c`.
#[inline]
#[must_use]
pub fn max<T: Ranked, M>(_: Ty<T, M>) -> Extreme<T, impl Rank<T, Key = ()>, ()> {
    Extreme::new(Natural, Ordering::Greater)
}

/// [`max`] with `by`.
#[inline]
pub fn max_by<T, A, K: Ranked + Apart<T, F, A>, F: FnMut(&T) -> K, M>(
    _: Ty<T, M>,
    f: F,
) -> When<A, Extreme<T, impl Rank<T, Key = K>, K>> {
    Extreme::new(By(f), Ordering::Greater)
}

/// [`max`] with `order`.
#[inline]
pub fn max_order<T, V, C, M>(
    _: Ty<T, M>,
    order: C,
) -> When<V, Extreme<T, impl Rank<T, Key = ()>, ()>>
where
    V: Ordered,
    C: FnMut(&T, &T) -> V,
{
    Extreme::new(Order(order), Ordering::Greater)
}

/// [`max`] with `by` and `order`.
#[inline]
pub fn max_by_order<T, A, K, V, F, C, M>(
    _: Ty<T, M>,
    by: F,
    order: C,
) -> When<A, When<V, Extreme<T, impl Rank<T, Key = K>, K>>>
where
    K: Apart<T, F, A>,
    F: FnMut(&T) -> K,
    V: Ordered,
    C: FnMut(&K, &K) -> V,
{
    Extreme::new(ByOrder { by, order }, Ordering::Greater)
}

/// The least or the greatest item so far.
pub struct Extreme<T, R, K> {
    rank: R,
    /// Says how an item compares to the one held when it takes its place. The greatest
    /// gives way to its equal as well, as `Iterator::max` has it.
    wanted: Ordering,
    held: Option<(K, T)>,
}

impl<T, R: Rank<T>> Extreme<T, R, R::Key> {
    #[inline]
    fn new(rank: R, wanted: Ordering) -> Self {
        let held = None;
        Self { rank, wanted, held }
    }

    /// Keeps the item, or the one held.
    #[inline]
    pub fn push(&mut self, item: T) {
        let key = self.rank.key(&item);
        if let Some((held_key, held)) = &self.held {
            let compared = self.rank.compare((&key, &item), (held_key, held));
            let yields = self.wanted == Ordering::Greater && compared == Ordering::Equal;
            if compared != self.wanted && !yields {
                return;
            }
        }
        self.held = Some((key, item));
    }

    /// The item kept.
    #[inline]
    #[must_use]
    pub fn finish(self) -> Option<T> {
        self.held.map(|(_, item)| item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tagged = (u8, char);

    const ITEMS: [Tagged; 4] = [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];

    fn tag<R: Rank<Tagged>>(mut extreme: Extreme<Tagged, R, R::Key>) -> char {
        for item in ITEMS {
            extreme.push(item);
        }
        extreme.finish().unwrap().1
    }

    #[test]
    fn ties_are_broken_as_iterators_break_them() {
        let by = |item: &Tagged| item.0;
        let order = |a: &Tagged, b: &Tagged| a.0.cmp(&b.0);
        assert_eq!(tag(min_by(Ty::new(), by)), 'b');
        assert_eq!(tag(max_by(Ty::new(), by)), 'c');
        assert_eq!(tag(min_order(Ty::new(), order)), 'b');
        assert_eq!(tag(max_order(Ty::new(), order)), 'c');
        let least = ITEMS.into_iter().min_by_key(by).unwrap();
        let greatest = ITEMS.into_iter().max_by_key(by).unwrap();
        assert_eq!((least.1, greatest.1), ('b', 'c'));
    }

    #[test]
    fn a_key_is_asked_for_once_an_item() {
        let mut asked = 0;
        let count = |item: &Tagged| {
            asked += 1;
            f64::from(item.0)
        };
        let greatest = max_by_order(Ty::new(), count, f64::total_cmp);
        assert_eq!((tag(greatest), asked), ('c', 4));
        let least = min_by_order(Ty::new(), |item: &Tagged| f64::from(item.0), f64::total_cmp);
        assert_eq!(tag(least), 'b');
    }

    #[test]
    fn the_items_themselves_are_compared() {
        assert_eq!(tag(min(Ty::new())), 'b');
        assert_eq!(tag(max(Ty::new())), 'c');
        assert_eq!(min(Ty::<u8>::new()).finish(), None);
    }
}
