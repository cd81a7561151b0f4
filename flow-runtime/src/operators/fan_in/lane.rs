//! One input of a keyed fan-in.
//!
//! A fan-in decides by the keys that are ahead: it can give an item once every
//! lane shows its next key, or has ended. Where the inputs have sources of
//! their own, a source is pulled only while its lane wants an item; where they
//! are branches of one source, one may outrun the others and its items wait.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::artifact::KeyedItem;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::error::{Error, ErrorKind};
use crate::ty::Ty;

/// One input of a keyed fan-in.
pub struct Lane<T, K> {
    /// The input as the user named it, for errors.
    name: &'static str,
    /// The next item, which the fan-in looks at.
    next: Option<Shown<T, K>>,
    /// Holds what came after it, and what came in no order.
    aside: Option<Box<Aside<T, K>>>,
    /// The key of the last item that left, below which none may come.
    left: Option<K>,
    closed: bool,
}

/// The rare things at an input. It is there from the first of them on, and keeps its memory.
///
/// It is out of the way and is handed over to be changed: nothing sees the address of a lane
/// then, so that it can live in registers. That is a sixth of the instructions of
/// `merge_keyed`, a quarter of `cogroup`.
#[derive(Clone)]
struct Aside<T, K> {
    /// Holds what came after the next item: empty where there is no next.
    behind: VecDeque<Shown<T, K>>,
    /// Holds what came in no order, to be reported: by a clone as well.
    errors: VecDeque<Arc<Error>>,
}

/// An item and its key.
#[derive(Clone)]
struct Shown<T, K> {
    item: T,
    /// There where the key does not lie in the item.
    key: Option<K>,
}

impl<K, T: KeyedItem<Key = K>> Shown<T, K> {
    #[inline]
    fn new(item: T) -> Self {
        let key = match item.key_within() {
            Some(_) => None,
            None => Some(item.item_key()),
        };
        Self { item, key }
    }

    #[inline]
    fn key(&self) -> &K {
        let key = self.item.key_within().or(self.key.as_ref());
        key.expect("a key that does not lie in the item lies beside it")
    }
}

// What needs keys says so itself: an item without any is one mistake, and all
// else can be done with its lane.
impl<T, K> Lane<T, K> {
    #[inline]
    pub(crate) fn new<M>(_: Ty<T, M>, name: &'static str) -> Self {
        Self::named(name)
    }

    const fn named(name: &'static str) -> Self {
        Self {
            name,
            next: None,
            aside: None,
            left: None,
            closed: false,
        }
    }

    /// Takes an item of this input. One that does not ascend is dropped and
    /// reported.
    // Always: called, it would see the address of the lane, which then lives in memory.
    #[inline(always)]
    pub fn push(&mut self, item: T)
    where
        T: KeyedItem<Key = K>,
        K: Ord + Clone,
    {
        // An artifact from a store that cannot be read has no key to compare.
        if let Err(error) = item.check() {
            self.aside = Some(Aside::with_error(self.aside.take(), Arc::new(error)));
            return;
        }
        let shown = Shown::new(item);
        let behind = self.aside.as_ref().and_then(|aside| aside.behind.back());
        let newest = match &self.next {
            Some(next) => Some(behind.unwrap_or(next).key()),
            None => self.left.as_ref(),
        };
        match newest {
            Some(last) if shown.key() <= last => {
                // Copies, for the same reason.
                let (key, last) = (shown.key().clone(), last.clone());
                let error = unsorted::<T>(self.name, key, last);
                self.aside = Some(Aside::with_error(self.aside.take(), error));
            }
            _ if self.next.is_none() => self.next = Some(shown),
            _ => self.aside = Some(Aside::with_item(self.aside.take(), shown)),
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
        let behind = self.aside.as_ref().map_or(0, |aside| aside.behind.len());
        usize::from(self.next.is_some()) + behind
    }

    /// The key of the next item.
    #[inline]
    pub(crate) fn key(&self) -> Option<&K>
    where
        T: KeyedItem<Key = K>,
    {
        self.next.as_ref().map(Shown::key)
    }

    /// The next item, where it is due.
    #[inline(always)]
    pub(crate) fn take_if(&mut self, due: bool) -> Option<T>
    where
        T: KeyedItem<Key = K>,
        K: Clone,
    {
        let shown = self.next.take_if(|_| due)?;
        if let Some(aside) = &mut self.aside {
            self.next = aside.behind.pop_front();
        }
        match (shown.key, shown.item.key_within(), &mut self.left) {
            // What the key before has of memory is used again.
            (_, Some(key), Some(left)) => left.clone_from(key),
            (_, Some(key), left) => *left = Some(key.clone()),
            (key, None, left) => *left = key,
        }
        Some(shown.item)
    }

    /// Returns what came in no order.
    #[inline]
    pub(crate) fn error(&mut self) -> Option<Error> {
        self.aside.as_mut()?.errors.pop_front().map(told)
    }

    /// Returns whether nothing is here, and nothing more will come.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        let has_errors = |aside: &Aside<T, K>| !aside.errors.is_empty();
        self.closed && self.next.is_none() && !self.aside.as_deref().is_some_and(has_errors)
    }
}

impl<T, K> Default for Aside<T, K> {
    fn default() -> Self {
        let (behind, errors) = (VecDeque::new(), VecDeque::new());
        Self { behind, errors }
    }
}

impl<T, K> Aside<T, K> {
    #[cold]
    fn with_error(aside: Option<Box<Self>>, error: Arc<Error>) -> Box<Self> {
        let mut aside = aside.unwrap_or_default();
        aside.errors.push_back(error);
        aside
    }

    #[cold]
    fn with_item(aside: Option<Box<Self>>, shown: Shown<T, K>) -> Box<Self> {
        let mut aside = aside.unwrap_or_default();
        aside.behind.push_back(shown);
        aside
    }
}

impl<T, K> Fresh for Lane<T, K> {
    fn fresh(&self) -> Self {
        Self::named(self.name)
    }
}

impl<T: Clone, K: Clone> Twin for Lane<T, K> {
    fn twin(&self) -> Self {
        Self {
            next: self.next.clone(),
            aside: self.aside.clone(),
            left: self.left.clone(),
            ..*self
        }
    }
}

/// Returns an error; where a clone reports it as well, one that holds it.
#[cold]
fn told(error: Arc<Error>) -> Error {
    Arc::try_unwrap(error).unwrap_or_else(|shared| match shared.is_fatal() {
        true => Error::of(shared.kind(), shared).fatal(),
        false => Error::of(shared.kind(), shared),
    })
}

/// Gives the least of the keys that lanes show, where any does, and a bit for every lane
/// that shows it.
macro_rules! least {
    ($lanes:ident, $first:tt $(, $i:tt)*) => {{
        let mut least = $lanes.$first.key();
        let mut due = u8::from(least.is_some());
        $(if let Some(key) = $lanes.$i.key() {
            match least.map_or(std::cmp::Ordering::Less, |least| key.cmp(least)) {
                std::cmp::Ordering::Less => (least, due) = (Some(key), 1 << $i),
                std::cmp::Ordering::Equal => due |= 1 << $i,
                std::cmp::Ordering::Greater => {}
            }
        })*
        (least, due)
    }};
}

pub(crate) use least;

#[cold]
#[inline(never)]
fn unsorted<T: KeyedItem>(name: &str, key: T::Key, last: T::Key) -> Arc<Error> {
    let what = if key == last {
        "repeats a"
    } else {
        "has an unsorted"
    };
    let (key, last) = (T::describe(&key), T::describe(&last));
    let message = format!("input `{name}` {what} key: {key} after {last}");
    Arc::new(Error::new(ErrorKind::Unsorted, message))
}
