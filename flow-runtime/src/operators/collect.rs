//! `collect`: the end that gives all items.
//!
//! `FromIterator` pulls its items and a flow pushes them. So a collection is fed by what
//! it can do beside: `Default` and `Extend`. A `Result` or an `Option` of one is, too, and
//! wants nothing more behind its first `Err` or `None`. What is only `FromIterator` is
//! built at the end, of all items at once. The flow asks [what can be
//! done](super::feed), which is known where the collection is named:
//!
//! ```text
//! let mut collect = { let all = op::collecting::<HashSet<_>, _>(item_0); (&&&&&all).feed() };
//! ```

use super::feed::Gathered;
use crate::ty::Ty;

/// Gives all items in one collection: `collect::<C>()` for any `FromIterator`.
///
/// This one is built at the end: a `Vec` is the items that were kept, and what is known
/// later only, by what becomes of the flow's result, cannot be asked how it is fed.
#[inline]
pub fn collect<C: FromIterator<T>, T, M>(_: Ty<T, M>) -> Gathered<C, T> {
    Gathered::new(|items| items.into_iter().collect())
}

/// [`collect`] into another collection that is named.
#[inline]
pub fn collecting<C: FromIterator<T>, T, M>(_: Ty<T, M>) -> Collecting<C, T> {
    Collecting {
        build: |items| items.into_iter().collect(),
    }
}

/// A collection that is to be built of these items.
pub struct Collecting<C, T> {
    /// Builds it at once. Known where `C` is asked for: rustc says there what is wrong
    /// with it.
    pub(super) build: fn(Vec<T>) -> C,
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
            let mut feed = (&&&&&collecting::<$c, _, _>(Ty::new())).feed();
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
        let mut feed = (&&&&&collecting::<Vec<_>, i32, _>(Ty::new())).feed();
        feed.push(1);
        let memory = feed.items().as_ptr();
        let items = feed.finish();
        assert_eq!(items.as_ptr(), memory);
        let mut feed = collect::<Vec<_>, i32, _>(Ty::new());
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
