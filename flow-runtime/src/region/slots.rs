//! The places where futures run, and the wakers that say which one to poll.

use crate::sync::AtomicWaker;
use crate::sync::atomic::{AtomicU64, Ordering};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;
use std::task::Wake;

/// A fixed number of places. A future is moved into a free one, runs there, and
/// leaves it for the next: nothing is allocated after the start.
pub(super) struct Slots<F> {
    slots: Box<[Slot<F>]>,
    /// The free places; the one that was left last is taken first.
    free: Vec<usize>,
}

struct Slot<F> {
    future: Pin<Box<Option<F>>>,
    /// What the caller wants to know of the future when it is done.
    tag: usize,
}

impl<F: Future> Slots<F> {
    pub(super) fn new(count: usize) -> Self {
        let empty = |_| Slot {
            future: Box::pin(None),
            tag: 0,
        };
        Self {
            slots: (0..count).map(empty).collect(),
            free: (0..count).rev().collect(),
        }
    }

    pub(super) fn running(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.free.is_empty()
    }

    /// Puts `future` into a free place and polls it. One that is ready leaves
    /// the place as it was.
    ///
    /// # Panics
    ///
    /// When no place is free.
    #[inline]
    pub(super) fn start(&mut self, future: F, tag: usize, wakers: &Wakers) -> Poll<F::Output> {
        let index = *self.free.last().expect("a place is free");
        self.slots[index].future.set(Some(future));
        let polled = self.poll(index, wakers);
        if polled.is_pending() {
            self.slots[index].tag = tag;
            self.free.pop();
        }
        polled
    }

    /// Polls what was woken, each once, and gives the results to `done`
    /// together with the tags.
    #[inline]
    pub(super) fn run(&mut self, wakers: &Wakers, mut done: impl FnMut(usize, F::Output)) {
        wakers.set.take(|index| {
            if let Poll::Ready(output) = self.poll(index, wakers) {
                self.free.push(index);
                done(self.slots[index].tag, output);
            }
        });
    }

    #[inline]
    fn poll(&mut self, index: usize, wakers: &Wakers) -> Poll<F::Output> {
        let mut future = self.slots[index].future.as_mut();
        // A waker outlives the future it was made for, and may be used late.
        let Some(running) = future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let polled = running.poll(&mut Context::from_waker(&wakers.wakers[index]));
        if polled.is_ready() {
            future.set(None);
        }
        polled
    }

    /// Drops everything that runs.
    pub(super) fn clear(&mut self) {
        for slot in &mut self.slots {
            slot.future.set(None);
        }
        self.free.clear();
        self.free.extend((0..self.slots.len()).rev());
    }
}

/// One waker a place, made once.
pub(super) struct Wakers {
    wakers: Box<[Waker]>,
    set: Arc<WokenSet>,
}

impl Wakers {
    pub(super) fn new(count: usize, task: &Arc<AtomicWaker>) -> Self {
        let set = Arc::new(WokenSet {
            words: (0..count.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            task: Arc::clone(task),
        });
        let waker = |index| {
            let set = Arc::clone(&set);
            Waker::from(Arc::new(SlotWaker { index, set }))
        };
        Self {
            wakers: (0..count).map(waker).collect(),
            set,
        }
    }
}

struct SlotWaker {
    index: usize,
    set: Arc<WokenSet>,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.set.insert(self.index);
    }
}

/// The places whose futures want to be polled: one bit each.
struct WokenSet {
    words: Box<[AtomicU64]>,
    task: Arc<AtomicWaker>,
}

impl WokenSet {
    fn insert(&self, index: usize) {
        let bit = 1 << (index % 64);
        // Who finds the word empty wakes the task. Until the task has emptied
        // it again, which it does whenever it is polled, it knows of the rest.
        if self.words[index / 64].fetch_or(bit, Ordering::AcqRel) == 0 {
            self.task.wake();
        }
    }

    /// Empties the set.
    #[inline]
    fn take(&self, mut each: impl FnMut(usize)) {
        for (at, word) in self.words.iter().enumerate() {
            // The look costs nothing and mostly finds nothing. One that misses
            // a wake-up precedes it, and then the task is woken.
            if word.load(Ordering::Relaxed) == 0 {
                continue;
            }
            let mut bits = word.swap(0, Ordering::AcqRel);
            while bits != 0 {
                each(at * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}
