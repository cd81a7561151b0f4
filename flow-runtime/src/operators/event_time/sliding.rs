//! `sliding_window(d, at)`: what is not older than `d`, at every item.

use std::collections::VecDeque;

use super::content::Several;
use super::keys::{By, Keys, States, Together};
use super::late::Unsorted;
use super::numbers::Numbers;
use super::run::{Run, Shared, Slid};
use super::sorted::{Sorted, demand_length};
use super::time::Time;
use crate::operators::aggregate::Summary;
use crate::operators::distinct::Distinct;
use crate::operators::fresh::Fresh;
use crate::operators::window::Window;
use crate::ty::{Ty, When};

/// Gives, at each item, those of `(t − d, t]` by the time `t` in it.
///
/// Gives a `Result`: an item older than one before it is
/// [`Unsorted`](crate::Unsorted), and left out. `by = f` gives those of equal key:
/// `(key, window)`.
///
/// # Panics
///
/// Where `d` is not more than zero.
#[inline]
#[track_caller]
pub fn sliding_window_time<N: Numbers, T: Clone, X: Time, F: FnMut(&T) -> X>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
) -> (
    When<X, SlidingTime<T, X, F, Together, Shared<T>, N>>,
    Ty<Result<Window<T>, Unsorted>>,
) {
    (SlidingTime::new(d, at, Together, Shared::new()), Ty::new())
}

/// [`sliding_window_time`] of aggregates.
///
/// # Panics
///
/// As [`sliding_window_time`].
#[inline]
#[track_caller]
pub fn sliding_window_time_aggregate<N: Numbers, T, X: Time, F: FnMut(&T) -> X, S: Summary<T>>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
    summary: S,
) -> (
    When<X, SlidingTime<T, X, F, Together, Slid<T, S>, N>>,
    Ty<Result<S::Output, Unsorted>>,
) {
    (
        SlidingTime::new(d, at, Together, Slid::new(summary)),
        Ty::new(),
    )
}

/// [`sliding_window_time`] by key.
///
/// # Panics
///
/// As [`sliding_window_time`].
#[inline]
#[track_caller]
pub fn sliding_window_time_by<N, T, X, F, K, G>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
    by: G,
) -> (
    When<K, When<X, SlidingTime<T, X, F, By<G>, Shared<T>, N>>>,
    Ty<Result<(K, Window<T>), Unsorted>>,
)
where
    N: Numbers,
    T: Clone,
    X: Time,
    F: FnMut(&T) -> X,
    K: Distinct + Clone,
    G: FnMut(&T) -> K,
{
    (SlidingTime::new(d, at, By(by), Shared::new()), Ty::new())
}

/// [`sliding_window_time`] of aggregates by key.
///
/// # Panics
///
/// As [`sliding_window_time`].
#[inline]
#[track_caller]
pub fn sliding_window_time_by_aggregate<N, T, X, F, K, G, S>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
    by: G,
    summary: S,
) -> (
    When<K, When<X, SlidingTime<T, X, F, By<G>, Slid<T, S>, N>>>,
    Ty<Result<(K, S::Output), Unsorted>>,
)
where
    N: Numbers,
    X: Time,
    F: FnMut(&T) -> X,
    K: Distinct + Clone,
    G: FnMut(&T) -> K,
    S: Summary<T> + Several,
{
    (
        SlidingTime::new(d, at, By(by), Slid::new(summary)),
        Ty::new(),
    )
}

/// The items that may be in a window to come.
pub struct SlidingTime<T, X: Time, F, G: Keys<T>, C: Run<T>, N: Numbers> {
    length: X::Gap,
    at: F,
    keys: G,
    content: C,
    sorted: Sorted<X>,
    held: G::States<Held<C::Items>>,
    /// The time of every item that is held, its place, and its number.
    times: VecDeque<(X, usize, u64)>,
    numbers: N,
}

/// What leaves.
pub type Slide<T, G, C> = Result<<G as Keys<T>>::Bare<<C as Run<T>>::Out>, Unsorted>;

/// The items of a key.
pub struct Held<I> {
    items: I,
    count: usize,
}

impl<T, X, F, G, C, N> SlidingTime<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X,
    G: Keys<T>,
    C: Run<T>,
    N: Numbers,
{
    #[track_caller]
    fn new(length: X::Gap, at: F, keys: G, content: C) -> Self {
        demand_length::<X>("sliding_window(d, at)", "d", length);
        Self {
            length,
            at,
            keys,
            content,
            sorted: Sorted::new(),
            held: States::none(),
            times: VecDeque::new(),
            numbers: N::default(),
        }
    }

    /// Adds one item. Gives the window that ends with it.
    #[inline]
    pub fn push(&mut self, item: T) -> impl Iterator<Item = N::Out<Slide<T, G, C>>> {
        let at = (self.at)(&item);
        let given = match self.sorted.accept(at) {
            (number, Ok(())) => self.enter(item, at, number),
            (number, Err(unsorted)) => N::one(Err(unsorted), number),
        };
        std::iter::once(given)
    }

    #[inline]
    fn enter(&mut self, item: T, at: X, number: u64) -> N::Out<Slide<T, G, C>> {
        let key = self.keys.key(&item);
        if let Some(out) = at.before(self.length) {
            self.leave(out);
        }
        let place = self.held.find(&key).unwrap_or_else(|| {
            let (items, count) = (self.content.begin(), 0);
            self.held.add(&key, Held { items, count })
        });
        let held = self.held.state(place);
        self.content.enter(&mut held.items, item);
        held.count += 1;
        self.times.push_back((at, place, number));
        let given = self.content.give(&mut held.items, 0);
        let made = self.times.iter().filter(|(_, each, _)| *each == place);
        let given = N::some(given, made.map(|(_, _, number)| *number));
        N::map(given, |given| Ok(G::bare(key, given)))
    }

    /// What is not younger than `out` leaves.
    #[inline]
    fn leave(&mut self, out: X) {
        while let Some((at, place, number)) = self.times.front().copied()
            && at <= out
        {
            self.times.pop_front();
            self.numbers.gone(number);
            let held = self.held.state(place);
            self.content.leave(&mut held.items);
            held.count -= 1;
            if held.count == 0 && G::FORGETS {
                self.held.remove(place);
            }
        }
    }

    /// Nothing: a window is given at its last item.
    #[inline]
    pub fn finish(&mut self) -> impl Iterator<Item = N::Out<Slide<T, G, C>>> {
        std::iter::empty()
    }

    /// Returns what keeps the numbers of items that stay nowhere.
    #[inline]
    pub fn numbers(&mut self) -> &mut N {
        &mut self.numbers
    }
}

impl<T, X, F, G, C, N> Fresh for SlidingTime<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    G: Keys<T> + Clone,
    C: Run<T> + Fresh,
    N: Numbers,
{
    fn fresh(&self) -> Self {
        let (at, keys) = (self.at.clone(), self.keys.clone());
        Self::new(self.length, at, keys, self.content.fresh())
    }
}
