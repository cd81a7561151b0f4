//! Ways round: what comes back from another region, and when nothing more will.
//!
//! An item on a way round is in one of three places: in the step of a region,
//! in a cut, or waiting in the ring that leads back. When all that leads into
//! the way has ended and all three are empty, nothing more will come back, but for
//! what operators on the way hold until the end of input. The sweep looks for that
//! moment; then those operators are asked for what they hold, in the order of the graph,
//! until none of them gives anything. Then the rings end, and with them, one after the
//! other, the regions on the way.

use core::pin::Pin;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::task::{Context, Poll};

use futures_core::Stream;

use super::cut::Hold;
use super::pulse::Pulse;
use super::queue::{CycleQueue, Queue, queue, queue_of_cycle};
use crate::error::{Error, Stage};
use crate::ty::Ty;

/// Holds what goes on on one way round, or on several that share a stretch.
///
/// The counts are used by the task of the flow alone; they are atomic so that
/// the flow can be `Send`.
pub struct Round<'p> {
    pulse: &'p Pulse,
    /// The segments that something comes back to, and whose other inputs have
    /// not ended.
    fed: AtomicUsize,
    /// The regions on the way that work on an item.
    busy: AtomicUsize,
    /// The operator on the way that is to flush its items; `NOBODY` otherwise.
    asked: AtomicUsize,
    /// The operator that is asked next.
    next: AtomicUsize,
    /// One of them gave something since the first was asked last.
    gave: AtomicBool,
    over: AtomicBool,
}

/// See [`Round::asked`].
const NOBODY: usize = usize::MAX;

impl<'p> Round<'p> {
    /// A way round with this number of segments that something comes back to.
    #[must_use]
    pub fn new(pulse: &'p Pulse, segments: usize) -> Self {
        Self {
            pulse,
            fed: AtomicUsize::new(segments),
            busy: AtomicUsize::new(0),
            asked: AtomicUsize::new(NOBODY),
            next: AtomicUsize::new(0),
            gave: AtomicBool::new(false),
            over: AtomicBool::new(false),
        }
    }

    /// A region begins to work on an item.
    #[inline]
    pub fn enter(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// It is done with the item.
    #[inline]
    pub fn leave(&self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }

    /// The other inputs of a segment have ended.
    pub fn unfed(&self) {
        self.fed.fetch_sub(1, Ordering::Relaxed);
        self.pulse.stir();
    }

    /// Returns whether only what is in the cuts may still come round.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.fed.load(Ordering::Relaxed) == 0 && self.busy.load(Ordering::Relaxed) == 0
    }

    /// Nothing moves on the way any more. As at the end of input, each operator on it that
    /// holds items, of this number, is asked for them, one after the other; when none of
    /// them gave anything, nothing more will come back.
    pub fn settle(&self, holders: usize) {
        if self.asked().is_some() {
            return;
        }
        let mut next = self.next.load(Ordering::Relaxed);
        if next == holders {
            if !self.gave.swap(false, Ordering::Relaxed) {
                return self.end();
            }
            next = 0;
        }
        self.asked.store(next, Ordering::Relaxed);
        self.next.store(next + 1, Ordering::Relaxed);
        self.pulse.stir();
    }

    /// Returns which of the operators on the way is to give what it holds now.
    #[inline]
    #[must_use]
    pub fn asked(&self) -> Option<usize> {
        Some(self.asked.load(Ordering::Relaxed)).filter(|asked| *asked != NOBODY)
    }

    /// The operator that was asked has given what it held; `gave`: that was something.
    pub fn flushed(&self, gave: bool) {
        self.asked.store(NOBODY, Ordering::Relaxed);
        self.gave.fetch_or(gave, Ordering::Relaxed);
        self.pulse.stir();
    }

    /// Nothing more will come back.
    pub fn end(&self) {
        if !self.over.swap(true, Ordering::Relaxed) {
            self.pulse.stir();
        }
    }

    /// Returns what comes back, until nothing more will.
    #[must_use]
    pub fn until_over<S>(&self, returning: S) -> UntilOver<'_, S> {
        UntilOver {
            round: self,
            returning,
        }
    }
}

/// See [`Round::until_over`].
pub struct UntilOver<'r, S> {
    round: &'r Round<'r>,
    returning: S,
}

impl<H: Hold> UntilOver<'_, super::cut::Results<'_, H>> {
    /// Says that nothing more will be read.
    pub fn close(&mut self) {
        self.returning.close();
    }
}

impl<S: Stream + Unpin> Stream for UntilOver<'_, S> {
    type Item = S::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        match Pin::new(&mut self.returning).poll_next(cx) {
            Poll::Pending if self.round.over.load(Ordering::Relaxed) => Poll::Ready(None),
            polled => polled,
        }
    }
}

/// A ring for any number of items that wait to go round once more.
#[must_use]
pub fn ring<T>() -> Queue<T> {
    queue(Ty::new())
}

impl<T> Hold for Queue<T> {
    type In = T;
    type Out = T;

    #[inline]
    fn has_room(&self) -> bool {
        true
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        Self::push(self, item);
        true
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        Self::pop(self)
    }

    #[inline]
    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }

    fn fill(&self) -> (usize, Option<usize>) {
        (self.len(), None)
    }
}

/// Says where at most so many items wait to go round once more. One more is an error,
/// which comes out instead of them.
pub struct Within<T> {
    queue: CycleQueue<T>,
    overflow: Option<Error>,
    /// True where that error ends the flow.
    ends: bool,
    /// Nothing goes round any more: what comes is dropped.
    is_over: bool,
}

/// A ring for `capacity` items.
///
/// # Panics
///
/// Where that is zero.
#[must_use]
pub fn ring_within<T>(stage: Stage, capacity: usize) -> Within<T> {
    Within {
        queue: queue_of_cycle(Ty::new(), stage, capacity),
        overflow: None,
        ends: false,
        is_over: false,
    }
}

/// As [`ring_within`], where the error ends the flow: nothing goes round behind it. What came of
/// the items that were on their way might fill the ring again and again.
///
/// # Panics
///
/// As that.
#[must_use]
pub fn ring_until_full<T>(stage: Stage, capacity: usize) -> Within<T> {
    Within {
        ends: true,
        ..ring_within(stage, capacity)
    }
}

impl<T> Hold for Within<T> {
    type In = T;
    type Out = Result<T, Error>;

    #[inline]
    fn has_room(&self) -> bool {
        true
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        if self.is_over {
            return true;
        }
        if let Err(error) = self.queue.push(item) {
            self.overflow.get_or_insert(error);
            self.is_over = self.ends;
        }
        true
    }

    #[inline]
    fn pop(&mut self) -> Option<Self::Out> {
        match self.overflow.take() {
            Some(error) => Some(Err(error)),
            None => self.queue.pop().map(Ok),
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.overflow.is_none()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        self.queue.fill()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn stage() -> Stage {
        Stage {
            name: "pages",
            operator: "union",
            location: "here",
        }
    }

    #[test]
    fn an_overflow_comes_out_instead_of_what_waits() {
        let mut ring = ring_within(stage(), 2);
        for n in 0..3 {
            assert!(ring.push(n));
        }
        let error = ring.pop().unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.stage()),
            (ErrorKind::Capacity, Some("pages"))
        );
        assert!(ring.pop().is_none() && ring.is_empty());
    }

    #[test]
    fn nothing_goes_round_behind_an_overflow_that_ends_the_flow() {
        let mut ring = ring_until_full(stage(), 2);
        for n in 0..6 {
            assert!(ring.push(n));
        }
        assert!(ring.pop().unwrap().is_err());
        assert!(ring.push(6) && ring.pop().is_none());
        let mut ring = ring_within(stage(), 2);
        for n in 0..3 {
            assert!(ring.push(n));
        }
        assert!(ring.pop().unwrap().is_err());
        assert!(ring.push(3) && ring.pop().unwrap().is_ok());
    }

    #[test]
    fn a_way_round_is_idle_when_nothing_leads_in_and_nobody_works() {
        let pulse = Pulse::new();
        let round = Round::new(&pulse, 2);
        round.enter();
        round.unfed();
        round.unfed();
        assert!(!round.is_idle());
        round.leave();
        assert!(round.is_idle());
    }

    #[test]
    fn those_who_hold_are_asked_until_none_of_them_gives_anything() {
        let pulse = Pulse::new();
        let round = Round::new(&pulse, 0);
        let mut asked = Vec::new();
        let mut held = [1, 2];
        while !round.over.load(Ordering::Relaxed) {
            round.settle(2);
            // Nobody else is asked meanwhile.
            round.settle(2);
            if let Some(holder) = round.asked() {
                asked.push(holder);
                round.flushed(held[holder] > 0);
                held[holder] = usize::saturating_sub(held[holder], 1);
            }
        }
        assert_eq!(asked, [0, 1, 0, 1, 0, 1]);
    }
}
