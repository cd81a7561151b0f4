//! `partition(n, timeout = d)`: a batch leaves at the latest a while after its
//! first item.

use core::task::Context;
use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::batch::Batch;
use super::inline_batch::InlineBatch;
use super::partition::{Partition, partition, partition_inline};
use super::partition_by::{PartitionBy, partition_by, partition_by_inline};
use super::supply::{Heap, Inline, Supply};
use crate::copies::fresh::Fresh;
use crate::operators::parts::distinct::{Distinct, KeptKey};
use crate::ty::apart::Apart;
use crate::{
    checkpoint::{
        ledger::Ledger,
        marks::{Mark, Marked, MarkedBy, Marks, Plain, With},
        source::Sources,
    },
    region::{
        Hold,
        timer::{Timer, later},
    },
    ty::{Fits, Ty, When},
};

/// [`partition`], where a short batch leaves `d` after its first item.
///
/// While a batch waits to be taken, what is before it waits.
///
/// # Panics
///
/// Where `n` is 0, and at the first item where no tokio runtime with time is
/// there.
#[inline]
#[track_caller]
#[must_use]
pub fn partition_timeout<T, M>(
    item: Ty<T, M>,
    n: usize,
    d: Duration,
) -> (PartitionTimeout<T>, Ty<Batch<T>, M>) {
    let (partition, batch) = partition(item, n);
    (PartitionTimeout::new(partition, d, Plain), batch)
}

/// [`partition_timeout`] of batches of `N` items.
#[inline]
#[must_use]
pub fn partition_timeout_inline<T, const N: usize, M>(
    item: Ty<T, M>,
    d: Duration,
) -> (
    PartitionTimeout<T, Inline<N>, InlineBatch<T, N>, InlineBatch<T, N>>,
    Ty<InlineBatch<T, N>, M>,
) {
    let (partition, batch) = partition_inline(item);
    (PartitionTimeout::new(partition, d, Plain), batch)
}

/// [`partition_timeout`] of items of equal key. Every batch has its own timer.
///
/// # Panics
///
/// As [`partition_timeout`].
#[inline]
#[track_caller]
pub fn partition_by_timeout<
    T,
    A,
    P,
    K: KeptKey<P> + Apart<T, F, A>,
    F: FnMut(&T) -> K + Fits<M>,
    M,
>(
    item: Ty<T, M>,
    n: usize,
    f: F,
    d: Duration,
) -> (
    When<A, When<P, PartitionByTimeout<T, K, F>>>,
    Ty<Batch<T>, M>,
) {
    let (partition, batch) = partition_by(item, n, f);
    (PartitionByTimeout::new(partition, d, Plain), batch)
}

/// [`partition_by_timeout`] of batches of `N` items.
#[inline]
pub fn partition_by_timeout_inline<
    T,
    const N: usize,
    A,
    P,
    K: KeptKey<P> + Apart<T, F, A>,
    F: FnMut(&T) -> K + Fits<M>,
    M,
>(
    item: Ty<T, M>,
    f: F,
    d: Duration,
) -> (
    When<A, When<P, PartitionByTimeout<T, K, F, Inline<N>, InlineBatch<T, N>>>>,
    Ty<InlineBatch<T, N>, M>,
) {
    let (partition, batch) = partition_by_inline(item, f);
    (PartitionByTimeout::new(partition, d, Plain), batch)
}

/// The batch that is being filled, in a place of type `O`, and one that waits to be taken.
pub struct PartitionTimeout<T, S = Heap<T>, O = Batch<T>, B = Batch<T>, M: Marks = Plain> {
    partition: Partition<T, S, O, M::Mark>,
    after: Duration,
    /// Belongs to the batch that is being filled.
    timer: Timer,
    ready: Option<With<M, B>>,
    /// The number of items in both.
    held: usize,
    marks: M,
}

impl<T, S, O, B, M: Marks> PartitionTimeout<T, S, O, B, M> {
    fn new(partition: Partition<T, S, O, M::Mark>, after: Duration, marks: M) -> Self {
        Self {
            partition,
            after,
            timer: Timer::new(),
            ready: None,
            held: 0,
            marks,
        }
    }
}

impl<T, S: Supply<T> + Clone> Fresh for PartitionTimeout<T, S, S::Open, S::Batch> {
    fn fresh(&self) -> Self {
        Self::new(self.partition.fresh(), self.after, Plain)
    }
}

impl<'l, T, S, L> MarkedBy<&'l Ledger<L>> for PartitionTimeout<T, S, S::Open, S::Batch>
where
    S: Supply<T>,
    L: Sources,
{
    type Marked = PartitionTimeout<T, S, S::Open, S::Batch, &'l Ledger<L>>;

    fn marked_by(self, marks: &'l Ledger<L>) -> Self::Marked {
        PartitionTimeout::new(self.partition.marked(), self.after, marks)
    }
}

impl<T, S: Supply<T>, M: Marks> Hold for PartitionTimeout<T, S, S::Open, S::Batch, M> {
    type In = With<M, T>;
    type Out = With<M, S::Batch>;

    #[inline]
    fn has_room(&self) -> bool {
        self.ready.is_none()
    }

    #[inline]
    fn push(&mut self, item: With<M, T>) -> bool {
        self.held += 1;
        let (item, mark) = Mark::apart(item);
        self.ready = self.partition.put(item, mark, &self.marks);
        if self.ready.is_some() {
            self.timer.clear();
            return true;
        }
        if self.timer.is_set() {
            return false;
        }
        self.timer.set(later(Instant::now(), self.after));
        true
    }

    #[inline]
    fn pop(&mut self) -> Option<With<M, S::Batch>> {
        let (batch, mark) = M::Mark::apart(self.ready.take()?);
        self.held -= batch.len();
        Some(mark.with(batch))
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.timer.poll(cx) {
            return false;
        }
        self.ready = self.partition.end(&self.marks);
        true
    }

    fn close(&mut self) {
        self.timer.clear();
        if self.ready.is_none() {
            self.ready = self.partition.end(&self.marks);
        }
    }

    fn waits_for_time(&self) -> bool {
        self.ready.is_none()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.ready.is_none() && self.partition.is_empty()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.held, None)
    }
}

/// The batches that are being filled, and those that wait to be taken.
pub struct PartitionByTimeout<T, K, F, S = Heap<T>, B = Batch<T>, M: Marks = Plain> {
    partition: PartitionBy<T, K, F, S, B, M::Mark>,
    after: Duration,
    /// The deadlines of batches, each with its batch. Some have left already.
    deadlines: VecDeque<(Instant, u64, K)>,
    /// Goes off when the first of them has to leave.
    timer: Timer,
    ready: VecDeque<With<M, B>>,
    /// The number of items in all batches.
    held: usize,
    marks: M,
}

impl<T, K: Distinct + Clone, F, S, B, M: Marks> PartitionByTimeout<T, K, F, S, B, M> {
    fn new(partition: PartitionBy<T, K, F, S, B, M::Mark>, after: Duration, marks: M) -> Self {
        Self {
            partition,
            after,
            deadlines: VecDeque::new(),
            timer: Timer::new(),
            ready: VecDeque::new(),
            held: 0,
            marks,
        }
    }

    /// Sets the timer for the first batch that is still there.
    fn set_timer(&mut self) {
        self.timer.clear();
        while let Some((at, number, key)) = self.deadlines.front() {
            let open = self.partition.open.get(key);
            if open.is_some_and(|open| open.number == *number) {
                self.timer.set(*at);
                break;
            }
            self.deadlines.pop_front();
        }
    }
}

impl<T, K: Distinct + Clone, F: FnMut(&T) -> K + Clone, S: Supply<T> + Clone> Fresh
    for PartitionByTimeout<T, K, F, S, S::Batch>
{
    fn fresh(&self) -> Self {
        Self::new(self.partition.fresh(), self.after, Plain)
    }
}

impl<'l, T, K, F, S, L> MarkedBy<&'l Ledger<L>> for PartitionByTimeout<T, K, F, S, S::Batch>
where
    K: Distinct + Clone,
    F: FnMut(&T) -> K,
    S: Supply<T>,
    L: Sources,
{
    type Marked = PartitionByTimeout<T, K, F, S, S::Batch, &'l Ledger<L>>;

    fn marked_by(self, marks: &'l Ledger<L>) -> Self::Marked {
        PartitionByTimeout::new(self.partition.marked(), self.after, marks)
    }
}

impl<T, K: Distinct + Clone, F: FnMut(&T) -> K, S: Supply<T>, M: Marks> Hold
    for PartitionByTimeout<T, K, F, S, S::Batch, M>
{
    type In = With<M, T>;
    type Out = With<M, S::Batch>;

    #[inline]
    fn has_room(&self) -> bool {
        self.ready.is_empty()
    }

    fn push(&mut self, item: With<M, T>) -> bool {
        let (item, mark) = M::Mark::apart(item);
        let key = (self.partition.key)(&item);
        if !self.partition.open.contains_key(&key) {
            let at = later(Instant::now(), self.after);
            let number = self.partition.opened + 1;
            self.deadlines.push_back((at, number, key.clone()));
        }
        self.held += 1;
        let full = self.partition.put_under(key, item, mark, &self.marks);
        let ready = full.is_some();
        self.ready.extend(full);
        if ready || !self.timer.is_set() {
            self.set_timer();
            return true;
        }
        false
    }

    #[inline]
    fn pop(&mut self) -> Option<With<M, S::Batch>> {
        let (batch, mark) = M::Mark::apart(self.ready.pop_front()?);
        self.held -= batch.len();
        Some(mark.with(batch))
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while self.timer.poll(cx) {
            if let Some((_, _, key)) = self.deadlines.pop_front()
                && let Some(open) = self.partition.open.remove(&key)
            {
                self.ready.push_back(open.mark.with(open.batch));
                moved = true;
            }
            self.set_timer();
        }
        moved
    }

    fn close(&mut self) {
        self.timer.clear();
        self.deadlines.clear();
        self.ready.extend(self.partition.end(&self.marks));
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.partition.open.is_empty()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.held, None)
    }
}
