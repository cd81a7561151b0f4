//! A place for one item, without a lock: one side puts an item in, the other takes it and
//! works on it.
//!
//! An item that is emitted is put in, taken, and asked for again, and whoever emits looks
//! whether it has gone through. Behind a `Mutex` that an emit kept meanwhile, one through a
//! flow of a single ready `then` took 255 instructions; with this it takes 127 (`emit_awaited`
//! in `benches/rows`), one of them an atomic exchange.

use crate::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use std::sync::Arc;

/// Nothing is in, and nothing is worked on. Who puts an item in changes it to `PUT`.
const RESTS: u8 = 0;
/// An item is being put in, and then it is `FULL`.
const PUT: u8 = 1;
/// An item is in. The exit changes it to `WORKS`, or, where that is closed, who takes the
/// item back to `BACK`.
const FULL: u8 = 2;
/// The item was taken. The exit changes it to `RESTS`.
const WORKS: u8 = 3;
/// The item is being taken back, and then it `RESTS`.
const BACK: u8 = 4;

struct Hatch<T, S> {
    state: AtomicU8,
    /// The exit takes nothing more.
    closed: AtomicBool,
    /// There while the state is `FULL`.
    item: UnsafeCell<MaybeUninit<T>>,
    /// Holds what both sides know.
    shared: S,
}

// SAFETY: `item` is reached by who has made the state `PUT` or `BACK`, which is done by an
// exchange, so by one thread at a time, and undone when the item has been moved; and by the
// one `Exit`, which is not cloned, is lent mutably, has found `FULL`, which no other side
// changes before the exit is closed, and is not closed. Each change to `FULL` or `RESTS`
// releases what was done before, and each look that finds one of them acquires it. So the
// item moves between threads, which is what `T: Send` allows, and is never used by two at
// once. `shared` is used by several threads.
unsafe impl<T: Send, S: Sync> Sync for Hatch<T, S> {}

impl<T, S> Drop for Hatch<T, S> {
    fn drop(&mut self) {
        if self.state.load(Ordering::Relaxed) == FULL {
            // SAFETY: an item is in where the state is `FULL`, and nobody else is left.
            unsafe { (*self.item.get()).assume_init_drop() }
        }
    }
}

/// A place for one item, and the two sides of it.
pub(crate) fn hatch<T, S>(shared: S) -> (Entry<T, S>, Exit<T, S>) {
    let hatch = Arc::new(Hatch {
        state: AtomicU8::new(RESTS),
        closed: AtomicBool::new(false),
        item: UnsafeCell::new(MaybeUninit::uninit()),
        shared,
    });
    let entry = Entry(Arc::clone(&hatch));
    let exit = Exit {
        hatch,
        is_closed: false,
    };
    (entry, exit)
}

/// The side that puts items in.
pub(crate) struct Entry<T, S>(Arc<Hatch<T, S>>);

impl<T, S> Clone for Entry<T, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T, S> Entry<T, S> {
    #[inline]
    pub(crate) fn shared(&self) -> &S {
        &self.0.shared
    }

    /// Returns whether the exit is closed.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    /// Returns whether an item is in, or worked on, that the exit may still take, or ask
    /// behind.
    #[inline]
    pub(crate) fn is_busy(&self) -> bool {
        // The state first: who closes the exit changes it no more.
        self.0.state.load(Ordering::Acquire) != RESTS && !self.is_closed()
    }

    /// Puts an item in. Gives it back where the exit is closed, or not ready for one.
    #[inline]
    pub(crate) fn put(&self, item: T) -> Result<(), T> {
        let Hatch {
            state, item: at, ..
        } = &*self.0;
        let (won, lost) = (Ordering::Acquire, Ordering::Relaxed);
        if self.is_closed() || state.compare_exchange(RESTS, PUT, won, lost).is_err() {
            return Err(item);
        }
        // SAFETY: this thread has made the state `PUT`, and no item is in.
        unsafe { (*at.get()).write(item) };
        state.store(FULL, Ordering::Release);
        Ok(())
    }

    /// Returns an item that the exit, which is closed, has not taken.
    pub(crate) fn take_back(&self) -> Option<T> {
        let Hatch {
            state, item: at, ..
        } = &*self.0;
        let (won, lost) = (Ordering::Acquire, Ordering::Relaxed);
        if !self.is_closed() || state.compare_exchange(FULL, BACK, won, lost).is_err() {
            return None;
        }
        // SAFETY: the state was `FULL`, so an item is in, and this thread has made it `BACK`.
        let item = unsafe { (*at.get()).assume_init_read() };
        state.store(RESTS, Ordering::Release);
        Some(item)
    }
}

/// The side that takes items out, of which there is one.
pub(crate) struct Exit<T, S> {
    hatch: Arc<Hatch<T, S>>,
    is_closed: bool,
}

impl<T, S> Exit<T, S> {
    #[inline]
    pub(crate) fn shared(&self) -> &S {
        &self.hatch.shared
    }

    /// Returns whether an item was taken and the next not asked for, before it was closed.
    pub(crate) fn is_at_work(&self) -> bool {
        !self.is_closed && self.hatch.state.load(Ordering::Relaxed) == WORKS
    }

    /// Takes the item that is in. The one before has gone through.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<T> {
        let Hatch { state, item, .. } = &*self.hatch;
        if self.is_closed || state.load(Ordering::Acquire) != FULL {
            return None;
        }
        // SAFETY: the state is `FULL`, so an item is in; this is the exit, which is not closed.
        let item = unsafe { (*item.get()).assume_init_read() };
        state.store(WORKS, Ordering::Release);
        Some(item)
    }

    /// Says that what was taken has gone through.
    #[inline]
    pub(crate) fn rest(&mut self) {
        let state = &self.hatch.state;
        if state.load(Ordering::Relaxed) == WORKS {
            state.store(RESTS, Ordering::Release);
        }
    }

    /// Takes nothing more.
    pub(crate) fn close(&mut self) {
        self.is_closed = true;
        self.hatch.closed.store(true, Ordering::Release);
    }
}

#[cfg(all(loom, test))]
mod model {
    use super::*;
    use crate::sync::{check, thread};
    use loom::cell::Cell;

    /// loom's cell panics where two uses are not one after the other, the second of
    /// which sees all that the first one wrote.
    fn item(n: usize) -> Arc<Cell<usize>> {
        Arc::new(Cell::new(n))
    }

    fn value(item: &Cell<usize>) -> usize {
        item.set(item.get() + 1);
        item.get()
    }

    #[test]
    fn an_item_is_put_in_once_and_taken_once() {
        check(3, || {
            let (entry, mut exit) = hatch(());
            let there = {
                let entry = entry.clone();
                thread::spawn(move || entry.put(item(1)).is_ok())
            };
            let here = entry.put(item(3)).is_ok();
            let mut taken = Vec::from_iter(exit.take().map(|item| value(&item)));
            exit.rest();
            let there = there.join().unwrap();
            taken.extend(exit.take().map(|item| value(&item)));
            assert_eq!(taken.len(), usize::from(here) + usize::from(there));
            assert!(here || there);
        });
    }

    #[test]
    fn what_is_not_taken_is_given_back_once() {
        check(3, || {
            let (entry, mut exit) = hatch(());
            let there = {
                let entry = entry.clone();
                thread::spawn(move || match entry.put(item(1)) {
                    Ok(()) => entry.take_back().map(|item| value(&item)),
                    Err(item) => Some(value(&item)),
                })
            };
            let taken = exit.take().map(|item| value(&item));
            exit.close();
            let early = entry.take_back().map(|item| value(&item));
            let back = there.join().unwrap();
            let late = entry.take_back().map(|item| value(&item));
            let all = [taken, early, back, late];
            assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), [2]);
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_put_in_taken_and_worked_on() {
        let (entry, mut exit) = hatch(7);
        assert_eq!((*entry.shared(), *exit.shared()), (7, 7));
        assert_eq!(exit.take(), None);
        assert!(!entry.is_busy());
        assert_eq!(entry.put("a"), Ok(()));
        assert_eq!(entry.put("b"), Err("b"));
        assert!(entry.is_busy());
        assert_eq!(exit.take(), Some("a"));
        assert!(entry.is_busy() && exit.is_at_work());
        assert_eq!(exit.take(), None);
        exit.rest();
        assert!(!entry.is_busy());
        assert_eq!(entry.put("c"), Ok(()));
        exit.rest();
        assert!(entry.is_busy(), "it was not taken");
        assert_eq!(entry.take_back(), None);
        exit.close();
        assert_eq!(exit.take(), None);
        assert!(!entry.is_busy());
        assert_eq!(entry.take_back(), Some("c"));
        assert_eq!(entry.take_back(), None);
        assert_eq!(entry.put("d"), Err("d"));
    }

    #[test]
    fn what_is_left_in_it_is_dropped_once() {
        let item = Arc::new(());
        let (entry, exit) = hatch(());
        entry.put(Arc::clone(&item)).unwrap();
        drop((entry, exit));
        assert_eq!(Arc::strong_count(&item), 1);
        let (entry, mut exit) = hatch(());
        entry.put(Arc::clone(&item)).unwrap();
        drop(exit.take());
        drop((entry, exit));
        assert_eq!(Arc::strong_count(&item), 1);
    }

    #[test]
    fn items_go_from_thread_to_thread() {
        let (entry, mut exit) = hatch(());
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for n in 0..100 {
                    let mut item = Box::new(n);
                    while let Err(back) = entry.put(item) {
                        item = back;
                        std::thread::yield_now();
                    }
                }
            });
            for n in 0..100 {
                let item = loop {
                    match exit.take() {
                        Some(item) => break item,
                        None => std::thread::yield_now(),
                    }
                };
                assert_eq!(*item, n);
                exit.rest();
            }
        });
    }
}
