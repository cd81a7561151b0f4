//! Windows of all items together, or of those of each key: `by = f`.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::late::Span;
use crate::operators::many::pool::KEPT;
use crate::operators::parts::distinct::Distinct;

/// The way in which a window operator finds the key of an item, and names it in its output.
pub trait Keys<T> {
    /// The key of an item.
    type Key;

    /// True when a key is forgotten that has no items.
    const FORGETS: bool;

    /// A state for every key.
    type States<S>: States<Self::Key, S>;

    /// The output of a window with a span.
    type Spanned<X, O>;

    /// The output of a window without one.
    type Bare<O>;

    /// The key of an item.
    fn key(&mut self, item: &T) -> Self::Key;

    /// A window with its key.
    fn spanned<X, O>(key: Self::Key, span: Span<X>, given: O) -> Self::Spanned<X, O>;

    /// A window with its key and no span.
    fn bare<O>(key: Self::Key, given: O) -> Self::Bare<O>;
}

/// States of keys, each in a place.
pub trait States<K, S> {
    /// No state.
    fn none() -> Self;

    /// The place of a key.
    fn find(&self, key: &K) -> Option<usize>;

    /// Adds the state of a key that has none.
    fn add(&mut self, key: &K, state: S) -> usize;

    /// The state in a place.
    fn state(&mut self, place: usize) -> &mut S;

    /// The key in a place.
    fn key(&self, place: usize) -> K;

    /// Removes what is in a place.
    fn remove(&mut self, place: usize) -> (K, S);

    /// Removes a key. Its state, which is empty, is kept for another.
    fn retire(&mut self, place: usize) -> K;

    /// A state that was kept, where there is one.
    fn spare(&mut self) -> Option<S>;

    /// The places that are taken.
    fn places(&self, places: &mut Vec<usize>);
}

/// All items together.
#[derive(Clone, Copy)]
pub struct Together;

impl<T> Keys<T> for Together {
    const FORGETS: bool = false;
    type Key = ();
    type States<S> = One<S>;
    type Spanned<X, O> = (Span<X>, O);
    type Bare<O> = O;

    #[inline]
    fn key(&mut self, _: &T) {}

    #[inline]
    fn spanned<X, O>((): (), span: Span<X>, given: O) -> (Span<X>, O) {
        (span, given)
    }

    #[inline]
    fn bare<O>((): (), given: O) -> O {
        given
    }
}

/// The state of all items.
#[derive(Clone)]
pub struct One<S> {
    state: Option<S>,
    /// Empty, but for its memory.
    spare: Option<S>,
}

impl<S> States<(), S> for One<S> {
    fn none() -> Self {
        let (state, spare) = (None, None);
        Self { state, spare }
    }

    #[inline]
    fn find(&self, (): &()) -> Option<usize> {
        self.state.as_ref().map(|_| 0)
    }

    #[inline]
    fn add(&mut self, (): &(), state: S) -> usize {
        self.state = Some(state);
        0
    }

    #[inline]
    fn state(&mut self, _: usize) -> &mut S {
        self.state.as_mut().expect("a place that was found")
    }

    #[inline]
    fn key(&self, _: usize) {}

    #[inline]
    fn remove(&mut self, _: usize) -> ((), S) {
        ((), self.state.take().expect("a place that was found"))
    }

    #[inline]
    fn retire(&mut self, _: usize) {
        self.spare = self.state.take();
    }

    #[inline]
    fn spare(&mut self) -> Option<S> {
        self.spare.take()
    }

    #[inline]
    fn places(&self, places: &mut Vec<usize>) {
        places.extend(self.state.as_ref().map(|_| 0));
    }
}

/// Items by key.
#[derive(Clone)]
pub struct By<F>(pub(super) F);

impl<T, K: Distinct + Clone, F: FnMut(&T) -> K> Keys<T> for By<F> {
    const FORGETS: bool = true;
    type Key = K;
    type States<S> = Many<K, S>;
    type Spanned<X, O> = (K, Span<X>, O);
    type Bare<O> = (K, O);

    #[inline]
    fn key(&mut self, item: &T) -> K {
        (self.0)(item)
    }

    #[inline]
    fn spanned<X, O>(key: K, span: Span<X>, given: O) -> (K, Span<X>, O) {
        (key, span, given)
    }

    #[inline]
    fn bare<O>(key: K, given: O) -> (K, O) {
        (key, given)
    }
}

/// The states of many keys.
#[derive(Clone)]
pub struct Many<K, S> {
    found: HashMap<K, usize, RandomState>,
    places: Vec<Option<(K, S)>>,
    /// The places that nobody has.
    free: Vec<usize>,
    /// States that are empty, but for their memory.
    spare: Vec<S>,
}

impl<K: Distinct + Clone, S> States<K, S> for Many<K, S> {
    fn none() -> Self {
        Self {
            found: HashMap::default(),
            places: Vec::new(),
            free: Vec::new(),
            spare: Vec::new(),
        }
    }

    #[inline]
    fn find(&self, key: &K) -> Option<usize> {
        self.found.get(key).copied()
    }

    fn add(&mut self, key: &K, state: S) -> usize {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        self.found.insert(key.clone(), place);
        self.places[place] = Some((key.clone(), state));
        place
    }

    #[inline]
    fn state(&mut self, place: usize) -> &mut S {
        let place = self.places[place].as_mut();
        &mut place.expect("a place that was found").1
    }

    #[inline]
    fn key(&self, place: usize) -> K {
        let place = self.places[place].as_ref();
        place.expect("a place that was found").0.clone()
    }

    fn remove(&mut self, place: usize) -> (K, S) {
        let taken = self.places[place].take().expect("a place that was found");
        self.found.remove(&taken.0);
        self.free.push(place);
        taken
    }

    fn retire(&mut self, place: usize) -> K {
        let (key, state) = self.remove(place);
        if self.spare.len() < KEPT {
            self.spare.push(state);
        }
        key
    }

    fn spare(&mut self) -> Option<S> {
        self.spare.pop()
    }

    fn places(&self, places: &mut Vec<usize>) {
        let taken = self.places.iter().enumerate();
        places.extend(taken.filter_map(|(place, taken)| taken.as_ref().map(|_| place)));
    }
}
