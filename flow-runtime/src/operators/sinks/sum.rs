//! `count` and `sum`: the ends that give a number.

use std::iter::{self, Sum};
use std::marker::PhantomData;
use std::ops::Add;

use crate::ty::Ty;

/// Gives the number of items.
#[inline]
#[must_use]
pub fn count<T, M>(_: Ty<T, M>) -> Count {
    Count { seen: 0 }
}

/// Gives the sum of all items as an `S`: `sum::<S>()`.
// Nothing is asked of `S` here, where its name would be blamed, but where items flow in.
#[inline]
#[must_use]
pub const fn sum<S, T, M>(_: Ty<T, M>) -> Total<S, T> {
    Total::new()
}

/// Gives the sum of all items, of the type that they have.
#[inline]
#[must_use]
pub fn total<T: SumOf<T>, M>(_: Ty<T, M>) -> Total<T, T> {
    Total::new()
}

/// Describes what items of type `T` add up to.
#[diagnostic::on_unimplemented(
    message = "items of type `{T}` do not add up to `{Self}`",
    label = "there is no sum of these",
    note = "`sum` needs `Sum<{T}>` and `Add` of `{Self}`; name another sum with `sum::<S>()`, or use `fold`",
    note = "of a type parameter `S`, `S: Sum<{T}> + Add<Output = S>` says both"
)]
pub trait SumOf<T>: Sum<T> + Add<Output = Self> {}

#[diagnostic::do_not_recommend]
impl<S: Sum<T> + Add<Output = S>, T> SumOf<T> for S {}

/// The number of items so far.
#[derive(Clone)]
pub struct Count {
    seen: usize,
}

impl Count {
    /// Counts one item.
    #[inline]
    pub fn push<T>(&mut self, _: T) {
        self.seen += 1;
    }

    /// The number of all items.
    #[inline]
    #[must_use]
    pub fn finish(self) -> usize {
        self.seen
    }
}

/// The sum of the items so far.
pub struct Total<S, T> {
    sum: Option<S>,
    of: PhantomData<fn(T)>,
}

impl<S, T> Total<S, T> {
    #[inline]
    const fn new() -> Self {
        Self {
            sum: None,
            of: PhantomData,
        }
    }

    /// Adds one item.
    #[inline]
    pub fn push(&mut self, item: T)
    where
        S: SumOf<T>,
    {
        let item = iter::once(item).sum();
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + item,
            None => item,
        });
    }

    /// The sum of all items.
    #[inline]
    #[must_use]
    pub fn finish(self) -> S
    where
        S: SumOf<T>,
    {
        self.sum.unwrap_or_else(|| iter::empty().sum())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn items_are_counted() {
        let mut count = count(Ty::<&str>::new());
        count.push("a");
        count.push("b");
        assert_eq!(count.finish(), 2);
    }

    #[test]
    fn sums_are_of_the_type_of_the_items_or_the_one_named() {
        let mut own = total(Ty::<f64>::new());
        own.push(0.5);
        own.push(1.0);
        assert_eq!(own.finish(), 1.5);
        let mut named = sum::<Duration, _, _>(Ty::<&Duration>::new());
        let parts = [1, 2].map(Duration::from_secs);
        parts.iter().for_each(|part| named.push(part));
        assert_eq!(named.finish(), Duration::from_secs(3));
    }

    #[test]
    fn the_sum_of_nothing_is_zero() {
        assert_eq!(total(Ty::<i64>::new()).finish(), 0);
    }
}
