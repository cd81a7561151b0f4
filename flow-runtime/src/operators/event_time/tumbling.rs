//! `tumbling_window`: one window behind the other, by the time in the items.

use std::collections::VecDeque;

use super::content::{Batches, Content, Several, Summed};
use super::keys::{By, Keys, States, Together};
use super::late::{Span, Unsorted};
use super::numbers::Numbers;
use super::sorted::{Sorted, demand_length};
use super::time::Time;
use crate::operators::aggregate::Summary;
use crate::operators::batch::Batch;
use crate::operators::distinct::Distinct;
use crate::operators::fresh::Fresh;
use crate::ty::{Ty, When};

/// Gives what is in each `d` by the time in the items: `(span, batch)`.
///
/// Windows start at multiples of `d`: of the Unix epoch, of zero for integers, of the
/// first item for an `Instant`. A window leaves at the first item behind it, or at the
/// end of input; empty ones are not given. Gives a `Result`: an item older than one
/// before it is [`Unsorted`](crate::Unsorted), and left out.
///
/// `by = f` gives windows of items of equal key, `(key, span, batch)`, under one clock:
/// those of one span leave together, in the order of their first items.
///
/// # Panics
///
/// Where `d` is not more than zero.
#[inline]
#[track_caller]
pub fn tumbling_window<N: Numbers, T, X: Time, F: FnMut(&T) -> X>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
) -> (
    When<X, TumblingWindow<T, X, F, Together, Batches<T>, N>>,
    Ty<Result<(Span<X>, Batch<T>), Unsorted>>,
) {
    (
        TumblingWindow::new(d, at, Together, Batches::new()),
        Ty::new(),
    )
}

/// [`tumbling_window`] of aggregates.
///
/// # Panics
///
/// As [`tumbling_window`].
#[inline]
#[track_caller]
pub fn tumbling_window_aggregate<N: Numbers, T, X: Time, F: FnMut(&T) -> X, S: Summary<T>>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
    summary: S,
) -> (
    When<X, TumblingWindow<T, X, F, Together, Summed<S>, N>>,
    Ty<Result<(Span<X>, S::Output), Unsorted>>,
) {
    let content = Summed::new(summary);
    (TumblingWindow::new(d, at, Together, content), Ty::new())
}

/// [`tumbling_window`] by key.
///
/// # Panics
///
/// As [`tumbling_window`].
#[inline]
#[track_caller]
pub fn tumbling_window_by<N, T, X, F, K, G>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
    by: G,
) -> (
    When<K, When<X, TumblingWindow<T, X, F, By<G>, Batches<T>, N>>>,
    Ty<Result<(K, Span<X>, Batch<T>), Unsorted>>,
)
where
    N: Numbers,
    X: Time,
    F: FnMut(&T) -> X,
    K: Distinct + Clone,
    G: FnMut(&T) -> K,
{
    (
        TumblingWindow::new(d, at, By(by), Batches::new()),
        Ty::new(),
    )
}

/// [`tumbling_window`] of aggregates by key.
///
/// # Panics
///
/// As [`tumbling_window`].
#[inline]
#[track_caller]
pub fn tumbling_window_by_aggregate<N, T, X, F, K, G, S>(
    _: Ty<T>,
    _: N,
    d: X::Gap,
    at: F,
    by: G,
    summary: S,
) -> (
    When<K, When<X, TumblingWindow<T, X, F, By<G>, Summed<S>, N>>>,
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
    let content = Summed::new(summary);
    (TumblingWindow::new(d, at, By(by), content), Ty::new())
}

/// The windows that are open, all of one span.
pub struct TumblingWindow<T, X: Time, F, G: Keys<T>, C: Content<T>, N: Numbers> {
    length: X::Gap,
    at: F,
    keys: G,
    content: C,
    sorted: Sorted<X>,
    /// The span of what is open, and whether it ends at a time that there is.
    span: Option<(Span<X>, bool)>,
    open: G::States<Open<C::Open, N>>,
    /// The places of what is open; empty but for its memory.
    places: Vec<usize>,
    /// What leaves because of one item; empty but for its memory.
    out: VecDeque<N::Out<Tumbled<T, X, G, C>>>,
    numbers: N,
}

/// What leaves.
pub type Tumbled<T, X, G, C> = Result<<G as Keys<T>>::Spanned<X, <C as Content<T>>::Out>, Unsorted>;

/// A window that is open.
pub struct Open<O, N: Numbers> {
    /// The number of its first item.
    first: u64,
    open: O,
    marks: N::Marks,
}

impl<T, X, F, G, C, N> TumblingWindow<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X,
    G: Keys<T>,
    C: Content<T>,
    N: Numbers,
{
    #[track_caller]
    fn new(length: X::Gap, at: F, keys: G, content: C) -> Self {
        demand_length::<X>("tumbling_window(d, at)", "d", length);
        Self {
            length,
            at,
            keys,
            content,
            sorted: Sorted::new(),
            span: None,
            open: States::none(),
            places: Vec::new(),
            out: VecDeque::new(),
            numbers: N::default(),
        }
    }

    /// Adds one item. Gives the windows that it is behind.
    #[inline]
    pub fn push(&mut self, item: T) -> impl Iterator<Item = N::Out<Tumbled<T, X, G, C>>> {
        let at = (self.at)(&item);
        match self.sorted.accept(at) {
            (number, Ok(())) => self.enter(item, at, number),
            (number, Err(unsorted)) => self.out.push_back(N::one(Err(unsorted), number)),
        }
        self.out.drain(..)
    }

    #[inline]
    fn enter(&mut self, item: T, at: X, number: u64) {
        if self.span.is_none_or(|(span, ends)| ends && at >= span.end) {
            self.close();
            self.span = Some(self.span_of(at));
        }
        let key = self.keys.key(&item);
        let place = self.open.find(&key).unwrap_or_else(|| {
            let open = Open {
                first: number,
                open: self.content.open(),
                marks: N::Marks::default(),
            };
            self.open.add(&key, open)
        });
        let window = self.open.state(place);
        self.content.enter(&mut window.open, item);
        N::put(&mut window.marks, number);
    }

    fn span_of(&self, at: X) -> (Span<X>, bool) {
        let first = self.sorted.first.unwrap_or(at);
        let beyond = at.beyond(self.length, first);
        let start = at.before(beyond).unwrap_or(at.outermost(false));
        let end = at.after(X::shorten(self.length, beyond));
        let ends = end.is_some();
        let end = end.unwrap_or(at.outermost(true));
        (Span { start, end }, ends)
    }

    /// What is open leaves.
    fn close(&mut self) {
        let Some((span, _)) = self.span.take() else {
            return;
        };
        let mut places = std::mem::take(&mut self.places);
        self.open.places(&mut places);
        places.sort_unstable_by_key(|place| self.open.state(*place).first);
        for place in places.drain(..) {
            let (key, window) = self.open.remove(place);
            let given = self.content.close(window.open);
            let given = Ok(G::spanned(key, span, given));
            self.out.push_back(N::all(given, window.marks));
        }
        self.places = places;
    }

    /// The windows that are open still.
    #[inline]
    pub fn finish(&mut self) -> impl Iterator<Item = N::Out<Tumbled<T, X, G, C>>> {
        self.close();
        self.out.drain(..)
    }

    /// Returns what keeps the numbers of items that stay nowhere.
    #[inline]
    pub fn numbers(&mut self) -> &mut N {
        &mut self.numbers
    }
}

impl<T, X, F, G, C, N> Fresh for TumblingWindow<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    G: Keys<T> + Clone,
    C: Content<T> + Fresh,
    N: Numbers,
{
    fn fresh(&self) -> Self {
        let (at, keys) = (self.at.clone(), self.keys.clone());
        Self::new(self.length, at, keys, self.content.fresh())
    }
}
