//! `in_order`: items leave sorted by the time in them.

use std::collections::VecDeque;

use super::late::Late;
use super::limit::{Limit, Limited};
use super::sorter::Sorter;
use super::time::{Dated, Time};
use crate::checkpoint::marks::{Mark, Marked, Marks, Plain};
use crate::checkpoint::token::Token;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::operators::parts::leaving::Leaving;
use crate::ty::{Ty, When, apart::Apart, proven};

/// Lets items leave sorted by `at(&item)`, equal times in order of arrival:
/// `in_order(at, late = d)`.
///
/// An item leaves once the newest time seen is more than `late` ahead of it, or at the
/// end of input. Gives a `Result`: an item that is older than the newest time less
/// `late`, or than what has left, is [`Late`](crate::Late). So what comes out does not
/// depend on the order of arrival within `late`, up to the order of equal times.
///
/// With `then_by = f` equal times are sorted by `f(&item)`. With `capacity = n` at most
/// `n` wait; where one more comes, the oldest leaves. With `idle = d` what waits leaves
/// after so long without input. With `ahead = d` a time that far ahead of the clock is
/// late as well; `clock = f` is another clock than the machine's.
///
/// Behind a source that resumes, the newest time begins anew with the lines that are
/// read again: what was late before a restart may be in time after it.
///
/// # Panics
///
/// Where `late` is negative, or `capacity` is zero.
#[inline]
#[track_caller]
pub fn in_order<T, X, D, Q, F, A, K, R, G, L, B, J: Mark, M>(
    _: Ty<T, M>,
    _: J,
    at: F,
    late: D,
    capacity: usize,
    then: G,
    limit: L,
) -> (
    Ordering<A, Q, R, B, InOrder<T, X, F, K, G, L, J>>,
    Ty<Result<T, Late<T, D>>, M>,
)
where
    X: Dated<D, Q> + Limited<L, B>,
    F: FnMut(&T) -> X,
    K: Ranked<R> + Apart<T, G, A>,
    G: FnMut(&T) -> K,
{
    let late = X::gap(late);
    (InOrder::new(at, late, capacity, then, limit), Ty::of_mode())
}

/// The operator, where its times, what equal ones are sorted by, and its limit are that.
pub(super) type Ordering<A, Q, R, B, O> = When<A, When<Q, When<R, When<B, O>>>>;

proven! {
    /// Implemented by what equal times may be sorted by.
    #[diagnostic::on_unimplemented(
        message = "nothing is sorted by `{Self}`: it is not `Ord`",
        label = "`then_by` sorts items of equal times",
        note = "derive `Ord`, or give a key that is; of a float, `then_by = |x| x.to_bits()` for what is not negative",
        note = "a type parameter has an order where it is `Ord`"
    )]
    pub trait Ranked: Ord;
}

/// The number of items that wait at most, where nothing is said: as many as come.
pub const UNBOUNDED: usize = usize::MAX;

/// Equal times are in order of arrival.
#[inline]
pub fn as_they_come<T>(_: &T) {}

/// The items that wait for older ones.
pub struct InOrder<T, X: Time, F, K, G, L, J: Mark> {
    at: F,
    late: X::Gap,
    capacity: usize,
    then: G,
    limit: L,
    waiting: Sorter<X, K, (T, J)>,
    newest: Option<X>,
    /// The oldest time that may still come: all before it has left, or is late.
    oldest: Option<X>,
    /// The newest time less what may be late.
    bound: Option<X>,
    /// The time of the first item.
    first: Option<X>,
    /// The number of items that came.
    came: u64,
    /// The items that leave because of one; empty but for its memory.
    out: VecDeque<J::With<Ordered<T, X>>>,
}

/// The items that leave.
pub type Ordered<T, X> = Result<T, Late<T, <X as Time>::Gap>>;

impl<T, X: Time, F, K: Ord, G, L, J: Mark> InOrder<T, X, F, K, G, L, J> {
    #[track_caller]
    pub(super) fn new(at: F, late: X::Gap, capacity: usize, then: G, limit: L) -> Self {
        assert!(late >= X::ZERO, "`in_order`: `late` must not be negative");
        assert!(capacity > 0, "`in_order`: `capacity` must be at least 1");
        Self {
            at,
            late,
            capacity,
            then,
            limit,
            waiting: Sorter::new(X::length(late)),
            newest: None,
            oldest: None,
            bound: None,
            first: None,
            came: 0,
            out: VecDeque::new(),
        }
    }
}

impl<T, X, F, K, G, L, J> InOrder<T, X, F, K, G, L, J>
where
    X: Time,
    F: FnMut(&T) -> X,
    K: Ord,
    G: FnMut(&T) -> K,
    L: Limit<X>,
    J: Mark,
{
    /// Takes one item. Gives what leaves because of it.
    #[inline]
    pub fn put<M: Marks<Mark = J>>(
        &mut self,
        item: T,
        mark: J,
        _: &M,
    ) -> impl Iterator<Item = J::With<Ordered<T, X>>> {
        self.take(item, mark);
        Leaving(&mut self.out)
    }

    /// Takes one item, and leaves at hand what leaves because of it.
    #[inline]
    pub(super) fn take(&mut self, item: T, mark: J) {
        let (at, number) = ((self.at)(&item), self.came);
        self.came += 1;
        if let Some(by) = self.limit.beyond(at) {
            return self.refuse(item, by, mark);
        }
        if self.oldest.is_some_and(|oldest| at < oldest) {
            let by = self.bound.map_or(X::ZERO, |bound| bound.since(at));
            return self.refuse(item, by, mark);
        }
        let then = (self.then)(&item);
        let first = *self.first.get_or_insert(at);
        if self.newest.is_none_or(|newest| at > newest) {
            self.newest = Some(at);
            self.bound = at.before(self.late);
            self.oldest = self.oldest.max(self.bound);
            if let Some(bound) = self.bound {
                let ticks = bound.ticks(first);
                while let Some(first) = self.waiting.pop_if(ticks, |at| *at < bound) {
                    let (item, mark) = first.item;
                    self.out.push_back(mark.with(Ok(item)));
                }
            }
        }
        self.waiting
            .push(at.ticks(first), at, then, number, (item, mark));
        if self.waiting.len() > self.capacity {
            self.let_first_go();
        }
    }

    #[cold]
    fn refuse(&mut self, item: T, by: X::Gap, mark: J) {
        let late = Err(Late { item, by });
        self.out.push_back(mark.with(late));
    }

    /// The first leaves, due or not: what is older is late from now on.
    fn let_first_go(&mut self) -> bool {
        let Some(first) = self.waiting.pop_if(u64::MAX, |_| true) else {
            return false;
        };
        self.oldest = self.oldest.max(Some(first.at));
        let (item, mark) = first.item;
        self.out.push_back(mark.with(Ok(item)));
        true
    }

    /// The first that waits leaves, as at the end of input.
    pub(super) fn pop(&mut self) -> Option<J::With<Ordered<T, X>>> {
        if self.out.is_empty() {
            self.let_first_go();
        }
        self.out.pop_front()
    }

    /// Returns whether nothing waits.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.len() == 0
    }

    /// Returns whether something is at hand.
    #[inline]
    pub(super) fn has_left(&self) -> bool {
        !self.out.is_empty()
    }

    /// Returns what is at hand.
    #[inline]
    pub(super) fn left(&mut self) -> Option<J::With<Ordered<T, X>>> {
        self.out.pop_front()
    }

    /// Returns how many items are held, and how many may wait where that is bounded.
    pub(super) fn fill(&self) -> (usize, Option<usize>) {
        let bound = Some(self.capacity).filter(|capacity| *capacity != UNBOUNDED);
        (self.waiting.len() + self.out.len(), bound)
    }

    /// Returns how many items it gives at the end of input.
    #[inline]
    #[must_use]
    pub fn held(&self) -> usize {
        self.fill().0
    }

    /// The rest, in order.
    #[inline]
    pub fn end<M: Marks<Mark = J>>(
        &mut self,
        _: &M,
    ) -> impl Iterator<Item = J::With<Ordered<T, X>>> {
        std::iter::from_fn(|| self.pop())
    }
}

impl<T, X, F, K, G, L> InOrder<T, X, F, K, G, L, Plain>
where
    X: Time,
    F: FnMut(&T) -> X,
    K: Ord,
    G: FnMut(&T) -> K,
    L: Limit<X>,
{
    /// Takes one item. Gives what leaves because of it.
    #[inline]
    pub fn push(&mut self, item: T) -> impl Iterator<Item = Ordered<T, X>> {
        self.put(item, Plain, &Plain)
    }

    /// The rest, in order.
    #[inline]
    pub fn finish(&mut self) -> impl Iterator<Item = Ordered<T, X>> {
        self.end(&Plain)
    }
}

impl<T, X, F, K, G, L> Marked for InOrder<T, X, F, K, G, L, Plain>
where
    X: Time,
    F: FnMut(&T) -> X,
    K: Ord,
    G: FnMut(&T) -> K,
    L: Limit<X>,
{
    type Marked = InOrder<T, X, F, K, G, L, Token>;

    fn marked(self) -> Self::Marked {
        InOrder::new(self.at, self.late, self.capacity, self.then, self.limit)
    }
}

impl<T, X, F, K, G, L, J> Fresh for InOrder<T, X, F, K, G, L, J>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    K: Ord,
    G: FnMut(&T) -> K + Clone,
    L: Limit<X> + Clone,
    J: Mark,
{
    fn fresh(&self) -> Self {
        let (at, then, limit) = (self.at.clone(), self.then.clone(), self.limit.clone());
        Self::new(at, self.late, self.capacity, then, limit)
    }
}

impl<T, X, F, K, G, L> Twin for InOrder<T, X, F, K, G, L, Plain>
where
    T: Clone,
    X: Time,
    F: Clone,
    K: Clone,
    G: Clone,
    L: Clone,
{
    fn twin(&self) -> Self {
        Self {
            at: self.at.clone(),
            then: self.then.clone(),
            limit: self.limit.clone(),
            waiting: self.waiting.clone(),
            out: self.out.clone(),
            ..*self
        }
    }
}
