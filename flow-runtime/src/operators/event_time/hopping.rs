//! `hopping_window`: windows of one length that start at a beat, by the time in the
//! items.

use std::collections::VecDeque;
use std::mem;

use super::content::Several;
use super::keys::{By, Keys, States, Together};
use super::late::{Span, Unsorted};
use super::numbers::Numbers;
use super::run::{Copies, Run, Slid};
use super::sorted::{Sorted, demand_length};
use super::time::Time;
use crate::operators::aggregate::Summary;
use crate::operators::batch::Batch;
use crate::operators::distinct::Distinct;
use crate::operators::fresh::Fresh;
use crate::ty::{Ty, When};

/// Gives windows of `d` by the time in the items, one of which starts each `every`:
/// `(span, batch)`.
///
/// Windows start at multiples of `every`: of the Unix epoch, of zero for integers, of the
/// first item for an `Instant`; not before the first time that there is. Where they
/// overlap an item is in several; where `every` is longer than `d`, some are in none. A
/// window leaves at the first item behind it, or at the end of input; empty ones are not
/// given. Gives a `Result`: an item older than one before it is
/// [`Unsorted`](crate::Unsorted), and left out.
///
/// `by = f` gives windows of items of equal key, `(key, span, batch)`, under one clock:
/// those of one span leave together, in the order of their first items.
///
/// # Panics
///
/// Where `d` or `every` is not more than zero.
#[inline]
#[track_caller]
pub fn hopping_window<N: Numbers, T: Clone, X: Time, F: FnMut(&T) -> X>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    every: X::Gap,
    at: F,
) -> (
    When<X, HoppingWindow<T, X, F, Together, Copies<T>, N>>,
    Ty<Result<(Span<X>, Batch<T>), Unsorted>>,
) {
    let hops = HoppingWindow::new([d, every], at, Together, Copies::new());
    (hops, Ty::new())
}

/// [`hopping_window`] of aggregates.
///
/// # Panics
///
/// As [`hopping_window`].
#[inline]
#[track_caller]
pub fn hopping_window_aggregate<N: Numbers, T, X: Time, F: FnMut(&T) -> X, S: Summary<T>>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    every: X::Gap,
    at: F,
    summary: S,
) -> (
    When<X, HoppingWindow<T, X, F, Together, Slid<T, S>, N>>,
    Ty<Result<(Span<X>, S::Output), Unsorted>>,
) {
    let hops = HoppingWindow::new([d, every], at, Together, Slid::new(summary));
    (hops, Ty::new())
}

/// [`hopping_window`] by key.
///
/// # Panics
///
/// As [`hopping_window`].
#[inline]
#[track_caller]
pub fn hopping_window_by<N, T, X, F, K, G>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    every: X::Gap,
    at: F,
    by: G,
) -> (
    When<K, When<X, HoppingWindow<T, X, F, By<G>, Copies<T>, N>>>,
    Ty<Result<(K, Span<X>, Batch<T>), Unsorted>>,
)
where
    N: Numbers,
    T: Clone,
    X: Time,
    F: FnMut(&T) -> X,
    K: Distinct + Clone,
    G: FnMut(&T) -> K,
{
    let hops = HoppingWindow::new([d, every], at, By(by), Copies::new());
    (hops, Ty::new())
}

/// [`hopping_window`] of aggregates by key.
///
/// # Panics
///
/// As [`hopping_window`].
#[inline]
#[track_caller]
pub fn hopping_window_by_aggregate<N, T, X, F, K, G, S>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    every: X::Gap,
    at: F,
    by: G,
    summary: S,
) -> (
    When<K, When<X, HoppingWindow<T, X, F, By<G>, Slid<T, S>, N>>>,
    Ty<Result<(K, Span<X>, S::Output), Unsorted>>,
)
where
    N: Numbers,
    X: Time,
    F: FnMut(&T) -> X,
    K: Distinct + Clone,
    G: FnMut(&T) -> K,
    S: Summary<T> + Several,
{
    let hops = HoppingWindow::new([d, every], at, By(by), Slid::new(summary));
    (hops, Ty::new())
}

/// The items that are in a window which is not complete.
pub struct HoppingWindow<T, X: Time, F, G: Keys<T>, C: Run<T>, N: Numbers> {
    length: X::Gap,
    every: X::Gap,
    at: F,
    keys: G,
    content: C,
    sorted: Sorted<X>,
    /// The first window that is not complete and has items; `None` where nothing is held.
    next: Option<Next<X>>,
    held: G::States<Held<X, C::Items>>,
    /// The places of what is held; empty but for its memory.
    places: Vec<usize>,
    /// What leaves because of one item; empty but for its memory.
    out: VecDeque<N::Out<Hopped<T, X, G, C>>>,
    numbers: N,
}

/// What leaves.
pub type Hopped<T, X, G, C> = Result<<G as Keys<T>>::Spanned<X, <C as Run<T>>::Out>, Unsorted>;

/// A window that is not complete.
#[derive(Clone, Copy)]
struct Next<X> {
    start: X,
    /// The first time behind it, where there is one.
    end: Option<X>,
    /// The start of the window behind it, where there is one.
    following: Option<X>,
}

/// The items of a key.
pub struct Held<X, I> {
    items: I,
    /// Their times and numbers.
    times: VecDeque<(X, u64)>,
}

impl<T, X, F, G, C, N> HoppingWindow<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X,
    G: Keys<T>,
    C: Run<T>,
    N: Numbers,
{
    #[track_caller]
    fn new([length, every]: [X::Gap; 2], at: F, keys: G, content: C) -> Self {
        demand_length::<X>("hopping_window(d, every, at)", "d", length);
        demand_length::<X>("hopping_window(d, every, at)", "every", every);
        Self {
            length,
            every,
            at,
            keys,
            content,
            sorted: Sorted::new(),
            next: None,
            held: States::none(),
            places: Vec::new(),
            out: VecDeque::new(),
            numbers: N::default(),
        }
    }

    /// Adds one item. Gives the windows that it is behind.
    #[inline]
    pub fn push(&mut self, item: T) -> impl Iterator<Item = N::Out<Hopped<T, X, G, C>>> {
        let at = (self.at)(&item);
        match self.sorted.accept(at) {
            (number, Ok(())) => self.enter(item, at, number),
            (number, Err(unsorted)) => self.out.push_back(N::one(Err(unsorted), number)),
        }
        self.out.drain(..)
    }

    #[inline]
    fn enter(&mut self, item: T, at: X, number: u64) {
        while let Some(next) = self.next
            && next.end.is_some_and(|end| at >= end)
        {
            self.close(next);
        }
        if self.next.is_none() {
            self.next = self.first_with(at);
        }
        if self.next.is_none_or(|next| at < next.start) {
            // Between two windows.
            return self.numbers.gone(number);
        }
        let key = self.keys.key(&item);
        let place = self.held.find(&key).unwrap_or_else(|| {
            let held = Held {
                items: self.content.begin(),
                times: VecDeque::new(),
            };
            self.held.add(&key, held)
        });
        let held = self.held.state(place);
        self.content.enter(&mut held.items, item);
        held.times.push_back((at, number));
    }

    /// The first window that a time is in.
    fn first_with(&self, at: X) -> Option<Next<X>> {
        let first = self.sorted.first.unwrap_or(at);
        let mut beyond = at.beyond(self.every, first);
        if beyond >= self.length {
            return None;
        }
        let mut following = at.after(X::shorten(self.every, beyond));
        // Where there is no time to start at, the window starts with the first there is.
        let mut start = at.before(beyond).unwrap_or(at.outermost(false));
        loop {
            let further = X::lengthen(beyond, self.every);
            match start.before(self.every) {
                Some(earlier) if further < self.length && further > beyond => {
                    (start, beyond, following) = (earlier, further, Some(start));
                }
                _ => break,
            }
        }
        let end = at.after(X::shorten(self.length, beyond));
        Some(Next {
            start,
            end,
            following,
        })
    }

    /// A window is complete: it leaves, and the next one is the first that has items.
    fn close(&mut self, next: Next<X>) {
        let start = next.following;
        let end = next.end.unwrap_or(next.start.outermost(true));
        let span = Span {
            start: next.start,
            end,
        };
        let mut places = mem::take(&mut self.places);
        self.held.places(&mut places);
        let first = |held: &Held<X, C::Items>| held.times.front().map(|(_, number)| *number);
        places.sort_unstable_by_key(|place| first(self.held.state(*place)));
        let mut stays = false;
        for place in places.drain(..) {
            stays |= self.give(place, span, start);
        }
        self.places = places;
        self.next = start.filter(|_| stays).map(|start| Next {
            start,
            end: start.after(self.length),
            following: start.after(self.every),
        });
    }

    /// The window of a key leaves, and what is before the start of the next one with it.
    /// Returns whether something stays.
    fn give(&mut self, place: usize, span: Span<X>, start: Option<X>) -> bool {
        let held = self.held.state(place);
        let goes = |(at, _): &(X, u64)| start.is_none_or(|start| *at < start);
        let going = held.times.partition_point(goes);
        let given = self.content.give(&mut held.items, going);
        let made = held.times.iter().map(|(_, number)| *number);
        let given = N::some(given, made);
        let gone = held.times.drain(..going);
        gone.for_each(|(_, number)| self.numbers.gone(number));
        let stays = !held.times.is_empty();
        let key = if stays {
            self.held.key(place)
        } else {
            self.held.remove(place).0
        };
        let given = N::map(given, |given| Ok(G::spanned(key, span, given)));
        self.out.push_back(given);
        stays
    }

    /// The windows that are not complete.
    #[inline]
    pub fn finish(&mut self) -> impl Iterator<Item = N::Out<Hopped<T, X, G, C>>> {
        while let Some(next) = self.next {
            self.close(next);
        }
        self.out.drain(..)
    }

    /// Returns what keeps the numbers of items that stay nowhere.
    #[inline]
    pub fn numbers(&mut self) -> &mut N {
        &mut self.numbers
    }
}

impl<T, X, F, G, C, N> Fresh for HoppingWindow<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    G: Keys<T> + Clone,
    C: Run<T> + Fresh,
    N: Numbers,
{
    fn fresh(&self) -> Self {
        let (at, keys) = (self.at.clone(), self.keys.clone());
        let lengths = [self.length, self.every];
        Self::new(lengths, at, keys, self.content.fresh())
    }
}
