//! The places where futures run, and the wakers that say which one to poll.

use crate::sync::AtomicWaker;
use crate::sync::atomic::{AtomicU64, Ordering};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;
use std::task::Wake;

/// The places, made as they are needed. A future is moved into a free
/// one, runs there, and leaves it for the next: nothing is allocated unless more run than
/// ever before.
pub(super) struct Slots<F> {
    slots: Vec<Slot<F>>,
    /// The free places; the one that was left last is taken first.
    free: Vec<usize>,
    wakers: Wakers,
}

struct Slot<F> {
    future: Pin<Box<Option<F>>>,
    /// Holds what the caller wants to know of the future when it is done.
    tag: usize,
}

impl<F: Future> Slots<F> {
    pub(super) fn new(task: &Arc<AtomicWaker>) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            wakers: Wakers::new(task),
        }
    }

    pub(super) fn running(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Makes a place, which is free.
    ///
    /// # Panics
    ///
    /// When there are as many as there may be.
    #[cold]
    fn grow(&mut self, most: usize) -> usize {
        let index = self.slots.len();
        assert!(index < most, "a place is free");
        self.slots.push(Slot {
            future: Box::pin(None),
            tag: 0,
        });
        self.wakers.grow();
        self.free.push(index);
        index
    }

    /// Puts `future` into a free place, or a new one where there may be as many
    /// as `most`, and polls it. One that is ready leaves the place as it was.
    ///
    /// # Panics
    ///
    /// When no place is free.
    #[inline]
    pub(super) fn start(&mut self, future: F, tag: usize, most: usize) -> Poll<F::Output> {
        let index = match self.free.last() {
            Some(index) => *index,
            None => self.grow(most),
        };
        self.slots[index].future.set(Some(future));
        let polled = self.poll(index);
        if polled.is_pending() {
            self.slots[index].tag = tag;
            self.free.pop();
        }
        polled
    }

    /// Polls what was woken, each once, and gives the results to `done`
    /// together with the tags.
    #[inline]
    pub(super) fn run(&mut self, mut done: impl FnMut(usize, F::Output)) {
        for at in 0..self.wakers.words.len() {
            let mut bits = self.wakers.words[at].take();
            while bits != 0 {
                let index = at * 64 + bits.trailing_zeros() as usize;
                if let Poll::Ready(output) = self.poll(index) {
                    self.free.push(index);
                    done(self.slots[index].tag, output);
                }
                bits &= bits - 1;
            }
        }
    }

    #[inline]
    fn poll(&mut self, index: usize) -> Poll<F::Output> {
        let mut future = self.slots[index].future.as_mut();
        // A waker outlives the future it was made for, and may be used late.
        let Some(running) = future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let polled = running.poll(&mut Context::from_waker(&self.wakers.wakers[index]));
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
struct Wakers {
    wakers: Vec<Waker>,
    words: Vec<Arc<Word>>,
    task: Arc<AtomicWaker>,
}

impl Wakers {
    fn new(task: &Arc<AtomicWaker>) -> Self {
        Self {
            wakers: Vec::new(),
            words: Vec::new(),
            task: Arc::clone(task),
        }
    }

    /// Makes the waker of one place more.
    fn grow(&mut self) {
        let place = self.wakers.len();
        if place.is_multiple_of(64) {
            self.words.push(Arc::new(Word {
                woken: AtomicU64::new(0),
                task: Arc::clone(&self.task),
            }));
        }
        let waker = SlotWaker {
            bit: 1 << (place % 64),
            word: Arc::clone(&self.words[place / 64]),
        };
        self.wakers.push(Waker::from(Arc::new(waker)));
    }
}

struct SlotWaker {
    bit: u64,
    word: Arc<Word>,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.word.insert(self.bit);
    }
}

/// Up to 64 places, and which of their futures want to be polled: one bit each.
struct Word {
    woken: AtomicU64,
    task: Arc<AtomicWaker>,
}

impl Word {
    fn insert(&self, bit: u64) {
        // Who finds the word empty wakes the task. Until the task has emptied
        // it again, which it does whenever it is polled, it knows of the rest.
        if self.woken.fetch_or(bit, Ordering::AcqRel) == 0 {
            self.task.wake();
        }
    }

    /// Empties the word.
    #[inline]
    fn take(&self) -> u64 {
        // The look costs nothing and mostly finds nothing. One that misses
        // a wake-up precedes it, and then the task is woken.
        if self.woken.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        self.woken.swap(0, Ordering::AcqRel)
    }
}
