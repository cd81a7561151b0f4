//! Memory that waits to be used again, without a lock on one thread.
//!
//! Batches of two items each, dropped where they were made, take 83 instructions an item
//! (`benches/rows`). An allocator takes 104, and less time, for it counts no references; but a
//! steady flow allocates nothing, and batches of 16 items cost 27 and 26.
//! What comes from, or goes to, another thread than the first that took something waits
//! behind a lock.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, thread_number};
use core::cell::UnsafeCell;
use std::sync::PoisonError;

/// Things of one kind that wait to be used again.
pub(crate) struct Shelf<M> {
    /// The [number](thread_number) of the thread to which `near` belongs; zero before one
    /// came. It is stored once.
    thread: AtomicUsize,
    near: UnsafeCell<Vec<M>>,
    far: Mutex<Vec<M>>,
    /// The number of those in `far`, about.
    many_far: AtomicUsize,
    /// The greatest number that waits in each.
    most: usize,
}

// SAFETY: `near` is reached in `nearby` alone, by the one thread whose number is in
// `thread`: no other thread ever has that number, and no other number is ever stored. Who
// drops the shelf has it to himself. So what is on it moves between threads, which is what
// `M: Send` allows, and is never used by two at once.
unsafe impl<M: Send> Sync for Shelf<M> {}

impl<M> Shelf<M> {
    /// A shelf with nothing on it.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            thread: AtomicUsize::new(0),
            near: UnsafeCell::new(Vec::new()),
            far: Mutex::new(Vec::new()),
            many_far: AtomicUsize::new(0),
            most,
        }
    }

    /// Lends what belongs to this thread to `f`, which must not call anything of a user's.
    #[inline]
    fn nearby<R>(&self, f: impl FnOnce(&mut Vec<M>) -> R) -> Option<R> {
        // Relaxed: no other thread can have stored the number of this one.
        if self.thread.load(Ordering::Relaxed) != thread_number() {
            return None;
        }
        // SAFETY: this is the thread that `near` belongs to, and `f` is one of the closures
        // below, which move one value: nothing gets here while the reference lives.
        Some(f(unsafe { &mut *self.near.get() }))
    }

    /// Makes `near` that of this thread, with room for the most that may wait, unless another
    /// thread was first.
    fn claim(&self) {
        let (here, relaxed) = (thread_number(), Ordering::Relaxed);
        let claimed = self.thread.compare_exchange(0, here, relaxed, relaxed);
        if claimed.is_ok() {
            self.nearby(|near| near.reserve_exact(self.most));
        }
    }

    /// Takes what was left last, which is likely still in a cache.
    #[inline]
    pub(crate) fn take(&self) -> Option<M> {
        match self.nearby(Vec::pop) {
            Some(Some(near)) => Some(near),
            _ => self.take_far(),
        }
    }

    // What is seldom done is not inlined: it would save registers each time.
    #[cold]
    #[inline(never)]
    fn take_far(&self) -> Option<M> {
        self.claim();
        if self.many_far.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut far = self.far.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = far.pop();
        self.many_far.store(far.len(), Ordering::Relaxed);
        taken
    }

    /// Leaves one for the next. What is beyond the most that may wait is dropped.
    #[inline]
    pub(crate) fn leave(&self, memory: M) {
        let mut memory = Some(memory);
        self.nearby(|near| {
            // Its room is that of the most that may wait; so it does not grow here.
            if near.len() < near.capacity() {
                near.extend(memory.take());
            }
        });
        if let Some(memory) = memory {
            self.leave_far(memory);
        }
    }

    /// Leaves one where there is no room nearby.
    #[cold]
    #[inline(never)]
    fn leave_far(&self, memory: M) {
        self.claim();
        let mut memory = Some(memory);
        if self
            .nearby(|near| put(near, &mut memory, self.most))
            .is_none()
        {
            let mut far = self.far.lock().unwrap_or_else(PoisonError::into_inner);
            put(&mut far, &mut memory, self.most);
            self.many_far.store(far.len(), Ordering::Relaxed);
        }
    }
}

/// Moves one to the others, unless there are `most`.
#[inline]
fn put<M>(shelf: &mut Vec<M>, memory: &mut Option<M>, most: usize) {
    if shelf.len() < most {
        shelf.extend(memory.take());
    }
}

#[cfg(all(loom, test))]
mod model {
    use super::*;
    use crate::sync::{check, thread};
    use std::sync::Arc;

    #[test]
    fn what_threads_leave_is_taken_once() {
        check(4, || {
            let shelf = Arc::new(Shelf::new(2));
            let there = {
                let shelf = Arc::clone(&shelf);
                thread::spawn(move || shelf.leave(1))
            };
            shelf.leave(2);
            let early = shelf.take();
            there.join().unwrap();
            let all: Vec<i32> = early.into_iter().chain(shelf.take()).collect();
            // Where the other thread came first, what it left belongs to it.
            assert!(all == [2] || all == [2, 1]);
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_so_many_and_gives_the_last_first() {
        let shelf = Shelf::new(2);
        (0..3).for_each(|n| shelf.leave(n));
        assert_eq!(
            std::iter::from_fn(|| shelf.take()).collect::<Vec<_>>(),
            [1, 0]
        );
    }

    #[test]
    fn what_comes_from_another_thread_is_taken_too() {
        let shelf = Shelf::new(2);
        shelf.leave(1);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!(shelf.take(), None, "that belongs to the first thread");
                (2..5).for_each(|n| shelf.leave(n));
            });
        });
        assert_eq!(
            std::iter::from_fn(|| shelf.take()).collect::<Vec<_>>(),
            [1, 3, 2]
        );
    }
}
