//! Defines how `collect` builds a collection item by item.
//!
//! The traits are in scope where `feed` is called, on five references to a
//! [`Collecting`]: the first whose method takes so many references counts, then the one
//! that takes one less.

use core::marker::PhantomData;

/// A collection that is to be built of these items.
pub struct Collecting<C, T> {
    /// Builds it at once. Known where `C` is asked for: rustc says there what is wrong
    /// with it.
    pub(super) build: fn(Vec<T>) -> C,
}

/// Builds vectors.
pub trait Pushes<T> {
    /// An empty one: the items that are kept are the vector.
    fn feed(&self) -> Gathered<Vec<T>, T>;
}

impl<T> Pushes<T> for &&&&Collecting<Vec<T>, T> {
    #[inline]
    fn feed(&self) -> Gathered<Vec<T>, T> {
        Gathered::new(|items| items)
    }
}

/// Builds what is `Default` and `Extend`.
pub trait Extends<C, T> {
    /// An empty one.
    fn feed(&self) -> Extended<C, T>;
}

impl<C: Default + Extend<T>, T> Extends<C, T> for &&&Collecting<C, T> {
    #[inline]
    fn feed(&self) -> Extended<C, T> {
        Extended::new()
    }
}

/// Builds a `Result` or an `Option` of what is `Default` and `Extend`.
pub trait TriesExtending<F> {
    /// An empty one.
    fn feed(&self) -> F;
}

impl<C: Default + Extend<T>, T, E> TriesExtending<ResultOf<Extended<C, T>, E>>
    for &&Collecting<Result<C, E>, Result<T, E>>
{
    #[inline]
    fn feed(&self) -> ResultOf<Extended<C, T>, E> {
        ResultOf::new(Extended::new())
    }
}

impl<C: Default + Extend<T>, T> TriesExtending<OptionOf<Extended<C, T>>>
    for &&Collecting<Option<C>, Option<T>>
{
    #[inline]
    fn feed(&self) -> OptionOf<Extended<C, T>> {
        OptionOf::new(Extended::new())
    }
}

/// Builds a `Result` or an `Option` of what is only `FromIterator`.
pub trait TriesBuilding<F> {
    /// An empty one.
    fn feed(&self) -> F;
}

impl<C: FromIterator<T>, T, E> TriesBuilding<ResultOf<Gathered<C, T>, E>>
    for &Collecting<Result<C, E>, Result<T, E>>
{
    #[inline]
    fn feed(&self) -> ResultOf<Gathered<C, T>, E> {
        ResultOf::new(Gathered::new(|items| items.into_iter().collect()))
    }
}

impl<C: FromIterator<T>, T> TriesBuilding<OptionOf<Gathered<C, T>>>
    for &Collecting<Option<C>, Option<T>>
{
    #[inline]
    fn feed(&self) -> OptionOf<Gathered<C, T>> {
        OptionOf::new(Gathered::new(|items| items.into_iter().collect()))
    }
}

/// Builds all else.
pub trait Gathers<C, T> {
    /// A place for all its items.
    fn feed(&self) -> Gathered<C, T>;
}

impl<C, T> Gathers<C, T> for Collecting<C, T> {
    #[inline]
    fn feed(&self) -> Gathered<C, T> {
        Gathered::new(self.build)
    }
}

/// The items so far, of which the collection is built at the end.
pub struct Gathered<C, T> {
    items: Vec<T>,
    build: fn(Vec<T>) -> C,
}

impl<C, T> Gathered<C, T> {
    #[inline]
    pub(super) fn new(build: fn(Vec<T>) -> C) -> Self {
        Self {
            items: Vec::new(),
            build,
        }
    }

    /// Says that so many items will come: they have room at once.
    #[inline]
    pub fn expect(&mut self, items: usize) {
        self.items.reserve(items);
    }

    #[cfg(test)]
    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    /// Keeps one item.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Keeps all of them.
    #[inline]
    pub fn fill(&mut self, items: impl Iterator<Item = T>) {
        self.items.extend(items);
    }

    /// Returns whether no further item could change anything.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        false
    }

    /// The collection.
    #[inline]
    #[must_use]
    pub fn finish(self) -> C {
        (self.build)(self.items)
    }
}

/// A collection that is extended by each item.
pub struct Extended<C, T>(C, PhantomData<fn(T)>);

impl<C: Extend<T>, T> Extended<C, T> {
    #[inline]
    fn new() -> Self
    where
        C: Default,
    {
        Self(C::default(), PhantomData)
    }

    /// Says that so many items will come one by one, for which `Extend` has no use.
    #[inline]
    pub fn expect(&mut self, _: usize) {}

    /// Adds one item.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.0.extend(Some(item));
    }

    /// Adds all of them, for which `Extend` may make room.
    #[inline]
    pub fn fill(&mut self, items: impl Iterator<Item = T>) {
        self.0.extend(items);
    }

    /// Returns whether no further item could change anything.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        false
    }

    /// The collection.
    #[inline]
    #[must_use]
    pub fn finish(self) -> C {
        self.0
    }
}

/// Describes what a `Result` or an `Option` holds, while it is built.
pub trait Inner {
    /// Its items.
    type Item;

    /// The collection.
    type Whole;

    /// Adds one item.
    fn add(&mut self, item: Self::Item);

    /// The collection.
    fn whole(self) -> Self::Whole;
}

impl<C, T> Inner for Gathered<C, T> {
    type Item = T;
    type Whole = C;

    #[inline]
    fn add(&mut self, item: T) {
        self.push(item);
    }

    #[inline]
    fn whole(self) -> C {
        self.finish()
    }
}

impl<C: Extend<T>, T> Inner for Extended<C, T> {
    type Item = T;
    type Whole = C;

    #[inline]
    fn add(&mut self, item: T) {
        self.push(item);
    }

    #[inline]
    fn whole(self) -> C {
        self.finish()
    }
}

/// A collection, or the first error.
pub struct ResultOf<F, E> {
    feed: F,
    error: Option<E>,
}

impl<F: Inner, E> ResultOf<F, E> {
    #[inline]
    fn new(feed: F) -> Self {
        let error = None;
        Self { feed, error }
    }

    /// Says that so many items will come; an error may come first, so nothing is made of it.
    #[inline]
    pub fn expect(&mut self, _: usize) {}

    /// Adds one item.
    #[inline]
    pub fn push(&mut self, item: Result<F::Item, E>) {
        match item {
            _ if self.is_over() => {}
            Ok(item) => self.feed.add(item),
            Err(error) => self.error = Some(error),
        }
    }

    /// Adds all of them.
    #[inline]
    pub fn fill(&mut self, items: impl Iterator<Item = Result<F::Item, E>>) {
        items.for_each(|item| self.push(item));
    }

    /// Returns whether no further item could change anything.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.error.is_some()
    }

    /// The collection.
    ///
    /// # Errors
    ///
    /// The first of the items.
    #[inline]
    pub fn finish(self) -> Result<F::Whole, E> {
        match self.error {
            None => Ok(self.feed.whole()),
            Some(error) => Err(error),
        }
    }
}

/// A collection, or nothing.
pub struct OptionOf<F> {
    /// `None` behind the first item that is.
    feed: Option<F>,
}

impl<F: Inner> OptionOf<F> {
    #[inline]
    fn new(feed: F) -> Self {
        let feed = Some(feed);
        Self { feed }
    }

    /// Says that so many items will come; `None` may come first, so nothing is made of it.
    #[inline]
    pub fn expect(&mut self, _: usize) {}

    /// Adds one item.
    #[inline]
    pub fn push(&mut self, item: Option<F::Item>) {
        match (&mut self.feed, item) {
            (Some(feed), Some(item)) => feed.add(item),
            _ => self.feed = None,
        }
    }

    /// Adds all of them.
    #[inline]
    pub fn fill(&mut self, items: impl Iterator<Item = Option<F::Item>>) {
        items.for_each(|item| self.push(item));
    }

    /// Returns whether no further item could change anything.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.feed.is_none()
    }

    /// The collection, where no item was `None`.
    #[inline]
    #[must_use]
    pub fn finish(self) -> Option<F::Whole> {
        self.feed.map(F::whole)
    }
}
