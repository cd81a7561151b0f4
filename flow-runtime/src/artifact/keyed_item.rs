//! The key of an item, which is all that `merge_keyed` and `cogroup` read of it.

use super::{Artifact, describe};
use crate::Error;

/// An item with a key: a pair `(key, value)`, an artifact, an extant record.
///
/// ```
/// use flow_runtime::KeyedItem;
///
/// let pair = (1_u32, "one");
/// assert!(pair.check().is_ok());
/// assert_eq!(pair.item_key(), 1);
/// assert_eq!(<(u32, &str)>::describe(&1), "1");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no key",
    note = "keyed inputs are pairs `(key, value)`, artifacts, or `#[extant]` records"
)]
pub trait KeyedItem {
    /// The type of the key.
    type Key: Ord + Clone;

    /// The key of this item. It is not named `key`, so that the one of an artifact or a
    /// record may be called where all names of the crate are imported.
    fn item_key(&self) -> Self::Key;

    /// Returns the key where it lies in the item as it is. Then it is compared there, and
    /// not copied; else the fan-in keeps an [`item_key`](Self::item_key) beside the item.
    ///
    /// ```
    /// use flow_runtime::artifact::KeyedItem;
    ///
    /// assert_eq!(("a", 1).key_within(), Some(&"a"));
    /// ```
    #[inline]
    fn key_within(&self) -> Option<&Self::Key> {
        None
    }

    /// Returns whether the item is one at all: a store that cannot be read gives an
    /// artifact that says so. What asks for keys asks this first.
    ///
    /// # Errors
    ///
    /// What the input has to say instead of an item.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The key as error messages print it.
    fn describe(key: &Self::Key) -> String;
}

impl<K: Ord + Clone + std::fmt::Debug, V> KeyedItem for (K, V) {
    type Key = K;

    fn item_key(&self) -> K {
        self.0.clone()
    }

    #[inline]
    fn key_within(&self) -> Option<&K> {
        Some(&self.0)
    }

    fn describe(key: &K) -> String {
        format!("{key:?}")
    }
}

#[diagnostic::do_not_recommend]
impl<A: Artifact> KeyedItem for A {
    type Key = A::Key;

    fn item_key(&self) -> A::Key {
        Artifact::key(self)
    }

    fn check(&self) -> Result<(), Error> {
        Artifact::check(self)
    }

    fn describe(key: &A::Key) -> String {
        describe(key)
    }
}
