//! `sliding_window(n) -> aggregate(…)`.

use std::collections::VecDeque;

use super::Summary;
use crate::checkpoint::last_items::Slide;
use crate::copies::fresh::Fresh;
use crate::copies::twin::Twin;
use crate::ty::Ty;

/// Gives aggregates of the last `n` items at every item, from the `n`th on.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn sliding_window_aggregate<T, S: Summary<T>, M>(
    _: Ty<T, M>,
    n: usize,
    summary: S,
) -> (SlidingAggregate<T, S, S::State>, Ty<S::Output, M>) {
    (SlidingAggregate::new(n, n, summary), Ty::of_mode())
}

/// Gives aggregates of the last `n` items at every item, or of as many as there were.
///
/// # Panics
///
/// Where `n` is 0.
#[inline]
#[track_caller]
pub fn sliding_window_partial_aggregate<T, S: Summary<T>, M>(
    _: Ty<T, M>,
    n: usize,
    summary: S,
) -> (SlidingAggregate<T, S, S::State>, Ty<S::Output, M>) {
    (SlidingAggregate::new(n, 1, summary), Ty::of_mode())
}

/// The last `n` items, and what is known of them.
pub struct SlidingAggregate<T, S, A> {
    size: usize,
    /// The size of the first window: 1, or the full size.
    least: usize,
    items: VecDeque<T>,
    summary: S,
    state: A,
}

impl<T, S: Summary<T>> SlidingAggregate<T, S, S::State> {
    #[track_caller]
    fn new(size: usize, least: usize, mut summary: S) -> Self {
        assert!(size > 0, "`sliding_window(n)`: `n` must be at least 1");
        let state = summary.open(true);
        Self {
            size,
            least,
            items: VecDeque::new(),
            summary,
            state,
        }
    }

    /// Adds one item. Gives what is known of the window that ends with it.
    #[inline]
    pub fn push(&mut self, item: T) -> Option<S::Output> {
        if self.items.len() == self.size
            && let Some(first) = self.items.pop_front()
        {
            self.summary.leave(&mut self.state, &first);
        }
        self.summary.enter(&mut self.state, &item);
        self.items.push_back(item);
        let complete = self.items.len() >= self.least;
        complete.then(|| self.summary.value(&self.state))
    }
}

impl<T, S: Summary<T>> Slide for SlidingAggregate<T, S, S::State> {
    type In = T;
    type Out = S::Output;

    #[inline]
    fn size(&self) -> usize {
        self.size
    }

    #[inline]
    fn slide(&mut self, item: T) -> Option<S::Output> {
        self.push(item)
    }
}

impl<T, S: Summary<T> + Clone> Fresh for SlidingAggregate<T, S, S::State> {
    fn fresh(&self) -> Self {
        Self::new(self.size, self.least, self.summary.clone())
    }
}

impl<T: Clone, S: Clone, A: Clone> Twin for SlidingAggregate<T, S, A> {
    fn twin(&self) -> Self {
        Self {
            items: self.items.clone(),
            summary: self.summary.clone(),
            state: self.state.clone(),
            ..*self
        }
    }
}
