//! `top`: the `n` greatest items.

use std::cmp::Ordering;

use super::rank::{By, ByOrder, Natural, Order, Ordered, Rank, Ranked};
use crate::ty::{Ty, When, apart::Apart};

/// Gives the `n` greatest items, the greatest first, of equal ones the earlier
/// first; all of them, where there were fewer.
///
/// `by = f` compares what `f` gives of an item, `order = c` compares by `c`. Up to
/// `2 * n` items are held.
#[inline]
#[must_use]
pub fn top<T: Ranked, M>(_: Ty<T, M>, n: usize) -> Top<T, impl Rank<T, Key = ()>, ()> {
    Top::new(n, Natural)
}

/// [`top`] with `by`.
#[inline]
pub fn top_by<T, A, K: Ranked + Apart<T, F, A>, F: FnMut(&T) -> K, M>(
    _: Ty<T, M>,
    n: usize,
    f: F,
) -> When<A, Top<T, impl Rank<T, Key = K>, K>> {
    Top::new(n, By(f))
}

/// [`top`] with `order`.
#[inline]
pub fn top_order<T, V, C, M>(
    _: Ty<T, M>,
    n: usize,
    order: C,
) -> When<V, Top<T, impl Rank<T, Key = ()>, ()>>
where
    V: Ordered,
    C: FnMut(&T, &T) -> V,
{
    Top::new(n, Order(order))
}

/// [`top`] with `by` and `order`.
#[inline]
pub fn top_by_order<T, A, K, V, F, C, M>(
    _: Ty<T, M>,
    n: usize,
    by: F,
    order: C,
) -> When<A, When<V, Top<T, impl Rank<T, Key = K>, K>>>
where
    K: Apart<T, F, A>,
    F: FnMut(&T) -> K,
    V: Ordered,
    C: FnMut(&K, &K) -> V,
{
    Top::new(n, ByOrder { by, order })
}

/// The greatest items so far, and some more.
///
/// Items are gathered until there are twice as many as are wanted; then the lesser
/// half goes. So an item costs a comparison or two, whatever `n` is.
pub struct Top<T, R, K> {
    n: usize,
    rank: R,
    /// Once `n` greatest have been selected, the least of them is at `n - 1`.
    held: Vec<Held<T, K>>,
    /// Says whether they have been: what is not greater than the least of them is not
    /// among the greatest.
    selected: bool,
    /// Says how many items came.
    count: u64,
}

struct Held<T, K> {
    key: K,
    /// Its place among all items, so that of equal ones the earlier comes first.
    place: u64,
    item: T,
}

impl<T, R: Rank<T>> Top<T, R, R::Key> {
    #[inline]
    fn new(n: usize, rank: R) -> Self {
        Self {
            n,
            rank,
            held: Vec::new(),
            selected: false,
            count: 0,
        }
    }

    /// Takes one more item.
    #[inline]
    pub fn push(&mut self, item: T) {
        let key = self.rank.key(&item);
        let place = self.count;
        self.count += 1;
        if self.n == 0 {
            return;
        }
        if self.selected {
            let least = &self.held[self.n - 1];
            let compared = self.rank.compare((&key, &item), (&least.key, &least.item));
            if compared != Ordering::Greater {
                return;
            }
        }
        self.held.push(Held { key, place, item });
        if self.held.len() >= self.n.saturating_mul(2) {
            self.select();
        }
    }

    /// Leaves the `n` greatest.
    #[cold]
    fn select(&mut self) {
        let rank = &mut self.rank;
        let first = |a: &Held<T, R::Key>, b: &Held<T, R::Key>| goes_first(rank, a, b);
        self.held.select_nth_unstable_by(self.n - 1, first);
        self.held.truncate(self.n);
        self.selected = true;
    }

    /// The greatest items.
    #[must_use]
    pub fn finish(mut self) -> Vec<T> {
        let rank = &mut self.rank;
        self.held.sort_unstable_by(|a, b| goes_first(rank, a, b));
        self.held.truncate(self.n);
        self.held.into_iter().map(|held| held.item).collect()
    }
}

/// The greater first, of equal ones the earlier.
fn goes_first<T, R: Rank<T>>(rank: &mut R, a: &Held<T, R::Key>, b: &Held<T, R::Key>) -> Ordering {
    let compared = rank.compare((&b.key, &b.item), (&a.key, &a.item));
    compared.then(a.place.cmp(&b.place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T, R: Rank<T>>(mut top: Top<T, R, R::Key>, items: impl IntoIterator<Item = T>) -> Vec<T> {
        items.into_iter().for_each(|item| top.push(item));
        top.finish()
    }

    /// Numbers in no order, with repeats.
    fn numbers() -> impl Iterator<Item = (u64, usize)> {
        let next = |x: &u64| Some(x.wrapping_mul(6364136223846793005).wrapping_add(1442695));
        let all = std::iter::successors(Some(1), next).map(|x| (x >> 33) % 50);
        all.take(1000).zip(0..)
    }

    #[test]
    fn they_are_what_a_sort_puts_first() {
        let mut sorted: Vec<_> = numbers().collect();
        sorted.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        for n in [1, 2, 3, 10, 64, 999, 1000, 1001, usize::MAX] {
            let given = of(
                top_by(Ty::new(), n, |pair: &(u64, usize)| pair.0),
                numbers(),
            );
            assert_eq!(given, sorted[..n.min(1000)], "n = {n}");
        }
    }

    #[test]
    fn an_order_may_be_said() {
        let items = [0.5, f64::NAN, -1.0, 2.0];
        assert_eq!(of(top_order(Ty::new(), 2, f64::total_cmp), items)[1], 2.0);
        let by = top_by_order(Ty::new(), 1, |x: &f64| -x, f64::total_cmp);
        assert_eq!(of(by, [0.5, -1.0, 2.0]), [-1.0]);
        assert_eq!(of(top(Ty::new(), 2), [1, 3, 2]), [3, 2]);
    }

    #[test]
    fn none_is_asked_for_and_none_is_given() {
        assert!(of(top(Ty::new(), 0), [1, 2]).is_empty());
        assert!(of(top(Ty::<u8>::new(), 3), []).is_empty());
    }
}
