//! Values that are lent for a moment, and changed when nobody else has them.
//!
//! As an `Arc`, but for two things an owner does each time: to lend what nobody else has is
//! a store, not a locked addition, and as there are no weak ones, to find out that nobody has
//! it is a load. A sliding window of which nothing is kept takes 15 ns an item, with an `Arc`
//! 26 (`benches/rows`).

use crate::sync::atomic::{AtomicUsize, Ordering, fence};
use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::ops::Deref;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr::NonNull;

/// A value with the number of those who have it.
pub(crate) struct Lent<T> {
    counted: NonNull<Counted<T>>,
    /// Who lets go of it last drops it.
    drops: PhantomData<Counted<T>>,
}

struct Counted<T> {
    holders: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: as for `Arc`: all holders have references to the value, any of them drops it, and
// the one that is alone may change it.
unsafe impl<T: Send + Sync> Send for Lent<T> {}
// SAFETY: as above; through a reference to a holder another one is made.
unsafe impl<T: Send + Sync> Sync for Lent<T> {}

// What is behind it is changed through `&mut` alone.
impl<T: RefUnwindSafe> UnwindSafe for Lent<T> {}
impl<T: RefUnwindSafe> RefUnwindSafe for Lent<T> {}

impl<T> Lent<T> {
    /// A value that nobody else has.
    pub(crate) fn new(value: T) -> Self {
        let counted = Box::new(Counted {
            holders: AtomicUsize::new(1),
            value: UnsafeCell::new(value),
        });
        let counted = NonNull::from(Box::leak(counted));
        let drops = PhantomData;
        Self { counted, drops }
    }

    #[inline]
    fn counted(&self) -> &Counted<T> {
        // SAFETY: it is freed by its last holder, and this is one.
        unsafe { self.counted.as_ref() }
    }

    /// Returns whether nobody else has it, for the moment.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        // Acquire: what others did with it is done.
        self.counted().holders.load(Ordering::Acquire) == 1
    }

    /// The value, if nobody else has it.
    #[inline]
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        let value = self.counted().value.get();
        // SAFETY: this is the only holder, and while the reference lives nobody makes
        // another: that takes a reference to this one.
        self.is_alone().then(|| unsafe { &mut *value })
    }

    /// Another holder of the value.
    #[inline]
    pub(crate) fn lend(&mut self) -> Self {
        if !self.is_alone() {
            return self.clone();
        }
        // Relaxed: nobody else can know of it before this one is given away.
        self.counted().holders.store(2, Ordering::Relaxed);
        Self { ..*self }
    }

    /// The address of the value.
    #[cfg(test)]
    pub(crate) fn address(&self) -> usize {
        self.counted.addr().get()
    }
}

impl<T> Deref for Lent<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: it is changed by `get_mut` alone, which is called where there is no other
        // holder, and borrows this one.
        unsafe { &*self.counted().value.get() }
    }
}

impl<T> Clone for Lent<T> {
    #[inline]
    fn clone(&self) -> Self {
        let holders = self.counted().holders.fetch_add(1, Ordering::Relaxed);
        // As an `Arc` does: so many holders are such as were forgotten.
        if holders > isize::MAX as usize {
            std::process::abort();
        }
        Self { ..*self }
    }
}

impl<T> Drop for Lent<T> {
    #[inline]
    fn drop(&mut self) {
        // Release: what was done with it here is done before it is changed or dropped.
        if self.counted().holders.fetch_sub(1, Ordering::Release) == 1 {
            free(self.counted);
        }
    }
}

/// Drops the value that had one holder.
#[cold]
#[inline(never)]
fn free<T>(counted: NonNull<Counted<T>>) {
    fence(Ordering::Acquire);
    // SAFETY: it was made by `Box::leak`, and nobody has it any more.
    drop(unsafe { Box::from_raw(counted.as_ptr()) });
}

#[cfg(all(loom, test))]
mod model {
    use super::*;
    use crate::sync::{check, thread};

    #[test]
    fn it_is_changed_where_nobody_has_it() {
        check(4, || {
            let mut owned = Lent::new(vec![1]);
            let lent = owned.lend();
            let there = thread::spawn(move || {
                let other = lent.clone();
                drop(lent);
                assert!(other.first() == Some(&1));
            });
            let changed = owned.get_mut().map(|value| value[0] = 2).is_some();
            there.join().unwrap();
            assert!(owned.is_alone());
            assert_eq!(owned[0], if changed { 2 } else { 1 });
        });
    }

    #[test]
    fn its_owner_may_go_first() {
        check(4, || {
            let mut owned = Lent::new(vec![1]);
            let lent = owned.lend();
            let there = thread::spawn(move || lent.len());
            drop(owned);
            assert_eq!(there.join().unwrap(), 1);
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn it_is_lent_again_and_again() {
        let mut owned = Lent::new(0);
        for n in 1..10 {
            *owned.get_mut().unwrap() = n;
            let mut lent = owned.lend();
            assert_eq!((*lent, owned.get_mut()), (n, None));
            let second = lent.lend();
            drop(lent);
            assert!(!owned.is_alone());
            assert_eq!(*second, n);
        }
    }

    #[test]
    fn its_last_holder_drops_it() {
        let token = Rc::new(());
        let mut owned = Lent::new(Rc::clone(&token));
        let lent = owned.lend();
        drop(owned);
        assert_eq!(Rc::strong_count(&token), 2);
        drop(lent);
        assert_eq!(Rc::strong_count(&token), 1);
    }
}
