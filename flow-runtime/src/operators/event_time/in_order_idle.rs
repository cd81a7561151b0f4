//! `in_order(at, late = d, idle = d)`: what waits leaves after a while without input.

use core::task::Context;
use std::time::Duration;

use tokio::time::Instant;

use super::in_order::{InOrder, Ordered, Ordering, Ranked};
use super::late::Late;
use super::limit::{Limit, Limited};
use super::time::{Dated, Time};
use crate::copies::fresh::Fresh;
use crate::ty::apart::Apart;
use crate::{
    checkpoint::{
        ledger::Ledger,
        marks::{Mark, Marked, MarkedBy, Plain},
        token::Token,
    },
    region::{
        Hold,
        timer::{Timer, later},
    },
    ty::Ty,
};

/// [`in_order`](super::in_order::in_order), where what waits leaves after so long
/// without input.
///
/// # Panics
///
/// Where `late` is negative, or `capacity` or `idle` is zero; and at the first item,
/// where no tokio runtime with time is there.
#[inline]
#[track_caller]
pub fn in_order_idle<T, X, D, Q, F, A, K, R, G, L, B, M>(
    _: Ty<T, M>,
    at: F,
    late: D,
    capacity: usize,
    then: G,
    limit: L,
    idle: Duration,
) -> (
    Ordering<A, Q, R, B, InOrderIdle<T, X, F, K, G, L>>,
    Ty<Result<T, Late<T, D>>, M>,
)
where
    X: Dated<D, Q> + Limited<L, B>,
    F: FnMut(&T) -> X,
    K: Ranked<R> + Apart<T, G, A>,
    G: FnMut(&T) -> K,
{
    assert!(!idle.is_zero(), "`in_order`: `idle` must not be zero");
    let late = X::gap(late);
    let sorted = InOrder::new(at, late, capacity, then, limit);
    (InOrderIdle::new(sorted, idle), Ty::of_mode())
}

/// The items that wait for older ones, and those that wait to be taken.
pub struct InOrderIdle<T, X: Time, F, K, G, L, J: Mark = Plain> {
    sorted: InOrder<T, X, F, K, G, L, J>,
    idle: Duration,
    /// The time at which the last item came.
    last: Option<Instant>,
    /// Goes off at the earliest moment at which it may have been idle: it is not set anew
    /// for every item.
    timer: Timer,
    /// Everything leaves that waits.
    releases: bool,
}

impl<T, X: Time, F, K, G, L, J: Mark> InOrderIdle<T, X, F, K, G, L, J> {
    fn new(sorted: InOrder<T, X, F, K, G, L, J>, idle: Duration) -> Self {
        Self {
            sorted,
            idle,
            last: None,
            timer: Timer::new(),
            releases: false,
        }
    }
}

impl<T, X, F, K, G, L, J> Fresh for InOrderIdle<T, X, F, K, G, L, J>
where
    X: Time,
    F: FnMut(&T) -> X + Clone,
    K: Ord,
    G: FnMut(&T) -> K + Clone,
    L: Limit<X> + Clone,
    J: Mark,
{
    fn fresh(&self) -> Self {
        Self::new(self.sorted.fresh(), self.idle)
    }
}

impl<T, X, F, K, G, L, J> Hold for InOrderIdle<T, X, F, K, G, L, J>
where
    X: Time,
    F: FnMut(&T) -> X,
    K: Ord,
    G: FnMut(&T) -> K,
    L: Limit<X>,
    J: Mark,
{
    type In = J::With<T>;
    type Out = J::With<Ordered<T, X>>;

    #[inline]
    fn has_room(&self) -> bool {
        !self.releases && !self.sorted.has_left()
    }

    fn push(&mut self, item: J::With<T>) -> bool {
        let (item, mark) = J::apart(item);
        self.sorted.take(item, mark);
        let now = Instant::now();
        self.last = Some(now);
        let unset = !self.sorted.is_empty() && !self.timer.is_set();
        if unset {
            self.timer.set(later(now, self.idle));
        }
        unset || self.sorted.has_left()
    }

    fn pop(&mut self) -> Option<J::With<Ordered<T, X>>> {
        let left = if self.releases {
            self.sorted.pop()
        } else {
            self.sorted.left()
        };
        self.releases &= left.is_some() && !self.is_empty();
        left
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while self.timer.poll(cx) {
            let due = self.last.map(|last| later(last, self.idle));
            match due {
                _ if self.sorted.is_empty() => {}
                Some(due) if due > Instant::now() => self.timer.set(due),
                _ => (self.releases, moved) = (true, true),
            }
        }
        moved
    }

    fn close(&mut self) {
        self.timer.clear();
        self.releases = !self.is_empty();
    }

    fn waits_for_time(&self) -> bool {
        !self.releases && !self.sorted.has_left()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.sorted.is_empty() && !self.sorted.has_left()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        self.sorted.fill()
    }
}

impl<T, X, F, K, G, L, S> MarkedBy<&Ledger<S>> for InOrderIdle<T, X, F, K, G, L>
where
    X: Time,
    F: FnMut(&T) -> X,
    K: Ord,
    G: FnMut(&T) -> K,
    L: Limit<X>,
{
    type Marked = InOrderIdle<T, X, F, K, G, L, Token>;

    fn marked_by(self, _: &Ledger<S>) -> Self::Marked {
        InOrderIdle::new(self.sorted.marked(), self.idle)
    }
}
