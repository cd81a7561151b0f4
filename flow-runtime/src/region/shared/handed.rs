//! One place, through which a coroutine hands items to who resumes it.
//!
//! The thread that may use the place is stored, not exchanged for as by an
//! [`Owner`](super::Owner): a [`Taker`] is lent mutably while it resumes, so no two
//! threads do. An item costs no atomic read-modify-write, of which a `Mutex` needs four.

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::current_thread;
use core::cell::UnsafeCell;
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
    item: UnsafeCell<Option<T>>,
    /// There is a `Taker`, or was one.
    taken: AtomicBool,
}

// SAFETY: the item is reached in `Place::lend` alone, by the thread whose number is in
// `thread`: who calls it has looked, or is `Taker::within`. The number is stored there
// alone, which has the only `Taker` of the place, for `taken` is never false again, mutably
// until it has stored zero again. So a thread that finds its own number is inside such a
// call: an older store of the same number it could only have made itself, and overwritten
// itself. One call happens before the next, for the `Taker` was handed on between them. So
// the item moves from thread to thread but is never used by two at once, which is what
// `T: Send` allows.
unsafe impl<T: Send> Sync for Place<T> {}

impl<T> Place<T> {
    /// Lends the item to `f`, for the coroutine. It must not call anything of a user's.
    ///
    /// # Panics
    ///
    /// Outside of the coroutine.
    #[inline]
    fn inside<R>(&self, f: impl FnOnce(&mut Option<T>) -> R) -> R {
        // Relaxed: no other thread can have stored the number of this one.
        if self.thread.load(Ordering::Relaxed) != current_thread() {
            outside();
        }
        self.lend(f)
    }

    /// Lends the item to `f`; the number of this thread is in `thread`.
    #[inline]
    fn lend<R>(&self, f: impl FnOnce(&mut Option<T>) -> R) -> R {
        // SAFETY: no other thread gets here; and `f` is one of the closures below, which
        // move or look at the item and call nothing that could get here again.
        f(unsafe { &mut *self.item.get() })
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
            item: UnsafeCell::new(None),
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
    pub(crate) fn put(&self, item: T) -> impl Future<Output = ()> {
        let mut item = Some(item);
        core::future::poll_fn(move |_| {
            self.0.inside(|place| match (&place, &item) {
                (None, None) => Poll::Ready(()),
                (None, Some(_)) => {
                    core::mem::swap(place, &mut item);
                    Poll::Pending
                }
                (Some(_), _) => Poll::Pending,
            })
        })
    }

    /// Hands an item over. What is given back is to be awaited: it is ready when the
    /// coroutine is resumed, so when the item was taken and the next is wanted.
    ///
    /// # Panics
    ///
    /// Outside of the coroutine.
    #[inline]
    pub fn give(&self, item: T) -> Resumption {
        let before = self.0.inside(|place| place.replace(item));
        // Not while the place is lent: it is the user's.
        drop(before);
        Resumption { due: false }
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
            (outcome, place.lend(Option::take))
        })
    }

    /// Lets `coroutine` go on, and says whether something was handed over.
    #[inline]
    pub(crate) fn resume_only<R>(&mut self, coroutine: impl FnOnce() -> R) -> (R, bool) {
        self.within(|place| {
            let outcome = coroutine();
            (outcome, place.lend(|item| item.is_some()))
        })
    }

    /// Takes what was handed over.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<T> {
        self.within(|place| place.lend(Option::take))
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
