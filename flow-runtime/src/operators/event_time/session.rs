//! `session_window`: items that follow each other closely.

use std::collections::VecDeque;
use std::mem;

use foldhash::fast::RandomState;
use lru::LruCache;

use super::content::{Batches, Content, Several, Summed};
use super::keys::{By, Keys, Together};
use super::late::{Span, Unsorted};
use super::numbers::Numbers;
use super::sorted::{Sorted, demand_length};
use super::time::Time;
use crate::operators::aggregate::Summary;
use crate::operators::batch::Batch;
use crate::operators::distinct::Distinct;
use crate::operators::fresh::Fresh;
use crate::ty::{Ty, When};

/// Gives sessions, in which items are at most `gap` apart by the time in them:
/// `(span, batch)`, the span from the first item to the last.
///
/// A session leaves at the first item that is further behind it, or at the end of input.
/// Gives a `Result`: an item older than one before it is
/// [`Unsorted`](crate::Unsorted), and left out.
///
/// `by = f` gives sessions of items of equal key, `(key, span, batch)`, under one clock:
/// the newest time of any key closes the sessions of all. Those closed by one item, or
/// by the end of input, leave in the order of their starts.
///
/// # Panics
///
/// Where `gap` is not more than zero.
#[inline]
#[track_caller]
pub fn session_window<N: Numbers, T, X: Time, F: FnMut(&T) -> X>(
    _: Ty<T>,
    _: N,
    gap: X::Gap,
    at: F,
) -> (
    When<X, SessionWindow<T, X, F, Together, Batches<T>, N>>,
    Ty<Result<(Span<X>, Batch<T>), Unsorted>>,
) {
    (
        SessionWindow::new(gap, at, Together, Batches::new()),
        Ty::new(),
    )
}

/// [`session_window`] of aggregates.
///
/// # Panics
///
/// As [`session_window`].
#[inline]
#[track_caller]
pub fn session_window_aggregate<N: Numbers, T, X: Time, F: FnMut(&T) -> X, S: Summary<T>>(
    _: Ty<T>,
    _: N,
    gap: X::Gap,
    at: F,
    summary: S,
) -> (
    When<X, SessionWindow<T, X, F, Together, Summed<S>, N>>,
    Ty<Result<(Span<X>, S::Output), Unsorted>>,
) {
    let content = Summed::new(summary);
    (SessionWindow::new(gap, at, Together, content), Ty::new())
}

/// [`session_window`] by key.
///
/// # Panics
///
/// As [`session_window`].
#[inline]
#[track_caller]
pub fn session_window_by<N, T, X, F, K, G>(
    _: Ty<T>,
    _: N,
    gap: X::Gap,
    at: F,
    by: G,
) -> (
    When<K, When<X, SessionWindow<T, X, F, By<G>, Batches<T>, N>>>,
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
        SessionWindow::new(gap, at, By(by), Batches::new()),
        Ty::new(),
    )
}

/// [`session_window`] of aggregates by key.
///
/// # Panics
///
/// As [`session_window`].
#[inline]
#[track_caller]
pub fn session_window_by_aggregate<N, T, X, F, K, G, S>(
    _: Ty<T>,
    _: N,
    gap: X::Gap,
    at: F,
    by: G,
    summary: S,
) -> (
    When<K, When<X, SessionWindow<T, X, F, By<G>, Summed<S>, N>>>,
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
    (SessionWindow::new(gap, at, By(by), content), Ty::new())
}

/// The sessions that are open.
pub struct SessionWindow<T, X: Time, F, G: Keys<T>, C: Content<T>, N: Numbers> {
    gap: X::Gap,
    at: F,
    keys: G,
    content: C,
    sorted: Sorted<X>,
    /// The open sessions, from the one that has waited for longest on.
    open: LruCache<G::Key, Open<X, C::Open, N>, RandomState>,
    /// The sessions that one item closes; empty but for its memory.
    closed: Vec<(G::Key, Open<X, C::Open, N>)>,
    /// What leaves because of one item; empty but for its memory.
    out: VecDeque<N::Out<Session<T, X, G, C>>>,
    numbers: N,
}

/// What leaves.
pub type Session<T, X, G, C> = Result<<G as Keys<T>>::Spanned<X, <C as Content<T>>::Out>, Unsorted>;

/// A session that is open.
pub struct Open<X, O, N: Numbers> {
    span: Span<X>,
    /// The number of its first item.
    first: u64,
    open: O,
    marks: N::Marks,
}

impl<T, X, F, G, C, N> SessionWindow<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X,
    G: Keys<T, Key: Distinct>,
    C: Content<T>,
    N: Numbers,
{
    #[track_caller]
    fn new(gap: X::Gap, at: F, keys: G, content: C) -> Self {
        demand_length::<X>("session_window(gap, at)", "gap", gap);
        Self {
            gap,
            at,
            keys,
            content,
            sorted: Sorted::new(),
            open: LruCache::unbounded_with_hasher(RandomState::default()),
            closed: Vec::new(),
            out: VecDeque::new(),
            numbers: N::default(),
        }
    }

    /// Adds one item. Gives the sessions that it is too far behind.
    #[inline]
    pub fn push(&mut self, item: T) -> impl Iterator<Item = N::Out<Session<T, X, G, C>>> {
        let at = (self.at)(&item);
        match self.sorted.accept(at) {
            (number, Ok(())) => self.enter(item, at, number),
            (number, Err(unsorted)) => self.out.push_back(N::one(Err(unsorted), number)),
        }
        self.out.drain(..)
    }

    #[inline]
    fn enter(&mut self, item: T, at: X, number: u64) {
        if let Some(oldest) = at.before(self.gap) {
            self.close(|last| last < oldest);
        }
        let key = self.keys.key(&item);
        let content = &mut self.content;
        let session = self.open.get_or_insert_mut(key, || Open {
            span: Span { start: at, end: at },
            first: number,
            open: content.open(),
            marks: N::Marks::default(),
        });
        session.span.end = at;
        content.enter(&mut session.open, item);
        N::put(&mut session.marks, number);
    }

    /// The sessions leave of whose last time `is_over` says so.
    #[inline]
    fn close(&mut self, is_over: impl Fn(X) -> bool) {
        while let Some((_, session)) = self.open.peek_lru()
            && is_over(session.span.end)
        {
            self.closed.extend(self.open.pop_lru());
        }
        if self.closed.is_empty() {
            return;
        }
        let mut closed = mem::take(&mut self.closed);
        closed.sort_unstable_by_key(|(_, session)| session.first);
        for (key, session) in closed.drain(..) {
            let given = self.content.close(session.open);
            let given = Ok(G::spanned(key, session.span, given));
            self.out.push_back(N::all(given, session.marks));
        }
        self.closed = closed;
    }

    /// The sessions that are open still.
    #[inline]
    pub fn finish(&mut self) -> impl Iterator<Item = N::Out<Session<T, X, G, C>>> {
        self.close(|_| true);
        self.out.drain(..)
    }

    /// Returns what keeps the numbers of items that stay nowhere.
    #[inline]
    pub fn numbers(&mut self) -> &mut N {
        &mut self.numbers
    }
}

impl<T, X, F, G, C, N> Fresh for SessionWindow<T, X, F, G, C, N>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    G: Keys<T, Key: Distinct> + Clone,
    C: Content<T> + Fresh,
    N: Numbers,
{
    fn fresh(&self) -> Self {
        let (at, keys) = (self.at.clone(), self.keys.clone());
        Self::new(self.gap, at, keys, self.content.fresh())
    }
}
