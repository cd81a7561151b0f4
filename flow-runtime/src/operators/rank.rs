//! The order that `min`, `max` and `top` go by: that of the items, of what a
//! function gives of them, or one that a function says.

use std::cmp::Ordering;

/// Items that have an order of their own.
#[diagnostic::on_unimplemented(
    message = "items of type `{Self}` have no total order",
    label = "which of two `{Self}` is greater is not always known",
    note = "say it: `order = f64::total_cmp` compares two items, `by = f` compares what `f` gives of each"
)]
pub trait Ranked: Ord {}

#[diagnostic::do_not_recommend]
impl<T: Ord> Ranked for T {}

/// A function that gives a `V` of two items: known once its arguments fit.
// In place of `FnOnce(&T, &T) -> V`, beside which the compiler could not tell what the
// function gives.
pub trait Compares<T, V> {}

impl<T, V, C: FnOnce(&T, &T) -> V> Compares<T, V> for C {}

/// Decides which of two items is greater. What it has to know of an item is
/// asked for once.
// Constructors give it as an opaque type, so that rustc blames items without an order
// where they flow in, and only there.
pub trait Rank<T> {
    /// The type of what is kept beside an item to compare it by.
    type Key;

    /// The key of an item.
    fn key(&mut self, item: &T) -> Self::Key;

    /// Compares two items, each with its key.
    fn compare(&mut self, a: (&Self::Key, &T), b: (&Self::Key, &T)) -> Ordering;
}

/// The order of the items themselves.
pub struct Natural;

impl<T: Ord> Rank<T> for Natural {
    type Key = ();

    #[inline]
    fn key(&mut self, _: &T) {}

    #[inline]
    fn compare(&mut self, (_, a): (&(), &T), (_, b): (&(), &T)) -> Ordering {
        a.cmp(b)
    }
}

/// The order of what a function gives of an item.
pub struct By<F>(pub(super) F);

impl<T, K: Ord, F: FnMut(&T) -> K> Rank<T> for By<F> {
    type Key = K;

    #[inline]
    fn key(&mut self, item: &T) -> K {
        (self.0)(item)
    }

    #[inline]
    fn compare(&mut self, (a, _): (&K, &T), (b, _): (&K, &T)) -> Ordering {
        a.cmp(b)
    }
}

/// The order that a function says two items are in.
pub struct Order<C>(pub(super) C);

impl<T, C: FnMut(&T, &T) -> Ordering> Rank<T> for Order<C> {
    type Key = ();

    #[inline]
    fn key(&mut self, _: &T) {}

    #[inline]
    fn compare(&mut self, (_, a): (&(), &T), (_, b): (&(), &T)) -> Ordering {
        (self.0)(a, b)
    }
}

/// The order that a function says is that of what another gives of an item.
pub struct ByOrder<F, C> {
    pub(super) by: F,
    pub(super) order: C,
}

impl<T, K, F: FnMut(&T) -> K, C: FnMut(&K, &K) -> Ordering> Rank<T> for ByOrder<F, C> {
    type Key = K;

    #[inline]
    fn key(&mut self, item: &T) -> K {
        (self.by)(item)
    }

    #[inline]
    fn compare(&mut self, (a, _): (&K, &T), (b, _): (&K, &T)) -> Ordering {
        (self.order)(a, b)
    }
}
