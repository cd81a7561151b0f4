//! State behind a lock that one thread may keep for a while: what it does with the state
//! meanwhile takes no lock.
//!
//! An item that is emitted is put into its place, taken from it, and asked for again, some
//! seven times in all. With a `Mutex` that were seven pairs of atomic read-modify-writes;
//! with this it is one.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard, current_thread};
use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomData;
use std::sync::PoisonError;

/// State that threads share.
pub(crate) struct Kept<S> {
    lock: Mutex<()>,
    /// The [number](current_thread) of the thread that keeps the state; zero while none does.
    thread: AtomicUsize,
    /// Says whether the state is lent: read and written by who has the lock.
    busy: Cell<bool>,
    state: UnsafeCell<S>,
}

// SAFETY: `busy` and `state` are reached in `lend` alone, whose callers have the lock: they
// have just taken it, or are inside of `within`, which has it. That they are they know by a
// `Here`, which does not leave the thread, or by the number of their thread in `thread`,
// which only it can have stored, after it took the lock and to be overwritten before it is
// given back. So the state moves from thread to thread but is never used by two at once,
// which is what `S: Send` allows.
unsafe impl<S: Send> Sync for Kept<S> {}

impl<S> Kept<S> {
    pub(crate) fn new(state: S) -> Self {
        Self {
            lock: Mutex::new(()),
            thread: AtomicUsize::new(0),
            busy: Cell::new(false),
            state: UnsafeCell::new(state),
        }
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the state for this thread while `f` runs: others wait. It must not keep it
    /// already.
    #[inline]
    pub(crate) fn within<R>(&self, f: impl FnOnce(&Here<'_, S>) -> R) -> R {
        let _lock = self.lock();
        self.thread.store(current_thread(), Ordering::Relaxed);
        // Declared after the lock, so it is dropped before it.
        let _given_back = GivenBack(&self.thread);
        f(&Here {
            kept: self,
            thread: PhantomData,
        })
    }

    /// Lends the state to `f`, for who may be inside of [`within`](Self::within).
    ///
    /// # Panics
    ///
    /// When called while the state is lent to this thread.
    #[inline]
    pub(crate) fn with_here<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        // Relaxed: no other thread can have stored the number of this one.
        if self.thread.load(Ordering::Relaxed) == current_thread() {
            return self.lend(f);
        }
        self.with(f)
    }

    /// Lends the state to `f`, for who is outside: within, it would wait for itself.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        let _lock = self.lock();
        self.lend(f)
    }

    /// Lends the state to `f`; this thread has the lock.
    #[inline]
    fn lend<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        assert!(!self.busy.replace(true), "the state of a flow is in use");
        let _idle = Idle(&self.busy);
        // SAFETY: this thread has the lock, which outlives this, and `busy` was false: no
        // other reference to the state exists until `_idle` is dropped, which is after
        // `f` and its borrow.
        f(unsafe { &mut *self.state.get() })
    }
}

/// Says that this thread keeps the state.
pub(crate) struct Here<'a, S> {
    kept: &'a Kept<S>,
    /// It does not leave the thread.
    thread: PhantomData<*const ()>,
}

impl<S> Here<'_, S> {
    /// Lends the state to `f`.
    ///
    /// # Panics
    ///
    /// When called while `f` runs.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut S) -> R) -> R {
        self.kept.lend(f)
    }
}

/// Ends the keeping of the state, also when who kept it panicked.
struct GivenBack<'a>(&'a AtomicUsize);

impl Drop for GivenBack<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Ends the use of the state, also when its user panicked.
struct Idle<'a>(&'a Cell<bool>);

impl Drop for Idle<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[cfg(all(loom, test))]
mod model {
    use super::*;
    use crate::sync::{check, thread};
    use std::sync::Arc;

    #[test]
    fn what_one_thread_keeps_the_others_wait_for() {
        check(4, || {
            let kept = Arc::new(Kept::new(loom::cell::Cell::new(0)));
            let there = {
                let kept = Arc::clone(&kept);
                thread::spawn(move || kept.with(|n| n.set(n.get() + 1)))
            };
            // Nobody comes in between.
            let before = kept.within(|here| {
                let before = here.with(|n| n.get());
                kept.with_here(|n| n.set(before + 1));
                before
            });
            there.join().unwrap();
            assert!(before < 2);
            assert_eq!(kept.with(|n| n.get()), 2);
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn others_wait_while_a_thread_keeps_it() {
        let kept = Kept::new(0);
        std::thread::scope(|scope| {
            kept.within(|_| {
                let other = scope.spawn(|| kept.with(|n| *n += 10));
                for _ in 0..5 {
                    kept.with_here(|n| *n += 1);
                    std::thread::yield_now();
                }
                assert_eq!(kept.with_here(|n| *n), 5);
                other
            })
            .join()
            .unwrap();
        });
        assert_eq!(kept.with(|n| *n), 15);
    }

    #[test]
    fn re_entrancy_is_a_panic_and_leaves_the_state_usable() {
        let kept = Kept::new(0);
        let twice = |_: &Here<'_, _>| kept.with_here(|_| kept.with_here(|n| *n += 1));
        let inner = AssertUnwindSafe(|| kept.within(twice));
        assert!(catch_unwind(inner).is_err());
        let inner = AssertUnwindSafe(|| kept.within(|_| panic!("so")));
        assert!(catch_unwind(inner).is_err());
        kept.with(|n| *n += 1);
        assert_eq!(kept.with(|n| *n), 1);
    }
}
