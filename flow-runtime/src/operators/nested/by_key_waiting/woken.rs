//! The set of chains that want to be polled.

use std::mem;
use std::sync::{Arc, PoisonError};
use std::task::{Wake, Waker};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{AtomicWaker, Mutex};

/// The places of the chains that were woken.
pub(in crate::operators) struct Woken {
    places: Mutex<Vec<usize>>,
    /// Says whether there are any.
    any: AtomicBool,
    /// The task that polls the chains.
    task: AtomicWaker,
}

impl Woken {
    pub(in crate::operators) fn new() -> Self {
        Self {
            places: Mutex::new(Vec::new()),
            any: AtomicBool::new(false),
            task: AtomicWaker::new(),
        }
    }

    /// Whom to wake from now on.
    pub(in crate::operators) fn register(&self, waker: &Waker) {
        self.task.register(waker);
    }

    fn insert(&self, place: usize) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.push(place);
        self.any.store(true, Ordering::Release);
        drop(places);
        self.task.wake();
    }

    /// Takes what is there, and leaves `empty`.
    fn take(&self, empty: &mut Vec<usize>) {
        // The look costs little and mostly finds nothing. One that misses a wake-up
        // precedes it, and then the task is woken.
        if !self.any.load(Ordering::Acquire) {
            return;
        }
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(false, Ordering::Relaxed);
        mem::swap(&mut *places, empty);
    }
}

/// One waker a place, made when the place is first used.
pub(in crate::operators) struct Wakers {
    wakers: Vec<(Arc<PlaceWaker>, Waker)>,
    woken: Arc<Woken>,
    /// Kept for its room.
    empty: Vec<usize>,
}

impl Wakers {
    pub(in crate::operators) fn new(woken: &Arc<Woken>) -> Self {
        Self {
            wakers: Vec::new(),
            woken: Arc::clone(woken),
            empty: Vec::new(),
        }
    }

    /// The waker of a place: those of all places before it are there.
    #[inline]
    pub(in crate::operators) fn of(&mut self, place: usize) -> &Waker {
        if place == self.wakers.len() {
            self.make(place);
        }
        &self.wakers[place].1
    }

    /// Makes the waker of the next place.
    #[cold]
    fn make(&mut self, place: usize) {
        let waker = Arc::new(PlaceWaker {
            place,
            queued: AtomicBool::new(false),
            woken: Arc::clone(&self.woken),
        });
        self.wakers.push((Arc::clone(&waker), Waker::from(waker)));
    }

    /// The places that were woken, each once.
    pub(in crate::operators) fn take(&mut self) -> Vec<usize> {
        let mut taken = mem::take(&mut self.empty);
        self.woken.take(&mut taken);
        taken
    }

    /// Gives back what was [taken](Self::take), which is empty now.
    pub(in crate::operators) fn put_back(&mut self, taken: Vec<usize>) {
        self.empty = taken;
    }

    /// Lets a place be woken again, before it is polled.
    pub(in crate::operators) fn reset(&self, place: usize) {
        self.wakers[place].0.queued.store(false, Ordering::Release);
    }
}

struct PlaceWaker {
    place: usize,
    /// Says whether the place is among those that were woken.
    queued: AtomicBool,
    woken: Arc<Woken>,
}

impl Wake for PlaceWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.woken.insert(self.place);
        }
    }
}
