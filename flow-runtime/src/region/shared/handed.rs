//! One place, through which a coroutine hands items to who resumes it.
//!
//! The thread that may use the place is stored, not exchanged for as by an
//! [`Owner`](super::Owner): a [`Taker`] is lent mutably while it resumes, so no two
//! threads do. An item costs no atomic read-modify-write, of which a `Mutex` needs four.

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::current_thread;
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

/// The two sides of a place for one item.
pub(crate) fn handed<T>() -> (Giver<T>, Taker<T>) {
    let giver = Giver::new();
    let taker = giver.taker();
    (giver, taker)
}

struct Place<T> {
    /// The [number](current_thread) of the thread that resumes the coroutine now; zero
    /// while none does.
    thread: AtomicUsize,
    /// An item is in. Read by either side, written by who may use the item.
    full: AtomicBool,
    /// There while the place is full.
    item: UnsafeCell<MaybeUninit<T>>,
    /// There is a `Taker`, or was one.
    taken: AtomicBool,
}

// SAFETY: the item is reached in `fill` and `empty` alone, by the thread whose number is in
// `thread`: who calls them has looked, or is `Taker::within`. The number is stored there
// alone, which has the only `Taker` of the place, for `taken` is never false again, mutably
// until it has stored zero again. So a thread that finds its own number is inside such a
// call: an older store of the same number it could only have made itself, and overwritten
// itself. One call happens before the next, for the `Taker` was handed on between them. So
// the item moves from thread to thread but is never used by two at once, which is what
// `T: Send` allows.
unsafe impl<T: Send> Sync for Place<T> {}

impl<T> Place<T> {
    /// Says that this is the coroutine.
    ///
    /// # Panics
    ///
    /// Outside of it.
    #[inline]
    fn inside(&self) {
        // Relaxed: no other thread can have stored the number of this one.
        if self.thread.load(Ordering::Relaxed) != current_thread() {
            outside();
        }
    }

    /// Returns whether an item is in.
    #[inline]
    fn is_full(&self) -> bool {
        // Relaxed, here and below: one call happens before the next. It is an atomic
        // because somebody may look outside of the coroutine.
        self.full.load(Ordering::Relaxed)
    }

    /// Puts an item in. The number of this thread is in `thread`, and the place is empty.
    #[inline]
    fn fill(&self, item: T) {
        // SAFETY: no other thread gets here, and nothing is called that could get here again.
        unsafe { (*self.item.get()).write(item) };
        self.full.store(true, Ordering::Relaxed);
    }

    /// Takes the item that is in. The number of this thread is in `thread`.
    #[inline]
    fn empty(&self) -> Option<T> {
        if !self.is_full() {
            return None;
        }
        self.full.store(false, Ordering::Relaxed);
        // SAFETY: no other thread gets here, and nothing is called that could get here
        // again; an item is in where the place is full, and it is so no more.
        Some(unsafe { (*self.item.get()).assume_init_read() })
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        if self.is_full() {
            // SAFETY: an item is in where the place is full, and nobody else is left.
            unsafe { (*self.item.get()).assume_init_drop() }
        }
    }
}

#[cold]
fn outside() -> ! {
    panic!("the open end of a flow is used outside of it");
}

/// The coroutine's side.
pub struct Giver<T>(Arc<Place<T>>);

impl<T> Clone for Giver<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Giver<T> {
    /// The side of a place that nobody takes from yet.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Place {
            thread: AtomicUsize::new(0),
            full: AtomicBool::new(false),
            item: UnsafeCell::new(MaybeUninit::uninit()),
            taken: AtomicBool::new(false),
        }))
    }

    /// The other side, for who is going to resume the coroutine.
    ///
    /// # Panics
    ///
    /// At the second call: there is one.
    pub(crate) fn taker(&self) -> Taker<T> {
        let taken = self.0.taken.swap(true, Ordering::Relaxed);
        assert!(!taken, "the open end of a flow has one other side");
        Taker(Arc::clone(&self.0))
    }

    /// Puts an item in and waits until it was taken, however often the coroutine is
    /// resumed before.
    ///
    /// # Panics
    ///
    /// Outside of the coroutine.
    #[inline]
    pub(crate) fn put(&self, item: T) -> Putting<'_, T> {
        let place = &*self.0;
        place.inside();
        let waiting = if place.is_full() {
            Some(item)
        } else {
            place.fill(item);
            None
        };
        Putting { place, waiting }
    }

    /// Hands an item over. What is given back is to be awaited: it is ready when the
    /// coroutine is resumed, so when the item was taken and the next is wanted.
    ///
    /// # Panics
    ///
    /// Outside of the coroutine.
    #[inline]
    pub fn give(&self, item: T) -> Resumption {
        let place = &*self.0;
        place.inside();
        let before = place.empty();
        place.fill(item);
        // Not before: it is the user's.
        drop(before);
        Resumption { due: false }
    }
}

/// Waits until the item was taken, and for the place before that.
#[must_use = "the item may not be in its place yet"]
pub(crate) struct Putting<'a, T> {
    place: &'a Place<T>,
    /// The item, where the place was full.
    waiting: Option<T>,
}

// The item is moved into its place: nothing in here is pinned.
impl<T> Unpin for Putting<'_, T> {}

impl<T> Future for Putting<'_, T> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.place.is_full() {
            return Poll::Pending;
        }
        match self.waiting.take() {
            None => Poll::Ready(()),
            Some(item) => {
                self.place.inside();
                self.place.fill(item);
                Poll::Pending
            }
        }
    }
}

/// Waits until the coroutine is resumed.
#[must_use = "the item that was given is replaced by the next"]
pub struct Resumption {
    due: bool,
}

impl Future for Resumption {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if core::mem::replace(&mut self.due, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// The side of who resumes the coroutine.
pub(crate) struct Taker<T>(Arc<Place<T>>);

impl<T> Taker<T> {
    /// Lets `coroutine` go on, and takes what it has handed over.
    #[inline]
    pub(crate) fn resume<R>(&mut self, coroutine: impl FnOnce() -> R) -> (R, Option<T>) {
        self.within(|place| {
            let outcome = coroutine();
            (outcome, place.empty())
        })
    }

    /// Lets `coroutine` go on, and says whether something was handed over.
    #[inline]
    pub(crate) fn resume_only<R>(&mut self, coroutine: impl FnOnce() -> R) -> (R, bool) {
        self.within(|place| {
            let outcome = coroutine();
            (outcome, place.is_full())
        })
    }

    /// Takes what was handed over.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<T> {
        self.within(Place::empty)
    }

    #[inline]
    fn within<R>(&mut self, f: impl FnOnce(&Place<T>) -> R) -> R {
        self.0.thread.store(current_thread(), Ordering::Relaxed);
        let _paused = Paused(&self.0.thread);
        f(&self.0)
    }
}

/// Ends the use of a place, also when the coroutine panicked.
struct Paused<'a>(&'a AtomicUsize);

impl Drop for Paused<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(all(loom, test))]
mod model {
    use super::*;
    use crate::sync::{check, thread};
    use loom::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// loom's cell panics where two uses are not one after the other, the second of
    /// which sees all that the first one wrote.
    fn item(n: usize) -> Arc<Cell<usize>> {
        Arc::new(Cell::new(n))
    }

    #[test]
    fn another_thread_gives_nothing_meanwhile() {
        check(3, || {
            let (giver, mut taker) = handed();
            let there = giver.clone();
            let there = thread::spawn(move || {
                let give = AssertUnwindSafe(|| drop(there.give(item(1))));
                catch_unwind(give).is_err()
            });
            let (_, given) = taker.resume(|| drop(giver.give(item(2))));
            assert_eq!(given.expect("an item").get(), 2);
            assert!(there.join().unwrap(), "it is refused in every order");
            assert!(taker.take().is_none());
        });
    }

    #[test]
    fn who_is_lent_the_coroutine_sees_what_was_given_before() {
        check(3, || {
            let (giver, mut taker) = handed();
            assert!(taker.resume_only(|| drop(giver.give(item(1)))).1);
            let there = thread::spawn(move || {
                let first = taker.take().expect("an item");
                first.set(first.get() + 1);
                let (_, second) = taker.resume(|| drop(giver.give(first)));
                second.expect("an item").get()
            });
            assert_eq!(there.join().unwrap(), 2);
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::task::Waker;

    #[test]
    fn an_item_goes_from_the_coroutine_to_who_resumes_it() {
        let (giver, mut taker) = handed();
        let mut coroutine = pin!(async {
            giver.give(1).await;
            giver.give(2).await;
        });
        let mut next = || {
            let cx = &mut Context::from_waker(Waker::noop());
            taker.resume(|| coroutine.as_mut().poll(cx))
        };
        assert_eq!(next(), (Poll::Pending, Some(1)));
        assert_eq!(next(), (Poll::Pending, Some(2)));
        assert_eq!(next(), (Poll::Ready(()), None));
    }

    #[test]
    fn nothing_is_given_outside_of_the_coroutine() {
        let (giver, mut taker) = handed();
        let outside = || drop(giver.give(1));
        assert!(catch_unwind(AssertUnwindSafe(outside)).is_err());
        let panics = AssertUnwindSafe(|| taker.resume(|| panic!("so")));
        assert!(catch_unwind(panics).is_err());
        assert!(catch_unwind(AssertUnwindSafe(outside)).is_err());
        assert_eq!(taker.resume(|| drop(giver.give(2))).1, Some(2));
    }

    #[test]
    fn another_thread_gives_nothing_meanwhile() {
        let (giver, mut taker) = handed();
        let (elsewhere, item) = taker.resume(|| {
            std::thread::scope(|scope| scope.spawn(|| drop(giver.give(1))).join().is_err())
        });
        assert!(elsewhere);
        assert_eq!(item, None);
    }

    #[test]
    fn threads_take_turns() {
        let (giver, mut taker) = handed();
        for n in 0..3 {
            let given = std::thread::scope(|scope| {
                let resume = || taker.resume(|| drop(giver.give(n))).1;
                scope.spawn(resume).join()
            });
            assert_eq!(given.ok().flatten(), Some(n));
        }
    }
}
