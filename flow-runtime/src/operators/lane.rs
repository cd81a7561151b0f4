//! One input of a keyed fan-in.
//!
//! A fan-in decides by the keys that are ahead: it can give an item once every
//! lane shows its next key, or has ended. Where the inputs have sources of
//! their own, a source is pulled only while its lane wants an item; where they
//! are branches of one source, one may outrun the others and its items wait.

use std::collections::VecDeque;

use crate::artifact::KeyedItem;
use crate::error::{Error, ErrorKind};
use crate::ty::Ty;

/// One input of a keyed fan-in.
pub struct Lane<T, K> {
    /// The input as the user named it, for errors.
    name: &'static str,
    /// The next item, which the fan-in looks at.
    next: Option<(K, T)>,
    /// Holds what came after it.
    behind: VecDeque<(K, T)>,
    /// The key of the last item that left, below which none may come.
    left: Option<K>,
    /// Holds what came in no order, to be reported.
    errors: VecDeque<Error>,
    closed: bool,
}

// What needs keys says so itself: an item without any is one mistake, and all
// else can be done with its lane.
impl<T, K> Lane<T, K> {
    #[inline]
    pub(crate) fn new<M>(_: Ty<T, M>, name: &'static str) -> Self {
        Self {
            name,
            next: None,
            behind: VecDeque::new(),
            left: None,
            errors: VecDeque::new(),
            closed: false,
        }
    }

    /// Takes an item of this input. One that does not ascend is dropped and
    /// reported.
    #[inline]
    pub fn push(&mut self, item: T)
    where
        T: KeyedItem<Key = K>,
        K: Ord,
    {
        // An artifact from a store that cannot be read has no key to compare.
        if let Err(error) = item.check() {
            self.errors.push_back(error);
            return;
        }
        let key = item.item_key();
        let newest = self.behind.back().or(self.next.as_ref());
        match newest.map(|(key, _)| key).or(self.left.as_ref()) {
            Some(last) if key <= *last => {
                let error = unsorted::<T>(self.name, &key, last);
                self.errors.push_back(error);
            }
            _ if self.next.is_none() => self.next = Some((key, item)),
            _ => self.behind.push_back((key, item)),
        }
    }

    /// Says that nothing more will come.
    #[inline]
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Returns whether the fan-in cannot go on without an item of this input.
    #[inline]
    #[must_use]
    pub fn wants(&self) -> bool {
        self.next.is_none() && !self.closed
    }

    /// Returns how many items wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.next.is_some()) + self.behind.len()
    }

    /// The key of the next item.
    #[inline]
    pub(crate) fn key(&self) -> Option<&K> {
        self.next.as_ref().map(|(key, _)| key)
    }

    /// The next item, where it has this key.
    #[inline]
    pub(crate) fn take_at(&mut self, key: &K) -> Option<T>
    where
        K: PartialEq,
    {
        self.take_if(self.key() == Some(key))
    }

    /// The next item, where it is due.
    #[inline]
    pub(crate) fn take_if(&mut self, due: bool) -> Option<T> {
        let (key, item) = self.next.take_if(|_| due)?;
        self.next = self.behind.pop_front();
        self.left = Some(key);
        Some(item)
    }

    /// Returns what came in no order.
    #[inline]
    pub(crate) fn error(&mut self) -> Option<Error> {
        self.errors.pop_front()
    }

    /// Returns whether nothing is here, and nothing more will come.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.closed && self.next.is_none() && self.errors.is_empty()
    }
}

#[cold]
fn unsorted<T: KeyedItem>(name: &str, key: &T::Key, last: &T::Key) -> Error {
    let what = if key == last {
        "repeats a"
    } else {
        "has an unsorted"
    };
    let (key, last) = (T::describe(key), T::describe(last));
    let message = format!("input `{name}` {what} key: {key} after {last}");
    Error::new(ErrorKind::Unsorted, message)
}
