//! The place that an attempt has, for what makes attempts of its own within it.
//!
//! A derivation that tries again by itself does so within the attempt of `ensure` or
//! `get`. Its attempts are paced as all others: before the next one it frees the place,
//! and waits in line for another. The thread knows which attempt it is polling.

use core::cell::RefCell;
use core::future::poll_fn;
use core::pin::pin;
use std::sync::{Arc, PoisonError};

use crate::Limit;
use crate::limit::{Outcome, Place};
use crate::sync::Mutex;

thread_local! {
    /// That of the attempt that is being polled.
    static CURRENT: RefCell<Option<Seat>> = const { RefCell::new(None) };
}

/// A place in a limit, while there is one.
#[derive(Clone)]
pub(super) struct Seat {
    limit: Limit,
    units: u64,
    place: Arc<Mutex<Option<Place>>>,
}

impl Seat {
    /// No place yet, for something of so many units.
    pub(super) fn new(limit: &Limit, units: u64) -> Self {
        Self {
            limit: limit.clone(),
            units,
            place: Arc::default(),
        }
    }

    /// That of the attempt which is being polled.
    pub(super) fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Waits in line for a place.
    ///
    /// Cancel safe: dropped, it leaves the line.
    pub(super) async fn begin(&self) {
        let place = self.limit.begin(self.units).await;
        *self.lock() = Some(place);
    }

    /// Takes the place out, to free it.
    pub(super) fn take(&self) -> Option<Place> {
        self.lock().take()
    }

    /// Frees the place: an attempt within failed.
    pub(super) fn free(&self) {
        if let Some(place) = self.take() {
            place.end(Outcome::Failed);
        }
    }

    fn lock(&self) -> crate::sync::MutexGuard<'_, Option<Place>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drives `attempt`, which has the place.
    pub(super) async fn within<T>(&self, attempt: impl Future<Output = T>) -> T {
        /// Puts back that of the attempt around this one, after a panic as well.
        struct Outer(Option<Seat>);

        impl Drop for Outer {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }

        let mut attempt = pin!(attempt);
        poll_fn(|cx| {
            let _outer = Outer(CURRENT.replace(Some(self.clone())));
            attempt.as_mut().poll(cx)
        })
        .await
    }
}
