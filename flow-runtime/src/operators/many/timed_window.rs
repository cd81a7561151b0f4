//! `timed_window`: what arrived in each stretch of time.

use core::task::Context;
use std::time::Duration;

use tokio::time::Instant;

use super::partition::Partition;
use super::partition_unique::{Keep, PartitionUnique, partition_unique_by};
use super::supply::{Heap, Supply};
use super::{batch::Batch, partition::partition};
use crate::copies::fresh::Fresh;
use crate::operators::parts::distinct::{Distinct, Key};
use crate::ty::apart::Apart;
use crate::{
    checkpoint::{
        ledger::Ledger,
        marks::{Mark, Marked, MarkedBy, Marks, Plain, With},
        source::Sources,
        token::Token,
    },
    region::{
        Hold,
        timer::{Timer, last_beat, later},
    },
    ty::{Fits, Ty, When},
};

/// Says how many items a window takes, where nothing else is said.
pub const WINDOW: usize = 65_536;

/// Gives what arrived in each `d`, counted from the start of the flow. A window
/// in which nothing arrived is given only where `empty = true`.
///
/// `by = f` keeps one item for every key that `f` gives, the first or, with
/// `keep = last`, the last. A window takes up to `capacity` items (65,536, where
/// it is not given), and one that is complete may wait beside the one that is
/// open: then what is before it waits. The window that is open at the end of
/// input leaves at once.
///
/// # Panics
///
/// Where `d` or `capacity` is zero, and when it is run where no tokio runtime
/// with time is there.
#[inline]
#[track_caller]
#[must_use]
pub fn timed_window<T, M>(
    item: Ty<T, M>,
    d: Duration,
    empty: bool,
    capacity: usize,
) -> (TimedWindow<Partition<T>, Batch<T>>, Ty<Batch<T>, M>) {
    let (all, batch) = partition(item, usize::MAX);
    (TimedWindow::new(all, d, empty, capacity, Plain), batch)
}

/// [`timed_window`] with `by`.
///
/// # Panics
///
/// As [`timed_window`].
#[inline]
#[track_caller]
pub fn timed_window_by<T, A, P, K: Key<P> + Apart<T, F, A>, F: FnMut(&T) -> K + Fits<M>, M>(
    item: Ty<T, M>,
    d: Duration,
    f: F,
    keep: Keep,
    empty: bool,
    capacity: usize,
) -> (
    When<A, When<P, TimedWindow<PartitionUnique<T, K, F>, Batch<T>>>>,
    Ty<Batch<T>, M>,
) {
    let (unique, batch) = partition_unique_by(item, usize::MAX, f, keep);
    (TimedWindow::new(unique, d, empty, capacity, Plain), batch)
}

/// Describes what a window keeps of its items: a partition without a size.
pub trait Content {
    /// The type of what comes in.
    type Item;

    /// The mark of what comes in.
    type Mark: Mark;

    /// Adds an item.
    fn put<M: Marks<Mark = Self::Mark>>(&mut self, item: Self::Item, mark: Self::Mark, marks: &M);

    /// Returns what is there, where there is anything.
    fn take<M: Marks<Mark = Self::Mark>>(
        &mut self,
        marks: &M,
    ) -> Option<With<M, Batch<Self::Item>>>;

    /// A batch of nothing.
    fn nothing(&mut self) -> Batch<Self::Item>;
}

macro_rules! content {
    ([$($parameter:tt)*] $partition:ty) => {
        impl<T, J: Mark, $($parameter)*> Content for $partition {
            type Item = T;
            type Mark = J;

            #[inline]
            fn put<M: Marks<Mark = J>>(&mut self, item: T, mark: J, marks: &M) {
                let full = self.put(item, mark, marks);
                debug_assert!(full.is_none(), "it has no size");
            }

            #[inline]
            fn take<M: Marks<Mark = J>>(&mut self, marks: &M) -> Option<J::With<Batch<T>>> {
                self.end(marks)
            }

            #[inline]
            fn nothing(&mut self) -> Batch<T> {
                self.supply.empty()
            }
        }
    };
}

content!([] Partition<T, Heap<T>, Batch<T>, J>);
content!([K: Distinct, F: FnMut(&T) -> K] PartitionUnique<T, K, F, Heap<T>, Batch<T>, J>);

/// The window that is open, and one that is complete, a batch of type `B`.
pub struct TimedWindow<C, B, M: Marks = Plain> {
    length: Duration,
    /// Says whether windows without items are given.
    empty: bool,
    capacity: usize,
    open: C,
    /// Says how many items came into the open window.
    count: usize,
    /// The time at which the open window began: there from the first sweep on.
    began: Option<Instant>,
    /// The open window is over and waits for the one before it to leave.
    over: bool,
    complete: Option<With<M, B>>,
    /// Goes off at the end of the open window, where anything is to be given.
    timer: Timer,
    marks: M,
}

impl<C: Content<Mark = M::Mark>, M: Marks> TimedWindow<C, Batch<C::Item>, M> {
    #[track_caller]
    fn new(open: C, length: Duration, empty: bool, capacity: usize, marks: M) -> Self {
        assert!(!length.is_zero(), "`timed_window(d)`: `d` must not be zero");
        assert!(
            capacity > 0,
            "`timed_window`: `capacity` must be at least 1"
        );
        Self {
            length,
            empty,
            capacity,
            open,
            count: 0,
            began: None,
            over: false,
            complete: None,
            timer: Timer::new(),
            marks,
        }
    }

    /// Moves the start of the open window, in which nothing is, to the stretch
    /// that `now` is in. Windows keep to their beat.
    fn catch_up(&mut self, now: Instant) -> Instant {
        let began = self.began.unwrap_or(now);
        let began = last_beat(began, self.length, now);
        self.began = Some(began);
        began
    }

    /// Completes the open window, when the one before it has left.
    fn complete(&mut self) -> bool {
        if self.complete.is_some() {
            return false;
        }
        self.over = false;
        self.count = 0;
        self.complete = self.open.take(&self.marks);
        if self.complete.is_none() && self.empty {
            self.complete = Some(M::Mark::default().with(self.open.nothing()));
        }
        self.complete.is_some()
    }
}

impl<C: Content<Mark = Plain> + Fresh> Fresh for TimedWindow<C, Batch<C::Item>> {
    fn fresh(&self) -> Self {
        let (open, length) = (self.open.fresh(), self.length);
        Self::new(open, length, self.empty, self.capacity, Plain)
    }
}

impl<'l, C, D, S> MarkedBy<&'l Ledger<S>> for TimedWindow<C, Batch<C::Item>>
where
    C: Content<Mark = Plain> + Marked<Marked = D>,
    D: Content<Item = C::Item, Mark = Token>,
    S: Sources,
{
    type Marked = TimedWindow<D, Batch<C::Item>, &'l Ledger<S>>;

    fn marked_by(self, marks: &'l Ledger<S>) -> Self::Marked {
        let (open, length) = (self.open.marked(), self.length);
        TimedWindow::new(open, length, self.empty, self.capacity, marks)
    }
}

impl<C: Content<Mark = M::Mark>, M: Marks> Hold for TimedWindow<C, Batch<C::Item>, M> {
    type In = With<M, C::Item>;
    type Out = With<M, Batch<C::Item>>;

    #[inline]
    fn has_room(&self) -> bool {
        !self.over && self.count < self.capacity
    }

    #[inline]
    fn push(&mut self, item: With<M, C::Item>) -> bool {
        let (item, mark) = M::Mark::apart(item);
        self.open.put(item, mark, &self.marks);
        self.count += 1;
        if self.timer.is_set() {
            return false;
        }
        // The clock is read at the first item of a window only.
        let began = self.catch_up(Instant::now());
        self.timer.set(later(began, self.length));
        true
    }

    fn pop(&mut self) -> Option<With<M, Batch<C::Item>>> {
        let batch = self.complete.take();
        if batch.is_some() && self.over {
            self.complete();
        }
        batch
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        loop {
            let idle = !self.over && !self.timer.is_set();
            if self.began.is_none() || (self.empty && idle) {
                let began = self.catch_up(Instant::now());
                if self.empty {
                    self.timer.set(later(began, self.length));
                }
            }
            if !self.timer.poll(cx) {
                return moved;
            }
            self.began = self.began.map(|began| later(began, self.length));
            self.over = true;
            moved |= self.complete();
        }
    }

    fn close(&mut self) {
        self.timer.clear();
        self.empty = false;
        // Where one is complete, it leaves first.
        self.over = self.complete.is_some() && self.count > 0;
        if !self.over {
            self.complete();
        }
    }

    fn waits_for_time(&self) -> bool {
        self.complete.is_none() && !self.over
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.complete.is_none() && !self.over && self.count == 0
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.capacity))
    }
}
