//! `collect`: the end that gives all items.
//!
//! `FromIterator` pulls its items and a flow pushes them. So a collection is fed by what
//! it can do beside: `Default` and `Extend`. A `Result` or an `Option` of one is, too, and
//! wants nothing more behind its first `Err` or `None`. What is only `FromIterator` is
//! built at the end, of all items at once. The flow asks [what can be
//! done](super::feed), which is known where the collection is named:
//!
//! ```text
//! let mut collect = { let all = op::collect(item_0).of::<HashSet<_>>(); (&&&&&all).feed() };
//! ```
//!
//! The collection is named behind the items: a `HashMap<K, V>`, built of pairs alone, would else
//! decide what they are, and rustc would blame what flows in.

use core::marker::PhantomData;

use super::feed::{Collecting, Gathered};
use crate::ty::Ty;

/// Gives all items in one collection, any `FromIterator`, that nobody has named.
///
/// It is built at the end: what is known later only, by what becomes of the flow's
/// result, cannot be asked how it is fed.
#[inline]
pub fn collect_inferred<C: FromIterator<T>, T, M>(_: Ty<T, M>) -> Gathered<C, T> {
    Gathered::new(|items| items.into_iter().collect())
}

/// Gives all items in one collection: `collect::<C>()` for any `FromIterator`.
#[inline]
#[must_use]
pub const fn collect<T, M>(_: Ty<T, M>) -> Items<T> {
    Items(PhantomData)
}

/// Items that a collection is to be built of.
pub struct Items<T>(PhantomData<fn(T)>);

impl<T> Items<T> {
    /// Gives them in a `Vec`, which is the items that were kept.
    #[inline]
    pub fn into<C: FromIterator<T>>(self) -> Gathered<C, T> {
        collect_inferred(Ty::<T>::new())
    }

    /// Gives them in another collection.
    #[inline]
    pub fn of<C: FromIterator<T>>(self) -> Collecting<C, T> {
        Collecting {
            build: |items| items.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap, VecDeque};

    use super::super::feed::{Extends, Gathers, Pushes, TriesBuilding, TriesExtending};
    use super::*;

    /// Feeds items to `collect::<$c>()` for as long as it wants any, and gives their
    /// number as well.
    macro_rules! collected {
        ($c:ty, $items:expr) => {{
            let mut fed = 0;
            let mut feed = (&&&&&collect(Ty::new()).of::<$c>()).feed();
            for item in $items {
                if feed.is_over() {
                    break;
                }
                fed += 1;
                feed.push(item);
            }
            (feed.finish(), fed)
        }};
    }

    #[test]
    fn any_collection_fits() {
        let letters = ['b', 'a', 'b'];
        let sorted = collected!(BTreeSet<_>, letters).0;
        assert_eq!(sorted, BTreeSet::from(['a', 'b']));
        assert_eq!(collected!(String, letters).0, "bab");
        assert_eq!(&*collected!(Box<[_]>, letters).0, letters);
        let (left, right) = collected!((Vec<_>, VecDeque<_>), [(1, 2), (3, 4)]).0;
        assert_eq!((left, right), (vec![1, 3], VecDeque::from([2, 4])));
        assert_eq!(collected!(HashMap<_, _>, [(1, 'a'), (1, 'b')]).0[&1], 'b');
    }

    #[test]
    fn the_first_error_is_the_last_that_is_wanted() {
        let items = [Ok(1), Err("no"), Ok(3), Err("never")];
        assert_eq!(collected!(Result<Vec<_>, _>, items), (Err("no"), 2));
        assert_eq!(collected!(Result<Box<[_]>, _>, items), (Err("no"), 2));
        let items = [Some('a'), None, Some('b')];
        assert_eq!(collected!(Option<String>, items), (None, 2));
        assert_eq!(collected!(Option<Box<str>>, items), (None, 2));
        assert_eq!(
            collected!(Option<String>, [Some('a')]),
            (Some("a".to_owned()), 1)
        );
    }

    #[test]
    fn a_vector_is_not_copied() {
        let mut feed = (&&&&&collect(Ty::<i32>::new()).of::<Vec<_>>()).feed();
        feed.push(1);
        let memory = feed.items().as_ptr();
        let items = feed.finish();
        assert_eq!(items.as_ptr(), memory);
        let mut feed = collect(Ty::<i32>::new()).into::<Vec<_>>();
        feed.push(1);
        let memory = feed.items().as_ptr();
        let items = feed.finish();
        assert_eq!(items.as_ptr(), memory);
    }

    #[test]
    fn what_is_only_built_of_an_iterator_is_built_at_the_end() {
        struct Sum(u32);
        impl FromIterator<u32> for Sum {
            fn from_iter<I: IntoIterator<Item = u32>>(items: I) -> Self {
                Self(items.into_iter().sum())
            }
        }
        assert_eq!(collected!(Sum, [1, 2, 3]).0.0, 6);
        assert!(collected!(Result<Sum, &str>, [Ok(1), Err("no")]).0.is_err());
    }
}
