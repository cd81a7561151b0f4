//! The order that `min`, `max` and `top` go by: that of the items, of what a
//! function gives of them, or one that a function says.

use std::cmp::Ordering;

/// Items that have an order of their own.
#[diagnostic::on_unimplemented(
    message = "items of type `{Self}` have no total order",
    label = "which of two `{Self}` is greater is not always known",
    note = "say it: `order = f64::total_cmp` compares two items, `by = f` compares what `f` gives of each",
    note = "a type parameter has one where it is `Ord`"
)]
pub trait Ranked: Ord {}

#[diagnostic::do_not_recommend]
impl<T: Ord> Ranked for T {}

/// An order of two items, which is always known.
#[diagnostic::on_unimplemented(
    message = "`order` gives an `Ordering`, and this function gives `{Self}`",
    label = "this does not say which of any two is greater",
    note = "give a total order, such as `order = f64::total_cmp`; `partial_cmp` knows none for a NaN"
)]
pub trait Ordered {
    /// The order.
    fn ordering(self) -> Ordering;
}

impl Ordered for Ordering {
    #[inline]
    fn ordering(self) -> Ordering {
        self
    }
}

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

impl<T, V: Ordered, C: FnMut(&T, &T) -> V> Rank<T> for Order<C> {
    type Key = ();

    #[inline]
    fn key(&mut self, _: &T) {}

    #[inline]
    fn compare(&mut self, (_, a): (&(), &T), (_, b): (&(), &T)) -> Ordering {
        (self.0)(a, b).ordering()
    }
}

/// The order that a function says is that of what another gives of an item.
pub struct ByOrder<F, C> {
    pub(super) by: F,
    pub(super) order: C,
}

impl<T, K, V: Ordered, F: FnMut(&T) -> K, C: FnMut(&K, &K) -> V> Rank<T> for ByOrder<F, C> {
    type Key = K;

    #[inline]
    fn key(&mut self, item: &T) -> K {
        (self.by)(item)
    }

    #[inline]
    fn compare(&mut self, (a, _): (&K, &T), (b, _): (&K, &T)) -> Ordering {
        (self.order)(a, b).ordering()
    }
}
