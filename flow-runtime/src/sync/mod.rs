//! Defines what threads share, from one place: the standard library's, or loom's, which
//! runs a model once for every order in which its threads can meet.
//!
//! The models stand beside what they check, in files called `model.rs`. They are
//! compiled with `--cfg loom` only, and then the other tests do not run:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" cargo test -p flow-runtime --lib --release model::
//! ```

#[cfg(all(loom, test))]
mod modelled;

#[cfg(all(loom, test))]
pub(crate) use self::modelled::*;

#[cfg(not(all(loom, test)))]
pub(crate) use self::real::*;

#[cfg(not(all(loom, test)))]
mod real {
    pub(crate) use atomic_waker::AtomicWaker;
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, atomic, mpsc};
    pub(crate) use std::thread;

    use std::cell::Cell;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A thread that sleeps until it is woken.
    pub(crate) struct Parker(thread::Thread);

    impl Parker {
        /// That of this thread.
        pub(crate) fn here() -> Self {
            Self(thread::current())
        }

        /// Sleeps, unless it was woken since it last slept; or wakes for no reason.
        /// To be called by the thread it was made by.
        pub(crate) fn sleep(&self) {
            thread::park();
        }

        pub(crate) fn wake(&self) {
            self.0.unpark();
        }
    }

    /// A number that no other thread has, had or will have, and that is not zero.
    #[inline]
    pub(crate) fn thread_number() -> usize {
        thread_local!(static NUMBER: Cell<usize> = const { Cell::new(0) });
        NUMBER.with(|number| match number.get() {
            0 => {
                static LAST: AtomicUsize = AtomicUsize::new(0);
                number.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
                number.get()
            }
            known => known,
        })
    }

    /// A number that no other living thread has, and that is not zero.
    #[inline]
    pub(crate) fn current_thread() -> usize {
        thread_local!(static TOKEN: u8 = const { 0 });
        TOKEN.with(|token| core::ptr::from_ref(token).addr())
    }
}
