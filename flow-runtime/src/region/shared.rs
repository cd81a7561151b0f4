//! State that the regions of one flow share without a lock: the one module of
//! this crate with `unsafe` in it.
//!
//! The regions of a flow run one after the other in one task. What they share
//! is never used by two threads at once, but the compiler cannot know that,
//! and the flow must be `Send`. A `Mutex` costs two atomic read-modify-writes
//! for every step of every item. Measured over a cut that runs futures, 16 at
//! a time (`benches/concurrency.rs`): 14.9 ns an item with a `Mutex` and 10.2
//! with this where the futures are ready, 22 and 18 where they wait once; the
//! best of the alternatives takes 14.0 and 26.
//!
//! So the exclusion is checked rather than trusted, and checked where it is
//! cheap. An [`Owner`] holds the thread that may use the state now. [`sweep`]
//! takes it once for a whole poll of the task, with an atomic exchange;
//! [`Shared::with`] only compares it with the current thread, a plain load. Use
//! outside of that, by two threads at once, and re-entrancy are panics, never
//! undefined behaviour.
//!
//! [`sweep`]: super::sweep

#![allow(unsafe_code)]

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::current_thread;
use core::cell::{Cell, UnsafeCell};

/// The thread that may use the state of a flow at the moment.
pub(super) struct Owner {
    /// The [number](current_thread) of that thread; zero while there is none.
    thread: AtomicUsize,
}

impl Owner {
    pub(super) fn new() -> Self {
        let thread = AtomicUsize::new(0);
        Self { thread }
    }

    /// Makes the current thread the owner while `f` runs.
    ///
    /// # Panics
    ///
    /// When another thread is the owner.
    #[inline]
    pub(super) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        let _release = if self.is_here() {
            None
        } else {
            Some(self.acquire())
        };
        // In one place only, so that it is inlined.
        f()
    }

    /// Returns whether the current thread is the owner.
    #[inline]
    fn is_here(&self) -> bool {
        // Relaxed: no other thread can have stored the number of this one.
        self.thread.load(Ordering::Relaxed) == current_thread()
    }

    #[cold]
    fn acquire(&self) -> Release<'_> {
        let (free, taken) = (Ordering::Acquire, Ordering::Relaxed);
        let thread = current_thread();
        match self.thread.compare_exchange(0, thread, free, taken) {
            Ok(_) => Release(self),
            Err(_) => panic!("the regions of one flow are used by two threads at once"),
        }
    }
}

/// Gives up ownership, also when what ran under it panicked.
struct Release<'a>(&'a Owner);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.0.thread.store(0, Ordering::Release);
    }
}

/// A value that is used only by the [`Owner`]'s thread.
pub(super) struct Shared<'o, T> {
    owner: &'o Owner,
    /// Says whether a `with` is running: read and written by the owner only.
    busy: Cell<bool>,
    value: UnsafeCell<T>,
}

// SAFETY: through `&Shared<T>` the fields `busy` and `value` are reached in
// `with` alone, by the thread whose number is in the owner: it is inside of
// `Owner::within`, which takes it out at its end and runs on one thread at
// a time: a thread gets there by exchanging zero for its number, or by finding its
// own one, which means it is inside such a call already. One owner's release
// happens before the next one's acquisition. So the value moves from thread to
// thread but is never used by two at once, which is what `T: Send` allows.
unsafe impl<T: Send> Sync for Shared<'_, T> {}

impl<'o, T> Shared<'o, T> {
    pub(super) const fn new(owner: &'o Owner, value: T) -> Self {
        Self {
            owner,
            busy: Cell::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// Lends the value to `f`, within [`Owner::within`]: this is what every step
    /// of every item does.
    ///
    /// # Panics
    ///
    /// When this thread is not the owner, and when called while `f` runs.
    #[inline]
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        if !self.owner.is_here() || self.busy.replace(true) {
            self.refuse();
        }
        let _idle = Idle(&self.busy);
        // SAFETY: this thread is the owner until `within`, in which it is, returns,
        // and `busy` was false: no other reference to the value exists until
        // `_idle` is dropped, which is after `f` and its borrow.
        f(unsafe { &mut *self.value.get() })
    }

    /// As [`with`](Self::with), and anywhere: while a flow is built or dropped
    /// nobody may own it.
    ///
    /// # Panics
    ///
    /// When called while `f` runs, or by two threads at once.
    #[inline]
    pub(super) fn with_anywhere<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.owner.within(|| self.with(f))
    }

    #[cold]
    fn refuse(&self) -> ! {
        assert!(
            self.owner.is_here(),
            "the state of a flow is used outside of it"
        );
        panic!("shared state is in use");
    }
}

/// Ends the use of a [`Shared`] value, also when its user panicked.
struct Idle<'a>(&'a Cell<bool>);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

mod handed;
mod hatch;
mod lent;
mod shelf;

pub(crate) use handed::{Giver, Taker, handed};
pub(crate) use hatch::{Entry, Exit, hatch};
pub(crate) use lent::Lent;
pub(crate) use shelf::Shelf;

#[cfg(all(loom, test))]
mod model;

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn lends_the_value() {
        let owner = Owner::new();
        let shared = Shared::new(&owner, vec![1]);
        shared.with_anywhere(|v| v.push(2));
        owner.within(|| shared.with(|v| v.push(3)));
        assert_eq!(shared.with_anywhere(|v| v.clone()), [1, 2, 3]);
    }

    #[test]
    #[should_panic(expected = "the state of a flow is used outside of it")]
    fn nobody_uses_the_value_without_being_the_owner() {
        let owner = Owner::new();
        Shared::new(&owner, 0).with(|n| *n += 1);
    }

    #[test]
    fn re_entrancy_is_a_panic_and_leaves_the_value_usable() {
        let owner = Owner::new();
        let shared = Shared::new(&owner, 0);
        let inner =
            AssertUnwindSafe(|| shared.with_anywhere(|_| shared.with_anywhere(|n| *n += 1)));
        assert!(catch_unwind(inner).is_err());
        shared.with_anywhere(|n| *n += 1);
        assert_eq!(shared.with_anywhere(|n| *n), 1);
    }

    #[test]
    fn two_threads_at_once_are_a_panic() {
        let owner = Owner::new();
        let shared = Shared::new(&owner, 0);
        owner.within(|| {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| shared.with_anywhere(|n| *n += 1));
                assert!(other.join().is_err());
            });
            shared.with(|n| *n += 1);
        });
        assert_eq!(shared.with_anywhere(|n| *n), 1);
    }

    #[test]
    fn threads_take_turns() {
        let owner = Owner::new();
        let shared = Shared::new(&owner, 0);
        for _ in 0..3 {
            std::thread::scope(|scope| {
                scope.spawn(|| owner.within(|| (0..10).for_each(|_| shared.with(|n| *n += 1))));
            });
        }
        assert_eq!(shared.with_anywhere(|n| *n), 30);
    }
}
